"""The shared-labour tandem by itself: a plain loop over one event at a time, for several rules of choice.

It shares nothing with hewer or its peers but the rules, and gives the answers in ``known.py``. Run as
``python -m benchmarks.tandem_reference JOBS REPLICATIONS``.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numba import njit

STATIONS, WORKERS, RATE, RING = 5, 2, 0.34, 1 << 14
UPSTREAM, DOWNSTREAM, LEAST_RECENT, RETAKEN, ENTRY = range(5)
RULES = ("upstream", "downstream", "least recent", "retaken", "entry")


@njit(cache=True)
def _choose(now: float, left: int, rule: int, state: Any) -> int:
    """Return the station that the free worker goes to, or -1."""
    queue, head, tail, end, freed, last = state
    best, since, tie = -1, 0.0, 0.0
    for i in range(STATIONS):
        if end[i] < np.inf or head[i] == tail[i]:
            continue
        entered = queue[i, head[i] % RING, 1]
        ready = entered if rule == ENTRY else max(entered, freed[i])
        if rule == RETAKEN and i == left:
            ready = -1.0
        order = float(i)
        if rule == DOWNSTREAM:
            order = -order
        elif rule == LEAST_RECENT:
            order = float(last[i])
        if best < 0 or ready < since or (ready == since and order < tie):
            best, since, tie = i, ready, order
    return best


@njit(cache=True)
def mean_time(jobs: int, rule: int, seed: int) -> float:
    """Return the mean time in system of the first jobs, from empty until all have left."""
    np.random.seed(seed)
    queue = np.zeros((STATIONS, RING, 2))  # birth and entry of the jobs that wait
    head, tail = np.zeros(STATIONS, np.int64), np.zeros(STATIONS, np.int64)
    end, freed = np.full(STATIONS, np.inf), np.zeros(STATIONS)
    last, born = np.full(STATIONS, -1), np.zeros(STATIONS)
    state = (queue, head, tail, end, freed, last)
    free, made, done, serial, total = WORKERS, 0, 0, 0, 0.0
    arrival = np.random.exponential(1 / RATE)
    while done < jobs:
        left = int(np.argmin(end))
        now = min(arrival, end[left])
        if arrival <= end[left]:
            left, target, birth = -1, 0, now
            made += 1
            arrival = now + np.random.exponential(1 / RATE) if made < jobs else np.inf
        else:
            end[left], freed[left], target, birth = np.inf, now, left + 1, born[left]
            free += 1
        if target == STATIONS:
            total += now - birth
            done += 1
        else:
            queue[target, tail[target] % RING] = (birth, now)
            tail[target] += 1
        while free > 0:
            i = _choose(now, left, rule, state)
            if i < 0:
                break
            born[i] = queue[i, head[i] % RING, 0]
            head[i] += 1
            serial += 1
            free -= 1
            last[i], end[i] = serial, now + np.random.exponential(1.0)
    return total / jobs


if __name__ == "__main__":
    count, replications = int(sys.argv[1]), int(sys.argv[2])
    for number, name in enumerate(RULES):
        means = np.array([mean_time(count, number, seed) for seed in range(replications)])
        print(
            f"{name:14} {means.mean():.4f} +- {1.96 * means.std(ddof=1) / replications**0.5:.4f}"
            f"  sd of one run x sqrt(jobs) {means.std(ddof=1) * count**0.5:.1f}",
            flush=True,
        )
