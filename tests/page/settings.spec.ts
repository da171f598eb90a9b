// The hyperparameters' controls follow the hand, however late the engine answers.
import { expect, open, test } from "./page";

test("an echo of an earlier value does not move the slider back under the hand", async ({ page }) => {
  await open(page);
  const slider = page.getByRole("slider", { name: "Learning rate", exact: true });
  await slider.press("Home"); // the thumb is at the left end, where the drag begins
  const value = () => slider.evaluate((element) => Number(element.getAttribute("aria-valuetext")));
  await expect.poll(value).toBeLessThan(1e-4);
  await page.evaluate(() => void window.lenet.train()); // the engine answers between two turns of training
  await slider.evaluate((element) => {
    const seen: number[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(Number(element.getAttribute("aria-valuetext")))).observe(element, {
      attributeFilter: ["aria-valuetext"],
    });
  });
  const track = await slider.boundingBox();
  if (track === null) throw new Error("the slider is not on show");
  const at = (share: number): [number, number] => [
    track.x + 9 + share * (track.width - 18),
    track.y + track.height / 2,
  ];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let step = 1; step <= 40; step++) await page.mouse.move(...at(step / 50));
  await page.mouse.up();
  const last = await value();

  const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  expect(seen.length).toBeGreaterThan(20);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  // The engine has received the last value, and its own echo of it changes nothing.
  await expect
    .poll(() => page.evaluate(() => window.lenet.status().then(({ learning_rate }) => learning_rate)))
    .toBeGreaterThan(last / 2);
  await page.evaluate(() => window.lenet.pause());
  expect(await value()).toBe(last);
});
