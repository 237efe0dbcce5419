"""Products of float32 matrices by NumPy's BLAS on one core: a line of JSON, GFLOP/s by shape. Arguments: m×k×n, any number of them."""
import json
import os
import sys
import time

for name in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[name] = '1'
import numpy as np  # noqa: E402  the number of threads is read when it is imported

rates = {}
for shape in sys.argv[1:]:
    m, k, n = (int(size) for size in shape.split('x'))
    a = np.random.default_rng(1).standard_normal((m, k)).astype(np.float32)
    b = np.random.default_rng(2).standard_normal((k, n)).astype(np.float32)
    out = np.empty((m, n), np.float32)
    repeats = max(1, round(1e8 / (2 * m * k * n)))
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        for _ in range(repeats):
            np.dot(a, b, out=out)
        times.append((time.perf_counter() - begun) / repeats)
    rates[shape] = 2 * m * k * n / sorted(times)[len(times) // 2] / 1e9
print(json.dumps(rates))
