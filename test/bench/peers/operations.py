"""The twenty operations in NumPy, on arrays in its memory."""
import json
import time
import numpy as np
from harness import stream, workload


def least(run):
    """Processor seconds of one call, as in measure.ts."""
    def seconds_for(times):
        began = time.process_time()
        for _ in range(times):
            run()
        return time.process_time() - began

    warm, times = time.process_time() + 0.3, 1
    while time.process_time() < warm:
        run()
    while seconds_for(times) < 0.01:
        times *= 2
    return sorted(seconds_for(times) / times for _ in range(15))


def told(x):
    x = np.ravel(x)
    return float((x * (np.arange(x.size) % 7 + 1)).sum())


for n in (1000, 1_000_000):
    u, v = stream("uniform", 81)[:n], stream("uniform", 82)[:n]
    x, y, positive, near_one = 8 * u - 4, 8 * v - 4, 4 * u + 0.1, 1 + (u - 0.5) / 1000
    half, places = u < 0.5, np.floor(v * n).astype(np.int64)
    rows = {
        "add": lambda: np.add(x, y),
        "exp": lambda: np.exp(x),
        "log": lambda: np.log(positive),
        "sin": lambda: np.sin(x),
        "atan2": lambda: np.arctan2(x, y),
        "floor": lambda: np.floor(x),
        "where": lambda: np.where(half, y, 1.0),
        "maximum": lambda: np.maximum(x, y),
        "sum": lambda: np.sum(x),
        "max": lambda: np.max(x),
        "argmax": lambda: np.argmax(x),
        "std": lambda: np.std(x),
        "prod": lambda: np.prod(near_one),
        "cumsum": lambda: np.cumsum(x),
        "cumprod": lambda: np.cumprod(near_one),
        "cumMax": lambda: np.maximum.accumulate(x),
        "sort": lambda: np.sort(x),
        "argsort": lambda: np.argsort(x),
        "take": lambda: np.take(x, places),
        "median": lambda: np.median(x),
    }
    for name, run in rows.items():
        seconds = least(run)
        print(json.dumps({
            "workload": workload, "variant": f"NumPy {name} n{n}", "metric": "calls/s", "check": told(run()),
            "value": 1 / seconds[0], "min": 1 / seconds[-1], "max": 1 / seconds[0],
        }), flush=True)
