// The tools: opened and closed by button, key and address. What is closed is not there at all.
import { expect, open, test } from "./page";

const ALL = [
  "Filters",
  "Feature maps",
  "Inspector",
  "Mistakes",
  "Read a number",
  "Ensemble",
  "Preprocessing",
  "Layers",
];

test("every tool opens with one key and closes with it", async ({ page }) => {
  await open(page, "./#tools=none");
  await expect(page.locator(".tool")).toHaveCount(0);
  for (const [i, name] of ALL.entries()) {
    const tool = page.getByRole("region", { name, exact: true });
    await page.keyboard.press(String(i + 1));
    await expect(tool.locator("h2"), name).toBeVisible();
    await page.keyboard.press(String(i + 1));
    await expect(tool, name).toHaveCount(0);
  }
  // Digits that are typed open nothing.
  await page.getByRole("spinbutton", { name: "Test image" }).fill("4");
  await expect(page.locator(".tool")).toHaveCount(0);
  await page.locator(".network-box").press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
});

test("open tools are in the address, and a link opens them", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, "./#tools=mistakes,inspector");
  const tools = page.locator(".tool");
  await expect(tools).toHaveCount(1); // the last one, where there is not room for both
  await page.setViewportSize({ width: 1920, height: 1080 });
  await expect(tools).toHaveCount(2);
  await page.getByRole("button", { name: "Filters" }).click();
  await expect(page).toHaveURL(/#tools=inspector,filters$/); // the oldest has made room
  await expect(page.getByRole("region", { name: "Mistakes" })).toHaveCount(0);
  await page.getByRole("button", { name: "Close Filters" }).click();
  await expect(page).toHaveURL(/#tools=mistakes,inspector$/);
  await page.reload();
  await expect(page.getByRole("region", { name: "Inspector" })).toBeVisible();
  await page.evaluate(() => location.assign("#preset=nielsen1&tools=maps,wonders"));
  await expect(page.getByRole("alert")).toContainText('there is no tool "wonders"');
  await expect(page.getByRole("region", { name: "Feature maps" })).toBeVisible();
});

test("a tool that is not open is not fetched, and leaves nothing behind when it is closed", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  const has = (name: string) => fetched.some((path) => path.includes(`/${name}-`));
  await open(page, "./#tools=none");
  for (const name of ["filters", "maps", "inspector", "mistakes", "sliding", "layers"])
    expect(has(name), name).toBe(false);
  await page.keyboard.press("3");
  await page.getByRole("button", { name: "Show me one" }).click();
  await expect(page.locator(".inspector .sum-value.strong")).toBeVisible();
  expect(has("inspector")).toBe(true);
  await page.keyboard.press("3");
  await expect(page.locator(".tool canvas")).toHaveCount(0);
  // Its unit stays pinned, so it is there again when the tool is.
  await page.keyboard.press("3");
  await expect(page.locator(".inspector .sum-value.strong")).toBeVisible();
});

test.describe("without a part of the page", () => {
  test.use({ expectErrors: true });

  test("a tool that cannot be fetched says so", async ({ page }) => {
    await page.route(/\/mistakes-.*\.js$/, (route) => route.abort());
    await open(page, "./#tools=mistakes");
    await expect(page.getByRole("region", { name: "Mistakes" })).toContainText("could not be fetched");
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("network, pad and answer come first, and every tool is one tap away", async ({ page }) => {
    await open(page);
    for (const selector of [".network-box", ".pad-paper", "[data-answer]", ".tool-bar"]) {
      await expect(page.locator(selector), selector).toBeInViewport({ ratio: 1 });
    }
    for (const name of ["Curves", ...ALL]) {
      const button = page.getByRole("navigation", { name: "Tools" }).getByRole("button", { name });
      if ((await button.getAttribute("aria-pressed")) === "true") continue;
      await button.tap();
      await expect(page.getByRole("region", { name, exact: true }).locator("h2").first(), name).toBeInViewport();
    }
  });
});
