// The page asks nobody but its own server for anything, and its Content-Security-Policy makes sure of that.
import { DIGITS, draw, expect, open, test, train, voice } from "./page";
import { StaticSite } from "./static-site";

const site = new StaticSite();
test.beforeAll(() => site.start());
test.afterAll(() => site.remove());

test("in a folder of a static host it trains, reads, saves and opens, and asks no other origin", async ({ page }) => {
  const asked: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  await open(page, site.address);
  await train(page).click();
  await expect(voice(page)).toHaveText(/^Training: /);
  await draw(page, DIGITS[7] ?? []);
  await page.evaluate(async () => {
    window.lenet.pause();
    await window.lenet.load(await window.lenet.save());
  });
  await expect(voice(page)).toHaveText(/^Paused at step/);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((url) => !url.startsWith(site.address) && !url.startsWith("blob:"))).toEqual([]);
});

test.describe("what is forbidden", () => {
  test.use({ expectErrors: true }); // the browser reports each refusal

  test("another origin, a script in the page and text as a script are refused", async ({ page }) => {
    await page.goto(site.address);
    const refused = await page.evaluate(async () => {
      const directives: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => directives.push(event.effectiveDirective));
      await fetch("http://localhost:9/").catch(() => {});
      const script = document.createElement("script");
      script.textContent = "document.title = 'ran'";
      document.head.append(script);
      // The page itself calls neither; what it loads could.
      const evaluated = await new Promise((done) => {
        setTimeout("document.title = 'ran'" as unknown as () => void, 0);
        setTimeout(() => done(document.title), 50);
      });
      return { directives, evaluated };
    });
    expect(refused.evaluated).not.toBe("ran");
    expect(refused.directives).toEqual(expect.arrayContaining(["connect-src", "script-src-elem", "script-src"]));
  });
});
