// Puts each view in its place on the page; styles/frame.css gives the places their sizes.

import { curvesApart } from "../model/tools";
import { Network } from "../views/network/network";
import { Late } from "../views/parts/late";
import { Reader } from "../views/reader/reader";
import { RunBar } from "../views/run-bar/run-bar";
import { Checkpoint } from "../views/top/checkpoint";
import { StatusLine } from "../views/top/status-line";
import { ThemeToggle } from "../views/top/theme-toggle";
import { Dock } from "./dock";
import { Help, HelpButton } from "./help";
import { ProjectorButton } from "./projector";
import { ToolBar } from "./tool-bar";

const remarks = async () => (await import("./remarks")).Remarks;
const curves = async () => (await import("../views/curves/curves")).Curves;

export function App() {
  return (
    <main class="page">
      <div class="screen">
        <header class="top">
          <h1 class="wordmark">
            LeNet <span>Live</span>
          </h1>
          <StatusLine />
          <div class="top-buttons">
            <Checkpoint />
            <ProjectorButton />
            <HelpButton />
            <ThemeToggle />
          </div>
        </header>
        <RunBar />
        <section class="panel network-panel" aria-label="Network">
          <Network />
        </section>
        <div class="side">
          <section class="panel reader-panel" aria-label="Chosen image and prediction">
            <Reader />
          </section>
          {curvesApart.value && (
            <section class="panel curves-panel" aria-label="Curves">
              <Late program={curves}>
                <h2>Curves</h2>
              </Late>
            </section>
          )}
        </div>
      </div>
      <Dock />
      <ToolBar />
      <Help />
      <Late program={remarks} />
    </main>
  );
}
