// A finger on a phone on its side.
import type { Locator, Page } from "@playwright/test";

export const ON_ITS_SIDE = { viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true };

/** Scrolls the element to the middle of the screen. */
export async function toMiddle(over: Locator): Promise<void> {
  await over.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
}

/** Moves one finger over 100 pixels from the middle of an element, upwards or to the left. */
export async function swipe(page: Page, over: Locator, way: "up" | "left" = "up"): Promise<void> {
  const box = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const client = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const at = (far: number) => [way === "up" ? { x, y: y - far } : { x: x - far, y }];
  await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let far = 10; far <= 100; far += 10)
    await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(far) });
  await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

export const scrolled = (page: Page) => page.evaluate(() => scrollY);
