// Wires the parts together: worker → state → views, and views → actions → worker.

// This comes first, so that the views' own styles override the shared ones, both served and bundled.
import "./style.css";

import { render } from "preact";
import { withoutGpu } from "./draw/software";
import { Client } from "./engine/client";
import { actionsOf } from "./page/actions";
import { Address } from "./page/address";
import { App } from "./page/app";
import { consoleOf } from "./page/console";
import { whenDrawn } from "./page/drawn";
import { startDropping } from "./page/files";
import { startKeys } from "./page/keys";
import { startLeaving } from "./page/leaving";
import { keepSite } from "./page/offline";
import { restAfter } from "./page/pace";
import { startProjector } from "./page/projector";
import { receive } from "./page/receive";
import { startScreen } from "./page/screen";
import { startTheme } from "./page/theme";
import { startTitle } from "./page/title";
import { actions, state } from "./state";

// These override the views' own styles.
import "./styles/forced.css";
import "./styles/print.css";

const client = new Client((notice) => {
  if (notice.type === "snapshot") {
    whenDrawn(
      () => receive(notice),
      // A failed call needs no handling: the worker reports a failure by itself.
      (milliseconds) => void client.call("drawn", restAfter(milliseconds, withoutGpu())).catch(() => {}),
    );
    return;
  }
  receive(notice);
  if (notice.type === "loaded") keepSite();
  if (notice.type !== "ready") return;
  actions.choose(state.chosen.value);
  address.mirror();
});

const address = new Address(client);

Object.assign(actions, actionsOf(client, address));
address.start();
window.lenet = consoleOf(client);

startTheme();
startTitle();
startScreen();
startKeys();
startProjector();
startDropping();
startLeaving();
render(<App />, document.body);
document.querySelector("#empty")?.remove(); // the place for the reason why the page does not start
