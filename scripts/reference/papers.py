"""Records optimizers that torch 1.13 lacks, written in NumPy from their papers alone, on the problem of `optimizers.py`.

Idea: each rule is a generator over steps that is handed gradients and returns weights, as its paper states it; gradients are autograd's.
Nothing here is taken from the product's own code: what both agree on was read twice from the same page. Weights are `[in, out]`;
a matrix of the paper, rows = outputs, is the transpose. Weight decay acts on weight matrices only.
"""

import numpy as np
import torch
import torch.nn.functional as functional

from common import gap, write
from optimizers import SNAPSHOTS, STEPS, forward, make_problem, rates


def lion(case, weights, decayed):
    """Chen et al. 2023, algorithm 2: w -= lr * (sign(b1 m + (1-b1) g) + wd w); m = b2 m + (1-b2) g."""
    b1, b2, decay = case["beta1"], case["beta2"], case["weightDecay"]
    moments = [np.zeros_like(w) for w in weights]

    def step(lr, gradients, _):
        for i, g in enumerate(gradients):
            direction = np.sign(b1 * moments[i] + (1 - b1) * g)
            weights[i] = weights[i] - lr * (direction + (decay * weights[i] if decayed[i] else 0))
            moments[i] = b2 * moments[i] + (1 - b2) * g

    return lambda: weights, step


def newton_schulz(matrix):
    """Jordan 2024: five rounds of X <- aX + (bA + cA^2)X with A = XX^T, from X = G / |G|; rows are the shorter side."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix / (np.linalg.norm(matrix) + np.asarray(1e-7, matrix.dtype))
    flipped = x.shape[0] > x.shape[1]
    if flipped:
        x = x.T
    for _ in range(5):
        gram = x @ x.T
        x = x.dtype.type(a) * x + (x.dtype.type(b) * gram + x.dtype.type(c) * gram @ gram) @ x
    return x.T if flipped else x


def adam_direction(moments, squares, i, g, t, b1, b2, eps):
    """Kingma & Ba 2015, algorithm 1, without the rate."""
    moments[i] = b1 * moments[i] + (1 - b1) * g
    squares[i] = b2 * squares[i] + (1 - b2) * g * g
    return (moments[i] / (1 - b1**t)) / (np.sqrt(squares[i] / (1 - b2**t)) + eps)


def muon(case, weights, decayed):
    """Jordan 2024: B = mu B + G, O = NS(G + mu B), W -= lr * sqrt(max(1, rows/cols)) * O on hidden matrices; AdamW elsewhere."""
    mu, decay, ratio = case["momentum"], case["weightDecay"], case["adamRatio"]
    buffers = [np.zeros_like(w) for w in weights]
    moments, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    matrices = [i for i, w in enumerate(weights) if w.ndim == 2]
    hidden = set(matrices[1:-1])

    def step(lr, gradients, t):
        for i, g in enumerate(gradients):
            own = lr if i in hidden else lr * ratio
            kept = weights[i] * (1 - own * decay) if decayed[i] else weights[i]
            if i in hidden:
                buffers[i] = mu * buffers[i] + g
                by_rows = (g + mu * buffers[i]).T
                rows, columns = by_rows.shape
                weights[i] = kept - lr * np.sqrt(max(1, rows / columns)).astype(g.dtype) * newton_schulz(by_rows).T
            else:
                weights[i] = kept - own * adam_direction(moments, squares, i, g, t, case["beta1"], case["beta2"], case["epsilon"])

    return lambda: weights, step


def lamb(case, weights, decayed):
    """You et al. 2020, algorithm 2, with phi the identity: w -= lr * |w|/|r| * r, r = m/(sqrt(v)+eps) + wd w, per tensor."""
    decay = case["weightDecay"]
    moments, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]

    def step(lr, gradients, t):
        for i, g in enumerate(gradients):
            r = adam_direction(moments, squares, i, g, t, case["beta1"], case["beta2"], case["epsilon"])
            r = r + (decay * weights[i] if decayed[i] else 0)
            length, reach = np.linalg.norm(weights[i]), np.linalg.norm(r)
            weights[i] = weights[i] - lr * (length / reach if length > 0 and reach > 0 else 1) * r

    return lambda: weights, step


def adafactor(case, weights, decayed):
    """Shazeer & Stern 2018, algorithms 4 and 5: b2 = 1 - t^-0.8, V = R C / sum(R), U clipped at RMS 1, step scaled by RMS(W) or not.

    With b1 the steps, rates included, are averaged; the paper writes out only the rule without, so this follows Hugging Face's Adafactor."""
    decay, scaled = case["weightDecay"], case["scaleByWeights"]
    rows, columns = {}, {}
    b1, averages = case.get("beta1", 0), [np.zeros_like(w) for w in weights]

    def rms(x):
        return np.sqrt(np.mean(x * x))

    def step(lr, gradients, t):
        b2 = 1 - t ** -0.8
        for i, g in enumerate(gradients):
            square = g * g + np.asarray(1e-30, g.dtype)
            if g.ndim == 2:
                rows[i] = b2 * rows.get(i, 0) + (1 - b2) * square.sum(axis=1)
                columns[i] = b2 * columns.get(i, 0) + (1 - b2) * square.sum(axis=0)
                second = np.outer(rows[i], columns[i]) / rows[i].sum()
            else:
                rows[i] = b2 * rows.get(i, 0) + (1 - b2) * square
                second = rows[i]
            direction = g / np.sqrt(second)
            direction = direction / max(1, rms(direction))
            size = lr * max(1e-3, rms(weights[i])) if scaled else lr
            kept = weights[i] * (1 - lr * decay) if decayed[i] else weights[i]
            averages[i] = b1 * averages[i] + (1 - b1) * size * direction
            weights[i] = kept - averages[i]

    return lambda: weights, step


def schedule_free(case, weights, decayed):
    """Defazio et al. 2024: y = (1-b) z + b x; z -= lr (d(y) + wd y); x = (1-c) x + c z, c = w_t / sum w, w_t = (largest lr)^2."""
    b, decay, adaptive = case.get("beta1", case.get("momentum")), case["weightDecay"], "beta2" in case
    z, squares = [w.copy() for w in weights], [np.zeros_like(w) for w in weights]
    sums = {"weight": 0.0, "largest": 0.0}

    def place():
        return [(1 - b) * z[i] + b * x for i, x in enumerate(weights)]

    def step(lr, gradients, t):
        sums["largest"] = max(lr, sums["largest"])
        weight = sums["largest"] ** 2
        sums["weight"] += weight
        share = weight / sums["weight"]
        for i, (g, y) in enumerate(zip(gradients, place())):
            if adaptive:
                squares[i] = case["beta2"] * squares[i] + (1 - case["beta2"]) * g * g
                direction = g / (np.sqrt(squares[i] / (1 - case["beta2"] ** t)) + case["epsilon"])
            else:
                direction = g
            z[i] = z[i] - lr * (direction + (decay * y if decayed[i] else 0))
            weights[i] = (1 - share) * weights[i] + share * z[i]

    return place, step


RULES = {"lion": lion, "muon": muon, "lamb": lamb, "adafactor": adafactor, "sfsgd": schedule_free, "sfadamw": schedule_free}
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0}

# name, optimizer, loss, base rate, settings (by the ids of the product's configuration); `sam`: radius of a sharpness-aware step
CASES = [
    ("lion", "lion", "bce", 0.004, {"beta1": 0.9, "beta2": 0.99, "weightDecay": 0}),
    ("lion weight decay", "lion", "mse", 0.003, {"beta1": 0.8, "beta2": 0.95, "weightDecay": 0.3}),
    ("muon", "muon", "mse", 0.02, {**ADAM, "momentum": 0.95, "beta2": 0.95, "adamRatio": 0.1}),
    ("muon weight decay", "muon", "bce", 0.01, {**ADAM, "momentum": 0.95, "beta2": 0.95, "epsilon": 1e-3, "adamRatio": 0.5, "weightDecay": 0.05}),
    ("lamb", "lamb", "bce", 0.015, {**ADAM, "epsilon": 1e-6}),
    ("lamb weight decay", "lamb", "mse", 0.02, {**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.05}),
    ("adafactor", "adafactor", "mse", 0.01, {"scaleByWeights": False, "weightDecay": 0}),
    ("adafactor scaled, weight decay", "adafactor", "bce", 0.03, {"scaleByWeights": True, "weightDecay": 0.05}),
    ("adafactor averaged", "adafactor", "bce", 0.02, {"scaleByWeights": False, "weightDecay": 0.05, "beta1": 0.9}),
    ("schedule-free sgd", "sfsgd", "mse", 0.2, {"momentum": 0.9, "weightDecay": 0}),
    ("schedule-free sgd weight decay", "sfsgd", "bce", 0.2, {"momentum": 0.8, "weightDecay": 0.05}),
    ("schedule-free adamw", "sfadamw", "bce", 0.02, ADAM),
    ("schedule-free adamw weight decay", "sfadamw", "mse", 0.02, {**ADAM, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.05}),
    ("sharpness-aware sgd", "sgd", "mse", 0.05, {"momentum": 0.8, "dampening": 0, "nesterov": False, "weightDecay": 0, "sam": 0.05}),
    ("sharpness-aware adam", "adam", "bce", 0.02, {**ADAM, "epsilon": 1e-3, "sam": 0.1}),
]


def base_of_sam(case, weights, _decayed):
    """The optimizer that a sharpness-aware step wraps: SGD with momentum (v = mu v + g from v = g) or Adam."""
    buffers = [np.zeros_like(w) for w in weights]
    squares = [np.zeros_like(w) for w in weights]

    def step(lr, gradients, t):
        for i, g in enumerate(gradients):
            if "beta2" in case:
                weights[i] = weights[i] - lr * adam_direction(buffers, squares, i, g, t, case["beta1"], case["beta2"], case["epsilon"])
            else:
                buffers[i] = case["momentum"] * buffers[i] + g
                weights[i] = weights[i] - lr * buffers[i]

    return lambda: weights, step


def train(problem, case, dtype):
    """Runs one case; the loss is that where the gradient is first taken, the norm that of the gradient that is used."""
    _, kind, loss_name, base, settings = case
    single = torch.float32 if dtype == np.float32 else torch.float64
    inputs = torch.tensor(problem["inputs"]["values"], dtype=single).reshape(problem["inputs"]["shape"])
    target = problem["targets"][loss_name]
    targets = torch.tensor(target["values"], dtype=single).reshape(target["shape"])
    measure = {"mse": functional.mse_loss, "bce": functional.binary_cross_entropy_with_logits}[loss_name]
    weights = [np.array(p["values"], dtype).reshape(p["shape"]) for p in problem["parameters"]]
    decayed = [p["decay"] for p in problem["parameters"]]
    place, step = (base_of_sam if "sam" in settings else RULES[kind])(settings, weights, decayed)

    def at(point, rows):
        leaves = [torch.tensor(w).requires_grad_() for w in point]
        loss = measure(forward(leaves, inputs[rows]), targets[rows])
        loss.backward()
        return float(loss), [leaf.grad.numpy() for leaf in leaves]

    def length(gradients):
        return np.sqrt(sum((g * g).sum() for g in gradients))

    losses, norms, snapshots = [], [], {}
    for t, (rate, rows) in enumerate(zip(rates(base), problem["batches"]), 1):
        point = place()
        loss, gradients = at(point, rows)
        if "sam" in settings:
            # Foret et al. 2021, equation 2: the gradient at w + rho g/|g|.
            scale = dtype(settings["sam"]) / (length(gradients) + dtype(1e-12))
            _, gradients = at([w + scale * g for w, g in zip(point, gradients)], rows)
        losses.append(loss)
        norms.append(float(length(gradients)))
        step(dtype(rate) if dtype == np.float32 else rate, gradients, t)
        assert all(w.dtype == dtype for w in weights), case[0]
        if t in SNAPSHOTS:
            snapshots[str(t)] = [w.astype(np.float64).reshape(-1).tolist() for w in weights]
    return {"loss": losses, "gradNorm": norms, "snapshots": snapshots}


def check_newton_schulz():
    """Singular values of the outcome lie between 0.65 and 1.25, whatever the input's (that are not tiny)."""
    source = np.random.default_rng(3)
    for shape in ((5, 3), (3, 5), (8, 8)):
        values = np.linalg.svd(newton_schulz(source.normal(size=shape)), compute_uv=False)
        assert 0.65 < values.min() and values.max() < 1.25, values


def main():
    check_newton_schulz()
    problem, cases, last = make_problem(), [], str(STEPS)
    for case in CASES:
        exact, single = train(problem, case, np.float64), train(problem, case, np.float32)
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
        "On the problem of optimizers.json. loss[t] is taken where the gradient of step t is (first) taken; gradNorm[t] is that of the gradient used; "
        "snapshots[n] are the parameters (schedule-free: x) after n updates."
    )
    write("src/training/recorded/papers.json", "papers.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
