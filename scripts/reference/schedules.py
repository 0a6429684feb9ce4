"""Records the learning rates of `torch.optim.lr_scheduler`, for every step of a run of 1,000.

Idea: stepping a scheduler multiplies rounding errors up, so the plain schedules are recorded from PyTorch's own closed forms.
Warm-up has none: it is recorded by stepping, as a training loop does.
"""

import warnings

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


def warm_cases():
    def warm(settings, make, rate, start, warmup):
        return case({**settings, "learningRate": rate, "warmupFrom": start, "warmup": warmup}, stepped(warmed(make, start, warmup), rate, STEPS))

    rest = STEPS - 50
    yield warm({"schedule": "constant"}, lambda o: ls.ConstantLR(o, factor=1), 0.03, 0.1, 50)
    yield warm({"schedule": "step", "per": "step", "stepSize": 100, "gamma": 0.5}, lambda o: ls.StepLR(o, 100, 0.5), 0.1, 0.01, 50)
    yield warm({"schedule": "exponential", "per": "step", "gamma": 0.995}, lambda o: ls.ExponentialLR(o, 0.995), 0.1, 0.5, 50)
    yield warm({"schedule": "cosine", "minLr": 1e-3}, lambda o: ls.CosineAnnealingLR(o, T_max=rest, eta_min=1e-3), 0.03, 0.1, 50)


def main():
    notes = (
        "settings are those of the parameter table; entry t of values is the rate of step t of 1000, 10 steps to the epoch. Plain schedules are PyTorch's closed "
        "forms; those with warm-up are stepped SequentialLR(LinearLR, schedule). Met to 1e-12 relative, plus 4e-16 of the base rate where cosine cancels."
    )
    write("src/schedule/schedules.recorded.json", "schedules.py", notes, {"schedules": [*plain_cases(), *warm_cases()]})


if __name__ == "__main__":
    main()
