// The page's tools, opened as a reader does.

/** Opens every tool, one after the other. Where there is room for all of them, all stay. */
export async function openAll(page) {
  const tools = page.getByRole("navigation", { name: "Tools" });
  for (const button of await tools.getByRole("button").all()) {
    if ((await button.getAttribute("aria-pressed")) === "false") await button.click();
    const name = await button.evaluate((element) => element.lastChild?.textContent);
    await page.getByRole("region", { name, exact: true }).locator("h2").first().waitFor();
  }
}
