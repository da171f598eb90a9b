"""Measures native PyTorch on the same work, on the CPU.

usage: torch_lenet.py MNIST_FOLDER THREADS
Prints {"lenet5": images per second, "lenet5 channels_last": …, "nielsen2": …} for mini-batches of 64, SGD with momentum.
"""

import gzip
import json
import sys
import time

import numpy as np
import torch
from torch import nn

folder, threads = sys.argv[1], int(sys.argv[2])
BATCH, WARM, SECONDS = 64, 20, 2.0
torch.set_num_threads(threads)
torch.manual_seed(1)


def idx(name, header):
    with gzip.open(f"{folder}/{name}-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


all_images = torch.tensor(idx("train-images-idx3", 16).reshape(-1, 1, 28, 28)[:12800], dtype=torch.float32) / 255
labels = torch.tensor(idx("train-labels-idx1", 8)[:12800], dtype=torch.long)


def conv(before, filters, **more):
    return [nn.Conv2d(before, filters, 5, **more), nn.ReLU(), nn.MaxPool2d(2)]


networks = {
    "lenet5": lambda: nn.Sequential(
        *conv(1, 6, padding=2), *conv(6, 16), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ),
    "nielsen2": lambda: nn.Sequential(
        *conv(1, 20), *conv(20, 40), nn.Flatten(), nn.Linear(640, 100), nn.ReLU(), nn.Linear(100, 10)
    ),
}  # fmt: skip


def speed(network, layout):
    network, images = network.to(memory_format=layout), all_images.to(memory_format=layout)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    criterion = nn.CrossEntropyLoss()
    losses = []

    def step(i):
        at = i * BATCH % len(images)
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(network(images[at : at + BATCH]), labels[at : at + BATCH])
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())

    for i in range(WARM):
        step(i)
    start, i = time.perf_counter(), WARM
    while time.perf_counter() - start < SECONDS:
        step(i)
        i += 1
    elapsed = time.perf_counter() - start
    assert losses[-1] < losses[0], "it does not learn"
    return (i - WARM) * BATCH / elapsed


layouts = {"": torch.contiguous_format, " channels_last": torch.channels_last}
print(
    json.dumps(
        {name + word: round(speed(make(), layout)) for name, make in networks.items() for word, layout in layouts.items()}
    )
)
