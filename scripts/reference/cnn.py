"""Records a tiny CNN under SGD in the product's layouts, so that convolution, pooling and flattening are held to PyTorch.

Idea: parameters live as leaf tensors in the product's layout (kernels [kh,kw,in,out], images NHWC, weights [in,out]) and
are permuted on the way into PyTorch's operations; autograd then returns gradients in the product's layout, too.
"""

import math
import random

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, numbers, tensor, write

STEPS = 20
RATE = 0.1
EXAMPLES, BATCH, SIDE, CLASSES = 16, 6, 8, 10
SHAPES = {
    "kernel0": [3, 3, 1, 4],
    "biases0": [4],
    "kernel1": [3, 3, 4, 6],
    "biases1": [6],
    "weights2": [(SIDE // 4) ** 2 * 6, CLASSES],
    "biases2": [CLASSES],
}


def make_problem():
    """Images with values from -1 to 1, labels, small initial parameters, and batches of 6, 6 and 4 in a fixed order."""
    parameters = []
    for index, (name, shape) in enumerate(SHAPES.items()):
        reach = 0.1 if name.startswith("biases") else math.sqrt(6 / (math.prod(shape[:-1]) + shape[-1]))
        parameters.append({"name": name, **tensor(shape, numbers(81 + index, math.prod(shape), reach))})
    order, batches = random.Random(93), []
    while len(batches) < STEPS:
        rows = sorted(range(EXAMPLES), key=lambda _: order.random())
        batches += [rows[start : start + BATCH] for start in range(0, EXAMPLES, BATCH)]
    return {
        "inputs": tensor([EXAMPLES, SIDE, SIDE, 1], numbers(91, EXAMPLES * SIDE * SIDE, 1)),
        "labels": [(7 * i + 3) % CLASSES for i in range(EXAMPLES)],
        "parameters": parameters,
        "batches": batches[:STEPS],
        "learningRate": RATE,
    }


def convolve(images, kernel, biases):
    """NHWC images, kernel [kh,kw,in,out]: same padding, then relu and 2x2 max pooling, NHWC again."""
    maps = functional.conv2d(images.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1), biases, padding=1)
    return functional.max_pool2d(functional.relu(maps), 2).permute(0, 2, 3, 1)


def forward(parameters, images):
    maps = convolve(images, parameters[0], parameters[1])
    maps = convolve(maps, parameters[2], parameters[3])
    return maps.reshape(maps.shape[0], -1) @ parameters[4] + parameters[5]


def train(problem, dtype):
    images = torch.tensor(problem["inputs"]["values"], dtype=dtype).reshape(problem["inputs"]["shape"])
    labels = torch.tensor(problem["labels"])
    parameters = [torch.tensor(p["values"], dtype=dtype).reshape(p["shape"]).requires_grad_() for p in problem["parameters"]]
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    losses, norms, first = [], [], None
    for step, rows in enumerate(problem["batches"]):
        optimizer.zero_grad()
        logits = forward(parameters, images[rows])
        loss = functional.cross_entropy(logits, labels[rows])
        loss.backward()
        losses.append(float(loss))
        norms.append(norm_of([p.grad for p in parameters]))
        if step == 0:
            first = {"logits": tensor(logits.shape, flat(logits)), "gradients": [flat(p.grad) for p in parameters]}
        optimizer.step()
    return {"loss": losses, "gradNorm": norms, "first": first, "parameters": [flat(p) for p in parameters]}


def main():
    problem = make_problem()
    exact, single = train(problem, torch.float64), train(problem, torch.float32)
    gaps = {key: gap(single[key], exact[key]) for key in ("loss", "gradNorm")}
    gaps["parameters"] = gap(sum(single["parameters"], []), sum(exact["parameters"], []))
    print(f"loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
    assert max(gaps.values()) <= 1e-5
    notes = (
        "conv 3x3 same, relu, max pool 2, conv 3x3 same, relu, max pool 2, flatten (row-major NHWC), linear, cross-entropy. images NHWC, kernels [kh,kw,in,out], "
        "weights [in,out]. Batch t of `batches` is used at step t; loss[t] and gradNorm[t] are before update t; first: logits and gradients at step 0; "
        "parameters: after the last step, row-major, in the order of problem.parameters."
    )
    write("src/training/recorded/cnn.json", "cnn.py", notes, {"problem": problem, "float64": exact, "float32Gap": gaps})


if __name__ == "__main__":
    main()
