"""Runs exported scripts: `run.py DIR…` prints one JSON line each: PyTorch's own gap, the product's difference, and how many steps.

Idea: one process imports each `train.py` by path and asks it for its curve in float64 and in float32, as `--check` does.
"""

import importlib.util
import json
import pathlib
import sys
import warnings

import torch

torch.set_num_threads(1)
warnings.filterwarnings("ignore")


def run(folder):
    """The outcome of one export as a dictionary."""
    spec = importlib.util.spec_from_file_location("train", folder / "train.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    expected = json.loads((folder / "expected.json").read_text())
    steps = len(expected["loss"])
    options = {"use_recorded": True} if (folder / "masks.npz").exists() else {}
    _, exact = module.train(torch.float64, "cpu", steps, **options)
    _, single = module.train(torch.float32, "cpu", steps, **options)
    gaps, differences = module.errors(single, exact), module.errors(expected, exact)
    rates = max((abs(a - b) / max(abs(b), 1e-12) for a, b in zip(exact["lr"], expected["lr"])), default=0.0)
    looks = [e[0] for e in exact["evaluations"]] == [e[0] for e in expected["evaluations"]]
    metrics = max((abs(a[2] - b[2]) for a, b in zip(exact["evaluations"], expected["evaluations"])), default=0.0)
    return {
        "steps": steps,
        "gap": max(gaps, default=0.0),
        "difference": max(differences, default=0.0),
        "rates": rates,
        "metrics": metrics,
        "same": looks and len(exact["loss"]) == steps,
        "exact": exact,
        "first": exact["loss"][0],
        "last": exact["loss"][-1],
    }


for argument in sys.argv[1:]:
    folder = pathlib.Path(argument)
    try:
        outcome = run(folder)
    except Exception as error:  # a script that fails is a row too
        outcome = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps({"folder": argument, **outcome}), flush=True)
