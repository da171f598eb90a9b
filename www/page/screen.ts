// Keeps the size of the window and of the letters up to date, and tells the styles the page's shape.
import { effect } from "@preact/signals";
import { printing, shape, size } from "../model/screen";

export function startScreen(): void {
  const measure = () => {
    const { innerWidth: width, innerHeight: height } = window;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const last = size.peek();
    if (width !== last.width || height !== last.height || rem !== last.rem) size.value = { width, height, rem };
  };
  measure();
  addEventListener("resize", measure);
  // Another size of the letters changes the page's height.
  new ResizeObserver(measure).observe(document.documentElement);
  // The surfaces are painted for paper after this, because they are mounted later.
  for (const event of ["beforeprint", "afterprint"]) {
    addEventListener(event, () => {
      printing.value = event === "beforeprint";
    });
  }
  effect(() => {
    document.documentElement.dataset.shape = shape.value;
  });
}
