// The page's main path, as a reader walks it: train, draw a digit, see how a unit computes, save, open what was saved.
import { DIGITS, hashParameters } from "../page/page";
import { StaticSite } from "../page/static-site";
import type { DrivenBrowser } from "./driven";
import { expect, openPage, test } from "./test";

const PAD = "[role=application][aria-label*='Drawing pad']";
const NETWORK = "[role=application][aria-label*='The network']";
const ANSWER = "[data-answer]";

test("the main path, isolated", async ({ driven, baseURL }) => {
  await openPage(driven, String(baseURL));
  expect(await driven.run(() => crossOriginIsolated)).toBe(true);
  await walk(driven);
});

test("the main path on a server that does not isolate the page", async ({ driven }) => {
  const site = new StaticSite();
  await site.start();
  await openPage(driven, site.address);
  expect(await driven.run(() => crossOriginIsolated)).toBe(false);
  await walk(driven);
  await site.remove();
});

async function walk(driven: DrivenBrowser): Promise<void> {
  await expect.poll(() => driven.text(ANSWER)).toMatch(/^[0-9]$/);

  await driven.click("Train");
  await expect.poll(() => testAccuracy(driven)).toBeGreaterThanOrEqual(90);
  // A network that reads 90 of 100 may still misread a drawing, so it trains on until it reads this one.
  for (const stroke of DIGITS[3] ?? []) {
    await driven.draw(
      PAD,
      stroke.map(([x, y]) => [0.25 + 0.5 * x, 0.15 + 0.7 * y]),
    );
  }
  await expect.poll(() => driven.text(ANSWER)).toBe("3");
  await driven.click("Pause");
  await expect.poll(() => driven.text(".voice")).toMatch(/^Paused at step/);

  await driven.type(NETWORK, "ARROW_RIGHT", "ENTER");
  await expect.poll(() => driven.text(".inspector-unit")).toMatch(/^C1/);
  await expect.poll(async () => (await terms(driven)).sum).not.toBeNaN();
  const { products, bias, sum } = await terms(driven);
  expect(Math.abs(products + bias - sum)).toBeLessThan(1e-4 * Math.max(1, Math.abs(sum)));
  await driven.type(NETWORK, "ESCAPE");

  const { step } = await driven.run(() => window.lenet.status());
  const trained = await driven.run(hashParameters);
  await driven.click("Save and open");
  const before = driven.downloads(".safetensors");
  await driven.click(`Save step ${step.toLocaleString("en-US")}`);
  const saved = () => driven.downloads(".safetensors").filter((file) => !before.includes(file));
  await expect.poll(saved).toHaveLength(1);
  const [file = ""] = saved();
  await driven.run(() => window.lenet.configure({ preset: "nielsen1" }));
  await driven.choose("#checkpoint input[type=file]", file);
  await expect.poll(() => driven.text(".voice")).toMatch(/^Opened .*: LeNet-5 at step/);
  expect(await driven.run(() => window.lenet.status())).toMatchObject({ preset: "lenet5", step });
  expect(await driven.run(hashParameters)).toBe(trained);
}

/** The percentage in the run bar. */
async function testAccuracy(driven: DrivenBrowser): Promise<number> {
  const shown = await driven.run(
    () =>
      Array.from(document.querySelectorAll(".number"))
        .find((number) => number.querySelector("dt")?.textContent === "Test")
        ?.querySelector("dd")?.textContent,
  );
  return Number.parseFloat(shown ?? "");
}

/** The numbers that the inspector shows of a unit of C1. */
function terms(driven: DrivenBrowser) {
  return driven.run(() => {
    const shown = Array.from(document.querySelectorAll(".inspector .sum-value"));
    const value = (name: string) =>
      Number(shown.find(({ textContent }) => textContent?.includes(name))?.querySelector("b")?.dataset.value);
    return { products: value("Σ of 25 products"), bias: value("bias"), sum: value("pre-activation z") };
  });
}
