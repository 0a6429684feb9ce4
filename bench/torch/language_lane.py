"""One language model of the bench in PyTorch, on one thread: reads questions as JSON lines, answers with JSON lines. See torch-lane.ts.

The GPT is nanoGPT's in small, as one writes it: linear layers, `functional.layer_norm`, a masked softmax; the LSTM is `nn.LSTM`.
"""

import math

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

from torch_lane import Lane, optimizer_of, serve, tensors


def take(flat, shapes):
    pieces, at = {}, 0
    for name, shape in shapes:
        size = int(np.prod(shape))
        pieces[name] = flat[at : at + size].reshape(shape).clone()
        at += size
    return pieces


class Gpt(nn.Module):
    """Tied head, GELU, norms before each part; weights as nn.Linear has them."""

    def __init__(self, row, values):
        super().__init__()
        self.heads, self.depth = row["heads"], row["depth"]
        self.p = nn.ParameterDict({name.replace(".", "_"): nn.Parameter(v.t().contiguous() if v.dim() == 2 and name.startswith("block") else v) for name, v in values.items()})
        context = row["context"]
        self.register_buffer("hidden", torch.ones(context, context, dtype=torch.bool).triu(1))

    def linear(self, layer, x):
        return functional.linear(x, self.p[f"{layer}_weight"], self.p[f"{layer}_bias"])

    def norm(self, layer, x):
        return functional.layer_norm(x, x.shape[-1:], self.p[f"{layer}_weight"], self.p[f"{layer}_bias"])

    def attend(self, block, x):
        n, t, width = x.shape
        q, k, v = (self.linear(f"{block}_{part}", x).view(n, t, self.heads, -1).transpose(1, 2) for part in ("query", "key", "value"))
        scores = (q @ k.transpose(2, 3)) / math.sqrt(width // self.heads)
        p = functional.softmax(scores.masked_fill(self.hidden, -math.inf), dim=-1)
        return self.linear(f"{block}_projection", (p @ v).transpose(1, 2).reshape(n, t, width))

    def forward(self, tokens):
        x = functional.embedding(tokens, self.p["tokens_weight"]) + self.p["positions_weight"]
        for block in (f"block{i}" for i in range(1, self.depth + 1)):
            x = x + self.attend(block, self.norm(f"{block}_norm1", x))
            x = x + self.linear(f"{block}_down", functional.gelu(self.linear(f"{block}_up", self.norm(f"{block}_norm2", x))))
        return functional.linear(self.norm("norm", x), self.p["tokens_weight"])


class Lstm(nn.Module):
    def __init__(self, row, values):
        super().__init__()
        width = row["width"]
        self.tokens = nn.Embedding(row["vocabulary"], width, _weight=values["tokens.weight"])
        self.layers = nn.LSTM(width, width, row["depth"], batch_first=True)
        gates = ("input", "forget", "cell", "output")
        for layer in range(row["depth"]):
            part = lambda name: [values[f"layer{layer + 1}.{gate}.{name}"] for gate in gates]
            for kind, weight, bias in (("ih", "inputWeight", "inputBias"), ("hh", "hiddenWeight", "hiddenBias")):
                getattr(self.layers, f"weight_{kind}_l{layer}").data = torch.cat([w.t() for w in part(weight)]).contiguous()
                getattr(self.layers, f"bias_{kind}_l{layer}").data = torch.cat(part(bias))
        self.output = nn.Linear(width, row["vocabulary"])
        self.output.weight.data = values["output.weight"].t().contiguous()
        self.output.bias.data = values["output.bias"]

    def forward(self, tokens):
        return self.output(self.layers(self.tokens(tokens))[0])


class Session(Lane):
    def __init__(self, row):
        parameters, inputs, targets, order = tensors(row)
        self.inputs, self.targets = (part.long().reshape(-1, row["context"]) for part in (inputs, targets))
        self.batches = list(order.long().reshape(-1, row["batch"]))
        self.model = {"gpt": Gpt, "lstm": Lstm}[row["model"]](row, take(parameters, row["parameters"]))
        self.optimizer = optimizer_of(row, self.model)
        self.next = 0

    def step(self):
        rows = self.batches[self.next]
        self.next = (self.next + 1) % len(self.batches)
        self.optimizer.zero_grad()
        loss = functional.cross_entropy(self.model(self.inputs[rows]).flatten(0, 1), self.targets[rows].flatten())
        loss.backward()
        self.optimizer.step()
        return loss.detach()


if __name__ == "__main__":
    serve(Session)
