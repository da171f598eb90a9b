// An ensemble: its members are trained one after the other as runs of the page, and predict the test images together.

import type { Page } from "@playwright/test";
import { faults, SIZES } from "./faults";
import { everything, expect, figure, open, pause, reset, test, train } from "./page";

const panel = (page: Page) => page.getByRole("region", { name: "Ensemble", exact: true });

/** A network and a training set so small that a member takes about a second. */
const small = (page: Page, more: Record<string, unknown> = {}) =>
  page.evaluate(
    (changes) =>
      window.lenet.configure({
        layers: [
          { type: "pool", kind: "average", size: 4, stride: 4 },
          { type: "dense", units: 10, activation: "none" },
        ],
        epochs: 1,
        imbalance: 10,
        batch_size: 32,
        learning_rate: 0.02,
        seed: 4,
        ...changes,
      }),
    more,
  );

/** Trains an ensemble of so many members; returns the number of images that all get wrong, and only the first sixty. */
const ensemble = (page: Page, members: number) =>
  page.evaluate(async (n) => {
    const { allWrong, ...result } = await window.lenet.ensemble({ members: n });
    return { ...result, allWrong: allWrong.slice(0, 60), count: allWrong.length };
  }, members);

/** The sentence with which an ensemble is refused or ends. */
const refusal = (page: Page, members: number) =>
  page.evaluate(
    (n) =>
      window.lenet.ensemble({ members: n }).then(
        () => "",
        (error: Error) => error.message,
      ),
    members,
  );

test("members have consecutive seeds, and predict together", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  await small(page);
  const three = await ensemble(page, 3);
  expect(three.seeds).toEqual([4, 5, 6]);
  expect(new Set(three.accuracies).size).toBeGreaterThan(1);
  // The page now shows the last member, so the engine's evaluation has to agree with the ensemble's.
  const { accuracy } = await page.evaluate(() => window.lenet.evaluate("test"));
  expect(three.accuracies[2]).toBeCloseTo(accuracy, 9);
  const best = Math.max(...three.accuracies);
  for (const together of [three.mean, three.vote]) expect(together).toBeGreaterThan(best - 0.02);
  expect(three.count).toBeGreaterThan(0);
  for (const { label, predicted } of three.allWrong) {
    expect(predicted).toHaveLength(3);
    expect(predicted).not.toContain(label);
  }
  expect(three.count).toBeLessThanOrEqual(Math.round((1 - best) * 10_000));

  // With two more members the first three stay as they are.
  const five = await ensemble(page, 5);
  expect(five.seeds).toEqual([4, 5, 6, 7, 8]);
  expect(five.accuracies.slice(0, 3)).toEqual(three.accuracies);
  expect(await ensemble(page, 5)).toEqual(five);
  expect(await ensemble(page, 2)).toEqual(five);

  // The same settings give the same ensemble again.
  await small(page);
  expect(await ensemble(page, 3)).toEqual(three);
});

test("the panel trains, reports its progress, and shows each member's predictions", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  await small(page);
  // A member may finish between two looks, so this records every message.
  await page.evaluate(() => {
    const said = new Set<string>();
    Object.assign(window, { said });
    new MutationObserver(() => {
      const words = document.querySelector(".ensemble-progress [role=status]")?.textContent;
      if (words) said.add(words);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await panel(page).getByRole("combobox", { name: "Members" }).selectOption("2");
  await panel(page).getByRole("button", { name: "Train ensemble" }).click();
  await expect(panel(page).getByRole("row", { name: /^Majority vote/ })).toBeVisible();
  const said = await page.evaluate(() => [...(window as unknown as { said: Set<string> }).said]);
  expect(said).toEqual([
    "Member 1 of 2, seed 4 trains",
    "Member 1 of 2, seed 4 predicts the test images",
    "Member 2 of 2, seed 5 trains",
    "Member 2 of 2, seed 5 predicts the test images",
  ]);
  await expect(panel(page).getByRole("row", { name: /^[45] / })).toHaveCount(2);
  await expect(panel(page).getByRole("heading", { name: /images? both get wrong$/ })).toBeVisible();
  const runs = page.getByRole("list", { name: "Runs on show" }).getByRole("listitem");
  await expect(runs).toHaveText([/, seed 4$/, /, seed 5$/]);

  const thumbnail = panel(page)
    .getByRole("button", { name: /^Test image/ })
    .nth(1);
  const [, index, label] = /^Test image (\d+), a (\d)/.exec((await thumbnail.getAttribute("aria-label")) ?? "") ?? [];
  await thumbnail.click();
  await expect(thumbnail).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator(".verdict")).toHaveText(new RegExp(`wrong: it is a ${label}`));
  const opinion = panel(page).getByRole("list", { name: "Mean probability of each digit" });
  await expect(opinion.getByRole("listitem")).toHaveCount(10);
  const read = /predicted as ([\d, ]+)$/.exec((await thumbnail.getAttribute("aria-label")) ?? "")?.[1];
  await expect(panel(page).getByText(`The members predict ${read}`)).toBeVisible();
  await expect(page.getByRole("spinbutton", { name: "Test image" })).toHaveValue(index as string);

  await panel(page).getByRole("button", { name: "Forget these" }).click();
  await expect(panel(page).getByRole("table")).toHaveCount(0);
});

test("a pause holds it, and a reset ends it with a sentence", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  await small(page, { epochs: 100, imbalance: 1, batch_size: 10 });
  const ended = refusal(page, 3);
  await pause(page).click();
  await expect(panel(page)).toContainText("is paused: Train continues it, Reset ends the ensemble");
  await expect(panel(page).getByRole("button", { name: /^Train/ })).toBeDisabled();
  const refused = await refusal(page, 5);
  expect(refused).toBe("An ensemble of 3 is being trained already: Reset ends it");
  await train(page).click();
  await expect(panel(page)).toContainText("trains, epoch");
  await reset(page).click();
  expect(await ended).toBe("The ensemble ended with 0 of 3 members: another run was begun.");
  await expect(figure(page, "Step")).toHaveText("0");
  await expect(panel(page).getByRole("button", { name: "Train ensemble" })).toBeEnabled();
});

test("another network ends it and begins without members", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  await small(page);
  await ensemble(page, 2);
  // A setting may change between members; with these epochs the third takes long.
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await page.getByRole("spinbutton", { name: "Epochs", exact: true }).fill("100");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.locator(".epoch")).toContainText("of 100");
  const ended = refusal(page, 4);
  await expect(panel(page)).toContainText("Member 3 of 4");
  await page.evaluate(() => window.lenet.configure({ preset: "lenet5" }));
  expect(await ended).toBe("The ensemble ended with 2 of 4 members: another network begins without any.");
  await expect(panel(page).getByRole("table")).toHaveCount(0);
});

test("a loss that is NaN ends it, and early stopping does not", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  await small(page, { optimizer: "sgd", learning_rate: 10, weight_decay: 1, schedule: "constant" });
  const message = await refusal(page, 2);
  expect(message).toMatch(
    /^The ensemble ended with 0 of 2 members: the loss of seed 4 is not finite any more\. The loss/,
  );
  await small(page, { epochs: 10, patience: 1, imbalance: 1000, learning_rate: 0.05, schedule: "constant" });
  const { seeds, accuracies } = await ensemble(page, 2);
  expect(seeds).toEqual([4, 5]);
  expect(Math.min(...accuracies)).toBeGreaterThan(0.2);
});

test("an invalid number of members is refused", async ({ page }) => {
  await open(page, "./#tools=ensemble");
  const before = await everything(page);
  for (const members of [1, 10, 2.5, Number.NaN]) {
    const message = await refusal(page, members);
    expect(message).toBe("An ensemble has 2 to 9 members: give {members: 5}");
  }
  expect(await everything(page)).toEqual(before);
  expect(before.phase).toBe("ready");
});

for (const { name, ...size } of SIZES) {
  test(`axe has nothing to say: ${name}`, async ({ page }) => {
    await page.setViewportSize(size);
    await open(page, "./#tools=ensemble");
    await small(page);
    await ensemble(page, 2);
    await expect(panel(page).getByRole("button", { name: /^Test image/ })).toHaveCount(40);
    expect(await faults(page, ".ensemble-panel")).toEqual([]);
  });
}
