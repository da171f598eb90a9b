// A panel that a button opens over the page. What is in it is fetched when it is first opened.
import { useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { ClearIcon } from "./icons";
import { Late } from "./late";

interface Props {
  /** Buttons with this `popovertarget` open it; it is its class, too. */
  id: string;
  /** Its name for screen readers. */
  name: string;
  title?: ComponentChildren;
  /** The name of the button that closes it. */
  close?: string;
  /** Fetches what is in it. It has to be the same function at every call. */
  program: () => Promise<ComponentType>;
}

export function PanelOver({ id, name, title = name, close = "Close", program }: Props) {
  const wanted = useSignal(false);
  return (
    <div
      id={id}
      popover="auto"
      class={`panel-over ${id}`}
      role="dialog"
      aria-label={name}
      onToggle={() => {
        wanted.value = true;
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet icon-only" aria-label={close} popovertarget={id} popovertargetaction="hide">
          <ClearIcon />
        </button>
      </header>
      {wanted.value && <Late program={program} />}
    </div>
  );
}
