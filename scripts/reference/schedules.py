"""Records the learning rates of `torch.optim.lr_scheduler`, for every step of a run of 1,000.

Idea: stepping a scheduler multiplies rounding errors up, so the plain schedules are recorded from PyTorch's own closed forms.
Warm-up has none: it is recorded by stepping, as a training loop does.
"""

import math
import warnings

import numpy
import torch
from torch.optim import lr_scheduler as ls

from common import write

warnings.filterwarnings("ignore")
STEPS = 1000


def optimizer(rate):
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=rate)


def closed_form(make, rate, steps, per=1):
    scheduler = make(optimizer(rate))
    values = []
    for step in range(steps):
        scheduler.last_epoch = step // per
        values.append(scheduler._get_closed_form_lr()[0])
    return values


def stepped(make, rate, steps, per=1):
    opt = optimizer(rate)
    scheduler = make(opt)
    values = []
    for step in range(steps):
        values.append(opt.param_groups[0]["lr"])
        opt.step()
        if (step + 1) % per == 0:
            scheduler.step()
    return values


def warmed(make, start, warmup):
    return lambda opt: ls.SequentialLR(opt, [ls.LinearLR(opt, start_factor=start, total_iters=warmup), make(opt)], milestones=[warmup])


def case(settings, values):
    return {"settings": settings, "values": values}


def plain_cases():
    yield case({"schedule": "constant", "learningRate": 0.03}, closed_form(lambda o: ls.ConstantLR(o, factor=1), 0.03, STEPS))
    yield case({"schedule": "step", "per": "step", "stepSize": 70, "gamma": 0.5, "learningRate": 0.1}, closed_form(lambda o: ls.StepLR(o, 70, 0.5), 0.1, STEPS))
    yield case({"schedule": "step", "per": "epoch", "stepSize": 7, "gamma": 0.3, "learningRate": 2}, closed_form(lambda o: ls.StepLR(o, 7, 0.3), 2, STEPS, 10))
    yield case({"schedule": "exponential", "per": "step", "gamma": 0.99, "learningRate": 0.3}, closed_form(lambda o: ls.ExponentialLR(o, 0.99), 0.3, STEPS))
    yield case({"schedule": "exponential", "per": "epoch", "gamma": 0.95, "learningRate": 0.3}, stepped(lambda o: ls.ExponentialLR(o, 0.95), 0.3, STEPS, 10))
    linear = lambda end: lambda o: ls.LinearLR(o, start_factor=1, end_factor=end, total_iters=STEPS)
    yield case({"schedule": "linear", "endFactor": 0, "learningRate": 0.03}, closed_form(linear(0), 0.03, STEPS))
    yield case({"schedule": "linear", "endFactor": 0.25, "learningRate": 1e-4}, closed_form(linear(0.25), 1e-4, STEPS))
    cosine = lambda low: lambda o: ls.CosineAnnealingLR(o, T_max=STEPS, eta_min=low)
    yield case({"schedule": "cosine", "minLr": 0, "learningRate": 0.03}, closed_form(cosine(0), 0.03, STEPS))
    yield case({"schedule": "cosine", "minLr": 1e-3, "learningRate": 0.5}, closed_form(cosine(1e-3), 0.5, STEPS))


def recorded_momentum(make, rate, steps):
    """Rates and momenta of a scheduler that cycles both, by stepping: SGD stands for every optimizer with momentum."""
    opt = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=rate, momentum=0.9)
    scheduler = make(opt)
    values, momenta = [], []
    for _ in range(steps):
        values.append(opt.param_groups[0]["lr"])
        momenta.append(opt.param_groups[0]["momentum"])
        opt.step()
        scheduler.step()
    return values, momenta


def cycle(settings, make, rate):
    # One step more than is recorded: OneCycleLR refuses to step past its end.
    values, momenta = recorded_momentum(make, rate, STEPS - 1)
    return {"settings": {"optimizer": "sgd", "learningRate": rate, **settings}, "values": values, "momentum": momenta}


def cycle_cases():
    one = lambda **k: lambda o: ls.OneCycleLR(o, total_steps=STEPS, **k)
    yield cycle({"schedule": "onecycle"}, one(max_lr=0.1), 0.1)
    yield cycle(
        {"schedule": "onecycle", "risingShare": 0.25, "startDivisor": 10, "endDivisor": 100, "anneal": "linear", "baseMomentum": 0.7, "maxMomentum": 0.9},
        one(max_lr=0.5, pct_start=0.25, div_factor=10, final_div_factor=100, anneal_strategy="linear", base_momentum=0.7, max_momentum=0.9),
        0.5,
    )
    yield cycle(
        {"schedule": "onecycle", "risingShare": 0.4, "threePhase": True, "endDivisor": 50},
        one(max_lr=0.03, pct_start=0.4, three_phase=True, final_div_factor=50),
        0.03,
    )
    wave = lambda **k: lambda o: ls.CyclicLR(o, base_momentum=0.8, max_momentum=0.9, **k)
    momenta = {"baseMomentum": 0.8, "maxMomentum": 0.9}
    yield cycle({"schedule": "cyclic", "stepsUp": 90, "minLr": 0.001, **momenta}, wave(base_lr=0.001, max_lr=0.1, step_size_up=90), 0.1)
    yield cycle(
        {"schedule": "cyclic", "stepsUp": 50, "stepsDown": 130, "cycleMode": "triangular2", "minLr": 0.01, **momenta},
        wave(base_lr=0.01, max_lr=0.5, step_size_up=50, step_size_down=130, mode="triangular2"),
        0.5,
    )
    yield cycle(
        {"schedule": "cyclic", "stepsUp": 40, "cycleMode": "exp_range", "gamma": 0.998, "minLr": 0.002, **momenta},
        wave(base_lr=0.002, max_lr=0.2, step_size_up=40, mode="exp_range", gamma=0.998),
        0.2,
    )


def jump_cases():
    multi = lambda gamma, *at: lambda o: ls.MultiStepLR(o, list(at), gamma)
    yield case({"schedule": "multistep", "per": "step", "milestones": [300, 301, 800], "gamma": 0.3, "learningRate": 0.1}, closed_form(multi(0.3, 300, 301, 800), 0.1, STEPS))
    yield case({"schedule": "multistep", "per": "epoch", "milestones": [20, 60], "gamma": 0.1, "learningRate": 0.5}, closed_form(multi(0.1, 20, 60), 0.5, STEPS, 10))
    again = lambda first, factor, low: lambda o: ls.CosineAnnealingWarmRestarts(o, first, factor, low)
    for first, factor, low, per in ((150, 1, 0.001, 1), (60, 2, 0, 1), (7, 3, 0.01, 10)):
        settings = {"schedule": "restarts", "per": "step" if per == 1 else "epoch", "firstPeriod": first, "periodFactor": factor, "minLr": low, "learningRate": 0.3}
        yield case(settings, stepped(again(first, factor, low), 0.3, STEPS, per))


def formula_cases():
    """Schedules that torch 1.13 lacks, by the formulas that their documentation gives."""
    for power, low, rate in ((1, 0, 0.03), (2.5, 1e-4, 0.2), (0.5, 0, 1)):
        # Hugging Face get_polynomial_decay_schedule_with_warmup (lr_end); torch 2's PolynomialLR for an end of 0.
        values = [(rate - low) * (1 - t / STEPS) ** power + low for t in range(STEPS)]
        yield case({"schedule": "polynomial", "power": power, "minLr": low, "learningRate": rate}, values)
    for warmup, timescale in ((0, 0), (100, 0), (50, 400)):
        # Hugging Face get_inverse_sqrt_schedule: linear warm-up, then 1 / sqrt((t + shift) / timescale), shift = timescale - warm-up.
        scale = timescale or warmup or 10_000
        values = [0.1 * (t / max(1, warmup) if t < warmup else 1 / math.sqrt((t + scale - warmup) / scale)) for t in range(STEPS)]
        yield case({"schedule": "invsqrt", "warmup": warmup, "warmupFrom": 0, "timescale": timescale, "learningRate": 0.1}, values)
    shapes = {"linear": lambda p: 1 - p, "cosine": lambda p: (1 + math.cos(math.pi * p)) / 2, "sqrt": lambda p: 1 - math.sqrt(p)}
    for (name, shape), share, end in zip(shapes.items(), (0.2, 0.5, 0.35), (0, 0.1, 0.05)):
        # Hu et al. 2024 and Haegele et al. 2024: constant, then a fall over the last steps.
        start, steps = STEPS - round(share * STEPS), round(share * STEPS)
        values = [0.3 * (1 if t <= start else end + (1 - end) * shape((t - start) / steps)) for t in range(STEPS)]
        yield case({"schedule": "wsd", "decayShare": share, "decayShape": name, "endFactor": end, "learningRate": 0.3}, values)


def drawn(knots, steps):
    places, factors = zip(*knots)
    return lambda o: ls.LambdaLR(o, lambda t: float(numpy.interp(t / steps, places, factors)))


# A ramp that begins late, a jump, a stretch at zero, and a rise above the rate; and a curve of one knot.
CURVES = ([[0.1, 0.05], [0.3, 1], [0.3001, 0.25], [0.55, 0], [0.7, 0], [0.731, 1.37], [1, 1e-4]], [[0.4, 0.3]], [[0, 1], [1, 0]])


def drawn_cases():
    for knots, rate in zip(CURVES, (0.03, 0.5, 2)):
        yield case({"schedule": "drawn", "drawn": knots, "learningRate": rate}, stepped(drawn(knots, STEPS), rate, STEPS))


def warm_cases():
    def warm(settings, make, rate, start, warmup):
        return case({**settings, "learningRate": rate, "warmupFrom": start, "warmup": warmup}, stepped(warmed(make, start, warmup), rate, STEPS))

    rest = STEPS - 50
    yield warm({"schedule": "constant"}, lambda o: ls.ConstantLR(o, factor=1), 0.03, 0.1, 50)
    yield warm({"schedule": "step", "per": "step", "stepSize": 100, "gamma": 0.5}, lambda o: ls.StepLR(o, 100, 0.5), 0.1, 0.01, 50)
    yield warm({"schedule": "exponential", "per": "step", "gamma": 0.995}, lambda o: ls.ExponentialLR(o, 0.995), 0.1, 0.5, 50)
    yield warm({"schedule": "cosine", "minLr": 1e-3}, lambda o: ls.CosineAnnealingLR(o, T_max=rest, eta_min=1e-3), 0.03, 0.1, 50)
    yield warm({"schedule": "drawn", "drawn": CURVES[0]}, drawn(CURVES[0], rest), 0.03, 0.1, 50)


def main():
    notes = (
        "settings are those of the parameter table; entry t of values is the rate of step t of 1000, 10 steps to the epoch. Plain schedules are PyTorch's closed "
        "forms where it has one; entry t of momentum is that of step t; those with warm-up are stepped SequentialLR(LinearLR, schedule). Met to 1e-12 relative, plus 4e-16 of the base rate where cosine cancels."
    )
    write("src/schedule/schedules.recorded.json", "schedules.py", notes, {"schedules": [*plain_cases(), *jump_cases(), *cycle_cases(), *formula_cases(), *drawn_cases(), *warm_cases()]}, most=700_000)


if __name__ == "__main__":
    main()
