"""Dumps what PyTorch makes of whole trainings, from experiment files: the loss of every batch, the scores of every epoch.

    python3 make_training.py       (PyTorch >= 1.13; writes dumps/training.json)

Random numbers are made here as the product documents them (xoshiro128** in named streams), so that weights, parts and orders are the
same without being handed over; everything that is computed from them is PyTorch's. Rules that PyTorch has not are written out.
"""
import csv
import json
import math
import pathlib

import numpy
import torch
import torch.nn.functional as F

from make_networks import Net

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent
EXAMPLES = HERE.parent.parent / "examples"
MASK = 0xFFFFFFFF


class Stream:
    """xoshiro128** 1.1, seeded by FNV-1a over the key in four lanes, each finished as MurmurHash3 does."""

    def __init__(self, seed, purpose, name=""):
        self.state = []
        for h in (0x811C9DC5, 0x9E3779B9, 0x7F4A7C15, 0x94D049BB):
            for character in f"{seed}\0{purpose}\0{name}":
                h = ((h ^ ord(character)) * 0x01000193) & MASK
            h = ((h ^ (h >> 16)) * 0x85EBCA6B) & MASK
            h = ((h ^ (h >> 13)) * 0xC2B2AE35) & MASK
            self.state.append(h ^ (h >> 16))
        self.spare = None
        for _ in range(8):
            self.bits()

    def bits(self):
        a, b, c, d = self.state
        s = (b * 5) & MASK
        result = (((s << 7) | (s >> 25)) * 9) & MASK
        t = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        self.state = [a, b, c, ((d << 11) | (d >> 21)) & MASK]
        return result

    def uniform(self):
        return ((self.bits() >> 5) * 67108864 + (self.bits() >> 6)) / 9007199254740992

    def normal(self):
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        while True:
            u, v = 2 * self.uniform() - 1, 2 * self.uniform() - 1
            s = u * u + v * v
            if 0 < s < 1:
                break
        factor = math.sqrt(-2 * math.log(s) / s)
        self.spare = v * factor
        return u * factor

    def shuffled(self, rows):
        rows = list(rows)
        for i in range(len(rows) - 1, 0, -1):
            j = int(self.uniform() * (i + 1))
            rows[i], rows[j] = rows[j], rows[i]
        return rows


def layer(kind, name, **rest):
    return {"type": kind, "name": name, **rest}


def dense(name, units, activation="linear", **rest):
    return layer("dense", name, units=units, activation=activation, **rest)


def experiment(title, data, layers, loss, optimizers, **rest):
    return {"gdexp": 1, "title": title, "seed": 7, "precision": "float64", "data": data, "model": {"layers": layers, **rest.pop("model", {})}, "loss": loss, "optimizers": optimizers, "training": {"batchSize": 16, "epochs": 3}, **rest}


IRIS = {"csv": "data/iris.csv", "target": "species", "validation": 0.2, "scale": "standardize"}
DIGITS = {"csv": "data/digits.csv", "target": "digit", "imageShape": [8, 8, 1], "scale": 0.0625, "validation": 1700}
DIABETES = {"csv": "data/diabetes.csv", "target": "progression", "scale": "minMax", "scaleTarget": "standardize", "validation": 0.75}
NUMBERS = numpy.random.default_rng(5)


def inline(outputs, kind, columns=4, rows=26):
    x = NUMBERS.normal(size=(rows, columns)).round(3)
    y = NUMBERS.normal(size=(rows, outputs)).round(3) if kind == "numbers" else NUMBERS.integers(2, size=(rows, outputs)) if kind == "answers" else NUMBERS.poisson(2, size=(rows, outputs))
    return {"inline": {"x": x.tolist(), "y": y.tolist()}}


def sgd(rate, **rest):
    return {"type": "sgd", "learningRate": rate, **rest}


CASES = [
    experiment("adam and adamw on classes", IRIS, [dense("a", 9, "relu"), dense("b", 7, "tanh"), dense("c", 3, "softmax")], "categoricalCrossentropy", [{"type": "adam", "learningRate": 0.02}, {"type": "adamw", "learningRate": 0.02, "weightDecay": 0.1}]),
    experiment("rmsprop in two dialects", IRIS, [dense("a", 8, "gelu"), dense("b", 3, "softmax")], {"type": "categoricalCrossentropy", "labelSmoothing": 0.1}, [{"type": "rmsprop", "momentum": 0.4}, {"type": "rmsprop", "dialect": "keras", "label": "keras", "momentum": 0.4, "learningRate": 0.01}]),
    experiment("nesterov with a norm penalty", DIABETES, [dense("a", 6, "softplus"), dense("b", 1)], "meanSquaredError", [sgd(0.02, momentum=0.9, nesterov=True)], regularization={"l1": 0.01, "l2": 0.03}),
    experiment("adagrad on absolute errors", DIABETES, [dense("a", 6, "elu"), dense("b", 1)], "meanAbsoluteError", [{"type": "adagrad", "learningRate": 0.05}, {"type": "adadelta"}]),
    experiment("huber, clipped by norm", inline(2, "numbers"), [dense("a", 5, "silu"), dense("b", 2)], "huber", [sgd(0.3)], training={"batchSize": 8, "epochs": 4, "clipNorm": 0.2}),
    experiment("clipped by value", inline(2, "numbers"), [dense("a", 5, "sigmoid"), dense("b", 2)], "meanSquaredError", [{"type": "adamax", "learningRate": 0.05}], training={"batchSize": 5, "epochs": 3, "clipValue": 0.05}),
    experiment("several answers", inline(3, "answers"), [dense("a", 6, "leakyRelu"), dense("b", 3, "sigmoid")], {"type": "binaryCrossentropy", "labelSmoothing": 0.2}, [{"type": "radam", "learningRate": 0.05}], training={"batchSize": 6, "epochs": 4}),
    experiment("hinge", inline(1, "answers"), [dense("a", 6, "tanh"), dense("b", 1)], "hinge", [sgd(0.1, momentum=0.5, dampening=0.2, weightDecay=0.01)], training={"batchSize": 10, "epochs": 4}),
    experiment("counts", inline(1, "counts"), [dense("a", 6, "relu"), dense("b", 1, "softplus")], "poisson", [{"type": "adam", "dialect": "keras", "learningRate": 0.03, "amsgrad": True}], model={"initializer": "heNormal"}, training={"batchSize": "full", "epochs": 8}),
    experiment("digits by convolution", DIGITS, [layer("conv2d", "a", filters=4, kernel=[3, 3], activation="relu"), layer("maxPool2d", "b", size=[2, 2], stride=[2, 2]), layer("conv2d", "c", filters=5, kernel=[2, 2], stride=[2, 2], padding="same", activation="tanh"), layer("flatten", "d"), dense("e", 10, "softmax")], "categoricalCrossentropy", [{"type": "adam", "learningRate": 0.01}], training={"batchSize": 25, "epochs": 2}),
    experiment("normalized pictures", DIGITS, [layer("conv2d", "a", filters=4, kernel=[3, 3], padding="same"), layer("batchNorm", "b"), layer("activation", "c", activation="relu"), layer("avgPool2d", "d", size=[2, 2], stride=[2, 2]), layer("layerNorm", "e"), layer("globalAvgPool2d", "f"), dense("g", 10, "softmax")], "categoricalCrossentropy", [sgd(0.2, momentum=0.9)], model={"initializer": "glorotUniform"}, training={"batchSize": 32, "epochs": 2}),
    experiment("a schedule by epoch", IRIS, [dense("a", 6, "tanh"), dense("b", 3, "softmax")], "categoricalCrossentropy", [sgd({"schedule": "exponential", "initial": 0.5, "factor": 0.5, "unit": "epoch"}), sgd({"schedule": "cosine", "initial": 0.4, "steps": 20}, label="by step")], training={"batchSize": 16, "epochs": 4}),
    experiment("a plateau by epoch, with momentum of Keras", IRIS, [dense("a", 6, "relu"), dense("b", 3, "softmax")], "categoricalCrossentropy", [sgd({"schedule": "plateau", "initial": 0.6, "patience": 0, "threshold": 0.3, "factor": 0.3, "unit": "epoch"}), sgd({"schedule": "exponential", "initial": 0.3, "factor": 0.9}, dialect="keras", momentum=0.9, nesterov=True, label="keras")], training={"batchSize": 20, "epochs": 5}),
    experiment("rows in their order, no split", {**IRIS, "shuffle": False, "scale": "none", "validation": 0}, [dense("a", 4, "sigmoid"), dense("b", 3, "softmax")], "categoricalCrossentropy", [{"type": "rprop"}], training={"batchSize": 50, "epochs": 4, "shuffle": False}),
]


def rows_of(data):
    """x, y (classes as indices), the number of classes."""
    if "inline" in data:
        x, y = (numpy.array(data["inline"][k], dtype=float) for k in "xy")
        return x, y, None
    with open(EXAMPLES / data["csv"], newline="", encoding="utf-8") as file:
        header, *lines = list(csv.reader(file))
    target = header.index(data["target"])
    x = numpy.array([[float(cell) for j, cell in enumerate(line) if j != target] for line in lines])
    cells = [line[target] for line in lines]
    try:
        numbers = numpy.array([float(cell) for cell in cells])
        return x, numbers[:, None], int(numbers.max()) + 1
    except ValueError:
        names = list(dict.fromkeys(cells))
        return x, numpy.array([[float(names.index(cell))] for cell in cells]), len(names)


def scaled(values, rows, spec):
    if spec == "none":
        return values
    if not isinstance(spec, str):
        return values * spec
    part = values[rows]
    if spec == "standardize":
        return (values - part.mean(0)) / part.std(0)
    return (values - part.min(0)) / (part.max(0) - part.min(0))


def draw(net, case):
    """First weights: of each layer a stream; inputs before outputs, of kernels height, width, inputs, outputs; then the bias."""
    kind = case["model"].get("initializer", "torch")
    for each in net.layers:
        weight, bias = net.tensor(f"{each['name']}.weight"), net.tensor(f"{each['name']}.bias")
        if weight is None or each["type"] in ("batchNorm", "layerNorm"):
            if weight is not None:
                weight.data.fill_(1)
                bias.data.fill_(0)
            continue
        random = Stream(case["seed"], "init", each["name"])
        outputs, inputs, *kernel = weight.shape
        fan_in, fan_out = inputs * math.prod(kernel), outputs * math.prod(kernel)
        bound = {"torch": 1 / math.sqrt(fan_in), "glorotUniform": math.sqrt(6 / (fan_in + fan_out)), "heNormal": math.sqrt(2 / fan_in)}[kind]
        number = (lambda: bound * random.normal()) if kind == "heNormal" else (lambda: bound * (2 * random.uniform() - 1))
        values = numpy.array([number() for _ in range(weight.numel())]).reshape(*kernel, inputs, outputs)
        weight.data.copy_(torch.tensor(numpy.moveaxis(values, (-1, -2), (0, 1))))
        bias.data.copy_(torch.tensor([number() for _ in range(outputs)]) if kind == "torch" else torch.zeros(outputs))


def rate_at(rate, t, plateau):
    if not isinstance(rate, dict):
        return rate
    if rate["schedule"] == "exponential":
        return rate["initial"] * rate["factor"] ** t
    if rate["schedule"] == "cosine":
        return rate["initial"] / 2 * (1 + math.cos(math.pi * min(t, rate["steps"]) / rate["steps"]))
    return plateau.param_groups[0]["lr"]


class KerasRule:
    """Keras's own formulas, from the source of keras.optimizers 3."""

    def __init__(self, parameters, spec):
        self.parameters, self.spec, self.t, self.param_groups = parameters, spec, 0, [{"lr": 0}]
        self.kept = [{name: torch.zeros_like(p) for name in ("m", "v", "largest")} for p in parameters]

    @torch.no_grad()
    def step(self):
        self.t += 1
        rate, spec = self.param_groups[0]["lr"], self.spec
        for p, k in zip(self.parameters, self.kept):
            g = p.grad
            if spec["type"] == "sgd":
                k["m"] = spec["momentum"] * k["m"] - rate * g
                p += spec["momentum"] * k["m"] - rate * g
            elif spec["type"] == "rmsprop":
                k["v"] = 0.9 * k["v"] + 0.1 * g * g
                k["m"] = spec["momentum"] * k["m"] + rate * g / torch.sqrt(k["v"] + 1e-7)
                p -= k["m"]
            else:
                k["m"] += (g - k["m"]) * (1 - 0.9)
                k["v"] += (g * g - k["v"]) * (1 - 0.999)
                k["largest"] = torch.maximum(k["largest"], k["v"])
                alpha = rate * math.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
                p -= alpha * k["m"] / (torch.sqrt(k["largest"]) + 1e-7)


def optimizer_of(spec, parameters):
    if spec.get("dialect") == "keras":
        return KerasRule(parameters, spec)
    fields = {key: value for key, value in spec.items() if key not in ("type", "learningRate", "label", "weightDecay")}
    if "weightDecay" in spec:
        fields["weight_decay"] = spec["weightDecay"]
    rate = spec.get("learningRate")
    if rate is not None:
        fields["lr"] = rate if not isinstance(rate, dict) else rate["initial"]
    name = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta", "adamax": "Adamax", "radam": "RAdam", "rprop": "Rprop"}[spec["type"]]
    return getattr(torch.optim, name)(parameters, **fields)


def train(case, spec):
    data, settings, seed = case["data"], case["training"], case["seed"]
    x, y, classes = rows_of(data)
    order = list(range(len(x)))
    if data.get("shuffle", True):
        order = Stream(seed, "split").shuffled(order)
    size = data.get("validation", 0)
    count = int(size if size >= 1 else math.floor(size * len(x) + 0.5))
    training, validation = order[: len(order) - count], order[len(order) - count :]
    x = scaled(x, training, data.get("scale", "none")).reshape(len(x), *data.get("imageShape", [x.shape[1]]))
    kind = case["loss"] if isinstance(case["loss"], str) else case["loss"]["type"]
    if kind == "categoricalCrossentropy":
        y = numpy.eye(classes)[y[:, 0].astype(int)]
    elif kind == "hinge":
        y = 2 * y - 1
    else:
        y = scaled(y, training, data.get("scaleTarget", "none"))
    x, y = torch.tensor(x), torch.tensor(y)
    smoothing = 0 if isinstance(case["loss"], str) else case["loss"]["labelSmoothing"]
    net = Net({"input": list(x.shape[1:]), "layers": [{"activation": "linear", **each} for each in case["model"]["layers"]], "loss": kind, "labelSmoothing": smoothing, **case.get("regularization", {})}, numpy.random.default_rng(0))
    draw(net, case)
    parameters = list(net.trained.values())
    optimizer = optimizer_of(spec, parameters)
    rate = spec.get("learningRate")
    by_epoch = isinstance(rate, dict) and rate.get("unit") == "epoch"
    holder = torch.optim.SGD([torch.zeros(1)], lr=rate["initial"] if isinstance(rate, dict) else 1)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(holder, **{key: rate[key] for key in ("patience", "threshold", "factor")}) if isinstance(rate, dict) and rate["schedule"] == "plateau" else None
    batches, epochs, step = [], [], 0

    def right(outputs, targets):
        if kind == "categoricalCrossentropy":
            return float((outputs.argmax(1) == targets.argmax(1)).sum())
        bar = 0 if kind == "hinge" else 0.5
        return float(((outputs > bar) == (targets > bar)).sum()) / targets.shape[1]

    for epoch in range(settings["epochs"]):
        rows = Stream(seed, "shuffle", str(epoch)).shuffled(training) if settings.get("shuffle", True) else training
        length = len(rows) if settings["batchSize"] == "full" else settings["batchSize"]
        total = hits = 0.0
        for first in range(0, len(rows), length):
            chosen = rows[first : first + length]
            loss, outputs = net.loss(x[chosen], y[chosen], True, moves=True)
            for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
                p.grad = g
            batches.append(loss.item())
            total += loss.item() * len(chosen)
            hits += right(outputs.detach(), y[chosen])
            if settings.get("clipValue"):
                torch.nn.utils.clip_grad_value_(parameters, settings["clipValue"])
            if settings.get("clipNorm"):
                torch.nn.utils.clip_grad_norm_(parameters, settings["clipNorm"])
            if rate is not None:
                for group in optimizer.param_groups:
                    group["lr"] = rate_at(rate, epoch if by_epoch else step, holder)
            optimizer.step()
            step += 1
        row = {"loss": total / len(rows)}
        if kind in ("categoricalCrossentropy", "binaryCrossentropy", "hinge"):
            row["accuracy"] = hits / len(rows)
        if validation:
            with torch.no_grad():
                loss, outputs = net.loss(x[validation], y[validation], False)
            row["validationLoss"] = loss.item()
            if "accuracy" in row:
                row["validationAccuracy"] = right(outputs, y[validation]) / len(validation)
        if plateau:
            plateau.step(row.get("validationLoss", row["loss"]))
        epochs.append(row)
    return {"batches": batches, "epochs": epochs}


if __name__ == "__main__":
    dumps = [{"file": case, "runs": [train(case, spec) for spec in case["optimizers"]]} for case in CASES]
    (HERE / "dumps" / "training.json").write_text(json.dumps({"torch": torch.__version__, "cases": dumps}, separators=(",", ":")) + "\n")
