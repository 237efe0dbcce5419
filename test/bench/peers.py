"""W1 and W8 in Python, plain or with PyTorch:  python3 peers.py python|torch|torchBatched

Prints one JSON line: {"milliseconds", "value"}; one run, after a short one to warm up.
"""
import json
import math
import sys
import time

START, RATE, BETA1, BETA2, EPSILON, STEPS = (-1.2, 1.0), 0.01, 0.9, 0.999, 1e-8, 10_000
RATES = [10 ** (-4 + 3 * k / 63) for k in range(64)]


def plain(steps):
    x, y = START
    mx = my = vx = vy = 0.0
    for step in range(1, steps + 1):
        bend = y - x * x
        gx, gy = 2 * (x - 1) - 400 * x * bend, 200 * bend
        mx, my = mx + (1 - BETA1) * (gx - mx), my + (1 - BETA1) * (gy - my)
        vx, vy = BETA2 * vx + (1 - BETA2) * gx * gx, BETA2 * vy + (1 - BETA2) * gy * gy
        first, second = 1 - BETA1**step, 1 - BETA2**step
        x -= RATE * mx / first / (math.sqrt(vx / second) + EPSILON)
        y -= RATE * my / first / (math.sqrt(vy / second) + EPSILON)
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def torch_adam(steps):
    import torch

    torch.set_num_threads(1)
    point = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([point], lr=RATE, betas=(BETA1, BETA2), eps=EPSILON)
    for _ in range(steps):
        adam.zero_grad(set_to_none=True)
        x, y = point
        loss = (1 - x) ** 2 + 100 * (y - x * x) ** 2
        loss.backward()
        adam.step()
    x, y = point.tolist()
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def torch_batched(steps):
    """All 64 rates in one tensor."""
    import torch

    torch.set_num_threads(1)
    point = torch.tensor([START] * len(RATES), dtype=torch.float64, requires_grad=True)
    rates = torch.tensor(RATES, dtype=torch.float64)[:, None]
    mean, square = torch.zeros_like(point), torch.zeros_like(point)
    for step in range(1, steps + 1):
        point.grad = None
        x, y = point.unbind(1)
        ((1 - x) ** 2 + 100 * (y - x * x) ** 2).sum().backward()
        with torch.no_grad():
            mean += (1 - BETA1) * (point.grad - mean)
            square.mul_(BETA2).addcmul_(point.grad, point.grad, value=1 - BETA2)
            point -= rates * (mean / (1 - BETA1**step)) / ((square / (1 - BETA2**step)).sqrt_() + EPSILON)
    x, y = point.detach().unbind(1)
    return ((1 - x) ** 2 + 100 * (y - x * x) ** 2).min().item()


work = {"python": plain, "torch": torch_adam, "torchBatched": torch_batched}[sys.argv[1]]
work(200)
begun = time.perf_counter()
value = work(STEPS)
print(json.dumps({"milliseconds": 1000 * (time.perf_counter() - begun), "value": value}))
