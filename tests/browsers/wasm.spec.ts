// The engine's tests (tests/wasm) in each browser. wasm-bindgen's runner serves them, and the browser opens its page.
import { execFileSync, spawn } from "node:child_process";
import { basename, resolve } from "node:path";
import { expect, test } from "./test";

const root = resolve(__dirname, "../..");
const RUNNER = process.env.LENET_WASM_RUNNER ?? "wasm-bindgen-test-runner";
const ADDRESS = /http:\S+/;
const CARGO = "test --no-run --target wasm32-unknown-unknown --message-format json";

for (const name of ["wasm", "worker"]) {
  test(`the engine's tests: ${name}`, async ({ driven }) => {
    const server = spawn(RUNNER, [compiled(name)], {
      cwd: root,
      env: { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0", WASM_BINDGEN_NO_DEBUG: "1" },
    });
    try {
      let said = "";
      for await (const line of server.stdout.iterator({ destroyOnReturn: false })) {
        said += line;
        if (ADDRESS.test(said)) break;
      }
      await driven.open(String(ADDRESS.exec(said)));
      await expect.poll(() => driven.text("#output"), { timeout: test.info().timeout }).toMatch(/test result: /);
      const output = await driven.text("#output");
      console.log(output.trim());
      expect(output).toMatch(/test result: ok\. [1-9]\d* passed; 0 failed/);
    } finally {
      server.kill();
    }
  });
}

/** The WebAssembly of one of Cargo's tests. */
function compiled(name: string): string {
  const messages = execFileSync("cargo", [...CARGO.split(" "), "--test", name], { cwd: root, encoding: "utf8" });
  const executables = messages.split("\n").map((line) => /"executable":"([^"]*)"/.exec(line)?.[1] ?? "");
  const found = executables.find((path) => basename(path).startsWith(`${name}-`));
  if (found === undefined) throw new Error(`cargo built no ${name}`);
  return found;
}
