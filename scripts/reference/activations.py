"""Records relu, tanh, sigmoid and gelu (the exact one, by erf): values and derivatives, near zero and far from it."""

import torch
import torch.nn.functional as functional

from common import flat, write

INPUTS = {
    "ordinary": [-6, -4, -3, -2.5, -2, -1.5, -1, -0.75, -0.5, -0.25, -0.0625, 0, 0.0625, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 6],
    "extreme": [-100, -50, -20, -10, -8, 8, 10, 20, 50, 100],
}
ACTIVATIONS = {"relu": functional.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": functional.gelu}


def main():
    cases = []
    for name, activation in ACTIVATIONS.items():
        for inputs, points in INPUTS.items():
            x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
            y = activation(x)
            y.sum().backward()
            cases.append({"activation": name, "inputs": inputs, "x": points, "value": flat(y), "derivative": flat(x.grad)})
    notes = "float64. derivative of relu at 0 is 0; gelu is x/2 (1 + erf(x/sqrt 2)), which torch rounds to -0 below about -8."
    write("src/training/recorded/activations.json", "activations.py", notes, {"cases": cases})


if __name__ == "__main__":
    main()
