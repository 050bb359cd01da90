"""What hewer costs by itself: shifts, worlds, designs, threads, memory, and how that grows.

Each section is a function of the scale of its runs (1 for the page). It returns what its answer was held
against, in words, and the figures of one round; a wrong answer is raised as :class:`Wrong`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import hewer
from benchmarks import flow_line, jobshop_hewer, mm1_hewer, tandem_hewer
from benchmarks.figure import Figure, Wrong
from benchmarks.job_shop import LARGE, SMALL, speed
from benchmarks.measure import in_process, peak_memory
from benchmarks.peers import measure, verdict

Measured = tuple[str, list[Figure]]

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


def spent(
    work: Callable[[], Any], clock: Callable[[], float] = time.process_time, repeats: int = 1
) -> tuple[float, Any]:
    """Return the seconds of the fastest of several runs, and what the last returned."""
    fastest, found = float("inf"), None
    for _ in range(repeats):
        began = clock()
        found = work()
        fastest = min(fastest, clock() - began)
    return fastest, found


def require(holds: bool, otherwise: str) -> None:
    """Raise where an answer is wrong."""
    if not holds:
        raise Wrong(otherwise)


def same(one: hewer.Result, other: hewer.Result) -> bool:
    """Tell whether two results agree in the worlds and replications that both have."""
    worlds, replications = min(one.worlds, other.worlds), min(one.replications, other.replications)
    return all(
        np.array_equal(
            one.measures[name].values[:worlds, :replications],
            other.measures[name].values[:worlds, :replications],
            equal_nan=True,
        )
        for name in one.measures
    )


def irmino(scale: float) -> Measured:
    """Time a shift of each scenario: what more shifts take than few."""
    model, figures = hewer.load("irmino"), []
    more = max(1, round(400 * scale))
    for scenario in model.scenarios:
        run = partial(hewer.simulate, model, scenario=scenario, threads=1)
        run(replications=1)
        few, some = spent(partial(run, replications=20))
        many, all_of_them = spent(partial(run, replications=20 + more))
        require(same(some, all_of_them), f"irmino, {scenario}: the first shifts of a longer run are others")
        figures.append(Figure(f"a shift, {scenario}", (many - few) / more * 1e3, "ms", "at most 0.7"))
    return "the first 20 shifts of a longer run are those of a short one, in every scenario", figures


def shop(scale: float) -> Measured:
    """Time an event of a shop of 200 activities and of one of 4, by each way of choosing."""
    figures = []
    speed(SMALL, "oldest", 1000)
    for choice, reach in (
        ("oldest", "at most 1.3"),
        ("shortest_processing_time", ""),
        ("earliest_due", ""),
    ):
        small, large = (speed(size, choice, round(1_000_000 * scale)) for size in (SMALL, LARGE))
        figures += [
            Figure(f"an event of the small shop, {choice}", 1e9 / small, "ns"),
            Figure(
                f"an event of the large shop against the small one, {choice}", small / large, "times", reach
            ),
        ]
    return "workers work 90 % of the time, in every shop", figures


def queue(scale: float) -> Measured:
    """Time a customer of a queue of ten million and of a thousand; the memory of one who waits."""
    horizon, waiting = HORIZON * scale, round(10_000_000 * scale)
    code = "import json; from benchmarks.alone import serve; print(json.dumps(serve({}, {})))"
    short, long = (in_process("-c", code.format(length, horizon)) for length in (1000, waiting))
    # served at rate 1 as long as somebody waits: within 4.9 standard errors, false alarm 1e-6
    require(abs(long["served"] - horizon) < 4.9 * horizon**0.5 + 1, "the long queue served another number")
    return f"{horizon:,.0f} served, one in every unit of time", [
        Figure(f"memory of an item among {waiting:,}", long["mib"] * 2**20 / waiting, "bytes"),
        Figure(f"a customer, {waiting:,} in line", long["nanoseconds"], "ns"),
        Figure("a customer, 1,000 in line", short["nanoseconds"], "ns"),
    ]


def serve(waiting: int, horizon: float) -> dict[str, float]:
    """Serve from a queue that does not shrink; called in a process of its own.

    A customer's time is taken from the last three quarters of the run, the fastest of three: to make the
    items is paid once, and the kernel of the system clears their memory, in seconds that vary.
    """
    hewer.simulate(hewer.loads(QUEUE.format(waiting=1, horizon=100)), replications=1, threads=1)
    before = peak_memory()
    cost, served = [], []
    for part in (0.25, 1.0):
        model = hewer.loads(QUEUE.format(waiting=waiting, horizon=horizon * part))
        seconds, result = spent(partial(hewer.simulate, model, replications=1, threads=1), repeats=3)
        cost.append(seconds)
        served.append(float(result.measures["served"].values[0, 0]))
    return {
        "nanoseconds": (cost[1] - cost[0]) / (served[1] - served[0]) * 1e9,
        "served": served[1],
        "mib": peak_memory() - before,
    }


def threads(scale: float) -> Measured:
    """Run on one thread and on two, by the clock: replications, and worlds with one replication each."""
    some, model = partial(_scaled, scale), hewer.load("irmino")
    tasks: dict[str, tuple[Callable[..., Any], str]] = {
        "M/M/1": (partial(mm1_hewer.run, some(200_000), 32, 1), "at least 1.8"),
        "tandem": (partial(tandem_hewer.run, some(40_000), 32, 1), "at least 1.8"),
        "job shop": (partial(jobshop_hewer.run, some(10_000), 32, 1), "at least 1.8"),
        "irmino": (partial(hewer.simulate, model, replications=some(2000)), "at least 1.8"),
        "200 worlds of irmino": (
            partial(hewer.simulate, model, worlds=some(200, 2), replications=1),
            "at least 1.7",
        ),
    }
    figures = []
    hewer.simulate(model, worlds=2, replications=1)
    for name, (task, reach) in tasks.items():
        (one, first), (two, second) = (spent(partial(task, threads=n), time.perf_counter) for n in (1, 2))
        equal = same(first, second) if isinstance(first, hewer.Result) else first == second
        require(equal, f"{name}: two threads give another result than one")
        figures.append(Figure(f"two threads against one, {name}", one / two, "times", reach))
    return "two threads give what one gives, to the last digit", figures


def _scaled(scale: float, number: int, least: int = 10) -> int:
    return max(least, round(number * scale))


def worlds(scale: float) -> Measured:
    """Time a world of `irmino` beyond its replications: worlds with one replication each, and with three."""
    number, run = _scaled(scale, 200, 2), partial(hewer.simulate, hewer.load("irmino"), threads=1)
    run(worlds=2, replications=1)
    plain, _ = spent(partial(run, replications=number))
    (single, one), (triple, three) = (
        spent(partial(run, worlds=number, replications=replications)) for replications in (1, 3)
    )
    require(same(one, three), "the first replication of a world depends on how many follow")
    return "the first replication of every world is the same, alone and with others", [
        Figure("a replication, all in one world", plain / number * 1e3, "ms"),
        Figure("a world with one replication", single / number * 1e3, "ms"),
        Figure(
            "a world beyond its replication", (3 * single - triple) / 2 / number * 1e3, "ms", "at most 0.3"
        ),
    ]


def designs(scale: float) -> Measured:
    """Time a design of the flow line: a selection in which every replication is over at once."""
    problem, at_once = flow_line.shrunk(flow_line.LARGE, 0.3 * scale), {"set": flow_line.AT_ONCE}
    run = partial(flow_line.selected, problem, first_stage=5, threads=1, **at_once)
    run()
    seconds, selected = spent(run)
    number = len(selected.candidates)
    require(selected.selection.counts.sum() == 5 * number, "a design without work took more than one round")
    return f"{number:,} designs, each with five replications of no length", [
        Figure("a design before its first replication", seconds / number * 1e3, "ms", "at most 0.1")
    ]


def memory(scale: float) -> Measured:
    """Peak memory of few customers and many, of few replications and many."""
    few, many = round(200_000 * scale), round(2_000_000 * scale)
    short, long = 20, _scaled(scale, 2000)
    pairs = {
        f"{many:,} customers against {few:,}": ((few, 1), (many, 1)),
        f"{long:,} replications against {short}": ((2000, short), (2000, long)),
    }
    figures = []
    for name, sizes in pairs.items():
        less, more = (measure("mm1_hewer", size, 1) for size in sizes)
        agrees, word = verdict("mm1", [more])
        require(agrees, f"M/M/1 of {name}: {word}")
        figures += [
            Figure(f"peak memory, {name.partition(' against ')[0]}", more.peak_mib, "MiB"),
            Figure(f"peak memory, {name}", more.peak_mib / less.peak_mib, "times", "at most 1.1"),
        ]
    return "M/M/1: 10 in the mean, less what beginning empty takes off", figures


def select(scale: float, problem: flow_line.Problem = flow_line.LARGE) -> Measured:
    """Select the best of 57,624 designs, and set them up only: the same with replications of no length."""
    problem = flow_line.shrunk(problem, scale)
    known, run = flow_line.best(problem), partial(flow_line.selected, problem)
    setting_up, _ = spent(partial(run, set=flow_line.AT_ONCE), time.perf_counter)
    seconds, selected = spent(run, time.perf_counter)
    yields, number = flow_line.yields(problem, selected), len(selected.candidates)
    require(yields >= known - problem.delta, f"selected {selected.best.label}, which yields {yields:.4f}")
    return f"the best design yields {known:.4f}, the one selected {yields:.4f} (within {problem.delta})", [
        Figure(f"selecting among {number:,} designs", seconds, "s"),
        Figure(f"setting {number:,} designs up", setting_up, "s"),
        Figure("setting up, of the whole", 100.0 * setting_up / seconds, "%", "at most 5"),
        Figure("replications", float(selected.selection.counts.sum()) / 1e6, "million"),
    ]


def select_small(scale: float) -> Measured:
    """Select the best of 21,660 designs."""
    return select(scale, flow_line.SMALL)
