"""What the peers in Python share: streams of numbers from files, and timing as in measure.ts."""
import json
import os
import sys
import time
import numpy as np

workload, folder, points = sys.argv[1:4]


def stream(kind, seed):
    return np.fromfile(os.path.join(folder, f"{kind}-{seed}"))


def mlp(sizes, seed):
    """[(weight, bias), ...], one row for each input: He's start before relu, Xavier's for the last layer."""
    layers = []
    for i, (n, m) in enumerate(zip(sizes, sizes[1:])):
        scale = np.sqrt((2 if i < len(sizes) - 2 else 1) / n)
        layers.append((scale * stream("normal", seed + i)[: n * m].reshape(n, m), np.zeros(m)))
    return layers


def spiral():
    with open(points) as file:
        data = json.load(file)
    labels = np.array(data["y"])
    return np.array(data["X"]), np.eye(3)[labels], labels


def examples(count, width):
    labels = np.floor(10 * stream("uniform", 8)[:count]).astype(np.int64)
    return stream("uniform", 7)[: count * width].reshape(count, width), np.eye(10)[labels], labels


def seconds_of(run, times):
    began = time.perf_counter()
    run(times)
    return time.perf_counter() - began


def measure(variant, metric, work, run, check=None):
    """Work per second: the median of repetitions after a warm-up. `run` does its work a given number of times."""
    times, each, warm = 1, float("inf"), time.process_time() + 2
    while time.process_time() < warm:
        seconds = seconds_of(run, times)
        each = seconds / times
        if seconds < 0.125:
            times *= 2
    count = max(1, round(0.25 / each))
    rates = sorted(work * count / seconds_of(run, count) for _ in range(7))
    figure = {"workload": workload, "variant": variant, "metric": metric, "value": rates[3], "min": rates[0], "max": rates[6]}
    print(json.dumps(figure if check is None else {**figure, "check": float(check)}), flush=True)
