"""Records what a learning-rate range test smooths, where it stops and what it suggests, for losses that are drawn and for one real MLP.

Written with NumPy and PyTorch from the documentation of fastai's `lr_find` (bias-corrected average with beta 0.98, stop above four times
the lowest, the first tenth of the planned points and the last five left out) and its rules `minimum`, `steep` and `valley`. `steep` looks
left of the minimum only, over stretches of a twentieth of the points; `minimum` is nothing where the first point is the lowest, and a flat curve suggests nothing.
"""

import math
import random

import numpy as np
import torch

from common import write

PLANNED = 200
LOWEST, HIGHEST = 1e-6, 10.0
RATES = np.array([LOWEST * (HIGHEST / LOWEST) ** (i / (PLANNED - 1)) for i in range(PLANNED)])


def smooth(losses):
    """Weighted means of all losses so far, each weighing 0.98 times the one after it."""
    result = []
    for n in range(1, len(losses) + 1):
        weights = 0.98 ** np.arange(n - 1, -1, -1)
        result.append(float(np.average(losses[:n], weights=weights)))
    return result


def kept(losses):
    """Losses up to the first that stops the test, and why it stops."""
    for n in range(1, len(losses) + 1):
        if not math.isfinite(losses[n - 1]) or losses[n - 1] > 1e6:
            return losses[: n - 1], "diverged"
        means = smooth(losses[:n])
        if means[-1] > 4 * min(means):
            return losses[:n], "risen"
    return losses, "highest"


def valley(y):
    """Index two thirds along the longest falling subsequence, in fastai's counting; None where nothing falls."""
    length = np.ones(len(y), dtype=int)
    for i in range(1, len(y)):
        above = length[:i][y[:i] > y[i]]
        length[i] = 1 + (above.max() if above.size else 0)
    end = int(length.argmax())
    if length[end] < 2:
        return None
    section = length[end] / 3
    return max(0, end - length[end] + int(section) + int(section / 2))


def suggestions(y):
    """The three rates, as far as they exist."""
    x, y = RATES[: len(y)][PLANNED // 10 : -5], np.array(y)[PLANNED // 10 : -5]
    if len(y) < 5 or np.ptp(y) <= 1e-6 * abs(y.max()):
        return {}
    found = {"tenthOfMinimum": max(float(x[y.argmin()] / 10), LOWEST)} if y.argmin() > 0 else {}
    span = PLANNED // 20
    slopes = ((y[span:] - y[:-span]) / np.log(x[span:] / x[:-span]))[: max(0, y.argmin() - span + 1)]
    if slopes.size and slopes.min() < 0:
        # Where slopes are equal to rounding, the first.
        first = int(np.flatnonzero(slopes <= slopes.min() * (1 - 1e-9))[0])
        found["steepest"] = float(x[first + span // 2])
    index = valley(y)
    if index is not None:
        found["valley"] = float(x[index])
    return found


def drawn(name):
    """Losses over the rates, short decimals."""
    source = random.Random(name)
    decades = np.log10(RATES)
    shapes = {
        "falls and blows up": 2 - 1.6 / (1 + np.exp(-3 * (decades + 2.5))) + 10 ** (1.5 * (decades + 0.3)),
        "falls with noise and blows up": 2 - 1.7 / (1 + np.exp(-2 * (decades + 3))) + 10 ** (1.5 * decades),
        "falls to the end": 3 - 0.3 * (decades + 6),
        "only rises": 1 + 0.2 * (decades + 6) ** 2,
        "is flat": np.full(PLANNED, math.log(2)),
        "two valleys": 2 + np.cos(1.5 * decades) - 0.1 * decades + 10 ** (2 * (decades - 0.5)),
        "becomes no number": np.where(decades > -1, np.inf, 1.5 - 0.1 * decades),
        "ends at once": np.where(np.arange(PLANNED) < 2, 0.01, 5.0),
    }
    noise = 0.2 if "noise" in name else 0.0
    return [round(float(v) + noise * (source.random() - 0.5), 6) for v in shapes[name]]


NAMES = (
    "falls and blows up",
    "falls with noise and blows up",
    "falls to the end",
    "only rises",
    "is flat",
    "two valleys",
    "becomes no number",
    "ends at once",
)


def trained():
    """Losses of a tanh MLP under SGD whose rate takes the values of the test, float64."""
    torch.manual_seed(7)
    x = torch.randn(256, 2, dtype=torch.float64)
    y = (x[:, :1] * x[:, 1:] > 0).to(torch.float64)
    model = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1)).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=LOWEST, momentum=0.9)
    losses = []
    for i, rate in enumerate(RATES):
        optimizer.param_groups[0]["lr"] = rate
        rows = slice(32 * i % 256, 32 * i % 256 + 32)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def main():
    cases = []
    for name, losses in [*((name, drawn(name)) for name in NAMES), ("a trained MLP", trained())]:
        used, end = kept(losses)
        means = smooth(used)
        told = [value if math.isfinite(value) else None for value in losses]
        cases.append({"name": name, "losses": told, "end": end, "smoothed": means, "suggestions": suggestions(means)})
    notes = "losses: one for each rate, null where not finite; end: why the test stops; smoothed: up to there; suggestions: absent where a rule finds nothing."
    write("src/training/recorded/rate-test.json", "rate_test.py", notes, {"planned": PLANNED, "rates": RATES.tolist(), "cases": cases})


if __name__ == "__main__":
    main()
