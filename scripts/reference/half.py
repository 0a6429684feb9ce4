"""Records half precision as NumPy rounds it: fingerprints of all conversions, and some to read.

Idea: all 65,536 patterns are widened, and every float32 that lies half-way between two of them, or next to such a one, is rounded; one CRC-32 each
says whether another implementation agrees everywhere. NaN is written as one pattern, since its payload is nobody's business.
"""

import json
import pathlib
import zlib

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "src/shared/half.recorded.json"
EXAMPLES = [0.0, 1.0, 1 / 3, 0.1, 65504.0, 65519.996, 65520.0, 1e6, 6.1035156e-05, 6.0975552e-05, 5.9604645e-08, 2.9802322e-08, 2.9802326e-08, 1e-9, 2049.0, 2051.0, 0.02]


def crc(array):
    return zlib.crc32(array.tobytes())


patterns = numpy.arange(65536, dtype=numpy.uint16)
values = patterns.view(numpy.float16).astype(numpy.float32)
widened = values.copy()
widened[numpy.isnan(widened)] = numpy.uint32(0x7FC00000).view(numpy.float32)

# From zero to the largest finite number, and to where infinity would stand if it were one more.
steps = numpy.append(values[:0x7C00], numpy.float32(65536)).astype(numpy.float64)
middles = ((steps[1:] + steps[:-1]) / 2).astype(numpy.float32)
around = (middles.view(numpy.uint32)[:, None] + numpy.array([-1, 0, 1])).astype(numpy.uint32).reshape(-1).view(numpy.float32)
with numpy.errstate(over="ignore"):
    rounded = numpy.concatenate([around, -around]).astype(numpy.float16).view(numpy.uint16)
    examples = [{"value": float(numpy.float32(x)), "bits": int(numpy.float32(x).astype(numpy.float16).view(numpy.uint16))} for x in EXAMPLES]

TARGET.write_text(
    json.dumps(
        {
            "header": {"command": "/usr/bin/python3 scripts/reference/half.py", "numpy": numpy.__version__},
            "widenedCrc": crc(widened),
            "roundedCrc": crc(rounded),
            "examples": examples,
        },
        indent=1,
    )
    + "\n"
)
