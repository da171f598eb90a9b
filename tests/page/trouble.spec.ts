// Data that is missing or broken: the page names the file and the reason, and trying again works.
import { expect, test, train, voice } from "./page";

test.use({ expectErrors: true }); // the browser itself reports a failed request

test("a corrupt file is named", async ({ page }) => {
  await page.route(/t10k-images\S*\.gz$/, (route) =>
    route.fulfill({ body: Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) }),
  );
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^t10k-images-idx3-ubyte\.gz is corrupt/);
  await expect(train(page)).toBeDisabled();

  await page.unroute(/t10k-images\S*\.gz$/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.evaluate(() => window.lenet.ready);
  await expect(voice(page)).toHaveText(/^Press Train/);
  await expect(train(page)).toBeEnabled();
});

test("a missing file is named", async ({ page }) => {
  await page.route(/train-labels\S*\.gz$/, (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^train-labels-idx1-ubyte\.gz is missing: .*404/);
  await expect(page.evaluate(() => window.lenet.ready)).rejects.toThrow(/train-labels/);
});

test("a file that unpacks but is not MNIST is refused with the byte", async ({ page }) => {
  await page.route(/train-labels\S*\.gz$/, (route) =>
    route.fulfill({ body: "<!doctype html><title>Not found</title>" }),
  );
  await page.goto("./");
  await expect(voice(page)).toHaveText(/^train-labels-idx1-ubyte\.gz cannot be used: byte \d+/);
});

test("Train pressed before the data is there is not lost", async ({ page }) => {
  let press = () => {};
  const pressed = new Promise<void>((resolve) => {
    press = resolve;
  });
  await page.route(/train-images\S*\.gz$/, async (route) => {
    await pressed;
    await route.continue();
  });
  await page.goto("./");
  await train(page).click();
  await expect(voice(page)).toHaveText("Training starts as soon as the data has arrived.");
  press();
  await expect(voice(page)).toHaveText(/^Training: /);
});
