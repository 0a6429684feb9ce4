"""One row of the bench in PyTorch, on one thread: reads questions as JSON lines, answers with JSON lines. See torch-lane.ts.

The step is the plain one: gather the batch by index, zero_grad, forward, loss, backward, optimizer step. Losses are kept and read at the end.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)


def tensors(row):
    """The row's arrays, cut out of one file of float32."""
    flat = np.fromfile(row["file"], dtype=np.float32)
    pieces, at = [], 0
    for size in row["sizes"]:
        pieces.append(torch.from_numpy(flat[at : at + size].copy()))
        at += size
    return pieces


def build(row, parameters):
    """The model with the row's first weights; ours are [in, out] and [height, width, in, out]."""
    layers, at = [], 0
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[row["activation"]]

    def take(*shape):
        nonlocal at
        size = int(np.prod(shape))
        piece = parameters[at : at + size].reshape(shape)
        at += size
        return piece

    channels = row["inputShape"][-1]
    side = row["inputShape"][0]
    for width in row["channels"]:
        layer = nn.Conv2d(channels, width, 3, padding=1)
        layer.weight.data = take(3, 3, channels, width).permute(3, 2, 0, 1).contiguous()
        layer.bias.data = take(width).clone()
        layers += [layer, activation(), nn.MaxPool2d(2)]
        channels, side = width, side // 2
    inputs = channels * side * side if row["channels"] else int(np.prod(row["inputShape"]))
    widths = [inputs, *row["layers"], row["outputs"]]
    layers.append(nn.Flatten())
    for index, (a, b) in enumerate(zip(widths, widths[1:])):
        layer = nn.Linear(a, b)
        weight = take(a, b)
        if index == 0 and row["channels"]:
            # Ours flattens rows, columns, channels; PyTorch channels, rows, columns.
            weight = weight.reshape(side, side, channels, b).permute(2, 0, 1, 3).reshape(a, b)
        layer.weight.data = weight.t().contiguous()
        layer.bias.data = take(b).clone()
        layers.append(layer)
        if index < len(widths) - 2:
            layers.append(activation())
    return nn.Sequential(*layers)


def optimizer_of(row, model):
    if row["optimizer"] == "adam":
        return torch.optim.Adam(model.parameters(), lr=row["rate"], betas=row["betas"], eps=row["epsilon"])
    return torch.optim.SGD(model.parameters(), lr=row["rate"])


class Lane:
    """What trains by `step`, in turns."""

    def train(self, steps):
        return torch.stack([self.step() for _ in range(steps)]).tolist()

    def turn(self, seconds):
        start = time.perf_counter()
        steps, chunk, elapsed = 0, 1, 0.0
        while steps == 0 or elapsed < seconds:
            self.train(chunk)
            steps += chunk
            elapsed = time.perf_counter() - start
            chunk = max(1, min(4 * chunk, int(0.04 * steps / elapsed)))
        return {"steps": steps, "seconds": elapsed}


class Session(Lane):
    def __init__(self, row):
        parameters, inputs, targets, order = tensors(row)
        shape = row["inputShape"]
        self.inputs = inputs.reshape(-1, *shape).permute(0, 3, 1, 2).contiguous() if row["channels"] else inputs.reshape(-1, int(np.prod(shape)))
        self.targets = targets.long() if row["loss"] == "ce" else targets.reshape(-1, row["outputs"])
        self.batches = list(order.long().reshape(-1, row["batch"]))
        self.model = build(row, parameters)
        self.loss = nn.CrossEntropyLoss() if row["loss"] == "ce" else nn.MSELoss()
        self.optimizer = optimizer_of(row, self.model)
        self.next = 0

    def step(self):
        rows = self.batches[self.next]
        self.next = (self.next + 1) % len(self.batches)
        self.optimizer.zero_grad()
        loss = self.loss(self.model(self.inputs[rows]), self.targets[rows])
        loss.backward()
        self.optimizer.step()
        return loss.detach()


def products():
    """GFLOP/s of matrix products of 512: whether PyTorch has a BLAS worth the name."""
    a = torch.randn(512, 512)
    best = 0.0
    for _ in range(5):
        start = time.perf_counter()
        a @ a
        best = max(best, 2 * 512**3 / (time.perf_counter() - start) / 1e9)
    return best


def serve(open_session):
    """Answers questions: a row opens a session, seconds ask for a turn."""
    session = None
    for line in sys.stdin:
        question = json.loads(line)
        if "row" in question:
            session = open_session(question["row"])
            device = f"PyTorch {torch.__version__}, one thread"
            answer = {"device": device, "software": False, "losses": session.train(question["steps"]), "products": products()}
        else:
            answer = session.turn(question["seconds"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(Session)
