// The page's promise: press Train, and soon it reads a drawing.
import { answer, DIGITS, draw, expect, figure, pad, test, train, voice, watchErrors } from "./page";

test.describe
  .serial("an untrained network", () => {
    let page: import("@playwright/test").Page;
    let errors: string[];

    test.beforeAll(async ({ browser }) => {
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      errors = watchErrors(page);
    });
    test.afterAll(() => page.close());
    test.afterEach(() => expect(errors).toEqual([]));

    test("is there at once and guesses", async () => {
      await page.goto("./");
      await expect(voice(page)).toHaveText(
        "Press Train. In about ten seconds this network will read your handwriting.",
      );
      await page.evaluate(() => window.lenet.ready);
      await expect(page.getByRole("button", { name: /^CPU/ })).toBeVisible();
      await expect(answer(page)).toHaveText(/[0-9]/);
      await expect(figure(page, "Step")).toHaveText("0");
    });

    test("learns to read 97 of 100 test images it has never seen", async () => {
      await train(page).click();
      await expect(voice(page)).toHaveText(/^Training/);
      await expect
        .poll(async () => Number.parseFloat(await figure(page, "Test").innerText()), { timeout: 100_000 })
        .toBeGreaterThanOrEqual(97);
    });

    test("answers a drawing while it goes on training", async () => {
      await expect(voice(page)).toHaveText(/^Training/);
      await draw(page, DIGITS[3] ?? []);
      await expect(answer(page)).toHaveText("3");
      await page.keyboard.press("Space");
      await expect(voice(page)).toHaveText(/^Paused/);
    });

    for (const [digit, strokes] of Object.entries(DIGITS)) {
      test(`reads a drawn ${digit}`, async () => {
        await page.getByRole("button", { name: "Clear", exact: true }).click();
        await draw(page, strokes);
        await expect(answer(page)).toHaveText(digit);
      });
    }

    const places = {
      small: { x: 0.4, y: 0.4, width: 0.14, height: 0.2 },
      huge: { x: 0.06, y: 0.06, width: 0.88, height: 0.88 },
      "off-centre": { x: 0.04, y: 0.5, width: 0.3, height: 0.44 },
    };
    for (const [place, box] of Object.entries(places)) {
      test(`reads a ${place} digit as well`, async () => {
        for (const digit of [2, 3, 7]) {
          await page.getByRole("button", { name: "Clear", exact: true }).click();
          await draw(page, DIGITS[digit] ?? [], box);
          await expect(answer(page)).toHaveText(String(digit));
        }
      });
    }

    test("undoes and clears", async () => {
      const hint = page.getByText("Draw a digit here");
      await page.getByRole("button", { name: "Clear", exact: true }).click();
      await expect(hint).toBeVisible();
      await draw(page, DIGITS[1] ?? []);
      await expect(hint).toBeHidden();
      await pad(page).press("Control+z");
      await expect(hint).toBeVisible();
      await draw(page, DIGITS[1] ?? []);
      await pad(page).press("Delete");
      await expect(hint).toBeVisible();
      await pad(page).press("Control+z");
      await expect(answer(page)).toHaveText("1");
    });

    test("follows one chosen image everywhere", async () => {
      await page.getByRole("button", { name: "Test image 2, a 1" }).click();
      await expect(answer(page)).toHaveText("1");
      await page.getByRole("button", { name: "Next test image" }).click();
      await expect(answer(page)).toHaveText("0");
      await page.getByRole("spinbutton", { name: "Test image" }).fill("17");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("button", { name: "Test image 17, a 7" })).toHaveAttribute("aria-pressed", "true");
      await expect(answer(page)).toHaveText("7");
    });
  });
