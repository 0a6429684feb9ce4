"""Records `torch.optim` with a parameter group for each layer, with rates of their own, and with the first layers frozen.

Idea: the problem and the cases of optimizers.py, one of each optimizer. Layer i of 3 has the rate times decay^(2 - i), the last one times the head
multiplier too. A frozen layer has `requires_grad` off and stands in no group; the gradient norm is that of the others.
"""

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, write
from optimizers import CASES, STEPS, forward, make_optimizer, make_problem, rates

LAYERS = 3
DECAY, HEAD = 0.5, 2.0

# name of a case of optimizers.py, frozen layers
CHOSEN = [
    ("sgd momentum dampening weight decay", 0),
    ("sgd nesterov weight decay", 1),
    ("rmsprop momentum", 0),
    ("adagrad weight decay", 1),
    ("adam weight decay", 0),
    ("adamw amsgrad", 2),
    ("adamw other betas and epsilon", 0),
    ("nadam", 0),
    ("radam weight decay", 0),
    ("adamax weight decay", 1),
    ("adadelta weight decay", 1),
    ("rprop", 0),
    ("asgd decaying", 1),
]


def factor(layer):
    return DECAY ** (LAYERS - 1 - layer) * (HEAD if layer == LAYERS - 1 else 1)


def grouped(kind, settings, parameters, frozen, rate):
    """One optimizer with groups for weights and biases of each layer that moves; `factor` stands in each group."""
    optimizer = None
    for layer in range(frozen, LAYERS):
        weights, biases = parameters[2 * layer : 2 * layer + 1], parameters[2 * layer + 1 : 2 * layer + 2]
        own = make_optimizer(kind, settings, weights, biases, rate * factor(layer))
        for group in own.param_groups:
            group["factor"] = factor(layer)
        if optimizer is None:
            optimizer = own
        else:
            for group in own.param_groups:
                optimizer.add_param_group(group)
            optimizer.state.update(own.state)
    return optimizer


def train(problem, case, frozen, dtype):
    _, kind, loss_name, base, settings = case
    torch.set_default_dtype(dtype)
    inputs = torch.tensor(problem["inputs"]["values"], dtype=dtype).reshape(problem["inputs"]["shape"])
    target = problem["targets"][loss_name]
    targets = torch.tensor(target["values"], dtype=dtype).reshape(target["shape"])
    parameters = [torch.tensor(p["values"], dtype=dtype).reshape(p["shape"]) for p in problem["parameters"]]
    moving = [p.requires_grad_() for p in parameters[2 * frozen :]]
    optimizer = grouped(kind, settings, parameters, frozen, rates(base)[0])
    measure = {"mse": functional.mse_loss, "bce": functional.binary_cross_entropy_with_logits}[loss_name]
    losses, norms = [], []
    for rate, rows in zip(rates(base), problem["batches"]):
        for group in optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        optimizer.zero_grad()
        loss = measure(forward(parameters, inputs[rows]), targets[rows])
        loss.backward()
        losses.append(float(loss))
        norms.append(norm_of([p.grad for p in moving]))
        optimizer.step()
    return {"loss": losses, "gradNorm": norms, "snapshots": {str(STEPS): [flat(p) for p in parameters]}}


def main():
    problem = make_problem()
    by_name = {case[0]: case for case in CASES}
    cases = []
    for name, frozen in CHOSEN:
        case = by_name[name]
        exact, single = train(problem, case, frozen, torch.float64), train(problem, case, frozen, torch.float32)
        gaps = {key: gap(single[key], exact[key]) for key in ("loss", "gradNorm")}
        gaps["parameters"] = gap(sum(single["snapshots"][str(STEPS)], []), sum(exact["snapshots"][str(STEPS)], []))
        _, kind, loss_name, base, settings = case
        print(f"{name:40s} frozen {frozen} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
        assert max(gaps.values()) <= 1e-5, name
        own = {**settings, "layerDecay": DECAY, "headRate": HEAD, "frozenLayers": frozen}
        described = f"{name}, rates by layer" + (f", {frozen} frozen" if frozen else "")
        cases.append(
            {"name": described, "optimizer": kind, "loss": loss_name, "settings": own, "learningRate": rates(base), "float64": exact, "float32Gap": gaps}
        )
    notes = "As optimizers.json, whose problem it is, with a parameter group for each layer: rate times layerDecay^(layers above), the output layer times headRate too; the first frozenLayers do not move."
    write("src/training/recorded/layer-rates.json", "layer_rates.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
