"""Records how LoRA trains thin matrices beside the fixed weights of two tiny GPTs of language.py, in float64, and how far float32 strays from it.

Idea: the fixed weights are the starting values of language.py. PyTorch is given W + (alpha/rank)·A·B as the weight of each adapted matrix, so that
what is recorded does not depend on the order in which the product computes A, B and what they are applied to.
"""

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, numbers, tensor, write
from language import CASES, VOCABULARY, batches, gpt, sequences, shapes_of, start_of

ATTENTION, PERCEPTRON = ["query", "key", "value", "projection"], ["up", "gate", "down"]
PARTS = {"qv": ["query", "value"], "attention": ATTENTION, "mlp": PERCEPTRON, "all": ATTENTION + PERCEPTRON}

# name, index in CASES, settings, optimizer, rate
CHOSEN = [
    ("LoRA on every matrix", 0, {"rank": 2, "loraAlpha": 4, "adapted": "all"}, "adamw", 0.01),
    ("LoRA on query and value", 0, {"rank": 1, "loraAlpha": 3, "adapted": "qv"}, "sgd", 0.02),
    ("LoRA on a gated perceptron", 2, {"rank": 3, "loraAlpha": 1.5, "adapted": "mlp"}, "adamw", 0.01),
    ("LoRA on attention, rotary", 2, {"rank": 2, "loraAlpha": 8, "adapted": "attention"}, "sgd", 0.01),
]


def adapted(options, settings):
    """Names and shapes of the matrices that are added to, in the product's order."""
    named = [(name.removesuffix(".weight"), shape) for name, shape in shapes_of(options).items() if name.startswith("block") and name.endswith(".weight")]
    return [(layer, shape) for layer, shape in named if layer.split(".")[1] in PARTS[settings["adapted"]]]


def thin(options, settings, seed):
    """A drawn, B zero, by name."""
    rank, values = settings["rank"], {}
    for index, (layer, (inputs, outputs)) in enumerate(adapted(options, settings)):
        values[f"{layer}.lora_A"] = torch.tensor(numbers(seed + index, inputs * rank, 0.5), dtype=torch.float64).reshape(inputs, rank)
        values[f"{layer}.lora_B"] = torch.zeros(rank, outputs, dtype=torch.float64)
    return values


def train(case, index, dtype):
    _, of, settings, optimizer_name, rate = case
    options = CASES[of][1]
    fixed = {name: value.to(dtype) for name, value in start_of(options, 100 + 100 * of).items()}
    p = {name: value.to(dtype).requires_grad_() for name, value in thin(options, settings, 3000 + 100 * index).items()}
    scale = settings["loraAlpha"] / settings["rank"]
    values = list(p.values())
    optimizer = torch.optim.SGD(values, lr=rate, momentum=0.9) if optimizer_name == "sgd" else torch.optim.AdamW(values, lr=rate, weight_decay=0.1)
    data = sequences()
    losses, norms, first = [], [], None
    for rows in batches():
        optimizer.zero_grad()
        whole = dict(fixed)
        for layer, _ in adapted(options, settings):
            whole[f"{layer}.weight"] = fixed[f"{layer}.weight"] + scale * p[f"{layer}.lora_A"] @ p[f"{layer}.lora_B"]
        tokens = data[rows]
        logits = gpt(options, whole, tokens[:, :-1])
        loss = functional.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))
        loss.backward()
        losses.append(float(loss))
        norms.append(norm_of([v.grad for v in values]))
        first = first or {"logits": flat(logits), "gradients": [flat(v.grad) for v in values]}
        optimizer.step()
    return {"loss": losses, "gradNorm": norms, "first": first, "parameters": [flat(v) for v in values]}


def main():
    cases = []
    for index, case in enumerate(CHOSEN):
        name, of, settings, optimizer, rate = case
        exact, single = train(case, index, torch.float64), train(case, index, torch.float32)
        gaps = {key: gap(single[key], exact[key]) for key in ("loss", "gradNorm")}
        gaps["parameters"] = gap(sum(single["parameters"], []), sum(exact["parameters"], []))
        gaps["logits"] = gap(single["first"]["logits"], exact["first"]["logits"])
        print(f"{name:36s} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
        assert max(gaps["loss"], gaps["gradNorm"]) <= 1e-4 and gaps["parameters"] <= 1e-3, name
        start = [{"name": n, **tensor(v.shape, flat(v))} for n, v in thin(CASES[of][1], settings, 3000 + 100 * index).items()]
        cases.append({"name": name, "of": CASES[of][0], "lora": settings, "optimizer": optimizer, "learningRate": rate, "start": start, "float64": exact, "float32Gap": gaps})
    notes = (
        "As language.json, whose problem and starting values these are: those of the case `of` stay as they are, and start has the thin matrices beside them. "
        "Weight decay acts on them all."
    )
    write("src/training/recorded/lora.json", "lora.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
