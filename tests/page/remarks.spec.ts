// The remarks of a first visit on the page. What makes each of them come is tested in tests/unit/remarks.spec.ts.
import { expect, open, test, train } from "./page";

test.use({ remarks: true, viewport: { width: 1440, height: 900 } });

test("remarks come as training is measured, one at a time, each once", async ({ page }) => {
  await open(page);
  const remark = page.getByRole("status", { name: "Remark" });
  await expect(remark).toBeEmpty();
  await train(page).click();
  const seen = new Set<string>();
  // These two come in every run that learns; that of the filters only if one of them becomes an edge.
  while (!(seen.has("loss") && seen.has("sure"))) {
    await expect(remark.locator("p")).toHaveCount(1);
    const words = (await remark.locator("p").textContent()) ?? "";
    const about = ["loss", "sure", "Filter", "Epoch"].find((word) => words.includes(word)) ?? words;
    expect(seen, words).not.toContain(about);
    seen.add(about);
    await remark.getByRole("button", { name: "Dismiss" }).click();
  }
  await page.reload();
  await page.evaluate(() => window.lenet.ready);
  await page.evaluate(() => window.lenet.train({ steps: 300 }));
  const again = await remark.textContent();
  for (const about of seen) expect(again).not.toContain(about);
});

test("a run that does not learn is not remarked on", async ({ page }) => {
  await open(page, "./#learning_rate=0.00001");
  await page.evaluate(() => window.lenet.train({ steps: 300 }));
  await expect(page.getByRole("status", { name: "Remark" })).toBeEmpty();
  expect(await page.evaluate(() => localStorage.getItem("remarks"))).toBeNull();
});
