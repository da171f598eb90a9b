// Bad days: whatever happens to the page while it trains, the run goes on, and no step is lost or done twice.
// `cargo xtask days` has a hundred of each kind, or those of one seed.
import { type Kind, live, openFor } from "./days/day";
import { files } from "./days/files";
import { gpu } from "./days/gpu";
import { helpers } from "./days/helpers";
import { hidden } from "./days/hidden";
import { moves } from "./days/moves";
import { isBad } from "./days/outcome";
import { test } from "./page";

const KINDS: Kind[] = [gpu, helpers, hidden, files, moves];

/** How many days of each kind, and the seed of the first. */
const times = Number(process.env.LENET_DAYS ?? 2);
const first = Number(process.env.LENET_FIRST_DAY ?? 1);

test.use({ expectErrors: true }); // the browser reports what the days do

for (const kind of KINDS) {
  for (const isEven of [true, false]) {
    const seeds = Array.from({ length: times }, (_, i) => first + i).filter((seed) => (seed % 2 === 0) === isEven);
    if (seeds.length === 0) continue;
    test(`${kind.name}, ${isEven ? "even" : "odd"} seeds`, async ({ browser }) => {
      test.setTimeout(300_000 * seeds.length);
      const failures: string[] = [];
      let page = openFor(browser, kind, isEven);
      for (const seed of seeds) {
        const outcome = await live(page, kind, seed);
        test.info().annotations.push({ type: "day", description: JSON.stringify(outcome) });
        if (!isBad(outcome)) continue;
        failures.push(JSON.stringify(outcome));
        console.log(failures.at(-1)); // the end may be far
        void page.then((failed) => failed.close()).catch(() => {});
        page = openFor(browser, kind, isEven); // what has failed is not to spoil the days that follow
      }
      await (await page).close();
      if (failures.length > 0) throw new Error(failures.join("\n"));
    });
  }
}
