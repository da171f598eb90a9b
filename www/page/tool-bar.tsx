// The names of all tools, in one place: each opens or closes its tool.
import { inOneScreen } from "../model/screen";
import { available, shown, type ToolName, toggleTool, toolKey } from "../model/tools";

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
              press(name);
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

/** Opens a tool and scrolls to it, or closes it. */
export function press(name: ToolName): void {
  toggleTool(name);
  reveal(name);
}

/** Scrolls to a tool that has just been opened, where the page is longer than the window. */
export function reveal(name: ToolName): void {
  requestAnimationFrame(() => {
    const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    document
      .querySelector(`.${name}-panel.tool`)
      ?.scrollIntoView({ block: inOneScreen.peek() ? "nearest" : "start", behavior: smooth ? "smooth" : "instant" });
  });
}
