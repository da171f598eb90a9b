// A browser behind its WebDriver: Chromium, Firefox and WebKit take the same calls.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, By, Key, type WebDriver, type WebElement } from "selenium-webdriver";
import { DriverService } from "selenium-webdriver/remote";
import webdriver from "../../webdriver.json";
import { onPath } from "../page/browser";

const BROWSERS = {
  chromium: { program: "chromedriver", capabilities: { browserName: "chrome", ...webdriver } },
  firefox: {
    program: "geckodriver",
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": { args: ["-headless"], binary: onPath("firefox", "firefox-esr") },
    },
  },
  // The driver starts WebKit's own MiniBrowser, which needs a display: `xvfb-run` gives it one.
  webkit: { program: "WebKitWebDriver", capabilities: { browserName: "MiniBrowser" } },
};

export type BrowserName = keyof typeof BROWSERS;

/** How long the browser may take to start, and a script to run. These only end what hangs. */
const START_MS = 300_000;
const SCRIPT_MS = 600_000;

/** A place on a paper, in shares of its size. */
export type Point = [number, number];

export class DrivenBrowser {
  private constructor(
    private readonly driver: WebDriver,
    private readonly service: DriverService,
    private readonly home: string,
  ) {}

  static async start(name: BrowserName): Promise<DrivenBrowser> {
    const { program, capabilities } = BROWSERS[name];
    const path = onPath(program);
    if (path === undefined) throw new Error(`${program} is not on the PATH: \`cargo xtask setup\` installs it`);
    // A home of its own: it has no profile, and what the page saves can be found there.
    const home = mkdtempSync(join(tmpdir(), "lenet-home-"));
    const environment = {
      ...(process.env as Record<string, string>),
      HOME: home,
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", // the sandbox does not start for root or in a container
    };
    const service = new DriverService.Builder(path).setLoopback(true).setEnvironment(environment).build();
    const driver = await new Builder()
      .usingServer(await service.start(START_MS))
      .withCapabilities(capabilities)
      .build();
    await driver.manage().setTimeouts({ script: SCRIPT_MS });
    await driver.manage().window().setRect({ x: 0, y: 0, width: 1280, height: 900 });
    return new DrivenBrowser(driver, service, home);
  }

  async stop(): Promise<void> {
    await this.driver.quit().catch(() => {}); // a browser that has crashed has no session to end
    await this.service.kill();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10 });
  }

  async version(): Promise<string> {
    return String((await this.driver.getCapabilities()).get("browserVersion"));
  }

  open(address: string): Promise<void> {
    return this.driver.get(address);
  }

  /** Runs a function in the page, and waits for its promise. */
  run<Given extends unknown[], Result>(script: (...given: Given) => Result, ...given: Given): Promise<Awaited<Result>> {
    return this.driver.executeScript(script, ...given);
  }

  /** The text of the first element of this selector; empty if there is none. */
  text(selector: string): Promise<string> {
    return this.run((of) => document.querySelector(of)?.textContent ?? "", selector);
  }

  /** Clicks the button of this name. */
  async click(name: string): Promise<void> {
    const named = `//button[normalize-space()="${name}" or @aria-label="${name}"]`;
    await this.driver.findElement(By.xpath(named)).click();
  }

  /** Gives a control the focus and types keys. */
  async type(selector: string, ...keys: (keyof typeof Key)[]): Promise<void> {
    await this.run((of) => document.querySelector<HTMLElement>(of)?.focus(), selector);
    const pressed = keys.map((key) => String(Key[key]));
    await this.driver
      .actions()
      .sendKeys(...pressed)
      .perform();
  }

  /** Draws one stroke on a paper with the mouse. */
  async draw(selector: string, stroke: Point[]): Promise<void> {
    const paper = await this.element(selector);
    await this.driver.executeScript("arguments[0].scrollIntoView({ block: 'nearest' })", paper);
    const { width, height } = await paper.getRect();
    const actions = this.driver.actions();
    for (const [i, [x, y]] of stroke.entries()) {
      // WebDriver counts from the middle.
      const place = { x: Math.round((x - 0.5) * width), y: Math.round((y - 0.5) * height) };
      actions.move({ origin: paper, duration: 0, ...place });
      if (i === 0) actions.press();
    }
    await actions.release().perform();
  }

  /** Chooses a file in an input. */
  async choose(selector: string, file: string): Promise<void> {
    await (await this.element(selector)).sendKeys(file);
  }

  /** The downloaded files with this ending. */
  downloads(ending: string): string[] {
    const files = readdirSync(this.home, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile() && file.name.endsWith(ending))
      .map((file) => join(file.parentPath, file.name));
  }

  private async element(selector: string): Promise<WebElement> {
    return this.driver.findElement(By.css(selector));
  }
}
