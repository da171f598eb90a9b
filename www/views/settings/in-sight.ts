// Whether a part of the panel is in sight: pictures are asked for only then.
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function useInSight(part: RefObject<HTMLElement | null>): Signal<boolean> {
  const seen = useSignal(false);
  useEffect(() => {
    if (part.current === null) return;
    const observer = new IntersectionObserver((entries) => {
      seen.value = entries.at(-1)?.isIntersecting ?? false;
    });
    observer.observe(part.current);
    return () => observer.disconnect();
  }, []);
  return seen;
}
