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
HORIZON = 2_000_000


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
    """Serve from a queue of a given length that does not shrink; called in a process of its own."""
    model = hewer.loads(QUEUE.format(waiting=1, horizon=100))
    hewer.simulate(model, replications=1, threads=1)
    before = peak_memory()
    model = hewer.loads(QUEUE.format(waiting=waiting, horizon=horizon))
    began = time.process_time()
    result = hewer.simulate(model, replications=1, threads=1)
    cost = time.process_time() - began
    served = float(result.measures["served"].values[0, 0])
    return {
        "cpu": cost,
        "served": served,
        "left": float(result.measures["left"].values[0, 0]),
        "mib": peak_memory() - before,
    }


def _apart(waiting: int, horizon: float) -> dict[str, float]:
    code = f"import json; from benchmarks.scale import queue; print(json.dumps(queue({waiting}, {horizon})))"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def long_queue(scale: float = 1.0) -> Iterator[str]:
    """Memory of a waiting item, and the speed of a queue of ten million against one of a thousand."""
    horizon, waiting = HORIZON * scale, round(10_000_000 * scale)
    short, long = _apart(1000, horizon), _apart(waiting, horizon)
    start = _apart(waiting, 1.0)
    # served at rate 1 as long as somebody waits: within 4.9 standard errors, false alarm 1e-6
    right = abs(long["served"] - horizon) < 4.9 * horizon**0.5 + 1
    speeds = [
        found["served"] / max(found["cpu"] - once, 1e-9)
        for found, once in ((short, 0.0), (long, start["cpu"]))
    ]
    yield (
        f"a queue of {waiting:,}: {long['mib'] * 2**20 / waiting:.0f} bytes an item, "
        f"made in {start['cpu']:.2f} s; "
        f"{speeds[1] / 1e6:.2f} M customers/s, a queue of 1,000 {speeds[0] / 1e6:.2f} M: "
        f"{speeds[0] / speeds[1]:.2f} times the time ({'answer as known' if right else 'ANSWER IS WRONG'})"
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
