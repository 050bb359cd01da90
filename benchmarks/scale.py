"""What hewer costs as a model or a queue grows, and how long one shift of the case `irmino` takes.

Run as ``python -m benchmarks.scale``; ``benchmarks.run`` prints it as well. All ratios are of one run.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import hewer
from benchmarks.job_shop import LARGE, SMALL, speed
from benchmarks.measure import peak_memory

QUEUE = """
title: A long queue
flow: [customers, line, serve, done]
stocks: {{line: {{start: {waiting}}}, done: {{sink: yes}}}}
sources: {{customers: {{every: exponential(1)}}}}
activities: {{serve: {{time: exponential(1)}}}}
crews: {{one: {{server: {{does: serve}}}}}}
terms: {{horizon: {horizon}}}
measures: {{served: arrivals(done), left: final(line)}}
"""
HORIZON = 24_000_000


def seconds(work: Callable[[], Any], repeats: int = 5) -> float:
    """CPU seconds of the fastest of several runs."""
    times = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def grow(scale: float = 1.0) -> Iterator[str]:
    """Cost of an event in a large job shop against a small one, by turns."""
    events = round(1_000_000 * scale)
    best = dict.fromkeys((SMALL, LARGE), 0.0)
    for _ in range(3):
        for size in best:
            best[size] = max(best[size], speed(size, "oldest", events)[0])
    large, small = (1e9 / best[size] for size in (LARGE, SMALL))
    yield (
        f"an event of a job shop with {LARGE.activities} activities and {LARGE.workers} workers: "
        f"{large:.0f} ns; with {SMALL.activities} and {SMALL.workers}: {small:.0f} ns; "
        f"{large / small:.2f} times as much"
    )


def queue(waiting: int, horizon: float) -> dict[str, float]:
    """Serve from a queue that does not shrink, of a given length; called in a process of its own.

    Returns CPU seconds and customers of the last three quarters of the run, the fastest of three: to make the
    items is paid once, and the kernel of the system clears their memory, in seconds that vary. And MiB at the
    most.
    """
    hewer.simulate(hewer.loads(QUEUE.format(waiting=1, horizon=100)), replications=1, threads=1)
    before = peak_memory()
    cost, served = {}, {}
    for part in (0.25, 1.0):
        model = hewer.loads(QUEUE.format(waiting=waiting, horizon=horizon * part))
        cost[part] = seconds(partial(hewer.simulate, model, replications=1, threads=1), repeats=3)
        result = hewer.simulate(model, replications=1, threads=1)
        served[part] = float(result.measures["served"].values[0, 0])
    return {
        "cpu": cost[1.0] - cost[0.25],
        "customers": served[1.0] - served[0.25],
        "served": served[1.0],
        "mib": peak_memory() - before,
    }


def long_queue(scale: float = 1.0) -> Iterator[str]:
    """Memory of a waiting item, and the speed of a queue of ten million against one of a thousand."""
    horizon, waiting = HORIZON * scale, round(10_000_000 * scale)
    root = Path(__file__).parents[1]
    found: dict[int, dict[str, float]] = {}
    for length in (1000, waiting):
        code = (
            f"import json; from benchmarks.scale import queue; print(json.dumps(queue({length}, {horizon})))"
        )
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        found[length] = json.loads(done.stdout.splitlines()[-1])
    # served at rate 1 as long as somebody waits: within 4.9 standard errors, false alarm 1e-6
    right = abs(found[waiting]["served"] - horizon) < 4.9 * horizon**0.5 + 1
    each = {length: one["cpu"] / one["customers"] * 1e9 for length, one in found.items()}
    yield (
        f"a queue of {waiting:,}: {found[waiting]['mib'] * 2**20 / waiting:.0f} bytes an item at the most; "
        f"a customer takes {each[waiting]:.0f} ns, with 1,000 in line {each[1000]:.0f} ns "
        f"({'answer as known' if right else 'ANSWER IS WRONG'})"
    )


def shift() -> Iterator[str]:
    """One shift of each crew of the case `irmino`."""
    model = hewer.load("irmino")
    times = []
    for crew in model.crews:
        few, many = (
            seconds(partial(hewer.simulate, model, crew=crew, replications=number, threads=1))
            for number in (100, 1100)
        )
        times.append(f"{crew} {(many - few):.2f} ms")
    yield f"one shift of irmino: {', '.join(times)}"


def everything(scale: float = 1.0) -> Iterator[str]:
    """All of it."""
    return chain(grow(scale), long_queue(scale), shift())


def main() -> None:
    """Print all."""
    for line in everything():
        print(line, flush=True)


if __name__ == "__main__":
    main()
