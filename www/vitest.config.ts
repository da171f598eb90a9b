// The tests of what needs neither a browser nor the engine: `npx vitest run`, in here.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { dir: "../tests/unit" },
  resolve: { dedupe: ["vitest"] }, // the tests lie outside, and find it as we do
});
