// The page's address: it carries the network and the settings, and a change of it acts.
import { expect, open, test } from "./page";

const LAYERS = [
  { type: "conv", filters: 3, size: 5, stride: 1, padding: 2, activation: "tanh" },
  { type: "pool", kind: "average", size: 2, stride: 2 },
  { type: "dense", units: 10, activation: "none" },
];

test("own layers, preprocessing and settings survive a reload", async ({ page }) => {
  await open(page);
  await page.evaluate(
    (layers) => window.lenet.configure({ layers: layers as never, preprocessing: "center", batch_size: 20 }),
    LAYERS,
  );
  await expect(page).toHaveURL(/#layers=.*&preprocessing=center&batch_size=20$/);
  const shapes = () =>
    page.evaluate(async () => (await window.lenet.parameters()).map(({ name, shape }) => `${name} ${shape}`));
  const before = await shapes();
  await page.reload();
  await page.evaluate(() => window.lenet.ready);
  await expect.poll(shapes).toEqual(before);
  expect(before).toContain("C1.weight 3,1,5,5");
  expect(before[0]).toMatch(/^Preprocess/);
});

test("a changed address acts as a link does, and so do Back and Forward", async ({ page }) => {
  await open(page, "./#seed=7");
  const status = () => page.evaluate(() => window.lenet.status().then(({ preset, seed }) => `${preset} ${seed}`));
  await expect.poll(status).toBe("lenet5 7");
  await page.evaluate(() => location.assign("#preset=nielsen1"));
  await expect.poll(status).toBe("nielsen1 1");
  await page.goBack();
  await expect.poll(status).toBe("lenet5 7");
  await page.goForward();
  await expect.poll(status).toBe("nielsen1 1");
  // An address that asks for what is there leaves the run alone.
  await page.evaluate(() => window.lenet.train({ steps: 2 }));
  await page.evaluate(() => location.assign("#Preset=NIELSEN1"));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
  expect((await page.evaluate(() => window.lenet.status())).step).toBe(2);
});

test("what is wrong in an address is said, and the rest of it is used and stays", async ({ page }) => {
  const address = "./#preset=nielsen1&batch_size=0&foo=1&seed=7&optimizer=sgd";
  await page.goto(address);
  await page.evaluate(() => window.lenet.ready);
  await expect(page.getByRole("alert")).toHaveText(
    'In the address, there is no "foo"; batch_size cannot be 0: give a whole number from 1 to 1024. The rest of it is used.',
  );
  const status = () => page.evaluate(() => window.lenet.status());
  expect(await status()).toMatchObject({ preset: "nielsen1", seed: 7 });
  await expect(page).toHaveURL(/#preset=nielsen1&batch_size=0&foo=1&seed=7&optimizer=sgd$/);
  // A change writes the address anew.
  await page.getByRole("combobox", { name: "Network" }).selectOption("nielsen2");
  await expect(page).toHaveURL(/#preset=nielsen2&optimizer=sgd&seed=7$/);
});

for (const [what, hash, reason] of [
  ["layers that are no JSON", "layers=[{", /layers is a list/],
  ["layers that do not fit", `layers=${JSON.stringify(LAYERS.slice(0, 2))}`, /the last layer must be dense/],
  ["a preset and layers", `preset=nielsen2&layers=${encodeURIComponent(JSON.stringify(LAYERS))}`, /not both/],
  ["a preset that is not there", "preset=alexnet", /there is no preset "alexnet"/],
  ["a preprocessing that is not there", "preprocessing=magic", /preprocessing cannot be "magic"/],
] as const) {
  test(`${what} in an address: the seed is used all the same`, async ({ page }) => {
    await page.goto(`./#seed=7&${hash}`);
    await page.evaluate(() => window.lenet.ready);
    await expect(page.getByRole("alert")).toContainText(reason);
    await expect(page.getByRole("alert")).toContainText("The rest of it is used.");
    expect((await page.evaluate(() => window.lenet.status())).seed).toBe(7);
  });
}
