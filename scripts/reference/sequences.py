"""Records what PyTorch makes of the operations of language models, and of their gradients, in float64.

Idea: `functional.embedding`, `functional.layer_norm` and a masked softmax are PyTorch's own; their gradients come from autograd, for the loss
sum(dy * y) with a fixed dy. RMS norm and rotary positions, which torch 1.13 has not, are written out, the latter as a product of complex
numbers. Shapes are odd; axes of size 1 are among them.
"""

import math

import torch
import torch.nn.functional as functional

from common import flat, gap, numbers, tensor, write


def leaf(shape, seed, reach=2):
    """Fixed numbers."""
    return torch.tensor(numbers(seed, math.prod(shape), reach), dtype=torch.float64).reshape(shape)


def record(inputs, seed, work):
    """Inputs, dy, outputs and the gradients of the inputs by name: `y`, `dx` and so on; and how far float32 strays from them."""
    y = work(*inputs.values())
    dy = torch.tensor(numbers(seed, y.numel(), 1), dtype=torch.float64).reshape(y.shape)

    def run(dtype):
        leaves = [value.to(dtype).requires_grad_() for value in inputs.values()]
        result = work(*leaves)
        found = torch.autograd.grad((dy.to(dtype) * result).sum(), leaves)
        return {"y": flat(result), **{f"d{name}": flat(value) for name, value in zip(inputs, found)}}

    exact, single = run(torch.float64), run(torch.float32)
    as_tensor = lambda value: tensor(value.shape, flat(value))
    return {
        "inputs": {name: as_tensor(value) for name, value in {**inputs, "dy": dy}.items()},
        "float64": exact,
        "float32Gap": {name: gap(single[name], values) for name, values in exact.items()},
    }


def embedding(rows, width, ids):
    table = leaf((rows, width), 11 + rows)
    return {"name": f"{rows} rows of {width}", "ids": ids, **record({"table": table}, 12, lambda table: functional.embedding(torch.tensor(ids), table))}


def standardized(rows, width, centered, epsilon=1e-5):
    def work(x):
        return functional.layer_norm(x, (width,), eps=epsilon) if centered else x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon)

    name = f"[{rows}, {width}], {'centred' if centered else 'not centred'}"
    return {"name": name, "centered": centered, "epsilon": epsilon, **record({"x": leaf((rows, width), 21 + width)}, 22, work)}


def rotated(sequences, context, heads, half):
    rates = 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    # Rounded to float32, as the tables of the graph are.
    angles = torch.arange(context, dtype=torch.float64)[:, None] * rates

    def work(x):
        cosines, sines = (table.float().to(x.dtype) for table in (angles.cos(), angles.sin()))
        pairs = x.reshape(sequences, context, heads, 2, half)
        turned = torch.complex(pairs[..., 0, :], pairs[..., 1, :]) * torch.complex(cosines, sines)[:, None, :]
        return torch.stack([turned.real, turned.imag], dim=-2).reshape(x.shape)

    name = f"{sequences} x {context} positions, {heads} heads of {2 * half}"
    x = leaf((sequences * context, heads * 2 * half), 31 + context)
    return {"name": name, "context": context, "half": half, **record({"x": x}, 32, work)}


def attention(sequences, context, heads, width, reach):
    shape = (sequences * context, heads * width)
    inputs = {name: leaf(shape, 41 + context + i, r) for i, (name, r) in enumerate((("q", reach), ("k", reach), ("v", 2)))}
    split = lambda x: x.reshape(sequences, context, heads, width).transpose(1, 2)
    mask = torch.ones(context, context, dtype=torch.bool).tril()

    def work(q, k, v):
        scores = split(q) @ split(k).transpose(2, 3) / math.sqrt(width)
        p = functional.softmax(scores.masked_fill(~mask, -math.inf), dim=-1)
        return (p @ split(v)).transpose(1, 2).reshape(shape)

    name = f"{sequences} x {context} positions, {heads} heads of {width}, numbers up to {reach}"
    return {"name": name, "heads": heads, "context": context, **record(inputs, 44, work)}


def main():
    body = {
        "embedding": [embedding(5, 3, [4, 0, 4, 2, 4, 1, 0]), embedding(1, 1, [0, 0, 0]), embedding(7, 4, [6])],
        "standardize": [standardized(*shape, centered) for shape in ((3, 7), (1, 16), (2, 9)) for centered in (True, False)]
        # A single column: only what ε leaves of it, and nothing at all when it is centred.
        + [standardized(5, 1, False, 0.25)],
        "rotate": [rotated(2, 5, 3, 2), rotated(1, 1, 1, 1), rotated(1, 9, 2, 5)],
        "attention": [attention(2, 5, 3, 3, 2), attention(1, 1, 1, 1, 2), attention(1, 13, 2, 5, 2), attention(3, 9, 1, 8, 2), attention(1, 8, 2, 4, 40)],
    }
    notes = (
        "dx and so on: gradients of sum(dy * y) by each input. ids: rows looked up. Layer norm without gain and shift. rotate: angle of position t and pair i of m is t * 10000^(-i / m), "
        "tables rounded to float32; pairs are (column i, column m + i) of a head. attention: rows are positions, sequence after sequence; columns are heads, side by side."
    )
    write("src/training/recorded/sequences.json", "sequences.py", notes, body)


if __name__ == "__main__":
    main()
