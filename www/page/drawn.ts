// Measures how long a change keeps the page's thread busy until it is on the screen.

/** Makes the change, and reports its milliseconds in the first task after the next frame has been painted. */
export function whenDrawn(change: () => void, tell: (milliseconds: number) => void): void {
  let changing = 0;
  // This is requested before the change requests frames of its own, so that their time is counted.
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
