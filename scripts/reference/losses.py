"""Records every loss at fixed logits and targets: the mean, the loss of each example, and the gradient of the mean.

Idea: two sets of logits for each loss. `ordinary` holds values near zero, where relative precision means something;
`extreme` holds logits of ±50 and ±80, where a formula that is not stable gives infinity or NaN.
"""

import math

import torch
import torch.nn.functional as functional

from common import flat, numbers, tensor, write

KINDS = {
    "ordinary binary": [-3.5, -1.25, -0.5, 0, 0.25, 0.75, 2, 4.5],
    "extreme binary": [-80, -80, -50, -50, 50, 50, 80, 80],
}
BINARY_TARGETS = [0, 1, 0, 1, 0, 1, 0, 1]
CLASS_TARGETS = [0, 1, 2, 3, 2, 1]
CLASSES = 4
EXTREME_CLASS_LOGITS = [80, -80, 50, -50] + [-50, 80, 80.5, 0] + [0, -80, -80, -80] + [50, 50, 50, 50] + [80, 1, -1, 0.5] + [-80, 50, 0.25, 0]


def sigmoid_square(logits, targets):
    return ((torch.sigmoid(logits) - targets) ** 2).mean(1)


def softmax_square(logits, labels):
    return ((torch.softmax(logits, 1) - functional.one_hot(labels, logits.shape[1])) ** 2).mean(1)


def hinge(logits, targets):
    return functional.relu(1 - (2 * targets - 1) * logits).mean(1)


def plain(function, **options):
    """A torch loss as one value an example, averaged over outputs where it gives several."""

    def measure(logits, targets):
        values = function(logits, targets, reduction="none", **options)
        return values.mean(1) if values.dim() == 2 else values

    return measure


def focal_binary(gamma, alpha):
    """Lin et al. 2017, equation 5, from logarithms of probabilities."""

    def measure(logits, targets):
        right = torch.where(targets == 1, logits, -logits)
        weight = torch.where(targets == 1, alpha, 1 - alpha)
        return (-weight * torch.exp(gamma * functional.logsigmoid(-right)) * functional.logsigmoid(right)).mean(1)

    return measure


def focal_classes(gamma):
    """The same over several classes, without weights: 1 - p is the sum over the others."""

    def measure(logits, labels):
        hot = functional.one_hot(labels, logits.shape[1])
        missing = (torch.softmax(logits, 1) * (1 - hot)).sum(1)
        return missing**gamma * functional.cross_entropy(logits, labels, reduction="none")

    return measure


def smoothed_binary(epsilon):
    """Two classes: y(1 - epsilon) + epsilon / 2."""

    def measure(logits, targets):
        asked = targets * (1 - epsilon) + epsilon / 2
        return functional.binary_cross_entropy_with_logits(logits, asked, reduction="none").mean(1)

    return measure


def log_cosh(logits, targets):
    """ln cosh, by its definition where it does not overflow."""
    error = logits - targets
    return torch.where(error.abs() > 20, error.abs() - math.log(2), torch.log(torch.cosh(error.clamp(-30, 30)))).mean(1)


def quantile(tau):
    """Koenker & Bassett 1978."""

    def measure(logits, targets):
        error = targets - logits
        return torch.maximum(tau * error, (tau - 1) * error).mean(1)

    return measure


def binary_cases():
    for kind, logits in KINDS.items():
        values = torch.tensor(logits, dtype=torch.float64).reshape(-1, 1)
        targets = torch.tensor(BINARY_TARGETS, dtype=torch.float64).reshape(-1, 1)
        inputs = kind.split()[0]
        yield "bce", "binary", inputs, {}, plain(functional.binary_cross_entropy_with_logits), values, targets
        yield "mse", "binary", inputs, {}, sigmoid_square, values, targets
        yield "hinge", "binary", inputs, {}, hinge, values, targets
        yield "focal", "binary", inputs, {"focalGamma": 2, "focalAlpha": 0.25}, focal_binary(2, 0.25), values, targets
        yield "focal", "binary", inputs, {"focalGamma": 0.5, "focalAlpha": 0.75}, focal_binary(0.5, 0.75), values, targets
        yield "bce", "binary", inputs, {"smoothing": 0.1}, smoothed_binary(0.1), values, targets


def class_cases():
    ordinary = numbers(61, len(CLASS_TARGETS) * CLASSES, 3)
    for inputs, logits in (("ordinary", ordinary), ("extreme", EXTREME_CLASS_LOGITS)):
        values = torch.tensor(logits, dtype=torch.float64).reshape(-1, CLASSES)
        labels = torch.tensor(CLASS_TARGETS)
        yield "ce", "multiclass", inputs, {}, plain(functional.cross_entropy), values, labels
        yield "mse", "multiclass", inputs, {}, softmax_square, values, labels
        yield "margin", "multiclass", inputs, {}, plain(functional.multi_margin_loss), values, labels
        yield "ce", "multiclass", inputs, {"smoothing": 0.2}, plain(functional.cross_entropy, label_smoothing=0.2), values, labels
        if inputs == "ordinary":
            yield "focal", "multiclass", inputs, {"focalGamma": 2}, focal_classes(2), values, labels
            yield "focal", "multiclass", inputs, {"focalGamma": 0.5}, focal_classes(0.5), values, labels


def regression_cases():
    """Two outputs; the second pair is equal (gradient 0), and some differences are exactly δ."""
    targets = torch.tensor([0.5, -1, 0.25, 0.25, 1, 0, -2, 3, 0.125, -0.75], dtype=torch.float64).reshape(-1, 2)
    difference = torch.tensor([0.125, -0.25, 0, 0, 1, -1, 0.5, -0.5, 2.5, -3.75], dtype=torch.float64).reshape(-1, 2)
    extreme = torch.tensor([50, -50, 80, -80, 0, 50, -80, 80, -50, 0], dtype=torch.float64).reshape(-1, 2)
    for inputs, values in (("ordinary", targets + difference), ("extreme", extreme)):
        yield "mse", "regression", inputs, {}, plain(functional.mse_loss), values, targets
        yield "mae", "regression", inputs, {}, plain(functional.l1_loss), values, targets
        yield "logcosh", "regression", inputs, {}, log_cosh, values, targets
        for tau in (0.5, 0.9):
            # At the kink (an error of 0) any slope will do: such errors are moved off it.
            moved = torch.where(values == targets, values + 0.0625, values)
            yield "quantile", "regression", inputs, {"quantileTau": tau}, quantile(tau), moved, targets
        for beta in (0.25, 1, 2):
            yield "smoothl1", "regression", inputs, {"smoothL1Beta": beta}, plain(functional.smooth_l1_loss, beta=float(beta)), values, targets
        for delta in (0.5, 1, 2):
            yield "huber", "regression", inputs, {"delta": delta}, plain(functional.huber_loss, delta=float(delta)), values, targets


def main():
    cases = []
    for loss, kind, inputs, options, measure, values, targets in [*binary_cases(), *class_cases(), *regression_cases()]:
        logits = values.clone().requires_grad_()
        examples = measure(logits, targets)
        examples.mean().backward()
        cases.append(
            {
                "loss": loss,
                "kind": kind,
                "inputs": inputs,
                **options,
                "logits": tensor(values.shape, flat(values)),
                "targets": tensor(targets.shape, targets.reshape(-1).tolist()),
                "mean": float(examples.mean()),
                "examples": flat(examples),
                "gradient": flat(logits.grad),
            }
        )
    notes = (
        "float64. loss and kind are the ids of the product: mse of a binary task is the squared error on the sigmoid, of a multiclass task the squared "
        "error on the softmax against one-hot targets, averaged over examples x outputs; hinge maps targets 0 and 1 to -1 and +1 and has gradient 0 at "
        "its kink; margin is MultiMarginLoss (p 1, margin 1); huber is HuberLoss(delta). examples: loss of each example, averaged over its outputs; "
        "mean: their mean; gradient: of the mean by the logits, row-major. torch 1.13 takes log(exp(-m) + exp(-z - m)) in bce, so its values below 1e-16 are "
        "rounded to 0 where log1p gives the small number: compare by the error formula, not by ratio."
    )
    write("src/training/recorded/losses.json", "losses.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
