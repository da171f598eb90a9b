// The small sign beside the unit that the reader points at: its name and its value, updated while training goes on.
import type { Rect } from "./layout/grid";

const AWAY = 10;

export class Tip {
  private readonly name = document.createElement("span");
  private readonly value = document.createElement("b");
  private text = "";
  private size = { width: 0, height: 0 };

  /** `element` is in the same box as the canvas. Screen readers do not see it; a live region tells them the same. */
  constructor(private readonly element: HTMLElement) {
    element.replaceChildren(this.name, this.value);
    this.hide();
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** Shows the sign at the right, because a unit's inputs are at its left; above the unit if there is room, otherwise below. */
  show(name: string, value: string, at: Rect, width: number): void {
    const text = `${name}\n${value}`;
    this.element.hidden = false;
    if (text !== this.text) {
      this.name.textContent = name;
      this.value.textContent = value;
      this.text = text;
      this.size = { width: this.element.offsetWidth, height: this.element.offsetHeight };
    }
    const x = Math.max(0, Math.min(width - this.size.width, at.x + at.width + AWAY));
    const above = at.y - this.size.height - AWAY;
    const y = above >= 0 ? above : at.y + at.height + AWAY;
    this.element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }
}
