"""Makes the golden numbers that tests/native/golden.rs holds the engine against: three networks in PyTorch, in f64.

Run at the root of the repository, with any Python ≥ 3.10:

    pip install torch numpy safetensors && python tests/golden/make.py

Each file has, as safetensors: 64 real MNIST images and their labels, ten mini-batches of 16 of them, the initial
parameters, the logits of the first 16 images and the gradients of the first mini-batch; and two of them the losses of
ten steps with SGD and with AdamW, and one where these lead. The layers are in the metadata, as the engine spells them.
"""

import gzip
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
MNIST = HERE.parent.parent / "assets" / "mnist"

# The settings of golden.rs. Decay is on weights and not on biases.
SGD = dict(lr=0.05, momentum=0.9)
ADAM = dict(lr=0.002, betas=(0.9, 0.999), eps=1e-8)
WEIGHT_DECAY = 5e-4


def conv(filters, size, activation, stride=1, padding=0):
    return dict(type="conv", filters=filters, size=size, stride=stride, padding=padding, activation=activation)


def pool(kind, size, stride):
    return dict(type="pool", kind=kind, size=size, stride=stride)


def dense(units, activation):
    return dict(type="dense", units=units, activation=activation)


NETWORKS = {
    "lenet5": [
        conv(6, 5, "relu", padding=2),
        pool("max", 2, 2),
        conv(16, 5, "relu"),
        pool("max", 2, 2),
        dense(120, "relu"),
        dense(84, "relu"),
        dense(10, "none"),
    ],
    # All that LeNet-5 has not.
    "others": [
        conv(4, 5, "scaled_tanh", padding=1),
        pool("average", 2, 2),
        conv(6, 3, "sigmoid", stride=2, padding=1),
        pool("max", 3, 2),
        dense(20, "tanh"),
        dense(10, "none"),
    ],
    # Its filters start at zero, so that all the pooling's windows are ties.
    "ties": [conv(2, 3, "tanh", padding=1), pool("max", 4, 2), dense(10, "none")],
}


class ScaledTanh(nn.Module):
    def forward(self, x):
        return 1.7159 * torch.tanh(2 / 3 * x)


ACTIVATIONS = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "scaled_tanh": ScaledTanh,
    "sigmoid": nn.Sigmoid,
    "none": nn.Identity,
}


def build(layers):
    """The list of layers as PyTorch has them, with weights of He's spread rounded to f32, so that the engine starts
    from the very same ones."""
    modules, channels, flattened = [], 1, False
    for layer in layers:
        if layer["type"] == "conv":
            modules.append(nn.Conv2d(channels, layer["filters"], layer["size"], layer["stride"], layer["padding"]))
            channels = layer["filters"]
        elif layer["type"] == "pool":
            kind = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[layer["kind"]]
            modules.append(kind(layer["size"], layer["stride"]))
        else:
            if not flattened:
                modules.append(nn.Flatten())
            flattened = True
            modules.append(nn.LazyLinear(layer["units"]))
        if "activation" in layer:
            modules.append(ACTIVATIONS[layer["activation"]]())
    network = nn.Sequential(*modules).double()
    network(torch.zeros(1, 1, 28, 28, dtype=torch.float64))
    for parameter in network.parameters():
        fan_in = parameter[0].numel()
        deviation = (2 / fan_in) ** 0.5 if parameter.ndim > 1 else 0.1
        parameter.data = (deviation * torch.randn(parameter.shape)).float().double()
    return network


def flat(tensors):
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).numpy().astype(np.float32)


def train(layers, start, images, labels, batches, optimizer, settings):
    """Ten steps from `start`: their losses and where they lead."""
    network = build(layers)
    network.load_state_dict(start)
    weights = [p for p in network.parameters() if p.ndim > 1]
    biases = [p for p in network.parameters() if p.ndim == 1]
    groups = [dict(params=weights, weight_decay=WEIGHT_DECAY), dict(params=biases, weight_decay=0.0)]
    optimizer = optimizer(groups, **settings)
    losses = []
    for batch in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses, dtype=np.float32), flat(network.parameters())


def golden(name, layers, pixels, digits):
    torch.manual_seed(1)
    images = torch.from_numpy(pixels).double().unsqueeze(1) / 255
    labels = torch.from_numpy(digits).long()
    batches = torch.stack([torch.randperm(len(digits))[:16] for _ in range(10)])
    network = build(layers)
    if name == "ties":
        network[0].weight.data.zero_()
    start = {key: value.clone() for key, value in network.state_dict().items()}
    F.cross_entropy(network(images[batches[0]]), labels[batches[0]]).backward()
    tensors = {
        "images": pixels,
        "labels": digits,
        "batches": batches.numpy().astype(np.uint8),
        "parameters": flat(network.parameters()),
        "logits": network(images[:16]).detach().numpy().astype(np.float32),
        "gradients": flat(p.grad for p in network.parameters()),
    }
    for optimizer, settings in {"sgd": (torch.optim.SGD, SGD), "adam": (torch.optim.AdamW, ADAM)}.items():
        # The ties are there for their gradients.
        if name == "ties":
            continue
        tensors[f"{optimizer}.losses"], end = train(layers, start, images, labels, batches, *settings)
        # LeNet-5's would be half a megabyte; the other network's judge the optimisers as well.
        if name != "lenet5":
            tensors[f"{optimizer}.parameters"] = end
    path = HERE / f"{name}.safetensors"
    save_file(tensors, path, metadata={"layers": json.dumps(layers)})
    path.chmod(0o644)
    print(f"{path.name}: {path.stat().st_size} bytes")


def main():
    torch.set_num_threads(1)
    read = lambda name, header: np.frombuffer(gzip.open(MNIST / name).read(), np.uint8, offset=header)
    pixels = read("train-images-idx3-ubyte.gz", 16)[: 64 * 784].reshape(64, 28, 28).copy()
    digits = read("train-labels-idx1-ubyte.gz", 8)[:64].copy()
    for name, layers in NETWORKS.items():
        golden(name, layers, pixels, digits)


if __name__ == "__main__":
    main()
