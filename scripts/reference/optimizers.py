"""Records how each optimizer of `torch.optim` moves a small MLP, in float64, and how far float32 strays from it.

Idea: one problem (20 examples, tanh MLP 2-5-3-1) with the batches written out; each case is an optimizer with its settings
and a learning rate that changes at every step, so that a rate put in the wrong place shows. Weights are `[in, out]`
(x·W + b). Weight decay acts on weight matrices only, by parameter groups.
"""

import random

import torch
import torch.nn.functional as functional

from common import flat, gap, norm_of, numbers, tensor, write

STEPS = 60
SNAPSHOTS = (1, 2, 10, 60)
LAYERS = [2, 5, 3, 1]
EXAMPLES = 20


def make_problem():
    """Data, initial parameters and batches of 8, 8 and 4 examples from a new order each epoch."""
    inputs = numbers(11, EXAMPLES * 2, 1.5)
    points = [(inputs[2 * i], inputs[2 * i + 1]) for i in range(EXAMPLES)]
    parameters = []
    for layer, (rows, columns) in enumerate(zip(LAYERS, LAYERS[1:])):
        weights = numbers(2021 + layer, rows * columns, 1.0)
        parameters.append({"name": f"weights{layer}", **tensor([rows, columns], weights), "decay": True})
        parameters.append({"name": f"biases{layer}", **tensor([columns], numbers(2031 + layer, columns, 0.3)), "decay": False})
    order, batches = random.Random(41), []
    while len(batches) < STEPS:
        rows = sorted(range(EXAMPLES), key=lambda _: order.random())
        batches += [rows[0:8], rows[8:16], rows[16:20]]
    return {
        "layers": LAYERS,
        "activation": "tanh",
        "inputs": tensor([EXAMPLES, 2], inputs),
        "targets": {
            "mse": tensor([EXAMPLES, 1], [round(256 * (0.75 * x - 0.5 * y * y + 0.25)) / 256 for x, y in points]),
            "bce": tensor([EXAMPLES, 1], [1 if x * y > 0 else 0 for x, y in points]),
        },
        "parameters": parameters,
        "batches": batches[:STEPS],
    }


def rates(base):
    """A learning rate that is another one at every step, between 0.4 and 1.6 times the base."""
    source = random.Random(51)
    return [round(base * (0.4 + 1.2 * source.random()), 6) for _ in range(STEPS)]


SGD = {"momentum": 0, "dampening": 0, "nesterov": False, "weightDecay": 0}
RMSPROP = {"alpha": 0.99, "epsilon": 1e-8, "momentum": 0, "centered": False, "weightDecay": 0}
ADAGRAD = {"epsilon": 1e-10, "weightDecay": 0}
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0}
ADAMW = {**ADAM, "weightDecay": 0.01}
NADAM = {**ADAM, "momentumDecay": 0.004}
ADADELTA = {"alpha": 0.9, "epsilon": 1e-6, "weightDecay": 0}
RPROP = {"etaMinus": 0.5, "etaPlus": 1.2, "weightDecay": 0}
ASGD = {"lambda": 1e-4, "ratePower": 0.75, "averageFrom": 1_000_000, "weightDecay": 0}

# name, optimizer, loss, base rate, settings (by the ids of the product's configuration)
CASES = [
    ("sgd", "sgd", "mse", 0.1, SGD),
    ("sgd momentum", "sgd", "bce", 0.1, {**SGD, "momentum": 0.9}),
    ("sgd nesterov", "sgd", "mse", 0.03, {**SGD, "momentum": 0.9, "nesterov": True}),
    ("sgd dampening", "sgd", "bce", 0.2, {**SGD, "momentum": 0.8, "dampening": 0.5}),
    ("sgd weight decay", "sgd", "mse", 0.1, {**SGD, "weightDecay": 0.05}),
    ("sgd momentum dampening weight decay", "sgd", "mse", 0.06, {**SGD, "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.02}),
    ("sgd nesterov weight decay", "sgd", "bce", 0.05, {**SGD, "momentum": 0.9, "nesterov": True, "weightDecay": 0.02}),
    ("rmsprop", "rmsprop", "mse", 0.01, RMSPROP),
    ("rmsprop momentum", "rmsprop", "bce", 0.005, {**RMSPROP, "momentum": 0.8}),
    ("rmsprop centered", "rmsprop", "mse", 0.005, {**RMSPROP, "alpha": 0.95, "epsilon": 1e-4, "centered": True}),
    ("rmsprop centered momentum", "rmsprop", "bce", 0.003, {**RMSPROP, "alpha": 0.95, "epsilon": 1e-3, "momentum": 0.7, "centered": True}),
    ("rmsprop weight decay", "rmsprop", "bce", 0.01, {**RMSPROP, "weightDecay": 0.05}),
    ("adagrad", "adagrad", "mse", 0.1, ADAGRAD),
    ("adagrad weight decay", "adagrad", "bce", 0.1, {**ADAGRAD, "weightDecay": 0.05}),
    ("adam", "adam", "bce", 0.03, ADAM),
    ("adam weight decay", "adam", "mse", 0.02, {**ADAM, "weightDecay": 0.05}),
    ("adam other betas and epsilon", "adam", "mse", 0.02, {**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("adamw", "adamw", "mse", 0.02, ADAMW),
    ("adamw weight decay", "adamw", "bce", 0.03, {**ADAMW, "weightDecay": 0.3}),
    ("adam amsgrad", "adam", "mse", 0.02, {**ADAM, "beta2": 0.9, "epsilon": 1e-3, "amsgrad": True}),
    ("adamw amsgrad", "adamw", "bce", 0.02, {**ADAMW, "beta2": 0.9, "epsilon": 1e-3, "amsgrad": True, "weightDecay": 0.1}),
    ("nadam", "nadam", "bce", 0.02, NADAM),
    ("nadam weight decay", "nadam", "mse", 0.02, {**NADAM, "beta1": 0.8, "beta2": 0.95, "momentumDecay": 0.05, "weightDecay": 0.05}),
    ("radam", "radam", "bce", 0.02, ADAM),
    ("radam weight decay", "radam", "mse", 0.02, {**ADAM, "beta1": 0.8, "beta2": 0.95, "weightDecay": 0.05}),
    ("adamax", "adamax", "mse", 0.02, ADAM),
    ("adamax weight decay", "adamax", "bce", 0.02, {**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.05}),
    ("adadelta", "adadelta", "bce", 1.0, ADADELTA),
    ("adadelta weight decay", "adadelta", "mse", 1.0, {**ADADELTA, "alpha": 0.8, "epsilon": 1e-4, "weightDecay": 0.05}),
    ("rprop", "rprop", "mse", 0.01, {**RPROP, "etaPlus": 1.05}),
    ("rprop other factors", "rprop", "mse", 0.005, {**RPROP, "etaMinus": 0.3, "etaPlus": 1.1}),
    ("asgd", "asgd", "bce", 0.1, ASGD),
    ("asgd decaying", "asgd", "mse", 0.1, {**ASGD, "lambda": 0.05, "ratePower": 0.5, "weightDecay": 0.05}),
    ("adamw other betas and epsilon", "adamw", "bce", 0.02, {**ADAMW, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.05}),
]


def make_optimizer(kind, settings, weights, biases, rate):
    """The torch optimizer of a case; weight decay on weights, none on biases. `rate`: that of the first step."""
    kinds = {
        "sgd": torch.optim.SGD,
        "rmsprop": torch.optim.RMSprop,
        "adagrad": torch.optim.Adagrad,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "nadam": torch.optim.NAdam,
        "radam": torch.optim.RAdam,
        "adamax": torch.optim.Adamax,
        "adadelta": torch.optim.Adadelta,
        "rprop": torch.optim.Rprop,
        "asgd": torch.optim.ASGD,
    }
    renamed = {"lambda": "lambd", "ratePower": "alpha", "averageFrom": "t0", "momentumDecay": "momentum_decay", "amsgrad": "amsgrad"}
    options = {key: settings[key] for key in ("momentum", "dampening", "nesterov", "alpha", "centered") if key in settings}
    options.update({ours: settings[key] for key, ours in renamed.items() if key in settings})
    if kind == "adadelta":
        options["rho"] = options.pop("alpha")
    if kind == "rprop":
        # Rprop knows no weight decay, and takes its first step size from the rate of the group when a weight is first seen.
        return torch.optim.Rprop(weights + biases, lr=rate, etas=(settings["etaMinus"], settings["etaPlus"]))
    if "epsilon" in settings:
        options["eps"] = settings["epsilon"]
    if "beta1" in settings:
        options["betas"] = (settings["beta1"], settings["beta2"])
    groups = [{"params": weights, "weight_decay": settings["weightDecay"]}, {"params": biases, "weight_decay": 0}]
    if kind == "nadam":
        # The one-tensor code of 1.13 multiplies the next product by mu once too often; this one follows the documented rule, as 2.x does.
        options["foreach"] = True
    if kind == "asgd":
        return torch.optim.ASGD(groups, lr=rate, **options)
    return kinds[kind](groups, lr=1.0, **options)


def forward(parameters, inputs):
    """tanh after every layer but the last."""
    values = inputs
    for layer in range(0, len(parameters), 2):
        values = values @ parameters[layer] + parameters[layer + 1]
        if layer + 2 < len(parameters):
            values = torch.tanh(values)
    return values


def train(problem, case, dtype):
    """Runs one case; loss and gradient norm are those before the update of the step."""
    _, kind, loss_name, base, settings = case
    # NAdam and ASGD keep numbers in tensors of the default type.
    torch.set_default_dtype(dtype)
    inputs = torch.tensor(problem["inputs"]["values"], dtype=dtype).reshape(problem["inputs"]["shape"])
    target = problem["targets"][loss_name]
    targets = torch.tensor(target["values"], dtype=dtype).reshape(target["shape"])
    parameters = [torch.tensor(p["values"], dtype=dtype).reshape(p["shape"]).requires_grad_() for p in problem["parameters"]]
    optimizer = make_optimizer(kind, settings, parameters[0::2], parameters[1::2], rates(base)[0])
    measure = {"mse": functional.mse_loss, "bce": functional.binary_cross_entropy_with_logits}[loss_name]
    losses, norms, snapshots = [], [], {}
    for step, (rate, rows) in enumerate(zip(rates(base), problem["batches"])):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        loss = measure(forward(parameters, inputs[rows]), targets[rows])
        loss.backward()
        losses.append(float(loss))
        norms.append(norm_of([p.grad for p in parameters]))
        optimizer.step()
        if step + 1 in SNAPSHOTS:
            snapshots[str(step + 1)] = [flat(p) for p in parameters]
    return {"loss": losses, "gradNorm": norms, "snapshots": snapshots}


def main():
    problem = make_problem()
    cases = []
    for case in CASES:
        exact, single = train(problem, case, torch.float64), train(problem, case, torch.float32)
        last = str(STEPS)
        gaps = {
            "loss": gap(single["loss"], exact["loss"]),
            "gradNorm": gap(single["gradNorm"], exact["gradNorm"]),
            "parameters": gap(sum(single["snapshots"][last], []), sum(exact["snapshots"][last], [])),
        }
        name, kind, loss_name, base, settings = case
        print(f"{name:40s} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps}")
        assert max(gaps.values()) <= 1e-5, name
        cases.append(
            {"name": name, "optimizer": kind, "loss": loss_name, "settings": settings, "learningRate": rates(base), "float64": exact, "float32Gap": gaps}
        )
    notes = (
        "Batch t of `batches` (rows of the data) is used at step t with learningRate[t]. loss[t] and gradNorm[t] are taken before update t; "
        "snapshots[n] are the parameters after n updates, one row-major list per entry of `parameters`, weights [in,out]. "
        "Weight decay acts where `decay` is true. torch.optim refuses nesterov with dampening, so they are never combined. "
        "float32Gap: the same run in float32 against float64; `parameters` takes all parameters after the last step as one array."
    )
    write("src/training/recorded/optimizers.json", "optimizers.py", notes, {"problem": problem, "cases": cases})


if __name__ == "__main__":
    main()
