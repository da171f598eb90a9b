// What is wrong with the page's geometry, as sentences: what lies over something else, is cut off, or is out of sight.
import type { Page } from "@playwright/test";

/** Sets the size of the window and of the root's font, and waits until the views have followed. */
export async function resize(page: Page, width: number, height: number, font: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(async (size) => {
    document.documentElement.style.fontSize = `${size}px`;
    scrollTo(0, 0);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  }, font);
}

/** Every fault of the page as it is now. */
export function geometryFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>();
    const name = (element: Element): string => {
      const words = element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30);
      return `${element.tagName.toLowerCase()}.${element.className} “${words}”`;
    };
    const shown = (element: Element): boolean => {
      const box = element.getBoundingClientRect();
      return (
        box.width > 1 &&
        box.height > 1 &&
        element.checkVisibility() &&
        !element.closest(".visually-hidden, .tip, [popover]:not(:popover-open)")
      );
    };
    const overlap = (a: DOMRect, b: DOMRect): boolean =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;

    if (document.documentElement.scrollWidth > innerWidth) found.add("the page is wider than the window");

    // On a phone the run bar's parts stand alone.
    const isPanelOf = (element: Element): boolean =>
      element.matches(".top, .panel, .tool-bar") && getComputedStyle(element).display !== "contents";
    const panels = [...document.querySelectorAll(".top, .panel")].filter(isPanelOf);
    for (const [i, panel] of panels.entries()) {
      for (const other of panels.slice(i + 1)) {
        if (overlap(panel.getBoundingClientRect(), other.getBoundingClientRect()))
          found.add(`${name(panel)} and ${name(other)} overlap`);
      }
    }

    const scrolls = (element: Element, axis: "X" | "Y"): boolean =>
      /auto|scroll/.test(getComputedStyle(element)[`overflow${axis}`]);
    /** Names a box that reaches beyond its panel, or beyond what cuts it off, unless one can scroll to it. */
    const inPanel = (element: Element, box: DOMRect): void => {
      let [across, down] = [true, true];
      for (let up: Element | null = element; up !== null && (across || down); up = up.parentElement) {
        const style = getComputedStyle(up);
        const isPanel = isPanelOf(up);
        const edge = up.getBoundingClientRect();
        if (up !== element || style.overflowX !== "visible") {
          if (scrolls(up, "X")) across = false;
          if (scrolls(up, "Y")) down = false;
          const cuts = isPanel || (style.overflowX !== "visible" && style.textOverflow !== "ellipsis");
          if (cuts && across && (box.left < edge.left - 1 || box.right > edge.right + 1))
            found.add(`${name(element)} reaches beyond ${name(up)} to the side`);
          if (cuts && down && (box.top < edge.top - 2 || box.bottom > edge.bottom + 2))
            found.add(`${name(element)} reaches beyond ${name(up)} above or below`);
          if (style.textOverflow === "ellipsis") across = false;
        }
        if (isPanel) return;
      }
    };

    for (const panel of panels) {
      const written: { box: DOMRect; element: Element }[] = [];
      const texts = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (element === null || !texts.currentNode.textContent?.trim() || !shown(element)) continue;
        if (element.closest("option, select, .legend-zero, .uplot, svg")) continue;
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        for (const box of range.getClientRects()) {
          inPanel(element, box);
          if (!element.closest(".number-grid, .layers-scroll, .ledger, .runs ul")) written.push({ box, element });
        }
      }
      for (const [i, one] of written.entries()) {
        for (const other of written.slice(i + 1)) {
          if (one.element !== other.element && overlap(one.box, other.box))
            found.add(`${name(one.element)} and ${name(other.element)} overlap`);
        }
      }
      for (const canvas of panel.querySelectorAll("canvas, svg, select, input, button"))
        if (shown(canvas) && !canvas.closest(".uplot")) inPanel(canvas, canvas.getBoundingClientRect());
    }

    for (const control of document.querySelectorAll("button, input, select, summary, [role=application]")) {
      if (!shown(control) || control.closest(".thumbs")) continue;
      control.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const box = control.getBoundingClientRect();
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      if (hit === null || !(control.contains(hit) || hit.closest("label")?.contains(control) || hit.contains(control)))
        found.add(`${name(control)} is covered by ${hit === null ? "nothing in sight" : name(hit)}`);
    }
    scrollTo(0, 0);
    return [...found];
  });
}

/** Where the pad and the answer are, and how far down the bars and the network reach, in CSS pixels from the top. */
export function hands(page: Page) {
  return page.evaluate(() => {
    const boxOf = (name: string) => (document.querySelector(name) as Element).getBoundingClientRect();
    const [paper, answer] = [boxOf(".pad-paper"), boxOf("[data-answer]")];
    const top = Math.min(paper.top, answer.top);
    const bottom = Math.max(paper.bottom, answer.bottom);
    return {
      top,
      bottom,
      height: bottom - top,
      bars: boxOf(".probabilities").bottom,
      network: boxOf(".network-panel").bottom,
    };
  });
}
