"""Records the largest eigenvalue of the Hessian of a small MLP's loss: PyTorch's own second derivatives and NumPy's eigenvalues, in float64.

Idea: the problem of `optimizers.py` at its first parameters. The whole Hessian is formed (36 by 36) by `torch.autograd.functional.hessian`, so nothing
here is iterative or approximate. L2 acts on weight matrices only.
"""

import numpy
import torch
import torch.nn.functional as functional

from common import write
from optimizers import make_problem


def hessian_of(problem, loss, l2):
    inputs = torch.tensor(problem["inputs"]["values"], dtype=torch.float64).reshape(problem["inputs"]["shape"])
    targets = torch.tensor(problem["targets"][loss]["values"], dtype=torch.float64).reshape(-1, 1)
    shapes = [item["shape"] for item in problem["parameters"]]
    decays = [item["decay"] for item in problem["parameters"]]
    flat = torch.tensor([value for item in problem["parameters"] for value in item["values"]], dtype=torch.float64)

    def objective(vector):
        pieces, at = [], 0
        for shape in shapes:
            size = int(numpy.prod(shape))
            pieces.append(vector[at : at + size].reshape(shape))
            at += size
        x = inputs
        for layer in range(0, len(pieces), 2):
            x = x @ pieces[layer] + pieces[layer + 1]
            if layer + 2 < len(pieces):
                x = torch.tanh(x)
        data = functional.mse_loss(x, targets) if loss == "mse" else functional.binary_cross_entropy_with_logits(x, targets)
        return data + 0.5 * l2 * sum((piece**2).sum() for piece, decay in zip(pieces, decays) if decay)

    return torch.autograd.functional.hessian(objective, flat).numpy()


def main():
    problem = make_problem()
    cases = []
    for name, loss, l2 in [("mse", "mse", 0), ("bce", "bce", 0), ("mse with l2", "mse", 0.3), ("bce with l2", "bce", 0.3)]:
        values = numpy.linalg.eigvalsh(hessian_of(problem, loss, l2))
        cases.append({"name": name, "loss": loss, "l2": l2, "largest": float(values[-1]), "least": float(values[0])})
    write("src/training/recorded/sharpness.json", "sharpness.py", "eigenvalues of the whole Hessian at the first parameters of optimizers.json", {"cases": cases})


if __name__ == "__main__":
    main()
