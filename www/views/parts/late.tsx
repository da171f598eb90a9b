// A part of the page whose program is fetched once the engine can train, which is worth more than the part.
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { state } from "../../state";

interface Props {
  /** Fetches the program. It has to be the same function at every call. */
  program: () => Promise<ComponentType>;
  /** What stands there until then. */
  children?: ComponentChildren;
}

export function Late({ program, children }: Props) {
  const [loaded, setLoaded] = useState<{ part: ComponentType } | "missing" | null>(null);
  const ready = state.status.value !== null;
  useEffect(() => {
    if (!ready) return;
    let gone = false;
    const set = (outcome: { part: ComponentType } | "missing") => gone || setLoaded(outcome);
    program().then(
      (part) => set({ part }),
      () => set("missing"),
    );
    return () => {
      gone = true;
    };
  }, [ready, program]);
  if (loaded === null) return <>{children}</>;
  if (loaded === "missing") {
    return (
      <>
        {children}
        <p class="view-words">This part of the page could not be fetched. Save your run, then reload the page.</p>
      </>
    );
  }
  const { part: Part } = loaded;
  return <Part />;
}
