// Remembers the last result. A layout depends only on the network and the room, so it need not be computed in every
// frame.

export function lastOf<Result>(): (key: readonly unknown[], make: () => Result) => Result {
  let last: { key: readonly unknown[]; result: Result } | null = null;
  return (key, make) => {
    if (!last || last.key.length !== key.length || last.key.some((part, i) => part !== key[i]))
      last = { key, result: make() };
    return last.result;
  };
}
