// The tests of the parts that need neither a browser nor the engine: `npx vitest run` in this folder.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { dir: "../tests/unit", testTimeout: 60_000 },
  resolve: { dedupe: ["vitest", "fast-check"] }, // the tests lie outside this folder, where they would not find them
});
