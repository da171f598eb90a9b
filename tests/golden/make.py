"""Makes the golden numbers that tests/native/golden.rs compares the engine with: five networks in PyTorch, in f64.

Run at the root of the repository, with any Python ≥ 3.10:

    pip install torch numpy safetensors && python tests/golden/make.py

Each file is in safetensors format. It has 64 real MNIST images with their labels, ten mini-batches of 16 of them, the
initial parameters, the logits of the first 16 images and the gradients of the first mini-batch. All but `ties` also have
the losses of ten steps with SGD and with AdamW, and `others` has the parameters after those steps. The metadata has the
layers as the engine spells them.
"""

import gzip
import json
import re
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
MNIST = HERE.parent.parent / "assets" / "mnist"

# The settings of tests/native/golden.rs. Weight decay applies to weights and not to biases.
SGD = dict(lr=0.05, momentum=0.9)
ADAM = dict(lr=0.002, betas=(0.9, 0.999), eps=1e-8)
WEIGHT_DECAY = 5e-4
SGD_1998 = 0.0005


def conv(filters, size, activation, stride=1, padding=0):
    return dict(type="conv", filters=filters, size=size, stride=stride, padding=padding, activation=activation)


def pool(kind, size, stride):
    return dict(type="pool", kind=kind, size=size, stride=stride)


def dense(units, activation):
    return dict(type="dense", units=units, activation=activation)


# LeNet-5 as LeCun, Bottou, Bengio and Haffner published it in 1998. Their table I lists the maps of S2 that each filter of
# C3 sees.
TABLE = [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5], [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5]]
TABLE += [[0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5], [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]]
SUBSAMPLE = dict(type="subsample", size=2, activation="scaled_tanh")
LENET5_1998 = [
    dict(type="frame", border=2, paper=-0.1, ink=1.175),
    conv(6, 5, "scaled_tanh"),
    SUBSAMPLE,
    dict(conv(16, 5, "scaled_tanh"), connections="lecun1998"),
    SUBSAMPLE,
    dense(120, "scaled_tanh"),
    dense(84, "scaled_tanh"),
    dict(type="rbf"),
]


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
    # What LeNet-5 does not have: other activations, average pooling, strides, overlapping windows.
    "others": [
        conv(4, 5, "scaled_tanh", padding=1),
        pool("average", 2, 2),
        conv(6, 3, "sigmoid", stride=2, padding=1),
        pool("max", 3, 2),
        dense(20, "tanh"),
        dense(10, "none"),
    ],
    # Windows that do not fit: 28 → 14 leaves over a zero of the padding, 14 → 4 a row and a column, 4 → 2 and 2 → 1 both.
    "rounded": [
        conv(4, 3, "tanh", stride=2, padding=1),
        conv(5, 4, "sigmoid", stride=3),
        conv(6, 3, "scaled_tanh", stride=2, padding=1),
        pool("average", 1, 2),
        dense(10, "none"),
    ],
    "lenet5_1998": LENET5_1998,
    # The filters start at zero, so that every window of the pooling is a tie.
    "ties": [conv(2, 3, "tanh", padding=1), pool("max", 4, 2), dense(10, "none")],
}


class ScaledTanh(nn.Module):
    def forward(self, x):
        return 1.7159 * torch.tanh(2 / 3 * x)


class Frame(nn.Module):
    def __init__(self, border, paper, ink):
        super().__init__()
        # Rounded to f32, as the engine holds them.
        self.border, (self.paper, self.ink) = border, torch.tensor([paper, ink]).double().tolist()

    def forward(self, x):
        return F.pad(self.paper + (self.ink - self.paper) * x, [self.border] * 4, value=self.paper)


class Subsample(nn.Module):
    def __init__(self, maps, size):
        super().__init__()
        self.size = size
        self.weight, self.bias = nn.Parameter(torch.zeros(maps)), nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        sums = self.size**2 * F.avg_pool2d(x, self.size)
        return sums * self.weight[:, None, None] + self.bias[:, None, None]


class TableConv(nn.Conv2d):
    """A convolution whose filters see only the maps that the table gives them."""

    def forward(self, x):
        mask = torch.tensor([[float(map in row) for map in range(6)] for row in TABLE])
        return F.conv2d(x, self.weight * mask[:, :, None, None], self.bias)


class Rbf(nn.Module):
    """Minus the squared distance to each digit's picture. The pictures are read from the engine's source."""

    def __init__(self):
        super().__init__()
        source = (HERE.parent.parent / "src" / "kernels" / "rbf.rs").read_text()
        rows = re.findall(r'"([#.]{7})"', source[source.index("const PICTURES") : source.index("pub fn codes")])
        assert len(rows) == 100
        pictures = ["".join(rows[10 * digit :][:10]) + "......." * 2 for digit in range(10)]
        codes = torch.tensor([[1.0 if x == "#" else -1.0 for x in picture] for picture in pictures])
        self.codes = nn.Parameter(codes.double(), requires_grad=False)

    def forward(self, x):
        return -((x[:, None, :] - self.codes) ** 2).sum(dim=2)


ACTIVATIONS = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "scaled_tanh": ScaledTanh,
    "sigmoid": nn.Sigmoid,
    "none": nn.Identity,
}


def build(layers):
    """The layers as a PyTorch network. Its weights have He's standard deviation and are rounded to f32, so that the
    engine starts from the same numbers."""
    modules, channels, flattened = [], 1, False
    for layer in layers:
        if layer["type"] == "conv":
            kind = TableConv if "connections" in layer else nn.Conv2d
            modules.append(kind(channels, layer["filters"], layer["size"], layer["stride"], layer["padding"]))
            channels = layer["filters"]
        elif layer["type"] == "pool":
            kind = {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[layer["kind"]]
            modules.append(kind(layer["size"], layer["stride"]))
        elif layer["type"] == "frame":
            modules.append(Frame(layer["border"], layer["paper"], layer["ink"]))
        elif layer["type"] == "subsample":
            modules.append(Subsample(channels, layer["size"]))
        elif layer["type"] == "rbf":
            modules.append(Rbf())
        else:
            if not flattened:
                modules.append(nn.Flatten())
            flattened = True
            modules.append(nn.LazyLinear(layer["units"]))
        if "activation" in layer:
            modules.append(ACTIVATIONS[layer["activation"]]())
    network = nn.Sequential(*modules).double()
    network(torch.zeros(1, 1, 28, 28, dtype=torch.float64))
    for parameter in filter(lambda parameter: parameter.requires_grad, network.parameters()):
        fan_in = parameter[0].numel()
        deviation = (2 / fan_in) ** 0.5 if parameter.ndim > 1 else 0.1
        parameter.data = (deviation * torch.randn(parameter.shape)).float().double()
    for module in network:
        if isinstance(module, TableConv):
            for row, seen in zip(module.weight.data, TABLE):
                row[[map for map in range(6) if map not in seen]] = 0
    return network


def flat(tensors):
    return torch.cat([tensor.detach().flatten() for tensor in tensors]).numpy().astype(np.float32)


def train(layers, start, images, labels, batches, optimizer, settings):
    """The losses of ten steps from `start`, and the parameters after them."""
    network = build(layers)
    network.load_state_dict(start)
    biases = [p for name, p in network.named_parameters() if name.endswith("bias")]
    weights = [p for name, p in network.named_parameters() if name.endswith("weight")]
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
        "gradients": flat(torch.zeros_like(p) if p.grad is None else p.grad for p in network.parameters()),
    }
    for optimizer, settings in {"sgd": (torch.optim.SGD, SGD), "adam": (torch.optim.AdamW, ADAM)}.items():
        # Only the gradients of the ties are of interest.
        if name == "ties":
            continue
        optimizer_class, arguments = settings
        if name == "lenet5_1998" and optimizer == "sgd":
            # Its loss is made of sums of 84 squares, so its gradients are large.
            arguments = {**arguments, "lr": SGD_1998}
        tensors[f"{optimizer}.losses"], end = train(layers, start, images, labels, batches, optimizer_class, arguments)
        # LeNet-5's parameters would take half a megabyte; those of `others` test the optimizers as well.
        if not name.startswith("lenet5"):
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
