"""What the recording scripts share: fixed numbers, the error formula, and the compact JSON they write.

Idea: every starting value is a multiple of 1/256, so that it is the same number in float32 and in float64 and short in
JSON. Python's `random.random` is a documented, stable sequence, so the numbers do not depend on the version of PyTorch.
"""

import json
import math
import pathlib
import random

import torch

torch.set_num_threads(1)

ROOT = pathlib.Path(__file__).resolve().parents[2]
ERROR_FORMULA = "max over i of |a[i]-b[i]| / max(|b[i]|, 1e-3 * max over j of |b[j]|); b = float64 record, one array at a time"


def numbers(seed, count, reach):
    """`count` multiples of 1/256 between -reach and reach."""
    source = random.Random(seed)
    return [round((2 * source.random() - 1) * reach * 256) / 256 for _ in range(count)]


def tensor(shape, values):
    """A tensor as JSON: sizes of the axes and row-major values."""
    assert math.prod(shape) == len(values)
    return {"shape": list(shape), "values": values}


def gap(a, b):
    """The error formula on two flat lists."""
    floor = 1e-3 * max(abs(y) for y in b)
    if floor == 0:
        return max(abs(x) for x in a)
    return max(abs(x - y) / max(abs(y), floor) for x, y in zip(a, b, strict=True))


def flat(value):
    """Row-major values of a tensor as Python floats (exact for float32, too)."""
    return value.detach().to(torch.float64).reshape(-1).tolist()


def norm_of(tensors):
    """Global Euclidean norm of a list of tensors."""
    return float(torch.sqrt(sum((t.detach() ** 2).sum() for t in tensors)))


def write(path, script, notes, body, most=300_000):
    """Writes `{header, ...body}`; floats as the shortest text that reads back as the same double."""
    header = {
        "command": f"/usr/bin/python3 scripts/reference/{script}",
        "torch": torch.__version__,
        "error": ERROR_FORMULA,
        "notes": notes,
    }
    text = json.dumps({"header": header, **body}, separators=(",", ":"), allow_nan=False) + "\n"
    assert len(text) < most, len(text)
    target = ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    print(f"{path}: {len(text)} bytes")
