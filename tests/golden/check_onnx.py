"""Runs our ONNX files in onnxruntime and compares the probabilities with those of `lenet classify`.

    cargo build --release --bin lenet
    pip install onnx onnxruntime numpy
    python tests/golden/check_onnx.py target/release/lenet

The networks have every kind of layer and are trained for a few steps only: then no probability is near 1, and an error
in any layer changes it. `classify` prints percentages with two decimals, so probabilities may differ by 0.0001 at most.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

ROOT = Path(__file__).parents[2]
LENET = Path(sys.argv[1]).resolve()
COUNT = 1000

# The presets lack these kinds of layers; tests/native/onnx.rs writes the same networks.
UNUSUAL = json.loads((ROOT / "tests/golden/onnx_networks.json").read_text())
NETWORKS = [["preset=lenet5"], ["preset=lenet5_1998"], ["preset=nielsen1"], ["preset=nielsen2"]]
NETWORKS += [[f"layers={json.dumps(layers)}"] for layers in UNUSUAL.values()]
NETWORKS += [["preset=nielsen1", f"preprocessing={kind}"] for kind in ("center", "standardize", "whiten")]


def lenet(*words):
    return subprocess.run([LENET, *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main():
    folder = Path(tempfile.mkdtemp())
    packed = gzip.open(ROOT / "assets/mnist/t10k-images-idx3-ubyte.gz").read()
    pixels = packed[16 : 16 + COUNT * 784]
    sizes = b"".join(size.to_bytes(4, "big") for size in (COUNT, 28, 28))
    (folder / "images").write_bytes(b"\0\0\x08\x03" + sizes + pixels)
    images = np.frombuffer(pixels, np.uint8).reshape(COUNT, 1, 28, 28).astype(np.float32) / 255
    for network in NETWORKS:
        ours, theirs = str(folder / "network.safetensors"), str(folder / "network.onnx")
        lenet("train", "--steps", "12", "--out", ours, "batch_size=16", *network)
        lenet("export", ours, "--format", "onnx", "--out", theirs)
        onnx.checker.check_model(onnx.load(theirs), full_check=True)
        _, probabilities = onnxruntime.InferenceSession(theirs).run(None, {"image": images})
        lines = lenet("classify", "--network", ours, str(folder / "images")).splitlines()
        predicted = [re.fullmatch(r".* \d+: (\d) \(([\d.]+) %\)", line).groups() for line in lines]
        digits = np.array([int(digit) for digit, _ in predicted])
        confidences = np.array([float(percent) / 100 for _, percent in predicted])
        same = digits == probabilities.argmax(1)
        difference = np.abs(probabilities.max(1) - confidences).max()
        print(f"{' '.join(network)[:40]!r}: {same.sum()} of {COUNT} predictions agree, difference {difference:.1e}")
        assert same.mean() > 0.998 and difference < 1e-4


main()
