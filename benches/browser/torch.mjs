// Native PyTorch, if this machine has it.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./serve.mjs";

const python = process.env.LENET_PYTHON ?? "python3";

/** Images per second of both networks, or null if there is no PyTorch. */
export function torch(threads) {
  const run = (...given) =>
    execFileSync(python, given, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1e8 });
  try {
    run("-c", "import torch, numpy");
  } catch {
    console.log(
      `PyTorch is left out: ${python} has no torch and numpy. \`pip install\` them, or name another Python in LENET_PYTHON.`,
    );
    return null;
  }
  return JSON.parse(run(join(root, "benches/peers/torch_lenet.py"), join(root, "assets/mnist"), `${threads}`));
}
