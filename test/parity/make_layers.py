"""Dumps paths of LAMB and Muon, transcribed to numpy from their papers and the authors' code, in float64.

    python3 make_layers.py          (numpy; writes dumps/layer-optimizers.json)

LAMB: You et al. 2020, algorithm 2; keras.optimizers.Lamb (Keras 3). Muon: Jordan et al. 2024, a matrix as outputs x inputs as in PyTorch.
Weights here are inputs x outputs and height x width x channels x filters. Gradients are whole fifths and a part of theta, so that
every language has the same.
"""
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent / "dumps"
KEPT = [1, 2, 10, 40]
#          name, shape, role, start
TENSORS = [
    ("conv/weight", [3, 3, 2, 5], "weight", lambda i: ((i * 5) % 13 - 6) / 20),
    ("conv/bias", [5], "bias", lambda i: 0.0),
    ("norm/gamma", [5], "gamma", lambda i: 1.0),
    ("norm/beta", [5], "beta", lambda i: 0.0),
    ("tall/weight", [7, 4], "weight", lambda i: ((i * 3) % 11 - 5) / 10),
    ("tall/bias", [4], "bias", lambda i: 0.1),
    ("wide/weight", [4, 9], "weight", lambda i: ((i * 7) % 17 - 8) / 15),
    ("wide/bias", [9], "bias", lambda i: -0.2),
]


def start():
    return [np.array([f(i) for i in range(int(np.prod(shape)))]).reshape(shape) for _, shape, _, f in TENSORS]


def gradients(thetas, t):
    found, offset = [], 0
    for theta in thetas:
        i = np.arange(offset, offset + theta.size).reshape(theta.shape)
        # The bias of the convolution has no gradient in the first step: a norm of zero.
        part = np.zeros(theta.shape) if offset == 90 and t == 1 else ((i * 7 + i * i + t * 3) % 11 - 5) / 5
        found.append(part + 0.3 * theta)
        offset += theta.size
    return found


def lamb(thetas, rate, beta1, beta2, epsilon, decay, keras):
    m = [np.zeros_like(x) for x in thetas]
    v = [np.zeros_like(x) for x in thetas]

    def step(t):
        for k, g in enumerate(gradients(thetas, t)):
            m[k] = beta1 * m[k] + (1 - beta1) * g
            v[k] = beta2 * v[k] + (1 - beta2) * g**2
            if keras:
                thetas[k] = thetas[k] - thetas[k] * decay * rate
            r = (m[k] / (1 - beta1**t)) / (np.sqrt(v[k] / (1 - beta2**t)) + epsilon)
            if not keras:
                r = r + decay * thetas[k]
            weight, length = np.linalg.norm(thetas[k]), np.linalg.norm(r)
            ratio = weight / length if weight > 0 and length > 0 else 1.0
            thetas[k] = thetas[k] - ratio * rate * r

    return step


def zeropower(g, steps):
    a, b, c = (3.4445, -4.7750, 2.0315)
    x = g.T if g.shape[0] > g.shape[1] else g
    x = x / (np.linalg.norm(x) + 1e-7)
    for _ in range(steps):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return x.T if g.shape[0] > g.shape[1] else x


def to_torch(w):
    """A dense weight as outputs x inputs, a convolution's as filters x channels x height x width."""
    return w.T if w.ndim == 2 else w.transpose(3, 2, 0, 1)


def from_torch(w):
    return w.T if w.ndim == 2 else w.transpose(2, 3, 1, 0)


def muon(thetas, rate, momentum, nesterov, steps, ratio, beta1, beta2, epsilon, decay):
    m = [np.zeros_like(x) for x in thetas]
    v = [np.zeros_like(x) for x in thetas]

    def step(t):
        for k, g in enumerate(gradients(thetas, t)):
            if TENSORS[k][2] == "weight":
                m[k] = m[k] + (1 - momentum) * (g - m[k])
                update = to_torch(g + momentum * (m[k] - g) if nesterov else m[k])
                shape = update.shape
                update = zeropower(update.reshape(shape[0], -1), steps)
                update = update * max(1, update.shape[0] / update.shape[1]) ** 0.5
                thetas[k] = thetas[k] * (1 - rate * decay) - rate * from_torch(update.reshape(shape))
            else:
                m[k] = m[k] + (1 - beta1) * (g - m[k])
                v[k] = v[k] + (1 - beta2) * (g**2 - v[k])
                update = (m[k] / (1 - beta1**t)) / (np.sqrt(v[k] / (1 - beta2**t)) + epsilon)
                thetas[k] = thetas[k] * (1 - rate * ratio * decay) - rate * ratio * update

    return step


def case(kind, dialect, fields, make):
    thetas = start()
    step = make(thetas)
    path = []
    for t in range(1, KEPT[-1] + 1):
        step(t)
        if t in KEPT:
            path.append([t, np.concatenate([x.ravel() for x in thetas]).tolist()])
    return {"type": kind, "dialect": dialect, "fields": fields, "path": path}


if __name__ == "__main__":
    segments, offset = [], 0
    for name, shape, role, _ in TENSORS:
        segments.append({"name": name, "layer": name.split("/")[0], "role": role, "offset": offset, "shape": shape})
        offset += int(np.prod(shape))
    cases = [
        case("lamb", "paper", {}, lambda x: lamb(x, 0.001, 0.9, 0.999, 1e-6, 0.01, False)),
        case("lamb", "paper", {"learningRate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.3}, lambda x: lamb(x, 0.02, 0.8, 0.95, 1e-3, 0.3, False)),
        case("lamb", "keras", {"learningRate": 0.02}, lambda x: lamb(x, 0.02, 0.9, 0.999, 1e-7, 0, True)),
        case("lamb", "keras", {"learningRate": 0.02, "weightDecay": 0.3}, lambda x: lamb(x, 0.02, 0.9, 0.999, 1e-7, 0.3, True)),
        case("muon", "paper", {}, lambda x: muon(x, 0.02, 0.95, True, 5, 0.015, 0.9, 0.95, 1e-10, 0)),
        case("muon", "paper", {"learningRate": 0.05, "momentum": 0.8, "nesterov": False, "newtonSchulz": 3, "adamRateRatio": 0.5, "beta1": 0.7, "beta2": 0.9, "epsilon": 1e-4, "weightDecay": 0.2},
             lambda x: muon(x, 0.05, 0.8, False, 3, 0.5, 0.7, 0.9, 1e-4, 0.2)),
    ]
    start_values = np.concatenate([x.ravel() for x in start()]).tolist()
    (HERE / "layer-optimizers.json").write_text(json.dumps({"segments": segments, "start": start_values, "cases": cases}) + "\n")
