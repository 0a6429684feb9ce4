"""Runs exported scripts: folders on standard input, one a line; one JSON line comes back for each.

Idea: one process imports each `train.py` by its path and asks it for its curve in float64 and in float32, as `--check` does. Where there is a
`states.npz`, the weights after each step are put in place of PyTorch's own, so that every step starts from where the product's started. Where
there is a `link.txt`, the script's own `--check` is asked; where there is an `asked.json`, its `--sample` and its tokenizer.
"""

import contextlib
import importlib.util
import io
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import torch

torch.set_num_threads(1)
warnings.filterwarnings("ignore")


def load(folder, name="train"):
    """The script of a folder as a module."""
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def curves(folder):
    """How far PyTorch's two precisions are apart, and the product from the exact one."""
    module = load(folder)
    expected = json.loads((folder / "expected.json").read_text())
    steps, over = len(expected["loss"]), "end" in expected
    options = {"use_recorded": True} if (folder / "masks.npz").exists() else {}
    # NAdam and ASGD keep a running factor of theirs in the default type. On the recorded problem all of it is to be double.
    torch.set_default_dtype(torch.float32 if expected["evaluations"] else torch.float64)
    _, exact = module.train(torch.float64, "cpu", steps, over, **options)
    torch.set_default_dtype(torch.float32)
    _, single = module.train(torch.float32, "cpu", steps, over, **options)
    gaps, differences = module.errors(single, exact), module.errors(expected, exact)
    pairs = list(zip(exact["evaluations"], expected["evaluations"]))
    return {
        "steps": steps,
        "gap": max(gaps, default=math.inf),
        "difference": max(differences, default=math.inf),
        "fromSingle": max(module.errors(expected, single), default=math.inf),
        "rates": max((abs(a - b) / max(abs(b), 1e-12) for a, b in zip(exact["lr"], expected["lr"])), default=math.inf),
        "metrics": max((abs(a[2] - b[2]) / max(1.0, abs(b[2])) for a, b in pairs), default=0.0),
        "same": len(exact["loss"]) == steps and all(a[0] == b[0] for a, b in pairs),
        "evaluations": [len(exact["evaluations"]), len(expected["evaluations"])],
        "loss": exact["loss"],
    }


def own_check(folder):
    """What the script's own `--check` says, and its exit code."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = load(folder).check(torch.device("cpu"))
    return {"code": code, "said": said.getvalue().strip().split("\n")}


def single_steps(folder):
    """The largest error of a weight after one step from the product's weights, as a share of the largest weight."""
    module, states = load(folder), {name: torch.from_numpy(value) for name, value in np.load(folder / "states.npz").items()}
    build, errors = module.build_optimizer, []

    def build_forced(model):
        optimizer = build(model)
        step = optimizer.step

        def forced_step(*closure):
            step(*closure)
            with torch.no_grad():
                worst = largest = 0.0
                for name, p in model.named_parameters():
                    wanted = states[name][len(errors) + 1].to(p)
                    worst = max(worst, (p - wanted).abs().max().item())
                    largest = max(largest, wanted.abs().max().item())
                    p.copy_(wanted)
            errors.append(worst / largest)

        optimizer.step = forced_step
        return optimizer

    module.build_optimizer = build_forced
    module.train(torch.float64, "cpu", len(next(iter(states.values()))) - 1)
    return {"steps": len(errors), "difference": max(errors)}


def answers(folder):
    """What `--sample` says at temperature 0 from the weights of init.npz, and the tokens of some texts."""
    module, asked = load(folder), json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    model, _ = module.train(steps=0, over=False)
    module.save(model)
    encode, decode = module.tokenizer()
    tokens = [encode(text) for text in asked["texts"]]
    if any(decode(ids) != text for ids, text in zip(tokens, asked["texts"])):
        raise ValueError("a text does not come back from its tokens")
    taken = load(folder, "model")
    alone, prompt = taken.load_model(), encode(asked["prompt"])
    with torch.no_grad():
        logits = alone(torch.tensor([prompt]))[0, -1].tolist()
    return {
        "text": module.sample(asked["prompt"], 0.0),
        "tokens": tokens,
        "taken": taken.sample(asked["prompt"], 0.0),
        "logits": logits,
        "apart": apart(folder, taken) if (folder / "adapter_config.json").exists() else 0.0,
    }


def apart(folder, taken):
    """How far the base with its adapter added, as `peft` adds it, is from the merged weights."""
    merged, base, thin = (taken.load(f"{name}.safetensors") for name in ("model", "base", "adapter_model"))
    config = json.loads((folder / "adapter_config.json").read_text())
    worst = 0.0
    for name, weight in base.items():
        key = f"base_model.model.{name.removesuffix('.weight')}"
        added = 0.0
        if f"{key}.lora_A.weight" in thin:
            if name.split(".")[-2] not in config["target_modules"]:
                raise ValueError(f"{name} is adapted, and the configuration does not say so")
            added = thin.pop(f"{key}.lora_B.weight").double() @ thin.pop(f"{key}.lora_A.weight").double() * config["lora_alpha"] / config["r"]
        worst = max(worst, (weight.double() + added - merged[name].double()).abs().max().item())
    if thin:
        raise ValueError(f"the adapter holds {', '.join(thin)}, which the model does not have")
    return worst


for line in sys.stdin:
    folder = pathlib.Path(line.strip())
    try:
        judges = {"states.npz": single_steps, "link.txt": own_check, "asked.json": answers}
        judge = next((judge for name, judge in judges.items() if (folder / name).exists()), curves)
        outcome = judge(folder)
    except Exception as error:  # a script that fails is a row, too
        outcome = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(outcome), flush=True)
