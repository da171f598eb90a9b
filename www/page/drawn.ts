// How long a change keeps the page's thread busy until it is on the screen.

/** Makes the change, and tells the milliseconds once the next frame has been painted: the frame's first task after that. */
export function whenDrawn(change: () => void, tell: (milliseconds: number) => void): void {
  let changing = 0;
  // Asked for before the change asks for its own, so that their time counts.
  requestAnimationFrame(() => {
    const start = performance.now();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      tell(changing + performance.now() - start);
    };
    port2.postMessage(null);
  });
  const start = performance.now();
  change();
  changing = performance.now() - start;
}
