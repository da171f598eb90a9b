// The small sign beside what the reader points at: its name and its number, kept up to date while training goes on.
import type { Rect } from "./layout/grid";

const AWAY = 10;

export class Tip {
  private readonly name = document.createElement("span");
  private readonly value = document.createElement("b");
  private text = "";
  private size = { width: 0, height: 0 };

  /** `element` lies in the same box as the canvas and is hidden from screen readers, who are told in words. */
  constructor(private readonly element: HTMLElement) {
    element.replaceChildren(this.name, this.value);
    this.hide();
  }

  hide(): void {
    this.element.hidden = true;
  }

  /** To the right, since what a unit is made from lies to its left; above it if there is room, else below. */
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
