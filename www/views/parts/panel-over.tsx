// A panel that a button opens over the page.
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
  /** Fetches what is in it when it is first opened. It has to be the same function at every call. */
  program?: () => Promise<ComponentType>;
  /** What is in it from the start. */
  children?: ComponentChildren;
  onToggle?: (isOpen: boolean) => void;
}

export function PanelOver({ id, name, title = name, close = "Close", program, children, onToggle }: Props) {
  const wanted = useSignal(false);
  return (
    <div
      id={id}
      popover="auto"
      class={`panel-over ${id}`}
      role="dialog"
      aria-label={name}
      onToggle={({ newState }) => {
        wanted.value = true;
        onToggle?.(newState === "open");
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet icon-only" aria-label={close} popovertarget={id} popovertargetaction="hide">
          <ClearIcon />
        </button>
      </header>
      {children}
      {program !== undefined && wanted.value && <Late program={program} />}
    </div>
  );
}
