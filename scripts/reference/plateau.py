"""Records `ReduceLROnPlateau` on a few sequences of a monitored quantity: the rate and the counters after each evaluation."""

import random

import torch

from common import write

DEFAULTS = {"factor": 0.5, "patience": 2, "threshold": 1e-4, "cooldown": 0, "minLr": 0}


def falling(count, floor, seed, start=1.0):
    """A noisy decay to a floor, rounded to six places."""
    source = random.Random(seed)
    return [round(floor + (start - floor) * 0.85**i + 0.03 * (source.random() - 0.5), 6) for i in range(count)]


def rising(count, ceiling, seed):
    """A noisy rise to a ceiling, rounded to six places, as an accuracy does."""
    source = random.Random(seed)
    return [round(ceiling - (ceiling - 0.5) * 0.8**i + 0.02 * (source.random() - 0.5), 6) for i in range(count)]


# name, mode, initial rate, settings, metrics
CASES = [
    ("flat", "min", 0.1, {}, [1.0] * 14),
    ("always better", "min", 0.1, {}, [round(1 - 0.05 * i, 6) for i in range(14)]),
    ("noisy decay", "min", 0.1, {}, falling(40, 0.2, 1)),
    ("patience 0", "min", 0.1, {"patience": 0, "factor": 0.9}, falling(30, 0.3, 2)),
    ("patience 5", "min", 0.03, {"patience": 5, "factor": 0.1}, falling(40, 0.3, 3)),
    ("cooldown", "min", 0.1, {"patience": 1, "cooldown": 3}, [1.0] * 20),
    ("cooldown on noisy decay", "min", 0.1, {"patience": 1, "cooldown": 2}, falling(40, 0.3, 4)),
    ("large threshold", "min", 0.1, {"threshold": 0.1}, falling(30, 0.05, 5)),
    ("exactly at the threshold", "min", 1.0, {"threshold": 0.5, "patience": 0}, [1.0, 0.5, 0.25, 0.125, 0.1, 0.0625, 0.03]),
    ("threshold 0", "min", 0.1, {"threshold": 0, "patience": 1}, [1.0, 1.0, 0.999999, 1.0, 1.0, 1.0, 0.999998, 0.999998, 0.999998]),
    ("lower limit", "min", 0.1, {"patience": 0, "factor": 0.3, "minLr": 0.002}, [1.0] * 10),
    ("changes below 1e-8 are ignored", "min", 6e-8, {"patience": 0}, [1.0] * 8),
    ("metric at zero", "min", 0.1, {"patience": 1}, [0.5, 0.1, 0.0, 0.0, 0.0, 0.0, -0.1, -0.1, -0.10002, -0.2]),
    ("accuracy", "max", 0.1, {}, rising(40, 0.95, 6)),
    ("accuracy, threshold and cooldown", "max", 0.1, {"threshold": 0.01, "patience": 1, "cooldown": 2, "factor": 0.2, "minLr": 1e-4}, rising(40, 0.9, 7)),
    ("accuracy from zero", "max", 0.1, {"patience": 1}, [0.0, 0.0, 0.0, 0.25, 0.25, 0.5, 0.4, 0.4, 0.4]),
]


def run(mode, rate, settings, metrics):
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=rate)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        mode=mode,
        factor=settings["factor"],
        patience=settings["patience"],
        threshold=settings["threshold"],
        threshold_mode="rel",
        cooldown=settings["cooldown"],
        min_lr=settings["minLr"],
        eps=1e-8,
    )
    optimizer.step()
    rates, best, bad, cooldown = [], [], [], []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(optimizer.param_groups[0]["lr"])
        best.append(scheduler.best)
        bad.append(scheduler.num_bad_epochs)
        cooldown.append(scheduler.cooldown_counter)
    return {"learningRate": rates, "best": best, "badEvaluations": bad, "cooldownLeft": cooldown}


def main():
    cases = []
    for name, mode, rate, changes, metrics in CASES:
        settings = {**DEFAULTS, **changes}
        cases.append({"name": name, "mode": mode, "initialLearningRate": rate, "settings": settings, "metrics": metrics, **run(mode, rate, settings, metrics)})
    notes = (
        "threshold_mode rel: better is metric < best (1 - threshold), for max metric > best (1 + threshold). Entry i of learningRate, best, badEvaluations and "
        "cooldownLeft is what holds after metrics[i] was given. A cut happens when badEvaluations exceeds patience; one that would change the rate by no more "
        "than eps = 1e-8 is ignored, but still resets the counters. Rates are doubles to be met exactly."
    )
    write("src/schedule/plateau.recorded.json", "plateau.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
