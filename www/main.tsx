// Wires the parts together: worker → state → views, and views → actions → worker.

// This comes first, so that the views' own styles override the shared ones, both served and bundled.
import "./style.css";

import { render } from "preact";
import { Client } from "./engine/client";
import { actionsOf } from "./page/actions";
import { mirrorAddress, readAddress } from "./page/address";
import { App } from "./page/app";
import { consoleOf } from "./page/console";
import { whenDrawn } from "./page/drawn";
import { startDropping } from "./page/files";
import { startKeys } from "./page/keys";
import { keepSite } from "./page/offline";
import { receive } from "./page/receive";
import { startTheme } from "./page/theme";
import { startTitle } from "./page/title";
import { actions, state } from "./state";

const asked = readAddress(location.hash);
const client = new Client((notice) => {
  if (notice.type === "snapshot") {
    whenDrawn(
      () => receive(notice),
      // A failed call needs no handling: the worker reports a failure by itself.
      (milliseconds) => void client.call("drawn", milliseconds).catch(() => {}),
    );
    return;
  }
  receive(notice);
  if (notice.type === "loaded") keepSite();
  if (notice.type !== "ready") return;
  actions.choose(state.chosen.value);
  mirrorAddress();
});

Object.assign(actions, actionsOf(client));
if (asked !== null) actions.configure(asked);
window.lenet = consoleOf(client);

startTheme();
startTitle();
startKeys();
startDropping();
render(<App />, document.body);
