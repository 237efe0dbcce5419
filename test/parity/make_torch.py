"""Dumps what PyTorch itself computes, in float64: paths of every optimizer of torch.optim and rates of every scheduler.

    python3 make_torch.py          (PyTorch >= 1.13; writes dumps/torch-optimizers.json and dumps/torch-schedules.json)

Fields are named as in a .gdexp file; the test resolves them and must reach the same parameters.
"""
import json
import pathlib

import torch
from torch.optim import lr_scheduler as sched

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent / "dumps"
KEPT = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120, 150, 200]


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def quartic(x):
    """Five coupled variables of different curvature."""
    curvature = torch.arange(1.0, 6.0)
    centre = torch.tensor([1.0, -1.0, 2.0, -2.0, 0.5])
    return (curvature * (x - centre) ** 2).sum() / 2 + (x**4).sum() / 10 + (x[:-1] * x[1:]).sum() / 2


OBJECTIVES = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "quartic": (quartic, [2.0, 1.5, -1.0, 0.5, -2.0]),
}
O = torch.optim
PLAIN = {"learningRate": "lr", "momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov", "weightDecay": "weight_decay",
         "epsilon": "eps", "initialAccumulator": "initial_accumulator_value", "learningRateDecay": "lr_decay", "centered": "centered",
         "amsgrad": "amsgrad", "momentumDecay": "momentum_decay", "lambda": "lambd", "alpha": "alpha", "t0": "t0",
         "history": "history_size", "maxIterations": "max_iter", "toleranceGradient": "tolerance_grad", "toleranceChange": "tolerance_change"}
CLASSES = {"sgd": O.SGD, "adagrad": O.Adagrad, "adadelta": O.Adadelta, "rmsprop": O.RMSprop, "adam": O.Adam, "adamw": O.AdamW,
           "adamax": O.Adamax, "nadam": O.NAdam, "radam": O.RAdam, "rprop": O.Rprop, "asgd": O.ASGD, "lbfgs": O.LBFGS}


def build(kind, fields, theta):
    options = {PLAIN[name]: value for name, value in fields.items() if name in PLAIN}
    if "beta1" in fields or "beta2" in fields:
        options["betas"] = (fields.get("beta1", 0.9), fields.get("beta2", 0.999))
    if "rho" in fields:
        options["alpha" if kind == "rmsprop" else "rho"] = fields["rho"]
    if kind == "rprop":
        options["etas"] = (fields.get("etaMinus", 0.5), fields.get("etaPlus", 1.2))
        options["step_sizes"] = (fields.get("minStep", 1e-6), fields.get("maxStep", 50))
    if kind == "nadam" and torch.__version__.startswith("1.13"):
        options["foreach"] = True  # the default path of 1.13 counts mu twice
    if kind == "lbfgs":
        options.setdefault("max_iter", 1)
        search = fields.get("lineSearch", "strongWolfe")
        options["line_search_fn"] = "strong_wolfe" if search else None
    return CLASSES[kind]([theta], **options)


def path(kind, objective, fields, drop=None, steps=200):
    """theta after the kept steps; `drop` = (every, factor) changes the rate as StepLR does."""
    function, start = OBJECTIVES[objective]
    theta = torch.tensor(start, requires_grad=True)
    optimizer = build(kind, fields, theta)
    scheduler = sched.StepLR(optimizer, drop[0], drop[1]) if drop else None

    def closure():
        optimizer.zero_grad()
        loss = function(theta)
        loss.backward()
        return loss

    rows = []
    for t in range(1, steps + 1):
        optimizer.step(closure)
        if scheduler:
            scheduler.step()
        if t in KEPT:
            rows.append([t, theta.tolist()])
    return rows


#        type, fields, objectives (None: both), rate change
CASES = [
    ("sgd", {"learningRate": 5e-4}, None, None),
    ("sgd", {"learningRate": 5e-4, "weightDecay": 0.1}, None, None),
    ("sgd", {"learningRate": 3e-4, "momentum": 0.9}, None, None),
    ("sgd", {"learningRate": 3e-4, "momentum": 0.9}, None, (40, 0.5)),
    ("sgd", {"learningRate": 3e-4, "momentum": 0.9, "dampening": 0.3, "weightDecay": 0.05}, None, None),
    ("sgd", {"learningRate": 3e-4, "momentum": 0.9, "nesterov": True}, None, None),
    ("sgd", {"learningRate": 3e-4, "momentum": 0.8, "nesterov": True, "weightDecay": 0.02}, None, (30, 0.7)),
    ("adagrad", {}, None, None),
    ("adagrad", {"learningRate": 0.3, "initialAccumulator": 0.2, "learningRateDecay": 0.01, "epsilon": 1e-6, "weightDecay": 0.05}, None, (70, 0.5)),
    ("adadelta", {}, None, None),
    ("adadelta", {"learningRate": 0.7, "rho": 0.95, "epsilon": 1e-5, "weightDecay": 0.05}, None, (70, 0.5)),
    ("rmsprop", {}, None, None),
    ("rmsprop", {"learningRate": 0.001, "rho": 0.9, "epsilon": 1e-6, "weightDecay": 0.02}, None, None),
    ("rmsprop", {"learningRate": 0.002, "momentum": 0.9}, None, (50, 0.5)),
    ("rmsprop", {"learningRate": 0.002, "centered": True}, None, None),
    ("rmsprop", {"learningRate": 0.001, "centered": True, "momentum": 0.7, "weightDecay": 0.02}, None, (50, 0.5)),
    ("adam", {}, None, None),
    ("adam", {"learningRate": 0.05}, None, None),
    ("adam", {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-4, "weightDecay": 0.1}, None, (60, 0.5)),
    ("adam", {"learningRate": 0.05, "amsgrad": True}, None, None),
    ("adamw", {}, None, None),
    ("adamw", {"learningRate": 0.05, "weightDecay": 0.2, "beta1": 0.85, "beta2": 0.99}, None, (60, 0.5)),
    ("adamw", {"learningRate": 0.05, "amsgrad": True}, None, None),
    ("adamax", {}, None, None),
    ("adamax", {"learningRate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weightDecay": 0.1}, None, (60, 0.5)),
    ("nadam", {}, None, None),
    ("nadam", {"learningRate": 0.03, "momentumDecay": 0.02, "beta1": 0.85, "beta2": 0.99, "epsilon": 1e-5, "weightDecay": 0.05}, None, (60, 0.5)),
    ("radam", {}, None, None),
    ("radam", {"learningRate": 0.002, "beta1": 0.85, "beta2": 0.99, "epsilon": 1e-5, "weightDecay": 0.05}, None, (60, 0.5)),
    ("rprop", {}, None, None),
    ("rprop", {"learningRate": 0.03, "etaMinus": 0.6, "etaPlus": 1.1, "minStep": 1e-4, "maxStep": 0.1}, None, None),
    ("asgd", {"learningRate": 5e-4}, None, None),
    ("asgd", {"learningRate": 5e-4, "lambda": 0.5, "alpha": 0.6, "t0": 20, "weightDecay": 0.05}, None, (60, 0.5)),
    ("lbfgs", {}, None, None),
    # With fewer pairs on Rosenbrock one ulp at the start grows to 1e-8 at the end.
    ("lbfgs", {"history": 3}, ["quartic"], None),
    ("lbfgs", {"history": 12}, None, None),
    ("lbfgs", {"learningRate": 0.5}, None, None),
    ("lbfgs", {"maxIterations": 4}, None, None),
    ("lbfgs", {"learningRate": 0.1, "lineSearch": None}, ["quartic"], None),
    ("lbfgs", {"learningRate": 0.2, "lineSearch": None, "maxIterations": 3, "history": 2}, ["quartic"], None),
]


def schedules():
    def rates(make, count, initial=0.3):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=initial)
        scheduler = make(optimizer)
        values = []
        for _ in range(count):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return values

    def case(fields, make, count, initial=0.3):
        return {"fields": fields, "rates": rates(make, count, initial)}

    cases = [
        case({"schedule": "step", "initial": 0.3, "every": 7, "factor": 0.5}, lambda o: sched.StepLR(o, 7, 0.5), 60),
        case({"schedule": "step", "initial": 0.3, "every": 20}, lambda o: sched.StepLR(o, 20), 60),
        case({"schedule": "multiStep", "initial": 0.3, "milestones": [3, 10, 11, 40], "factor": 0.3}, lambda o: sched.MultiStepLR(o, [3, 10, 11, 40], 0.3), 60),
        case({"schedule": "exponential", "initial": 0.3, "factor": 0.97}, lambda o: sched.ExponentialLR(o, 0.97), 150),
        case({"schedule": "polynomial", "initial": 0.3, "steps": 40}, lambda o: sched.PolynomialLR(o, 40, 1.0), 60),
        case({"schedule": "polynomial", "initial": 0.3, "steps": 40, "power": 2.5}, lambda o: sched.PolynomialLR(o, 40, 2.5), 60),
        case({"schedule": "cosine", "initial": 0.3, "steps": 50}, lambda o: sched.CosineAnnealingLR(o, 50), 51),
        case({"schedule": "cosine", "initial": 0.3, "final": 0.01, "steps": 120}, lambda o: sched.CosineAnnealingLR(o, 120, 0.01), 121),
        case({"schedule": "cosineRestarts", "initial": 0.3, "period": 15}, lambda o: sched.CosineAnnealingWarmRestarts(o, 15), 100),
        case({"schedule": "cosineRestarts", "initial": 0.3, "final": 0.02, "period": 7, "multiplier": 2}, lambda o: sched.CosineAnnealingWarmRestarts(o, 7, 2, 0.02), 150),
        case({"schedule": "cyclic", "low": 0.01, "high": 0.3, "stepUp": 9}, lambda o: sched.CyclicLR(o, 0.01, 0.3, 9, cycle_momentum=False), 100),
        case({"schedule": "cyclic", "low": 0.01, "high": 0.3, "stepUp": 9, "mode": "triangular2"}, lambda o: sched.CyclicLR(o, 0.01, 0.3, 9, mode="triangular2", cycle_momentum=False), 100),
        case({"schedule": "warmup", "steps": 12, "then": 0.3}, lambda o: sched.LinearLR(o, 1 / 3, total_iters=12), 60),
    ]
    # OneCycleLR refuses a step past its end, so its last rate is read without one.
    for steps, fraction, divide, final in [(100, 0.3, 25.0, 1e4), (37, 0.45, 10.0, 100.0), (20, 0.0, 4.0, 50.0)]:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        scheduler = sched.OneCycleLR(optimizer, 0.3, total_steps=steps, pct_start=fraction, div_factor=divide, final_div_factor=final, cycle_momentum=False)
        values = []
        for t in range(steps):
            values.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if t < steps - 1:
                scheduler.step()
        cases.append({"fields": {"schedule": "oneCycle", "peak": 0.3, "steps": steps, "warmupFraction": fraction, "divide": divide, "finalDivide": final}, "rates": values})

    def sequential(o):
        return sched.SequentialLR(o, [sched.LinearLR(o, 0.1, total_iters=10), sched.CosineAnnealingLR(o, 40)], milestones=[10])

    cases.append(case({"schedule": "warmup", "steps": 10, "start": 0.1, "then": {"schedule": "cosine", "initial": 0.3, "steps": 40}}, sequential, 51))

    losses = [1 / (1 + t) + (0.3 if 10 < t < 17 else 0.0) if t < 30 else 0.03 + 1e-7 * ((t * 7) % 5) for t in range(90)]
    for fields in ({"patience": 3, "factor": 0.5}, {"patience": 0, "factor": 0.7, "minimum": 0.02}, {"patience": 5, "threshold": 0.01}):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
        scheduler = sched.ReduceLROnPlateau(optimizer, factor=fields.get("factor", 0.1), patience=fields["patience"], threshold=fields.get("threshold", 1e-4), min_lr=fields.get("minimum", 0))
        values = []
        for loss in losses:
            values.append(optimizer.param_groups[0]["lr"])
            scheduler.step(loss)
        cases.append({"fields": {"schedule": "plateau", "initial": 0.3, **fields}, "losses": losses, "rates": values})
    return cases


def one_step():
    """The table of one step from [1, 2, 3, 4] with gradient [1, 6, 7, 2] and rate 0.5, all else at its defaults."""
    rows = {}
    for kind in CLASSES:
        if kind == "lbfgs":
            continue
        theta = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
        optimizer = build(kind, {"learningRate": 0.5}, theta)
        theta.grad = torch.tensor([1.0, 6.0, 7.0, 2.0])
        optimizer.step()
        rows[kind] = theta.tolist()
    return rows


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    cases = [{"type": kind, "fields": fields, "objective": objective, "drop": drop, "path": path(kind, objective, fields, drop)}
             for kind, fields, objectives, drop in CASES for objective in (objectives or OBJECTIVES)]
    (HERE / "torch-optimizers.json").write_text(json.dumps({"torch": torch.__version__, "oneStep": one_step(), "cases": cases}) + "\n")
    (HERE / "torch-schedules.json").write_text(json.dumps({"torch": torch.__version__, "cases": schedules()}) + "\n")
