"""Dumps whole experiments as PyTorch computes them in float64: an expression, its kinks, an optimizer, a schedule, clipping.

    python3 make_experiments.py    (PyTorch >= 1.13; writes dumps/experiments.json)

Each case has the objective twice: as it stands in a file, and as PyTorch code that shares nothing with the reader of formulas.
Every experiment was drawn at random; those whose rounding errors grow past 1e-9 within the steps were left out.
"""
import json
import math
import pathlib

import torch
from torch import abs, acos, asin, atan, cos, cosh, exp, log, log2, log10, sigmoid, sign, sin, sinh, sqrt, tan, tanh
from torch.optim import lr_scheduler as sched

from make_torch import build

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent / "dumps"
STEPS = 200
KEPT = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 120, 150, 175, 200]


def relu(x):
    return torch.relu(x)


def step(x):
    return (x > 0).to(x.dtype)


def cbrt(x):
    return sign(x) * abs(x) ** (1 / 3)


def softplus(x):
    return torch.logaddexp(x, torch.zeros(()))


def max(first, *rest):
    for x in rest:
        first = torch.maximum(first, x)
    return first


def min(first, *rest):
    for x in rest:
        first = torch.minimum(first, x)
    return first


def schedule(fields, optimizer):
    kind = fields["schedule"]
    get = fields.get
    if kind == "step":
        return sched.StepLR(optimizer, fields["every"], get("factor", 0.1))
    if kind == "multiStep":
        return sched.MultiStepLR(optimizer, fields["milestones"], get("factor", 0.1))
    if kind == "exponential":
        return sched.ExponentialLR(optimizer, fields["factor"])
    if kind == "polynomial":
        return sched.PolynomialLR(optimizer, fields["steps"], get("power", 1))
    if kind == "cosine":
        return sched.CosineAnnealingLR(optimizer, fields["steps"], get("final", 0))
    if kind == "cosineRestarts":
        return sched.CosineAnnealingWarmRestarts(optimizer, fields["period"], get("multiplier", 1), get("final", 0))
    if kind == "oneCycle":
        return sched.OneCycleLR(optimizer, fields["peak"], total_steps=fields["steps"], pct_start=get("warmupFraction", 0.3),
                                div_factor=get("divide", 25), final_div_factor=get("finalDivide", 1e4), cycle_momentum=False)
    if kind == "cyclic":
        return sched.CyclicLR(optimizer, fields["low"], fields["high"], fields["stepUp"], mode=get("mode", "triangular"), cycle_momentum=False)
    if kind == "inverseTime":
        return sched.LambdaLR(optimizer, lambda t: 1 / (1 + fields["decay"] * t))
    if kind == "inverseSqrt":
        return sched.LambdaLR(optimizer, lambda t: math.sqrt(fields["warmup"] / (t + 1)) if t + 1 > fields["warmup"] else (t + 1) / fields["warmup"])
    if kind == "plateau":
        return sched.ReduceLROnPlateau(optimizer, factor=get("factor", 0.1), patience=get("patience", 10), threshold=get("threshold", 1e-4), min_lr=get("minimum", 0))
    assert kind == "warmup"
    linear = sched.LinearLR(optimizer, get("start", 1 / 3), total_iters=fields["steps"])
    if not isinstance(fields["then"], dict):
        return linear
    return sched.SequentialLR(optimizer, [linear, schedule(fields["then"], optimizer)], milestones=[fields["steps"]])


def first_rate(fields):
    if not isinstance(fields, dict):
        return fields
    return first_rate(fields["then"]) if fields["schedule"] == "warmup" else fields.get("initial", fields.get("peak", fields.get("low")))


DEFAULT_RATES = {"sgd": 0.001, "adagrad": 0.01, "adadelta": 1.0, "rmsprop": 0.01, "adamax": 0.002, "nadam": 0.002, "rprop": 0.01, "asgd": 0.01, "lbfgs": 1.0}


def case(expression, function, start, optimizer, constants=None, goal="minimize", training=None, tier="basic"):
    """The file, and its rows [step, loss, gradient norm, rate, point]."""
    file = {"gdexp": 1, "objective": {"expression": expression, **({"constants": constants} if constants else {}), "start": start, "goal": goal},
            **({"training": training} if training else {}), "optimizers": [optimizer], "stop": {"steps": STEPS, "gradientNorm": None}, "diagnostics": {"tier": tier}}
    sign_of_goal = -1 if goal == "maximize" else 1
    fields = {name: value for name, value in optimizer.items() if name != "type"}
    rate = fields.get("learningRate", DEFAULT_RATES.get(optimizer["type"], 0.001))
    theta = torch.tensor(list(start.values()), requires_grad=True)
    torch_optimizer = build(optimizer["type"], {**fields, "learningRate": first_rate(rate)}, theta)
    scheduler = schedule(rate, torch_optimizer) if isinstance(rate, dict) else None
    seen = []

    def closure():
        torch_optimizer.zero_grad()
        loss = function(*theta)
        (sign_of_goal * loss).backward()
        seen.append([loss.item(), theta.grad.norm().item(), theta.tolist()])
        if training and "clipValue" in training:
            torch.nn.utils.clip_grad_value_([theta], training["clipValue"])
        if training and "clipNorm" in training:
            torch.nn.utils.clip_grad_norm_([theta], training["clipNorm"])
        return sign_of_goal * loss

    rows = []
    for t in range(STEPS + 1):
        seen.clear()
        rate_now = torch_optimizer.param_groups[0]["lr"]
        closure() if t == STEPS else torch_optimizer.step(closure)
        loss, norm, point = seen[0]
        rows.append([t, loss, norm, None if t == STEPS else rate_now, point])
        if t < STEPS and isinstance(scheduler, sched.ReduceLROnPlateau):
            scheduler.step(sign_of_goal * loss)
        elif t < STEPS and scheduler:
            scheduler.step()
    return {"file": file, "rows": [rows[t] for t in KEPT]}


def cases():
    return [
        case("−(3(x + a)^2/2+2.6*(y - a)^2/2 + 3.4(z+1.6)^2 + 2.4(w + 0.8)^2-tanh(2.4z)-min(2.23 · z, 2.7*x+c)+max(0.8*w+c, 0.9w+1.69y + w·w, 1x+w*w)+cosh((1.0w + x)/3))",
             lambda x, y, z, w, a=1.4, c=1.32: -(3 * (x + a)**2 / 2 + 2.6 * (y - a)**2 / 2 + 3.4 * (z + 1.6)**2 + 2.4 * (w + 0.8)**2 - tanh(2.4 * z) - min(2.23 * z, 2.7 * x + c) + max(0.8 * w + c, 0.9 * w + 1.69 * y + w * w, 1 * x + w * w) + cosh((1 * w + x) / 3)),
             {'x': 0.0, 'y': 0.0, 'z': 0.0, 'w': 0.0}, {'type': 'sgd', 'learningRate': {'schedule': 'inverseTime', 'initial': 0.00799, 'decay': 0.05}, 'momentum': 0.9, 'dampening': 0.5}, constants={'a': 1.4, 'c': 1.32}, goal="maximize", tier='basic'),
        case("1.9(a_1 - 1.9)^2+2.2 · (b + 1.1)^2/2 + 3.7·((theta-0.8)^2)+(2.6·(w0+1.2)^2) / 2 + 0.7 (bias + .2)^2 + atan(2.2w0+b × a_1 + b*a_1)+sinh(1a_1/4) - cosh(3 * theta/3) + atan(3 b)^4",
             lambda a_1, b, theta, w0, bias, k=1.94, beta_2=1.43: 1.9 * (a_1 - 1.9)**2 + 2.2 * (b + 1.1)**2 / 2 + 3.7 * (theta - 0.8)**2 + 2.6 * (w0 + 1.2)**2 / 2 + 0.7 * (bias + 0.2)**2 + atan(2.2 * w0 + b * a_1 + b * a_1) + sinh(1 * a_1 / 4) - cosh(3 * theta / 3) + atan(3 * b)**4,
             {'a_1': -1.2, 'b': -1.43, 'theta': -1.16, 'w0': -0.62, 'bias': -0.1}, {'type': 'sgd', 'learningRate': {'schedule': 'step', 'initial': 0.00498, 'every': 61, 'factor': 0.9}, 'momentum': 0.3, 'nesterov': True, 'weightDecay': 0.0023}, constants={'k': 1.94, 'beta_2': 1.43}, training={'clipNorm': 0.5}, tier='basic'),
        case("(0.4(x1+0.4)^2+1.7 (x2 + k)^2 - tan(0.5 tanh(1 · x2 + k))-asin(0.9*sin(0.61*x2 - beta_2+beta_2))+acos(.8 cos(2.61 x2-(x1*x2) - x2 · x2)))",
             lambda x1, x2, k=0.86, beta_2=0.51: 0.4 * (x1 + 0.4)**2 + 1.7 * (x2 + k)**2 - tan(0.5 * tanh(1 * x2 + k)) - asin(0.9 * sin(0.61 * x2 - beta_2 + beta_2)) + acos(0.8 * cos(2.61 * x2 - x1 * x2 - x2 * x2)),
             {'x1': 1.5, 'x2': 1.5}, {'type': 'adagrad', 'learningRate': 0.0702, 'initialAccumulator': 0.1, 'learningRateDecay': 0.01, 'epsilon': 1e-06, 'weightDecay': 0.012}, constants={'k': 0.86, 'beta_2': 0.51}, tier='standard'),
        case("2.9 (x+beta_2)^2 + atan(1 x-x·x) + sinh(2.22x/4) + cosh(0.8 · x/3)",
             lambda x, k=1.59, beta_2=1.92: 2.9 * (x + beta_2)**2 + atan(1 * x - x * x) + sinh(2.22 * x / 4) + cosh(0.8 * x / 3),
             {'x': 0.3}, {'type': 'adagrad', 'learningRate': {'schedule': 'oneCycle', 'peak': 0.414, 'steps': 201}, 'initialAccumulator': 0.1}, constants={'k': 1.59, 'beta_2': 1.92}, training={'clipNorm': 3}, tier='standard'),
        case("3.0 (x + 0.5)^2 / 2 + 2.2((y+.2)^2)+1.7 ((y-x^2)^2)+exp(atan(1 · y + x·y))-log(2.5+(1.0 y-0.5)^2)-log2(3+exp(cos(1.0y+2.01y))) - exp(atan(.2 y)) + step(0.73 * x-x - 1.7)(2.1 x÷(1+(2.1 x)^2))",
             lambda x, y, a=0.51, c=0.62: 3 * (x + 0.5)**2 / 2 + 2.2 * (y + 0.2)**2 + 1.7 * (y - x**2)**2 + exp(atan(1 * y + x * y)) - log(2.5 + (1 * y - 0.5)**2) - log2(3 + exp(cos(1 * y + 2.01 * y))) - exp(atan(0.2 * y)) + step(0.73 * x - x - 1.7) * (2.1 * x / (1 + (2.1 * x)**2)),
             {'x': 1.9, 'y': 0.3}, {'type': 'adadelta', 'learningRate': {'schedule': 'warmup', 'steps': 15, 'start': 0.25, 'then': {'schedule': 'exponential', 'initial': 1.03, 'factor': 0.98}}, 'rho': 0.95, 'epsilon': 0.0001, 'weightDecay': 0.16}, constants={'a': 0.51, 'c': 0.62}, tier='full'),
        case("1.2(x1 - 1.4)^2+3.4×(x2-1)^2 + relu(3·x1) + softplus(2x2+x2 - 2x2)+(1 + x2^2)^-1",
             lambda x1, x2: 1.2 * (x1 - 1.4)**2 + 3.4 * (x2 - 1)**2 + relu(3 * x1) + softplus(2 * x2 + x2 - 2 * x2) + (1 + x2**2)**-1,
             {'x1': 1.6, 'x2': 0.4}, {'type': 'adadelta', 'learningRate': {'schedule': 'multiStep', 'initial': 0.325, 'milestones': [4, 25, 196], 'factor': 0.7}, 'rho': 0.95}, training={'clipNorm': 0.5}, tier='full'),
        case("(3.6(a_1 + 1.7)^2 / 2+.8(b - 2)^2/2 + 2.4(theta-.8)^2 + .8 * (b - a_1^2)^2+tanh(2a_1 - a_1-c) + min(.72 b + 2.7theta,(2b+a_1+(b*a_1))) + max(2.89theta + a_1*b + a_1,1.08b - theta * b)) + 2^cos(1.1 theta)^2+sinh(((1.91 b - 0.22) / 4))",
             lambda a_1, b, theta, a=1.11, c=1.48: 3.6 * (a_1 + 1.7)**2 / 2 + 0.8 * (b - 2)**2 / 2 + 2.4 * (theta - 0.8)**2 + 0.8 * (b - a_1**2)**2 + tanh(2 * a_1 - a_1 - c) + min(0.72 * b + 2.7 * theta, 2 * b + a_1 + b * a_1) + max(2.89 * theta + a_1 * b + a_1, 1.08 * b - theta * b) + 2**(cos(1.1 * theta)**2) + sinh((1.91 * b - 0.22) / 4),
             {'a_1': -1.6, 'b': -1.8, 'theta': -2.0}, {'type': 'rmsprop', 'learningRate': {'schedule': 'cyclic', 'low': 0.001676, 'high': 0.012570000000000001, 'stepUp': 13, 'mode': 'triangular'}, 'momentum': 0.5, 'centered': True}, constants={'a': 1.11, 'c': 1.48}, training={'clipNorm': 0.5}, tier='basic'),
        case("-(2.2(x1-1.4)^2+3.9 * (x2+1)^2 + 1.0 (x3 + 1)^2+1.8(x4-.6)^2 + 0.9 * (x5 + 1)^2 + π · sigmoid((0.7*x2) + 1.22-1.0 * x4)+sin(1.53 x4) / (2+sin(1.1x3))-tanh(softplus((1.32x1 + x5 · x1+0.3 * x4)/(1 + (1.32 * x1 + x5 × x1 + 0.3 x4)^2) + 3 x1)))",
             lambda x1, x2, x3, x4, x5: -(2.2 * (x1 - 1.4)**2 + 3.9 * (x2 + 1)**2 + 1 * (x3 + 1)**2 + 1.8 * (x4 - 0.6)**2 + 0.9 * (x5 + 1)**2 + math.pi * sigmoid(0.7 * x2 + 1.22 - 1 * x4) + sin(1.53 * x4) / (2 + sin(1.1 * x3)) - tanh(softplus((1.32 * x1 + x5 * x1 + 0.3 * x4) / (1 + (1.32 * x1 + x5 * x1 + 0.3 * x4)**2) + 3 * x1))),
             {'x1': 1.0, 'x2': 1.0, 'x3': 1.0, 'x4': 1.0, 'x5': 1.0}, {'type': 'rmsprop', 'learningRate': {'schedule': 'inverseTime', 'initial': 0.0181, 'decay': 0.05}, 'rho': 0.9, 'epsilon': 1e-06, 'centered': True, 'weightDecay': 0.1}, goal="maximize", training={'clipNorm': 0.5}, tier='basic'),
        case("(2.5 * (x + 1.1)^2+1.4(y - 0.4)^2 + 0.8*(z-0.7)^2+1(w + 1.5)^2 + .6(u-.8)^2 + .7(y - x^2)^2+sign(3u)×tanh(2 y+x + 3.0)) + step((2y - (u * w)+k)) atan(2 u) + sigmoid(2.3u) + tan(.5*tanh(1·y + 1))+log(cosh(atan(2.0y+beta_2 - z * y)))",
             lambda x, y, z, w, u, k=1.13, beta_2=0.69: 2.5 * (x + 1.1)**2 + 1.4 * (y - 0.4)**2 + 0.8 * (z - 0.7)**2 + 1 * (w + 1.5)**2 + 0.6 * (u - 0.8)**2 + 0.7 * (y - x**2)**2 + sign(3 * u) * tanh(2 * y + x + 3) + step(2 * y - u * w + k) * atan(2 * u) + sigmoid(2.3 * u) + tan(0.5 * tanh(1 * y + 1)) + log(cosh(atan(2 * y + beta_2 - z * y))),
             {'x': 0.93, 'y': -2.0, 'z': 1.0, 'w': -2.0, 'u': -0.39}, {'type': 'adam', 'learningRate': {'schedule': 'warmup', 'steps': 20, 'then': 0.00926}, 'beta1': 0.8, 'beta2': 0.9, 'amsgrad': True, 'weightDecay': 0.049}, constants={'k': 1.13, 'beta_2': 0.69}, training={'clipNorm': 3}, tier='standard'),
        case("-(.4(a_1+1.9)^2+2.9(b+beta_2)^2 + 1.1 (b - a_1^2)^2+exp(atan(1b + b*a_1+1.0b))+log(2.22 + (1.0 b - k + a_1*a_1)^2)+log2(1.0 + exp(exp(-(1b)^2)))-atan(1.8b)^3)",
             lambda a_1, b, k=0.68, beta_2=1.19: -(0.4 * (a_1 + 1.9)**2 + 2.9 * (b + beta_2)**2 + 1.1 * (b - a_1**2)**2 + exp(atan(1 * b + b * a_1 + 1 * b)) + log(2.22 + (1 * b - k + a_1 * a_1)**2) + log2(1 + exp(exp(-(1 * b)**2))) - atan(1.8 * b)**3),
             {'a_1': -1.0, 'b': -1.0}, {'type': 'adam', 'learningRate': {'schedule': 'warmup', 'steps': 20, 'start': 0.1, 'then': {'schedule': 'cosine', 'initial': 0.00568, 'steps': 200}}, 'beta1': 0.5, 'epsilon': 1e-06, 'weightDecay': 0.002}, constants={'k': 0.68, 'beta_2': 1.19}, goal="maximize", training={'clipNorm': 0.5}, tier='standard'),
        case("2.5(θ - c)^2-exp(sin(1.9θ + 1.85 * θ)) + log(2.2+(0.9*θ - θ × θ)^2) - log2(1.57 + exp(exp(-((1.0 θ - θ)+1)^2))) + log10(1+abs(2.17*θ + a-θ))",
             lambda θ, a=1.47, c=0.89: 2.5 * (θ - c)**2 - exp(sin(1.9 * θ + 1.85 * θ)) + log(2.2 + (0.9 * θ - θ * θ)**2) - log2(1.57 + exp(exp(-(1 * θ - θ + 1)**2))) + log10(1 + abs(2.17 * θ + a - θ)),
             {'θ': 0.0}, {'type': 'adamw', 'learningRate': {'schedule': 'inverseSqrt', 'initial': 0.014, 'warmup': 25}, 'beta1': 0.8, 'beta2': 0.99, 'epsilon': 0.0001, 'amsgrad': True, 'weightDecay': 0.099}, constants={'a': 1.47, 'c': 0.89}, tier='full'),
        case("-(.6 * (θ - k)^2 + 0.5(φ+k)^2/2 - relu(1.1 φ + θ · θ)+softplus(2.92 * θ) + (1 + θ^2)^tanh(1.0θ))",
             lambda θ, φ, k=1.94, beta_2=1.2: -(0.6 * (θ - k)**2 + 0.5 * (φ + k)**2 / 2 - relu(1.1 * φ + θ * θ) + softplus(2.92 * θ) + (1 + θ**2)**tanh(1 * θ)),
             {'θ': -0.89, 'φ': -0.8}, {'type': 'adamax', 'learningRate': {'schedule': 'cosine', 'initial': 0.00573, 'final': 0, 'steps': 250}, 'beta1': 0.5, 'beta2': 0.9999, 'epsilon': 1e-06, 'weightDecay': 0.0015}, constants={'k': 1.94, 'beta_2': 1.2}, goal="maximize", tier='basic'),
        case("3.9(θ+beta_2)^2+3.9 * (φ - k)^2+sign(1.83 θ - 2.5)tanh(1φ)-step(2.39φ - .63 · φ) * atan(2φ-k)+sigmoid(0.22φ + 2.4θ - θ*θ) + softplus(2.3×θ) + asin(0.9 * sin(1 φ))",
             lambda θ, φ, k=0.92, beta_2=1.46: 3.9 * (θ + beta_2)**2 + 3.9 * (φ - k)**2 + sign(1.83 * θ - 2.5) * tanh(1 * φ) - step(2.39 * φ - 0.63 * φ) * atan(2 * φ - k) + sigmoid(0.22 * φ + 2.4 * θ - θ * θ) + softplus(2.3 * θ) + asin(0.9 * sin(1 * φ)),
             {'θ': 0.0, 'φ': 0.0}, {'type': 'nadam', 'beta1': 0.8, 'beta2': 0.9, 'learningRate': {'schedule': 'cosine', 'initial': 0.002, 'final': 0.0002, 'steps': 201}}, constants={'k': 0.92, 'beta_2': 1.46}, training={'clipValue': 2}, tier='standard'),
        case("0.9 (x1-c)^2+3.4(x2+a)^2 + 1.5·(x3-a)^2/2 + 3.2(x4 + 1.1)^2 + 2.7 (x5+1.3)^2+3.1 * (x6+0.9)^2 + 0.9 (x2-x1^2)^2-relu(0.9·x3)-softplus(2.81 * x2-c + 1.35)+(1 + x6^2)^1.5",
             lambda x1, x2, x3, x4, x5, x6, a=1.14, c=0.79: 0.9 * (x1 - c)**2 + 3.4 * (x2 + a)**2 + 1.5 * (x3 - a)**2 / 2 + 3.2 * (x4 + 1.1)**2 + 2.7 * (x5 + 1.3)**2 + 3.1 * (x6 + 0.9)**2 + 0.9 * (x2 - x1**2)**2 - relu(0.9 * x3) - softplus(2.81 * x2 - c + 1.35) + (1 + x6**2)**1.5,
             {'x1': -0.0, 'x2': -1.8, 'x3': 0.0, 'x4': -1.22, 'x5': -1.5, 'x6': -1.3}, {'type': 'nadam', 'learningRate': {'schedule': 'cyclic', 'low': 0.001422, 'high': 0.010665000000000001, 'stepUp': 40, 'mode': 'triangular2'}, 'beta2': 0.9999, 'epsilon': 0.0001, 'momentumDecay': 0.02, 'weightDecay': 0.015}, constants={'a': 1.14, 'c': 0.79}, training={'clipNorm': 0.5}, tier='standard'),
        case("1.7(x + k)^2+3.5 (y + 1.2)^2/2 + pi*sigmoid(1.0·y+x) + sigmoid(2.9 x+1.5) / (2+sin(1.67 * x + y-x))-tanh(softplus(sin(2.89 x) + (1 * x+.52 y))) + 1 y/(1 + (1.0y)^2)/(2+sin((2.2*x)-y + x×x))+log10(1+abs(.69y-x × y))",
             lambda x, y, k=1.78, beta_2=1.59: 1.7 * (x + k)**2 + 3.5 * (y + 1.2)**2 / 2 + math.pi * sigmoid(1 * y + x) + sigmoid(2.9 * x + 1.5) / (2 + sin(1.67 * x + y - x)) - tanh(softplus(sin(2.89 * x) + (1 * x + 0.52 * y))) + 1 * y / (1 + (1 * y)**2) / (2 + sin(2.2 * x - y + x * x)) + log10(1 + abs(0.69 * y - x * y)),
             {'x': 1.3, 'y': -1.49}, {'type': 'radam', 'learningRate': {'schedule': 'plateau', 'initial': 0.00517, 'factor': 0.5, 'patience': 0, 'threshold': 0.01, 'minimum': 0.0003}, 'beta1': 0.95, 'beta2': 0.99, 'epsilon': 0.0001, 'weightDecay': 0.064}, constants={'k': 1.78, 'beta_2': 1.59}, training={'clipValue': 0.3}, tier='full'),
        case("3.9(a_1 + .2)^2+.8(b-1.3)^2+0.7×((b - a_1^2)^2)+2^sin(1.12 a_1) + tanh((0.4 b + b * a_1)+c)^3 + e^-cos(1.8a_1)^2",
             lambda a_1, b, a=1.75, c=1.52: 3.9 * (a_1 + 0.2)**2 + 0.8 * (b - 1.3)**2 + 0.7 * (b - a_1**2)**2 + 2**sin(1.12 * a_1) + tanh(0.4 * b + b * a_1 + c)**3 + math.e**(-cos(1.8 * a_1)**2),
             {'a_1': 0.82, 'b': -0.1}, {'type': 'rprop', 'learningRate': {'schedule': 'polynomial', 'initial': 0.0189, 'steps': 100, 'power': 2.5}, 'etaMinus': 0.6, 'etaPlus': 1.1, 'minStep': 1e-05, 'maxStep': 0.2}, constants={'a': 1.75, 'c': 1.52}, tier='basic'),
        case("1.1(x+1)^2 + 2.6((y - 1)^2)+2.2(z-1.3)^2 + 2.8(w + 0.9)^2 + 3 (u + 1.8)^2+0.9*(v+1.2)^2 / 2 + abs(1.65*v+(y*w)) + sqrt(1+(3×w+0.7)^2) + cbrt(2+(1.5v-1.0)^2)",
             lambda x, y, z, w, u, v: 1.1 * (x + 1)**2 + 2.6 * (y - 1)**2 + 2.2 * (z - 1.3)**2 + 2.8 * (w + 0.9)**2 + 3 * (u + 1.8)**2 + 0.9 * (v + 1.2)**2 / 2 + abs(1.65 * v + y * w) + sqrt(1 + (3 * w + 0.7)**2) + cbrt(2 + (1.5 * v - 1)**2),
             {'x': 1.4, 'y': -0.02, 'z': -0.0, 'w': 1.1, 'u': 0.0, 'v': -2.0}, {'type': 'asgd', 'learningRate': {'schedule': 'cosineRestarts', 'initial': 0.0253, 'final': 0, 'period': 33, 'multiplier': 3}, 'lambda': 0.1, 'alpha': 0.6, 't0': 50, 'weightDecay': 0.0048}, training={'clipNorm': 3}, tier='standard'),
        case("-(1.1*(x - 1.2)^2 + (1.1 · (y + 1.4)^2)+1.5(z+k)^2+1.6(y-x^2)^2-exp(exp(−(1.79×y - x×z)^2)) + log2(1.24+(1.0 z)^2)+log2(2.3+exp(tanh(1y))))",
             lambda x, y, z, k=0.73, beta_2=1.64: -(1.1 * (x - 1.2)**2 + 1.1 * (y + 1.4)**2 + 1.5 * (z + k)**2 + 1.6 * (y - x**2)**2 - exp(exp(-(1.79 * y - x * z)**2)) + log2(1.24 + (1 * z)**2) + log2(2.3 + exp(tanh(1 * y)))),
             {'x': 0.0, 'y': 0.0, 'z': 0.0}, {'type': 'lbfgs', 'learningRate': 0.426, 'history': 3, 'maxIterations': 3, 'lineSearch': None, 'toleranceChange': 1e-12}, constants={'k': 0.73, 'beta_2': 1.64}, goal="maximize", tier='full'),
    ]

if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    (HERE / "experiments.json").write_text(json.dumps({"torch": torch.__version__, "cases": cases()}, ensure_ascii=False) + "\n")
