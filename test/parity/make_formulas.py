"""Paths computed in 40-digit arithmetic from published update formulas, where no framework runs on the machine that made them.

    python3 make_formulas.py       (mpmath; writes dumps/formulas.json)

These are independent transcriptions of the papers' pseudocode and of the formulas in Keras's documentation and source, NOT output
of Keras or of the authors' code. Real Keras numbers (four decimals, from Keras's own tests) stand in keras.test.ts.
"""
import json
import pathlib

from mpmath import cos, mp, mpf, sign, sqrt

mp.dps = 40
KEPT = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120, 150]
D = mpf


def grad_rosenbrock(x):
    return [-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]


def hess_rosenbrock(x, v):
    return [(2 - 400 * (x[1] - 3 * x[0] ** 2)) * v[0] - 400 * x[0] * v[1], -400 * x[0] * v[0] + 200 * v[1]]


CENTRE = [D(1), D(-1), D(2), D(-2), D("0.5")]


def grad_quartic(x):
    near = lambda i: (x[i - 1] if i > 0 else 0) + (x[i + 1] if i < 4 else 0)
    return [(i + 1) * (x[i] - CENTRE[i]) + 4 * x[i] ** 3 / 10 + near(i) / 2 for i in range(5)]


def hess_quartic(x, v):
    near = lambda i: (v[i - 1] if i > 0 else 0) + (v[i + 1] if i < 4 else 0)
    return [((i + 1) + 12 * x[i] ** 2 / 10) * v[i] + near(i) / 2 for i in range(5)]


OBJECTIVES = {
    # A double is meant by each decimal: 1.2 is the double nearest to 1.2.
    "rosenbrock": ([D(-1.2), D(1)], grad_rosenbrock, hess_rosenbrock),
    "quartic": ([D(2), D(1.5), D(-1), D(0.5), D(-2)], grad_quartic, hess_quartic),
}


def zeros(x):
    return [D(0)] * len(x)


def probe(k, i):
    """Stands for a normal number in Sophia's estimate: the i-th entry of the k-th probe, from 0."""
    return D(float(cos(D(1 + 7 * k + 3 * i)))) * 2


def average(state, b, new):
    for i, n in enumerate(new):
        state[i] = b * state[i] + (1 - b) * n


def step(kind, f, state, x, g, gamma, t, hess):
    """One update; returns the new x. f: fields as mpf."""
    n = range(len(x))
    get = lambda name: state.setdefault(name, zeros(x))
    lam = f.get("weightDecay", D(0))
    if kind in ("keras-sgd", "keras-adagrad", "keras-adadelta", "keras-rmsprop", "keras-adam", "keras-adamw", "keras-adamax", "keras-nadam", "keras-lion", "lion", "adabelief"):
        x = [xi - gamma * lam * xi for xi in x]
    if kind == "keras-sgd":
        m = get("m")
        for i in n:
            m[i] = f["momentum"] * m[i] - gamma * g[i]
        return [x[i] + (f["momentum"] * m[i] - gamma * g[i] if f["nesterov"] else m[i]) for i in n]
    if kind == "keras-adagrad":
        s = state.setdefault("s", [f["initialAccumulator"]] * len(x))
        for i in n:
            s[i] += g[i] ** 2
        return [x[i] - gamma * g[i] / sqrt(s[i] + f["epsilon"]) for i in n]
    if kind == "keras-adadelta":
        a, u = get("a"), get("u")
        average(a, f["rho"], [gi**2 for gi in g])
        delta = [sqrt(u[i] + f["epsilon"]) / sqrt(a[i] + f["epsilon"]) * g[i] for i in n]
        average(u, f["rho"], [d**2 for d in delta])
        return [x[i] - gamma * delta[i] for i in n]
    if kind == "keras-rmsprop":
        v, a, m = get("v"), get("a"), get("m")
        average(v, f["rho"], [gi**2 for gi in g])
        average(a, f["rho"], g)
        for i in n:
            m[i] = f["momentum"] * m[i] + gamma * g[i] / sqrt(v[i] - (a[i] ** 2 if f["centered"] else 0) + f["epsilon"])
        return [x[i] - m[i] for i in n]
    if kind in ("keras-adam", "keras-adamw", "adam"):
        m, v, top = get("m"), get("v"), get("top")
        average(m, f["beta1"], g)
        average(v, f["beta2"], [gi**2 for gi in g])
        for i in n:
            top[i] = max(top[i], v[i])
        w = top if f["amsgrad"] else v
        if kind == "adam":  # Reddi et al. 2018, algorithm 2: no bias correction
            return [x[i] - gamma * m[i] / (sqrt(w[i]) + f["epsilon"]) for i in n]
        alpha = gamma * sqrt(1 - f["beta2"] ** t) / (1 - f["beta1"] ** t)
        return [x[i] - alpha * m[i] / (sqrt(w[i]) + f["epsilon"]) for i in n]
    if kind == "keras-adamax":
        m, u = get("m"), get("u")
        average(m, f["beta1"], g)
        for i in n:
            u[i] = max(f["beta2"] * u[i], abs(g[i]))
        return [x[i] - gamma * m[i] / ((1 - f["beta1"] ** t) * (u[i] + f["epsilon"])) for i in n]
    if kind == "keras-nadam":
        m, v = get("m"), get("v")
        mu = lambda k: f["beta1"] * (1 - D(1) / 2 * D(0.96) ** (k * f["momentumDecay"]))
        state["product"] = state.get("product", D(1)) * mu(t)
        average(m, f["beta1"], g)
        average(v, f["beta2"], [gi**2 for gi in g])
        p = state["product"]
        hat = [mu(t + 1) * m[i] / (1 - p * mu(t + 1)) + (1 - mu(t)) * g[i] / (1 - p) for i in n]
        return [x[i] - gamma * hat[i] / (sqrt(v[i] / (1 - f["beta2"] ** t)) + f["epsilon"]) for i in n]
    if kind in ("keras-lion", "lion"):
        m = get("m")
        new = [x[i] - gamma * sign(f["beta1"] * m[i] + (1 - f["beta1"]) * g[i]) for i in n]
        average(m, f["beta2"], g)
        return new
    if kind == "adabelief":
        m, s = get("m"), get("v")
        average(m, f["beta1"], g)
        for i in n:
            s[i] = f["beta2"] * s[i] + (1 - f["beta2"]) * (g[i] - m[i]) ** 2 + f["epsilon"]
        return [x[i] - gamma * m[i] / (1 - f["beta1"] ** t) / (sqrt(s[i] / (1 - f["beta2"] ** t)) + f["epsilon"]) for i in n]
    if kind == "adan":
        m, v, q = get("m"), get("v"), get("q")
        last = state.get("last", g)
        d = [g[i] - last[i] for i in n]
        state["last"] = g
        b1, b2, b3 = f["beta1"], f["beta2"], f["beta3"]
        average(m, b1, g)
        average(v, b2, d)
        average(q, b3, [(g[i] + b2 * d[i]) ** 2 for i in n])
        return [(x[i] - gamma / (sqrt(q[i] / (1 - b3**t)) + f["epsilon"]) * (m[i] / (1 - b1**t) + b2 * v[i] / (1 - b2**t))) / (1 + gamma * lam) for i in n]
    if kind == "sophia":
        m, h = get("m"), get("h")
        average(m, f["beta1"], g)
        if (t - 1) % int(f["every"]) == 0:
            k = (t - 1) // int(f["every"])
            z = [probe(k, i) for i in n]
            hz = hess(x, z)
            average(h, f["beta2"], [z[i] * hz[i] for i in n])
        x = [xi - gamma * lam * xi for xi in x]
        return [x[i] - gamma * max(min(m[i] / max(f["rho"] * h[i], f["epsilon"]), 1), -1) for i in n]
    if kind == "scheduleFree":
        z = state.setdefault("z", list(x))
        a = state.setdefault("x", list(x))
        rate = gamma
        if f["base"] == "adamw":
            v = get("v")
            average(v, f["beta2"], [gi**2 for gi in g])
            g = [g[i] / (sqrt(v[i]) + f["epsilon"]) for i in n]
            rate = gamma * sqrt(1 - f["beta2"] ** t)
        state["top"] = max(state.get("top", D(0)), rate)
        state["sum"] = state.get("sum", D(0)) + state["top"] ** 2
        c = state["top"] ** 2 / state["sum"]
        for i in n:
            z[i] -= rate * g[i] + rate * lam * x[i]
            a[i] = (1 - c) * a[i] + c * z[i]
        return [(1 - f["beta1"]) * z[i] + f["beta1"] * a[i] for i in n]
    if kind == "prodigy":
        x0 = state.setdefault("x0", list(x))
        m, v, s = get("m"), get("v"), get("s")
        d0, b3 = f["initialDistance"], sqrt(f["beta2"])
        d = state.get("d", d0)
        average(m, f["beta1"], [d * gi for gi in g])
        average(v, f["beta2"], [(d * gi) ** 2 for gi in g])
        state["r"] = b3 * state.get("r", D(0)) + gamma * d**2 / d0 * sum(g[i] * (x0[i] - x[i]) for i in n)
        for i in n:
            s[i] = b3 * s[i] + gamma * d**2 / d0 * g[i]
        new = max(d, state["r"] / sum(abs(si) for si in s))
        state["d"] = new
        return [x[i] - gamma * d * lam * x[i] - gamma * d * m[i] / (sqrt(v[i]) + new * f["epsilon"]) for i in n]
    raise ValueError(kind)


def path(kind, objective, fields, drop):
    start, grad, hess = OBJECTIVES[objective]
    f = {name: D(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value for name, value in fields.items()}
    x, state, rows = list(start), {}, []
    for t in range(1, KEPT[-1] + 1):
        gamma = f["learningRate"] * (D(drop[1]) ** ((t - 1) // drop[0]) if drop else 1)
        x = step(kind, f, state, x, grad(x), gamma, t, hess)
        if t in KEPT:
            row = [t, [float(xi) for xi in x]]
            if kind == "scheduleFree":
                row.append([float(xi) for xi in state["x"]])
            rows.append(row)
    return rows


# Every field is written out: defaults are another test's business.
ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "amsgrad": False, "weightDecay": 0}
CASES = [
    ("keras", "sgd", {"learningRate": 3e-4, "momentum": 0.9, "nesterov": False, "weightDecay": 0}, (40, 0.5)),
    ("keras", "sgd", {"learningRate": 3e-4, "momentum": 0.9, "nesterov": True, "weightDecay": 0.3}, (40, 0.5)),
    ("keras", "adagrad", {"learningRate": 0.2, "initialAccumulator": 0.1, "epsilon": 1e-7, "weightDecay": 0.1}, None),
    ("keras", "adadelta", {"learningRate": 1.0, "rho": 0.95, "epsilon": 1e-5, "weightDecay": 0.01}, None),
    ("keras", "rmsprop", {"learningRate": 0.001, "rho": 0.9, "epsilon": 1e-7, "momentum": 0, "centered": False, "weightDecay": 0}, None),
    ("keras", "rmsprop", {"learningRate": 0.002, "rho": 0.9, "epsilon": 1e-4, "momentum": 0.8, "centered": True, "weightDecay": 0.1}, (50, 0.5)),
    ("keras", "adam", {"learningRate": 0.05, **ADAM}, None),
    ("keras", "adam", {"learningRate": 0.05, **ADAM, "epsilon": 1e-2, "amsgrad": True, "weightDecay": 0.1}, (50, 0.5)),
    ("keras", "adamw", {"learningRate": 0.03, **ADAM, "weightDecay": 0.004}, None),
    ("keras", "adamax", {"learningRate": 0.03, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-2, "weightDecay": 0.1}, (50, 0.5)),
    ("keras", "nadam", {"learningRate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7, "momentumDecay": 1, "weightDecay": 0.1}, None),
    ("keras", "lion", {"learningRate": 0.002, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0.1}, None),
    ("paper", "adam", {"learningRate": 0.05, **ADAM, "epsilon": 1e-8, "amsgrad": True}, None),
    ("paper", "lion", {"learningRate": 0.003, "beta1": 0.9, "beta2": 0.99, "weightDecay": 0}, None),
    ("paper", "adabelief", {"learningRate": 0.01, **ADAM, "epsilon": 1e-16, "weightDecay": 0.05}, None),
    ("paper", "adan", {"learningRate": 0.01, "beta1": 0.98, "beta2": 0.92, "beta3": 0.99, "epsilon": 1e-8, "weightDecay": 0.05}, (50, 0.5)),
    ("paper", "sophia", {"learningRate": 0.01, "beta1": 0.965, "beta2": 0.99, "rho": 0.04, "every": 10, "epsilon": 1e-12, "weightDecay": 0.05}, None),
    ("paper", "scheduleFree", {"learningRate": 1e-3, "base": "sgd", "beta1": 0.9, "weightDecay": 0.05}, None),
    ("paper", "scheduleFree", {"learningRate": 0.03, "base": "adamw", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05}, (50, 0.5)),
    ("paper", "prodigy", {"learningRate": 1, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "initialDistance": 1e-2, "weightDecay": 0.01}, None),
]

if __name__ == "__main__":
    out = [{"dialect": dialect, "type": kind, "fields": fields, "objective": objective, "drop": drop,
            "path": path(f"keras-{kind}" if dialect == "keras" else kind, objective, fields, drop)}
           for dialect, kind, fields, drop in CASES for objective in OBJECTIVES]
    (pathlib.Path(__file__).parent / "dumps" / "formulas.json").write_text(json.dumps({"cases": out}) + "\n")
