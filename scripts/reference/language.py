"""Records how tiny language models train in PyTorch, in float64, and how far float32 strays from it.

Idea: parameters are leaves with the product's names, shapes and order. The recurrent networks are what `nn.RNN`, `nn.LSTM` and `nn.GRU` call, with
the gates' matrices put together in PyTorch's order; the GPT is written out with `functional.layer_norm` and a masked softmax. Weight decay acts on
weight matrices only, not on tables, norms and biases.
"""

import math

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, numbers, tensor, write

STEPS, SEQUENCES, BATCH, VOCABULARY, CONTEXT = 40, 12, 4, 7, 5

GPT = {"width": 4, "depth": 2, "heads": 2, "normAt": "before", "normalization": "layer", "activation": "gelu", "positions": "learned", "tiedHead": True}
RECURRENT = {"width": 4, "depth": 1, "hiddenStart": "uniform"}

# name, options, optimizer, rate
CASES = [
    ("GPT, pre-norm, GELU, tied", GPT, "adamw", 0.01),
    ("GPT, post-norm, ReLU", {**GPT, "normAt": "after", "activation": "relu", "tiedHead": False, "depth": 1}, "sgd", 0.05),
    ("GPT, RMS norm, SwiGLU, rotary", {**GPT, "normalization": "rms", "activation": "swiglu", "positions": "rotary", "tiedHead": False, "depth": 1}, "adamw", 0.01),
    ("GPT, RMS norm after, rotary, tied", {**GPT, "normalization": "rms", "normAt": "after", "positions": "rotary", "depth": 1}, "sgd", 0.05),
    ("RNN, tanh", {**RECURRENT, "cell": "tanh", "depth": 2}, "sgd", 0.1),
    ("RNN, ReLU", {**RECURRENT, "cell": "relu"}, "adamw", 0.01),
    ("LSTM", {**RECURRENT, "cell": "lstm", "depth": 2}, "adamw", 0.02),
    ("LSTM, SGD", {**RECURRENT, "cell": "lstm"}, "sgd", 0.2),
    ("GRU", {**RECURRENT, "cell": "gru"}, "adamw", 0.02),
]

GATES = {"tanh": ["state"], "relu": ["state"], "lstm": ["input", "forget", "cell", "output"], "gru": ["reset", "update", "candidate"]}


def linear_shapes(layer, inputs, outputs, bias=True):
    return {f"{layer}.weight": (inputs, outputs), **({f"{layer}.bias": (outputs,)} if bias else {})}


def norm_shapes(o, name):
    return {f"{name}.weight": (o["width"],), **({f"{name}.bias": (o["width"],)} if o["normalization"] == "layer" else {})}


def shapes_of(o):
    """Names and shapes in the product's order; weights are [in, out]."""
    width = o["width"]
    shapes = {"tokens.weight": (VOCABULARY, width)}
    if "cell" in o:
        for layer in range(1, o["depth"] + 1):
            for gate in GATES[o["cell"]]:
                for part, shape in {"inputWeight": (width, width), "hiddenWeight": (width, width), "inputBias": (width,), "hiddenBias": (width,)}.items():
                    shapes[f"layer{layer}.{gate}.{part}"] = shape
        return {**shapes, **linear_shapes("output", width, VOCABULARY)}
    inner = math.ceil(4 * width * 2 / 3 / 8) * 8 if o["activation"] == "swiglu" else 4 * width
    if o["positions"] == "learned":
        shapes["positions.weight"] = (CONTEXT, width)
    for block in (f"block{i}" for i in range(1, o["depth"] + 1)):
        shapes |= norm_shapes(o, f"{block}.norm1")
        for part in ("query", "key", "value", "projection"):
            shapes |= linear_shapes(f"{block}.{part}", width, width)
        shapes |= norm_shapes(o, f"{block}.norm2") | linear_shapes(f"{block}.up", width, inner)
        if o["activation"] == "swiglu":
            shapes |= linear_shapes(f"{block}.gate", width, inner)
        shapes |= linear_shapes(f"{block}.down", inner, width)
    if o["normAt"] == "before":
        shapes |= norm_shapes(o, "norm")
    return shapes if o["tiedHead"] else shapes | linear_shapes("output", width, VOCABULARY, False)


def decays(name):
    return name.endswith(("weight", "Weight")) and not name.startswith(("tokens", "positions")) and "norm" not in name


def start_of(o, seed):
    values = {}
    for index, (name, shape) in enumerate(shapes_of(o).items()):
        drawn = torch.tensor(numbers(seed + index, math.prod(shape), 0.5 if len(shape) > 1 else 0.2), dtype=torch.float64).reshape(shape)
        values[name] = drawn + 1 if "norm" in name and name.endswith("weight") else drawn
    return values


def recurrent(o, p, tokens):
    x = functional.embedding(tokens, p["tokens.weight"])
    weights = []
    for layer in range(1, o["depth"] + 1):
        part = lambda name: [p[f"layer{layer}.{gate}.{name}"] for gate in GATES[o["cell"]]]
        weights += [torch.cat([w.t() for w in part(name)]) for name in ("inputWeight", "hiddenWeight")]
        weights += [torch.cat(part(name)) for name in ("inputBias", "hiddenBias")]
    zeros = torch.zeros(o["depth"], len(tokens), o["width"], dtype=x.dtype)
    work = {"tanh": torch._VF.rnn_tanh, "relu": torch._VF.rnn_relu, "lstm": torch._VF.lstm, "gru": torch._VF.gru}[o["cell"]]
    hidden = work(x, (zeros, zeros) if o["cell"] == "lstm" else zeros, weights, True, o["depth"], 0.0, True, False, True)[0]
    return hidden @ p["output.weight"] + p["output.bias"]


def gpt(o, p, tokens):
    width, heads = o["width"], o["heads"]
    size = width // heads

    def norm(name, x):
        if o["normalization"] == "layer":
            return functional.layer_norm(x, (width,), p[f"{name}.weight"], p[f"{name}.bias"], 1e-5)
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * p[f"{name}.weight"]

    linear = lambda layer, x: x @ p[f"{layer}.weight"] + p[f"{layer}.bias"]
    split = lambda x: x.reshape(len(tokens), CONTEXT, heads, size).transpose(1, 2)
    angles = torch.arange(CONTEXT, dtype=torch.float64)[:, None] * 10000.0 ** (-torch.arange(size // 2, dtype=torch.float64) / (size // 2))
    cosines, sines = (torch.cat([table, table], dim=-1).float().to(p["tokens.weight"].dtype) for table in (angles.cos(), angles.sin()))

    def turned(x):
        if o["positions"] == "learned":
            return x
        a, b = x.chunk(2, dim=-1)
        return x * cosines + torch.cat([-b, a], dim=-1) * sines

    def attend(block, x):
        q, k = (turned(split(linear(f"{block}.{part}", x))) for part in ("query", "key"))
        mask = torch.ones(CONTEXT, CONTEXT, dtype=torch.bool).tril()
        share = functional.softmax((q @ k.transpose(2, 3) / math.sqrt(size)).masked_fill(~mask, -math.inf), dim=-1)
        return linear(f"{block}.projection", (share @ split(linear(f"{block}.value", x))).transpose(1, 2).reshape(x.shape))

    def perceptron(block, x):
        up = linear(f"{block}.up", x)
        if o["activation"] == "swiglu":
            return linear(f"{block}.down", functional.silu(linear(f"{block}.gate", x)) * up)
        return linear(f"{block}.down", {"gelu": functional.gelu, "relu": functional.relu}[o["activation"]](up))

    x = functional.embedding(tokens, p["tokens.weight"])
    if o["positions"] == "learned":
        x = x + p["positions.weight"]
    for block in (f"block{i}" for i in range(1, o["depth"] + 1)):
        for name, part in (("norm1", attend), ("norm2", perceptron)):
            x = x + part(block, norm(f"{block}.{name}", x)) if o["normAt"] == "before" else norm(f"{block}.{name}", x + part(block, x))
    if o["normAt"] == "before":
        x = norm("norm", x)
    return x @ (p["tokens.weight"].t() if o["tiedHead"] else p["output.weight"])


def sequences():
    """Tokens that mostly follow a rule, so that there is something to learn."""
    noise = numbers(71, SEQUENCES * (CONTEXT + 1), 1)
    rows = []
    for s in range(SEQUENCES):
        row = [s % VOCABULARY]
        for i in range(CONTEXT):
            row.append((3 * row[-1] + 1 + (noise[s * CONTEXT + i] > 0.6)) % VOCABULARY)
        rows.append(row)
    return torch.tensor(rows)


def batches():
    return [[(5 * t + 7 * i) % SEQUENCES for i in range(BATCH)] for t in range(STEPS)]


def train(case, index, dtype):
    """Losses and norms are those before the update of the step."""
    _, options, optimizer_name, rate = case
    p = {name: value.to(dtype).requires_grad_() for name, value in start_of(options, 100 + 100 * index).items()}
    groups = [{"params": [v for n, v in p.items() if decays(n)]}, {"params": [v for n, v in p.items() if not decays(n)], "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=rate, momentum=0.9) if optimizer_name == "sgd" else torch.optim.AdamW(groups, lr=rate, weight_decay=0.1)
    data = sequences()
    losses, norms, first = [], [], None
    for rows in batches():
        optimizer.zero_grad()
        tokens = data[rows]
        logits = (recurrent if "cell" in options else gpt)(options, p, tokens[:, :-1])
        loss = functional.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))
        loss.backward()
        losses.append(float(loss))
        norms.append(norm_of([v.grad for v in p.values()]))
        first = first or {"logits": flat(logits), "gradients": [flat(v.grad) for v in p.values()]}
        optimizer.step()
    return {"loss": losses, "gradNorm": norms, "first": first, "parameters": [flat(v) for v in p.values()]}


def main():
    cases = []
    for index, case in enumerate(CASES):
        name, options, optimizer, rate = case
        exact, single = train(case, index, torch.float64), train(case, index, torch.float32)
        gaps = {key: gap(single[key], exact[key]) for key in ("loss", "gradNorm")}
        # A bias of keys moves all scores of a query alike: its gradient is rounding, which Adam would blow up.
        compared = lambda run: sum((values for n, values in zip(shapes_of(options), run["parameters"]) if not n.endswith("key.bias")), [])
        gaps["parameters"] = gap(compared(single), compared(exact))
        gaps["logits"] = gap(single["first"]["logits"], exact["first"]["logits"])
        print(f"{name:36s} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
        assert max(gaps["loss"], gaps["gradNorm"]) <= 1e-4 and gaps["parameters"] <= 1e-3, name
        start = [{"name": n, **tensor(v.shape, flat(v))} for n, v in start_of(options, 100 + 100 * index).items()]
        cases.append({"name": name, "options": options, "optimizer": optimizer, "learningRate": rate, "start": start, "float64": exact, "float32Gap": gaps})
    problem = {"vocabulary": VOCABULARY, "context": CONTEXT, "sequences": flat(sequences()), "batches": batches()}
    notes = (
        "sequences: rows of context + 1 tokens; inputs are all but the last, targets all but the first. Mean cross-entropy over all positions of the sequences of a batch. "
        "sgd: momentum 0.9; adamw: weight decay 0.1 on weight matrices. loss[t] and gradNorm[t] are before update t; first: logits and gradients at step 0; parameters: after the last step; its gap leaves out biases of keys, whose gradient is nothing but rounding."
    )
    write("src/training/recorded/language.json", "language.py", notes, {"problem": problem, "cases": cases})


if __name__ == "__main__":
    main()
