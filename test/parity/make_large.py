"""Dumps losses, gradients and Hessian-vector products of networks so large that the kernels take their other ways: products in blocks,
zeros left out, Winograd's filtering. PyTorch in float64.

    python3 make_large.py       (PyTorch >= 1.13; writes dumps/large-networks.json)

What goes in is made by the same generator here and in the test; of each tensor that comes out its norm and some entries are kept.
"""
import json
import math

import numpy
import torch

from make_networks import FLATTEN, HERE, NORM, Net, conv, dense

STEPS = 3
KEPT = 12

CASES = [
    {"name": "wide layers on pictures with an empty ground", "rows": 128, "share": 0.3, "input": [300], "layers": [dense(256, "relu"), dense(192, "relu"), dense(130, "elu"), dense(10, "softmax")], "loss": "categoricalCrossentropy", "l2": 1e-3},
    {"name": "rows without zeros before a wide layer", "rows": 100, "share": 1, "input": [600], "layers": [dense(160, "relu"), dense(3)], "loss": "meanSquaredError"},
    {"name": "convolutions of many channels", "rows": 24, "share": 1, "input": [13, 12, 8], "layers": [conv(16, [3, 3], "relu", padding="same"), conv(24, [3, 3], "tanh"), {"type": "maxPool2d", "size": [2, 2], "stride": [2, 2]}, conv(16, [3, 3]), NORM, {"type": "activation", "activation": "relu"}, FLATTEN, dense(5, "softmax")], "loss": "categoricalCrossentropy"},
    {"name": "pictures with an empty ground through wide strides", "rows": 40, "share": 0.4, "input": [16, 15, 3], "layers": [conv(20, [5, 4], "relu", stride=[2, 3]), conv(32, [3, 3], "silu", padding="same"), {"type": "avgPool2d", "size": [2, 2], "stride": [2, 2]}, FLATTEN, dense(120, "relu"), dense(1, "sigmoid")], "loss": "binaryCrossentropy"},
]


def numbers(seed, count):
    """mulberry32: `count` numbers in (-1, 1)."""
    low = numpy.uint64(0xFFFFFFFF)
    state = (numpy.uint64(seed * 2654435761 % 2**32) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(0x6D2B79F5)) & low
    t = ((state ^ (state >> numpy.uint64(15))) * (state | numpy.uint64(1))) & low
    t ^= (t + (((t ^ (t >> numpy.uint64(7))) * (t | numpy.uint64(61))) & low)) & low
    return ((t ^ (t >> numpy.uint64(14))) & low).astype(float) / 2**31 - 1


class Generator:
    """Stands where the network draws its weights: one seed a tensor, in the order in which they are drawn."""

    def __init__(self):
        self.seed = 0

    def normal(self, size):
        self.seed += 1
        return numbers(self.seed, math.prod(size) if isinstance(size, tuple) else size).reshape(size)


def kept(tensor):
    flat = tensor.detach().flatten()
    return {"norm": flat.norm().item(), "entries": [flat[k * 7919 % len(flat)].item() for k in range(KEPT)]}


def dump(case):
    net = Net(case, Generator())
    names, tensors = list(net.trained), list(net.trained.values())
    rows, share = case["rows"], case["share"]
    x = numbers(100, rows * math.prod(case["input"]))
    x = numpy.where(numpy.abs(numbers(101, len(x))) < share, x, 0).reshape(rows, *case["input"])
    classes = net.outputs[0]
    if case["loss"] == "categoricalCrossentropy":
        t = numpy.eye(classes)[numpy.arange(rows) * 7 % classes]
    else:
        t = numbers(102, rows * classes).reshape(rows, classes)
        t = (t > 0).astype(float) if case["loss"] == "binaryCrossentropy" else t
    x, t = torch.tensor(x), torch.tensor(t)
    result = {**case, "rate": 0.2, "steps": []}
    for step in range(STEPS):
        loss, _ = net.loss(x, t, True, moves=True)
        gradients = torch.autograd.grad(loss, tensors, create_graph=step == 0)
        if step == 0:
            inner = sum((g * torch.tensor(numbers(200 + i, g.numel()).reshape(g.shape))).sum() for i, g in enumerate(gradients))
            result["product"] = dict(zip(names, map(kept, torch.autograd.grad(inner, tensors))))
        result["steps"].append({"loss": loss.item(), "gradient": dict(zip(names, map(kept, gradients)))})
        with torch.no_grad():
            for tensor, g in zip(tensors, gradients):
                tensor -= result["rate"] * g
    return result


if __name__ == "__main__":
    (HERE / "large-networks.json").write_text(json.dumps({"torch": torch.__version__, "cases": [dump(case) for case in CASES]}, separators=(",", ":")) + "\n")
