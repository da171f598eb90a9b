// The names of all tools, in one place: each opens or closes its tool.
import { inOneScreen } from "../model/screen";
import { available, shown, toggleTool, toolKey } from "../model/tools";

export function ToolBar() {
  return (
    <nav class="tool-bar" aria-label="Tools">
      {available.value.map(({ name, title }) => {
        const key = toolKey(name);
        return (
          <button
            key={name}
            data-tool={name}
            type="button"
            aria-pressed={shown.value.includes(name)}
            aria-keyshortcuts={key}
            title={`${title} (${key})`}
            onClick={(event) => {
              toggleTool(name);
              reveal(name);
              // After a click of the mouse the space bar trains again.
              if (event.detail > 0) event.currentTarget.blur();
            }}
          >
            <span class="tool-key" aria-hidden="true">
              {key}
            </span>
            {title}
          </button>
        );
      })}
    </nav>
  );
}

/** Scrolls to a tool that has just been opened, where the page is longer than the window. */
export function reveal(name: string): void {
  requestAnimationFrame(() => {
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    document
      .querySelector(`.${name}-panel.tool`)
      ?.scrollIntoView({ block: inOneScreen.peek() ? "nearest" : "start", behavior: smooth ? "smooth" : "instant" });
  });
}
