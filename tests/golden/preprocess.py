"""Makes tests/golden/preprocess.safetensors: images preprocessed by NumPy, which tests/native/preprocess.rs compares
the engine with.

Run at the root of the repository, with any Python ≥ 3.10:

    pip install numpy safetensors && python tests/golden/preprocess.py
"""

import gzip
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).parent
MNIST = HERE / "../../assets/mnist"
EPSILON, COMPONENTS, IMAGES = 0.01, 100, 10_000


def images(name: str) -> np.ndarray:
    data = gzip.open(MNIST / name).read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(-1, 784).astype(np.float64) / 255


training, tests = images("train-images-idx3-ubyte.gz")[:IMAGES], images("t10k-images-idx3-ubyte.gz")[:3]
mean = training.mean(axis=0)
centred = tests - mean
covariance = np.cov(training, rowvar=False, bias=True)
values, vectors = np.linalg.eigh(covariance)
values, vectors = values[::-1][:COMPONENTS], vectors[:, ::-1][:, :COMPONENTS]
whitened = (centred @ vectors / np.sqrt(values + EPSILON)) @ vectors.T

numbers = {
    "mean": mean,
    "variances": values,
    "center": centred,
    "standardize": centred / np.sqrt(np.diag(covariance) + EPSILON),
    "whiten": whitened,
}
save_file({name: array.astype(np.float32) for name, array in numbers.items()}, HERE / "preprocess.safetensors")
print("share of the variance in the whitened components:", values.sum() / np.trace(covariance))
