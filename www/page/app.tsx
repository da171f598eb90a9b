// Puts each view in its place on the page; styles/frame.css gives the places their sizes.

import { Curves } from "../views/curves/curves";
import { Ensemble } from "../views/ensemble/ensemble";
import { Filters } from "../views/filters/filters";
import { Inspector } from "../views/inspector/inspector";
import { Layers } from "../views/layers/layers";
import { Maps } from "../views/maps/maps";
import { Mistakes } from "../views/mistakes/mistakes";
import { Network } from "../views/network/network";
import { Preprocessing } from "../views/preprocessing/preprocessing";
import { Reader } from "../views/reader/reader";
import { RunBar } from "../views/run-bar/run-bar";
import { Sliding } from "../views/sliding/sliding";
import { Checkpoint } from "../views/top/checkpoint";
import { StatusLine } from "../views/top/status-line";
import { ThemeToggle } from "../views/top/theme-toggle";

export function App() {
  return (
    <main class="page">
      <div class="screen">
        <header class="top">
          <h1 class="wordmark">
            LeNet <span>Live</span>
          </h1>
          <StatusLine />
          <Checkpoint />
          <ThemeToggle />
        </header>
        <RunBar />
        <section class="panel reader-panel" aria-label="Chosen image and prediction">
          <Reader />
        </section>
        <section class="panel network-panel" aria-label="Network">
          <Network />
        </section>
        <section class="panel curves-panel" aria-label="Curves">
          <Curves />
        </section>
      </div>
      <div class="views">
        <section class="panel inspector-panel" aria-label="Inspector">
          <Inspector />
        </section>
        <section class="panel filters-panel" aria-label="Filters">
          <Filters />
        </section>
        <section class="panel maps-panel" aria-label="Feature maps">
          <Maps />
        </section>
        <section class="panel mistakes-panel" aria-label="Mistakes">
          <Mistakes />
        </section>
        <section class="panel sliding-panel" aria-label="Read a number">
          <Sliding />
        </section>
        <section class="panel ensemble-panel" aria-label="Ensemble">
          <Ensemble />
        </section>
        <section class="panel preprocessing-panel" aria-label="Preprocessing">
          <Preprocessing />
        </section>
        <section class="panel layers-panel" aria-label="Layers">
          <Layers />
        </section>
      </div>
    </main>
  );
}
