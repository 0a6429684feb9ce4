"""Records `torch.optim.LBFGS` on the problem of optimizers.py, all 20 examples in every batch, with and without line search.

Idea: a rate that changes at every step, as for the other optimizers; one `step` is several iterations. What is counted is how often the
closure was called. Learning curvature amplifies rounding: cases were chosen in which another order of the examples moves the final parameters by
no more than 2e-11, in double precision.
"""

import torch
import torch.nn.functional as functional

from common import flat, gap, write
from optimizers import forward, make_problem, rates

# name, loss, base rate, max_iter, history_size, line search, l2 penalty on weights, steps: fewer where rounding is amplified
CASES = [
    ("fixed steps, one iteration a step", "mse", 0.1, 1, 10, None, 0.03, 50),
    ("fixed steps, one iteration a step, other loss", "bce", 0.1, 1, 10, None, 0.01, 50),
    ("fixed steps", "bce", 1.0, 4, 5, None, 0.03, 50),
    ("fixed steps, short memory", "bce", 1.0, 4, 2, None, 0.03, 50),
    ("strong Wolfe, one iteration a step", "mse", 0.03, 1, 10, "strong_wolfe", 0.01, 50),
    ("strong Wolfe, longer first guess", "mse", 0.3, 1, 10, "strong_wolfe", 0.01, 50),
    ("strong Wolfe", "bce", 0.1, 4, 5, "strong_wolfe", 0.03, 50),
    ("strong Wolfe, other loss", "mse", 1.0, 3, 10, "strong_wolfe", 0.003, 8),
    ("strong Wolfe, first steps far too long", "mse", 40.0, 2, 5, "strong_wolfe", 0.01, 8),
]


def train(problem, case, dtype, backwards=False):
    """Losses are the data loss before the step, looks the calls of the closure in it. `backwards`: the examples in reverse order, for a run that differs by rounding."""
    _, loss_name, base, iterations, history, search, l2, steps = case
    inputs = torch.tensor(problem["inputs"]["values"], dtype=dtype).reshape(problem["inputs"]["shape"])
    target = problem["targets"][loss_name]
    targets = torch.tensor(target["values"], dtype=dtype).reshape(target["shape"])
    parameters = [torch.tensor(p["values"], dtype=dtype).reshape(p["shape"]).requires_grad_() for p in problem["parameters"]]
    if backwards:
        inputs, targets = inputs.flip(0), targets.flip(0)
    measure = {"mse": functional.mse_loss, "bce": functional.binary_cross_entropy_with_logits}[loss_name]
    optimizer = torch.optim.LBFGS(parameters, lr=1, max_iter=iterations, history_size=history, line_search_fn=search)
    seen = []

    def closure():
        optimizer.zero_grad()
        loss = measure(forward(parameters, inputs), targets)
        seen.append(float(loss))
        total = loss + sum(0.5 * l2 * (w**2).sum() for w in parameters[0::2])
        total.backward()
        return total

    losses, looks, snapshots = [], [], {}
    for step, rate in enumerate(rates(base)[:steps]):
        optimizer.param_groups[0]["lr"] = rate
        seen.clear()
        optimizer.step(closure)
        losses.append(seen[0])
        looks.append(len(seen))
        if step + 1 in (1, 2, 10, steps):
            snapshots[str(step + 1)] = [flat(p) for p in parameters]
    return {"loss": losses, "looks": looks, "snapshots": snapshots}


def main():
    problem = make_problem()
    cases = []
    for case in CASES:
        exact, single = train(problem, case, torch.float64), train(problem, case, torch.float32)
        gaps = {"loss": gap(single["loss"], exact["loss"])}
        last = str(case[-1])
        rounding = gap(sum(train(problem, case, torch.float64, True)["snapshots"][last], []), sum(exact["snapshots"][last], []))
        name, loss, base, iterations, history, search, l2, steps = case
        print(f"{name:40s} loss {exact['loss'][0]:.4f} -> {exact['loss'][-1]:.4f}  gaps {gaps} rounding {rounding:.0e} looks {sum(exact['looks'])}")
        assert rounding <= 2e-11, name
        settings = {"iterations": iterations, "historySize": history, "lineSearch": "wolfe" if search else "none", "l2": l2}
        cases.append({"name": name, "loss": loss, "settings": settings, "learningRate": rates(base)[:steps], "float64": exact, "float32Gap": gaps})
    notes = (
        "The problem is that of optimizers.json; every step takes all 20 examples. loss[t]: data loss before step t; looks[t]: calls of the closure in it; "
        "snapshots[n]: parameters after n steps. The objective is the data loss plus l2/2 times the squares of the weights, biases left out."
    )
    write("src/training/recorded/lbfgs.json", "lbfgs.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
