// Wires the parts together: worker → state → views, and views → actions → worker.

// First, so that what views import for themselves goes over it, served and bundled alike.
import "./style.css";

import { render } from "preact";
import { actionsOf } from "./actions";
import { mirrorAddress, readAddress } from "./address";
import { App } from "./app";
import { consoleOf } from "./console";
import { whenDrawn } from "./drawn";
import { Client } from "./engine/client";
import { startDropping } from "./files";
import { startKeys } from "./keys";
import { receive } from "./receive";
import { actions, state } from "./state";
import { startTheme } from "./theme";
import { startTitle } from "./title";

const asked = readAddress(location.hash);
const client = new Client((notice) => {
  if (notice.type === "snapshot") {
    whenDrawn(
      () => receive(notice),
      // If that is refused, why is said elsewhere.
      (milliseconds) => void client.call("drawn", milliseconds).catch(() => {}),
    );
    return;
  }
  receive(notice);
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
