"""Records `clip_grad_value_` and `clip_grad_norm_` on fixed gradients of several tensors, at several thresholds."""

import math

import torch

from common import flat, norm_of, numbers, tensor, write

SHAPES = [[2, 5], [5], [5, 1], [1]]
THRESHOLDS = [1e-6, 0.01, 0.1, 0.5, 1, 2.5, 5, 100]


def gradient_sets():
    """By name: as drawn, a thousand times larger, a thousandth (in powers of two), and all zero."""
    drawn = [numbers(71 + i, math.prod(shape), 2) for i, shape in enumerate(SHAPES)]
    scaled = {"ordinary": 1, "large": 1024, "small": 1 / 1024, "zero": 0}
    return {name: [[value * scale for value in values] for values in drawn] for name, scale in scaled.items()}


def clipped(values, method, threshold):
    """Norms before and after, and the gradients after, float64."""
    parameters = []
    for shape, numbers_ in zip(SHAPES, values):
        parameter = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
        parameter.grad = torch.tensor(numbers_, dtype=torch.float64).reshape(shape)
        parameters.append(parameter)
    before = norm_of([p.grad for p in parameters])
    if method == "norm":
        torch.nn.utils.clip_grad_norm_(parameters, threshold)
    elif method == "inf":
        torch.nn.utils.clip_grad_norm_(parameters, threshold, norm_type=math.inf)
    elif method == "tensor":
        for parameter in parameters:
            torch.nn.utils.clip_grad_norm_([parameter], threshold)
    else:
        torch.nn.utils.clip_grad_value_(parameters, threshold)
    gradients = [p.grad for p in parameters]
    return {"gradNorm": before, "clippedNorm": norm_of(gradients), "gradients": [flat(g) for g in gradients]}


def main():
    sets = gradient_sets()
    cases = [
        {"gradients": name, "clip": method, "clipAt": threshold, "clipped": clipped(values, method, threshold)}
        for name, values in sets.items()
        for method in ("value", "norm", "inf", "tensor")
        for threshold in THRESHOLDS
    ]
    notes = "float64. gradients[name] lists tensors; a case names its set, and clipped.gradients holds row-major values in the same order. norm: g * min(1, clipAt / (norm + 1e-6)); inf: the same with the largest entry for the norm; tensor: each tensor on its own."
    body = {"gradients": {name: [tensor(s, v) for s, v in zip(SHAPES, values)] for name, values in sets.items()}, "cases": cases}
    write("src/training/recorded/clipping.json", "clipping.py", notes, body)


if __name__ == "__main__":
    main()
