// Measures how long a change takes until it is on the screen.

/** A frame comes this long after it was requested at most, if the browser is not behind with the frames before it. */
const FRAME_MS = 17;

/** What this module needs of the browser; tests have their own. */
export interface Browser {
  now(): number;
  /** Calls a function before the next frame. */
  beforeFrame(call: () => void): void;
  /** Calls a function in the first task after the frame that is being made. */
  afterFrame(call: () => void): void;
}

const here: Browser = {
  now: () => performance.now(),
  beforeFrame: (call) => void requestAnimationFrame(call),
  afterFrame(call) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      call();
    };
    port2.postMessage(null);
  },
};

/**
 * Makes the change, and reports its milliseconds in the first task after the next frame has been painted: the time that it
 * kept the page's thread busy, and how late the frame came, because others of the browser's processes still had the last.
 */
export function whenDrawn(change: () => void, tell: (milliseconds: number) => void, browser = here): void {
  let changing = 0;
  let asked = browser.now();
  // This is requested before the change requests frames of its own, so that their time is counted.
  browser.beforeFrame(() => {
    const start = browser.now();
    const late = Math.max(0, start - asked - FRAME_MS);
    browser.afterFrame(() => tell(changing + late + browser.now() - start));
  });
  const start = browser.now();
  change();
  asked = browser.now();
  changing = asked - start;
}
