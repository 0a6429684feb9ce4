"""Records how small normalised networks train in PyTorch, in float64, and how far float32 strays from it.

Idea: the norms are PyTorch's own modules, `nn.LayerNorm`, `nn.BatchNorm1d`, for images `nn.GroupNorm(1, C)` and `nn.BatchNorm2d`; torch 1.13 has no
RMSNorm, which is written out. The last batch of an epoch is short. In front of a batch norm stands no bias. A case may cut its batches in two, each
part with statistics and a backward pass of its own, before one optimizer step.
"""

import math
import random

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, numbers, tensor, write

STEPS = 60
EXAMPLES, SIDE, CLASSES = 20, 6, 3
# Chosen so that float32 stays close: max pooling amplifies rounding where two pixels are nearly alike.
IMAGE_SEED = 317

# name, kind, network, optimizer, rate, micro-batches in a step
CASES = [
    ("layer", "layer", "mlp", "sgd", 0.05, 1),
    ("batch", "batch", "mlp", "sgd", 0.05, 1),
    ("rms", "rms", "mlp", "sgd", 0.1, 1),
    ("layer, Adam", "layer", "mlp", "adam", 0.02, 1),
    ("batch, Adam", "batch", "mlp", "adam", 0.03, 1),
    ("batch, two micro-batches", "batch", "mlp", "sgd", 0.06, 2),
    ("layer, images", "layer", "cnn", "sgd", 0.02, 1),
    ("batch, images", "batch", "cnn", "sgd", 0.05, 1),
]


class RootMeanSquareNorm(torch.nn.Module):
    """x / sqrt(mean(x^2) + eps) * weight, as `nn.RMSNorm(width, eps=1e-5)` of torch 2.4 has it."""

    def __init__(self, width):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight


class Dense(torch.nn.Module):
    """x.W + b with W as [in, out]."""

    def __init__(self, inputs, outputs, bias, seed):
        super().__init__()
        reach = math.sqrt(6 / (inputs + outputs))
        self.weight = torch.nn.Parameter(torch.tensor(numbers(seed, inputs * outputs, reach)).reshape(inputs, outputs))
        self.bias = torch.nn.Parameter(torch.tensor(numbers(seed + 1, outputs, 0.1))) if bias else None

    def forward(self, x):
        return x @ self.weight if self.bias is None else x @ self.weight + self.bias


class Convolution(torch.nn.Module):
    """3x3, same padding, NCHW images, kernel [kh, kw, in, out]."""

    def __init__(self, inputs, outputs, bias, seed):
        super().__init__()
        reach = math.sqrt(6 / (9 * (inputs + outputs)))
        self.weight = torch.nn.Parameter(torch.tensor(numbers(seed, 9 * inputs * outputs, reach)).reshape(3, 3, inputs, outputs))
        self.bias = torch.nn.Parameter(torch.tensor(numbers(seed + 1, outputs, 0.1))) if bias else None

    def forward(self, x):
        return functional.conv2d(x, self.weight.permute(3, 2, 0, 1), self.bias, padding=1)


class ChannelsLast(torch.nn.Module):
    """NCHW -> a row for each image, in the product's NHWC order."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def norm_for(kind, width, images=False):
    if kind == "rms":
        return RootMeanSquareNorm(width)
    if kind == "layer":
        return torch.nn.GroupNorm(1, width) if images else torch.nn.LayerNorm(width)
    return torch.nn.BatchNorm2d(width) if images else torch.nn.BatchNorm1d(width)


def network(kind, model):
    bias = kind != "batch"
    if model == "mlp":
        return torch.nn.Sequential(
            *[Dense(2, 5, bias, 301), norm_for(kind, 5), torch.nn.Tanh()],
            *[Dense(5, 4, bias, 303), norm_for(kind, 4), torch.nn.Tanh()],
            Dense(4, 1, True, 305),
        )
    return torch.nn.Sequential(
        *[Convolution(1, 4, bias, IMAGE_SEED + 0), norm_for(kind, 4, True), torch.nn.Tanh(), torch.nn.MaxPool2d(2)],
        *[ChannelsLast(), Dense((SIDE // 2) ** 2 * 4, 5, bias, IMAGE_SEED + 2), norm_for(kind, 5), torch.nn.Tanh()],
        Dense(5, CLASSES, True, IMAGE_SEED + 4),
    )


def data(model, dtype):
    if model == "mlp":
        inputs = torch.tensor(numbers(11, EXAMPLES * 2, 1.5), dtype=dtype).reshape(EXAMPLES, 2)
        return inputs, (inputs[:, :1] * inputs[:, 1:] > 0).to(dtype)
    images = torch.tensor(numbers(91, EXAMPLES * SIDE * SIDE, 1), dtype=dtype).reshape(EXAMPLES, 1, SIDE, SIDE)
    return images, torch.tensor([(7 * i + 3) % CLASSES for i in range(EXAMPLES)])


def batches():
    order, dealt = random.Random(41), []
    while len(dealt) < STEPS:
        rows = sorted(range(EXAMPLES), key=lambda _: order.random())
        dealt += [rows[0:8], rows[8:16], rows[16:20]]
    return dealt[:STEPS]


def loss_sum(model, outputs, targets):
    if model == "mlp":
        return functional.binary_cross_entropy_with_logits(outputs, targets, reduction="sum")
    return functional.cross_entropy(outputs, targets, reduction="sum")


def train(case, dtype):
    """Losses and norms are those before the update of the step; `evaluation`: outputs for all examples after the last, in evaluation mode."""
    _, kind, model, optimizer_name, rate, pieces = case
    net = network(kind, model).to(dtype)
    inputs, targets = data(model, dtype)
    parameters = list(net.parameters())
    start = [flat(p) for p in parameters]
    optimizer = {"sgd": lambda: torch.optim.SGD(parameters, lr=rate, momentum=0.9 if model == "mlp" else 0), "adam": lambda: torch.optim.Adam(parameters, lr=rate)}[optimizer_name]()
    losses, norms, first = [], [], None
    for rows in batches():
        optimizer.zero_grad()
        total = 0.0
        # Micro-batches are as large as those of a full batch; a short batch may not need all of them.
        size = 8 // pieces
        for begin in range(0, len(rows), size):
            part = rows[begin : begin + size]
            loss = loss_sum(model, net(inputs[part]), targets[part]) / len(rows)
            loss.backward()
            total += float(loss)
        losses.append(total)
        norms.append(norm_of([p.grad for p in parameters]))
        first = first or [flat(p.grad) for p in parameters]
        optimizer.step()
    net.eval()
    statistics = [flat(b) for name, b in net.named_buffers() if not name.endswith("tracked")]
    shapes = [list(p.shape) for p in parameters]
    return {
        "start": [tensor(shape, values) for shape, values in zip(shapes, start)],
        "loss": losses,
        "gradNorm": norms,
        "first": first,
        "parameters": [flat(p) for p in parameters],
        "statistics": statistics,
        "evaluation": flat(net(inputs)),
    }


def main():
    cases = []
    for case in CASES:
        exact, single = train(case, torch.float64), train(case, torch.float32)
        gaps = {key: gap(single[key], exact[key]) for key in ("loss", "gradNorm", "evaluation")}
        gaps["parameters"] = gap(sum(single["parameters"], []), sum(exact["parameters"], []))
        name, kind, model, optimizer, rate, pieces = case
        print(f"{name:28s} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
        assert max(gaps.values()) <= (1e-5 if model == "mlp" else 3e-5), name
        start = exact.pop("start")
        single.pop("start")
        cases.append(
            {
                **{"name": name, "kind": kind, "model": model, "optimizer": optimizer, "learningRate": rate, "accumulation": pieces},
                **{"start": start, "float64": exact, "float32Gap": gaps},
            }
        )
    images, labels = data("cnn", torch.float64)
    points, sides = data("mlp", torch.float64)
    problem = {
        "mlp": {"inputs": tensor([EXAMPLES, 2], flat(points)), "targets": flat(sides)},
        "cnn": {"inputs": tensor([EXAMPLES, SIDE, SIDE, 1], flat(images)), "targets": flat(labels)},
        "batches": batches(),
    }
    notes = (
        "mlp: 2-5-4-1, norm then tanh, binary cross-entropy; cnn: conv 3x3 same 1->4, norm, tanh, max pool 2, flatten NHWC, dense 5, norm, tanh, dense 3, cross-entropy. "
        "sgd: momentum 0.9 on the mlp, none on the cnn. Batch t of `batches` is used at step t, cut into `accumulation` micro-batches of 8/accumulation; loss[t] and gradNorm[t] are before update t; first: gradients at step 0; "
        "parameters, statistics (running mean, running variance, layer by layer) and evaluation (outputs for all examples in evaluation mode): after the last step."
    )
    write("src/training/recorded/normalization.json", "normalization.py", notes, {"problem": problem, "cases": cases})


if __name__ == "__main__":
    main()
