// What readers with a palette of their own see, what a printer gets, and twenty runs in one panel.
import type { Locator, Page } from "@playwright/test";
import { expect, open, openTool, test } from "./page";

/** How often each colour is in an element as it is on the screen, the most frequent first. */
async function colours(page: Page, locator: Locator): Promise<[string, number][]> {
  await locator.scrollIntoViewIfNeeded();
  const png = (await locator.screenshot()).toString("base64");
  return page.evaluate(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext(
      "2d",
    ) as OffscreenCanvasRenderingContext2D;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const counts = new Map<string, number>();
    for (let i = 0; i < data.length; i += 4) {
      const colour = data.slice(i, i + 3).join(" ");
      counts.set(colour, (counts.get(colour) ?? 0) + 4 / data.length);
    }
    return [...counts].sort(([, a], [, b]) => b - a);
  }, png);
}

/** The share of an element that has not its most frequent colour. */
const drawn = async (page: Page, locator: Locator) => 1 - ((await colours(page, locator))[0]?.[1] ?? 1);
const main = async (page: Page, locator: Locator) => (await colours(page, locator))[0]?.[0];

for (const colorScheme of ["light", "dark"] as const) {
  test(`with forced colours, ${colorScheme}, sliders, bars, chosen segments and swatches can be seen`, async ({
    page,
  }) => {
    await page.emulateMedia({ forcedColors: "active", colorScheme });
    await open(page);
    // Even after another theme was chosen, the canvases have the palette's.
    await page.evaluate((theme) => localStorage.setItem("theme", theme), colorScheme === "dark" ? "light" : "dark");
    await page.reload();
    await page.evaluate(() => window.lenet.ready);
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await page.evaluate(() => window.lenet.train({ steps: 20 }));
    await page.evaluate(() => window.lenet.reset());
    await page.evaluate(() => window.lenet.loadTrained());
    await expect(page.locator(".swatch").first()).toBeAttached();

    const slider = page.locator(".rate input");
    expect(await drawn(page, slider), "the track and the thumb").toBeGreaterThan(0.1);
    const bars = page.locator(".probabilities .bar");
    const best = page.locator(".probabilities .best .bar");
    await expect(best).toHaveCount(1);
    expect(await main(page, best), "a full bar and an empty one").not.toBe(await main(page, bars.first()));
    const [chosen, other] = [
      page.locator(".curves-head .segments label").nth(0),
      page.locator(".curves-head .segments label").nth(2),
    ];
    expect(await main(page, chosen), "the chosen segment").not.toBe(await main(page, other));
    const swatch = page.locator(".swatch").first();
    expect(await main(page, swatch), "a swatch").not.toBe(await main(page, page.locator(".runs")));
    expect(await drawn(page, page.locator(".epoch progress")), "the progress of the epoch").toBeGreaterThan(0.1);
  });
}

test("a printed page has every filter and map, drawn and whole", async ({ page }) => {
  await open(page);
  // A view has started when its canvas has a size, in sight or not.
  for (const view of [".filters", ".maps"]) {
    await expect(page.locator(`${view} canvas`).first()).toHaveAttribute("style", /width/);
  }
  await page.emulateMedia({ media: "print" });
  const cut = await page.evaluate(() => {
    // A printer lays the page out and prints it in one go: no view is told, and no frame comes.
    dispatchEvent(new Event("beforeprint"));
    document.body.style.width = "700px";
    const beyond = [...document.querySelectorAll(".panel")].flatMap((panel) => {
      const edge = panel.getBoundingClientRect();
      return [...panel.querySelectorAll("canvas")]
        .filter((canvas) => {
          const box = canvas.getBoundingClientRect();
          return box.width > 0 && (box.right > edge.right + 1 || box.bottom > edge.bottom + 1);
        })
        .map((canvas) => `${panel.ariaLabel}: ${canvas.ariaLabel}`);
    });
    const blank = [...document.querySelectorAll<HTMLCanvasElement>(".filters canvas, .maps canvas")].filter(
      (canvas) =>
        !canvas
          .getContext("2d")
          ?.getImageData(0, 0, canvas.width, canvas.height)
          .data.some((value) => value > 0),
    );
    return [...beyond, ...blank.map((canvas) => `${canvas.ariaLabel} is blank`)];
  });
  expect(cut).toEqual([]);
});

test("a dark page has light colours on paper, and its own again afterwards", async ({ page }) => {
  const legend = () =>
    page
      .locator(".legend-scale")
      .first()
      .evaluate((element) => getComputedStyle(element).background);
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  const light = await legend();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(legend).not.toBe(light);
  const dark = await legend();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await legend()).toBe(light);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await legend()).toBe(dark);
});

test("a theme that could not be stored is still the reader's after printing", async ({ page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("storage is forbidden", "SecurityError");
    };
  });
  await page.emulateMedia({ colorScheme: "light" });
  await open(page);
  await page.getByRole("button", { name: "Dark theme" }).click();
  for (const event of ["beforeprint", "afterprint"]) {
    await page.evaluate((event) => dispatchEvent(new Event(event)), event);
  }
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("twenty runs stay inside their panel", async ({ page }) => {
  await open(page);
  await page.evaluate(async () => {
    for (let run = 0; run < 20; run++) {
      await window.lenet.reset();
      await window.lenet.train({ steps: 1 });
    }
  });
  const names = page.getByRole("list", { name: "Runs on show" });
  await expect(names.getByRole("listitem")).toHaveCount(20);
  for (const [width, height] of [
    [1366, 657],
    [1440, 900],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    if (width < 1000) await openTool(page, "Curves");
    await expect(page.locator(".curves-panel .plot-host")).toHaveCount(2);
    const sizes = await page.locator(".curves-panel").evaluate((panel) => {
      const edge = panel.getBoundingClientRect();
      const within = [...panel.querySelectorAll(".runs ul, .runs button, .segments, .plot-host")].every((part) => {
        const box = part.getBoundingClientRect();
        return box.bottom <= edge.bottom && box.right <= edge.right;
      });
      const plots = [...panel.querySelectorAll(".plot-host")].map((plot) => plot.getBoundingClientRect().height);
      return { within, plot: Math.min(...plots) };
    });
    expect(sizes.within, `${width}×${height}`).toBe(true);
    expect(sizes.plot).toBeGreaterThan(80);
    await expect(page.getByRole("button", { name: "Clear old runs" })).toBeVisible();
  }
  // The newest name can be scrolled to.
  await names.getByRole("listitem").last().scrollIntoViewIfNeeded();
  await expect(names.getByRole("listitem").last()).toBeInViewport();
});
