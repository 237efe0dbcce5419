"""Dumps losses, gradients, Hessian-vector products, running statistics and predictions of small networks as PyTorch computes them in float64.

    python3 make_networks.py       (PyTorch >= 1.13; writes dumps/networks.json)

Layers are named and given as the test gives them to the product; rows of pictures stand height, width, channels. Weights and gradients
stand in PyTorch's own shapes.
"""
import json
import math
import pathlib

import numpy
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent / "dumps"
STEPS = 4
ROWS = 6

ACTIVATIONS = {
    "linear": lambda z: z, "relu": F.relu, "leakyRelu": F.leaky_relu, "elu": F.elu, "gelu": F.gelu, "silu": F.silu,
    "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softplus": F.softplus, "softmax": lambda z: F.softmax(z, 1),
}


def dense(units, activation="linear", **rest):
    return {"type": "dense", "units": units, "activation": activation, **rest}


def conv(filters, kernel, activation="linear", **rest):
    return {"type": "conv2d", "filters": filters, "kernel": kernel, "activation": activation, **rest}


FLATTEN = {"type": "flatten"}
NORM = {"type": "batchNorm"}
SMOOTH = ["tanh", "sigmoid", "gelu", "silu", "softplus", "elu", "leakyRelu"]

CASES = [
    {"name": "classes", "input": [5], "layers": [dense(7, "relu"), dense(6, "tanh"), dense(4, "softmax")], "loss": "categoricalCrossentropy"},
    {"name": "classes with smoothed labels and decay", "input": [5], "layers": [dense(6, "elu"), dense(3, "softmax")], "loss": "categoricalCrossentropy", "labelSmoothing": 0.15, "l1": 0.02, "l2": 0.1},
    {"name": "every activation", "input": [3], "layers": [dense(4, a) for a in SMOOTH] + [dense(2)], "loss": "meanSquaredError"},
    {"name": "activations as layers", "input": [3], "layers": [layer for a in SMOOTH + ["relu", "softmax"] for layer in (dense(4), {"type": "activation", "activation": a})] + [dense(2)], "loss": "huber"},
    {"name": "yes and no", "input": [4], "layers": [dense(5, "gelu"), dense(2, "sigmoid")], "loss": "binaryCrossentropy", "labelSmoothing": 0.1},
    {"name": "digits", "input": [8, 8, 2], "layers": [conv(3, [3, 3], "relu"), {"type": "maxPool2d", "size": [2, 2], "stride": [2, 2]}, FLATTEN, dense(4, "softmax")], "loss": "categoricalCrossentropy"},
    {"name": "strides and same padding", "input": [7, 6, 2], "layers": [conv(3, [3, 4], "silu", stride=[2, 2], padding="same"), {"type": "maxPool2d", "size": [3, 2], "stride": [2, 2], "padding": "same"}, conv(2, [2, 2], "tanh", padding="same", bias=False), {"type": "avgPool2d", "size": [2, 2], "stride": [1, 1], "padding": "same"}, FLATTEN, dense(2)], "loss": "meanSquaredError"},
    {"name": "normalized pictures", "input": [6, 5, 1], "layers": [conv(3, [2, 3]), NORM, {"type": "activation", "activation": "relu"}, {"type": "avgPool2d", "size": [2, 2], "stride": [2, 1]}, conv(4, [2, 2], "gelu"), {"type": "globalAvgPool2d"}, dense(3, "softmax")], "loss": "categoricalCrossentropy"},
    {"name": "sequences", "input": [9, 2], "layers": [{"type": "conv1d", "filters": 3, "kernel": [1, 3], "stride": [1, 2], "activation": "tanh"}, NORM, {"type": "conv1d", "filters": 2, "kernel": [1, 2], "padding": "same", "activation": "softplus"}, FLATTEN, dense(2)], "loss": "huber"},
    {"name": "normalized rows", "input": [5], "layers": [dense(6, "tanh"), {"type": "layerNorm"}, dense(5, "relu"), NORM, dense(4, "gelu"), {"type": "layerNorm", "epsilon": 1e-3}, dense(1)], "loss": "hinge"},
    {"name": "counts", "input": [4], "layers": [NORM, dense(5, "sigmoid"), dense(2, "softplus")], "loss": "poisson"},
    {"name": "absolute errors", "input": [4], "layers": [dense(5, "softplus"), dense(3)], "loss": "meanAbsoluteError"},
    {"name": "fixed kernels and frozen layers", "input": [6, 6, 2], "layers": [conv(1, [3, 3], "tanh", fixed=[[-1, 0, 1], [-2, 0.5, 2], [-1, 0, 1]], bias=False, trainable=False), conv(3, [2, 2], "tanh"), FLATTEN, dense(4, "elu", trainable=False), dense(2)], "loss": "meanSquaredError"},
    {"name": "pictures to pictures", "input": [4, 5, 2], "layers": [conv(3, [3, 3], "silu", padding="same"), {"type": "layerNorm"}, conv(2, [1, 1])], "loss": "huber"},
]


def same(size, kernel, stride):
    """Zeros before and after as Keras pads."""
    total = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


def padded(layer, x, kernel, value):
    if layer.get("padding", "valid") == "valid":
        return x
    (top, bottom), (left, right) = (same(size, k, s) for size, k, s in zip(x.shape[-2:], kernel, layer["stride"]))
    return F.pad(x, (left, right, top, bottom), value=value)


class Net:
    def __init__(self, case, random):
        self.layers = [{"name": f"{layer['type']}{i + 1}", **layer} for i, layer in enumerate(case["layers"])]
        self.case = case
        self.trained, self.frozen, self.norms = {}, {}, {}
        x = torch.zeros(2, *case["input"])
        for layer in self.layers:
            layer.setdefault("stride", [1, 1])
            kind, name = layer["type"], layer["name"]
            channels = x.shape[-1]
            into = self.trained if layer.get("trainable", True) else self.frozen
            if kind in ("dense", "conv2d", "conv1d") and "fixed" not in layer:
                taps = {"dense": [], "conv2d": layer.get("kernel"), "conv1d": layer.get("kernel", [0])[1:]}[kind]
                outputs = layer.get("units", layer.get("filters"))
                fan = channels * math.prod(taps)
                into[f"{name}.weight"] = torch.tensor(random.normal(size=(outputs, channels, *taps)) / math.sqrt(fan))
                if layer.get("bias", True):
                    into[f"{name}.bias"] = torch.tensor(random.normal(size=outputs) * 0.3)
            if kind in ("batchNorm", "layerNorm"):
                into[f"{name}.weight"] = torch.tensor(1 + random.normal(size=channels) * 0.2)
                into[f"{name}.bias"] = torch.tensor(random.normal(size=channels) * 0.3)
            if kind == "batchNorm":
                self.norms[f"{name}.runningMean"] = torch.zeros(channels)
                self.norms[f"{name}.runningVariance"] = torch.ones(channels)
            x, _ = self.layer(layer, x, True, False)
        for tensor in self.trained.values():
            tensor.requires_grad_(True)
        for name in self.norms:
            self.norms[name].fill_(1 if name.endswith("Variance") else 0)
        self.outputs = list(x.shape[1:])

    def tensor(self, name):
        return self.trained.get(name, self.frozen.get(name))

    def layer(self, layer, x, training, moves):
        """x has its channels last; returns the output and what the activation was applied to."""
        kind, name = layer["type"], layer["name"]
        weight, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        first = x.movedim(-1, 1)
        if kind == "dense":
            z = F.linear(x, weight, bias)
        elif kind == "conv2d":
            groups = 1
            if "fixed" in layer:
                groups = x.shape[-1]
                weight = torch.tensor(layer["fixed"], dtype=x.dtype).expand(groups, 1, *layer["kernel"])
            z = F.conv2d(padded(layer, first, layer["kernel"], 0), weight, bias, layer["stride"], groups=groups).movedim(1, -1)
        elif kind == "conv1d":
            z = F.conv1d(padded(layer, first.unsqueeze(2), layer["kernel"], 0).squeeze(2), weight, bias, layer["stride"][1]).movedim(1, -1)
        elif kind == "maxPool2d":
            return F.max_pool2d(padded(layer, first, layer["size"], -math.inf), layer["size"], layer["stride"]).movedim(1, -1), None
        elif kind == "avgPool2d":
            pool = lambda a: F.avg_pool2d(padded(layer, a, layer["size"], 0), layer["size"], layer["stride"])
            return (pool(first) / pool(torch.ones_like(first))).movedim(1, -1), None
        elif kind == "globalAvgPool2d":
            return F.adaptive_avg_pool2d(first, 1).flatten(1), None
        elif kind == "flatten":
            return first.flatten(1), None
        elif kind == "batchNorm":
            mean, variance = self.norms[f"{name}.runningMean"], self.norms[f"{name}.runningVariance"]
            if not moves and training:
                mean, variance = mean.clone(), variance.clone()
            return F.batch_norm(first, mean, variance, weight, bias, training, 0.1, layer.get("epsilon", 1e-5)).movedim(1, -1), None
        elif kind == "layerNorm":
            return F.layer_norm(x, [x.shape[-1]], weight, bias, layer.get("epsilon", 1e-5)), None
        elif kind == "activation":
            return ACTIVATIONS[layer["activation"]](x), x
        return (F.softmax(z, -1) if layer["activation"] == "softmax" else ACTIVATIONS[layer["activation"]](z)), z

    def forward(self, x, training, moves=False):
        for layer in self.layers:
            x, z = self.layer(layer, x, training, moves)
        return x, z

    def loss(self, x, t, training, moves=False):
        y, z = self.forward(x, training, moves)
        smoothing = self.case.get("labelSmoothing", 0)
        kind = self.case["loss"]
        if kind == "categoricalCrossentropy":
            loss = F.cross_entropy(z, t.argmax(1), label_smoothing=smoothing)
        elif kind == "binaryCrossentropy":
            loss = F.binary_cross_entropy_with_logits(z, t * (1 - smoothing) + smoothing / 2)
        elif kind == "meanSquaredError":
            loss = F.mse_loss(y, t)
        elif kind == "meanAbsoluteError":
            loss = F.l1_loss(y, t)
        elif kind == "huber":
            loss = F.huber_loss(y, t)
        elif kind == "hinge":
            loss = F.relu(1 - t * y).mean()
        else:
            loss = F.poisson_nll_loss(y, t, log_input=False, eps=1e-7)
        if training:
            for name, tensor in self.trained.items():
                if name.endswith(".weight") and tensor.dim() > 1:
                    loss = loss + self.case.get("l1", 0) * tensor.abs().sum() + self.case.get("l2", 0) * (tensor ** 2).sum()
        return loss, y


def targets(loss, outputs, random):
    size = (ROWS, *outputs)
    if loss == "categoricalCrossentropy":
        return numpy.eye(outputs[0])[random.integers(outputs[0], size=ROWS)]
    if loss == "binaryCrossentropy":
        return random.integers(2, size=size).astype(float)
    if loss == "hinge":
        return 2.0 * random.integers(2, size=size) - 1
    if loss == "poisson":
        return random.poisson(2, size=size).astype(float)
    return random.normal(size=size) * 1.5


def flat(tensor):
    return tensor.detach().flatten().tolist()


def named(tensors):
    return {name: {"shape": list(tensor.shape), "values": flat(tensor)} for name, tensor in tensors.items()}


def dump(case, seed):
    random = numpy.random.default_rng(seed)
    net = Net(case, random)
    result = {**{k: v for k, v in case.items()}, "rate": 0.1, "weights": named({**net.trained, **net.frozen}), "batches": [], "steps": []}
    names, tensors = list(net.trained), list(net.trained.values())
    batches = [(random.normal(size=(ROWS, *case["input"])).round(3), targets(case["loss"], net.outputs, random).round(3)) for _ in range(2)]
    result["batches"] = [{"x": x.flatten().tolist(), "t": t.flatten().tolist()} for x, t in batches]
    direction = {name: random.normal(size=tuple(tensor.shape)).round(3) for name, tensor in net.trained.items()}
    result["direction"] = {name: value.flatten().tolist() for name, value in direction.items()}
    for step in range(STEPS):
        x, t = (torch.tensor(part) for part in batches[step % 2])
        loss, _ = net.loss(x, t, True, moves=True)
        gradients = torch.autograd.grad(loss, tensors, create_graph=step == 0, allow_unused=True)
        if step == 0:
            inner = sum((g * torch.tensor(direction[name])).sum() for name, g in zip(names, gradients))
            products = torch.autograd.grad(inner, tensors, allow_unused=True) if inner.requires_grad else [None] * len(tensors)
            result["product"] = {name: flat(p if p is not None else torch.zeros_like(tensor)) for name, tensor, p in zip(names, tensors, products)}
        result["steps"].append({"loss": loss.item(), "gradient": {name: flat(g) for name, g in zip(names, gradients)}})
        with torch.no_grad():
            for tensor, g in zip(tensors, gradients):
                tensor -= result["rate"] * g
    with torch.no_grad():
        loss, y = net.loss(*(torch.tensor(part) for part in batches[0]), False)
    result["statistics"] = named(net.norms)
    result["prediction"] = {"loss": loss.item(), "output": flat(y)}
    return result


if __name__ == "__main__":
    dumps = [dump(case, seed) for seed, case in enumerate(CASES)]
    (HERE / "networks.json").write_text(json.dumps({"torch": torch.__version__, "rows": ROWS, "cases": dumps}, separators=(",", ":")) + "\n")
