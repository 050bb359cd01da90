"""Lines with blocking after service: never-empty supply, never-full sink."""

from __future__ import annotations

import pytest

from tests.theory.agreement import Run, agrees, reference, run

EXPONENTIAL = "exponential(mean={mean})"
ERLANG = "erlang(2, {mean})"
# two-phase hyperexponential of cv^2 4, balanced means: the fast phase has probability (1 + sqrt(0.6)) / 2
FAST = (1 + 0.6**0.5) / 2
PHASE = f"discrete({1 / (2 * FAST)!r}: {FAST!r}, {1 / (2 - 2 * FAST)!r}: {1 - FAST!r})"
HYPER = f"{PHASE} * exponential(mean={{mean}})"


def line(
    buffers: list[int], time: str, means: list[float] | None = None, crew: list[int] | None = None
) -> str:
    """A line whose stations block when done, by the language's own rule (a buffer has room for 1)."""
    stations = range(1, len(buffers) + 2)
    means, crew = means or [1.0] * len(stations), crew or [1] * len(stations)
    flow = [word for k in stations for word in (f"station{k}", f"buffer{k}")][:-1]
    stocks = "".join(f"  buffer{k}: {{capacity: {b}}}\n" for k, b in enumerate(buffers, 1))
    activities = "".join(
        f"  station{k}: {{time: '{time.format(mean=means[k - 1])}', blocking: after}}\n" for k in stations
    )
    roles = "".join(f"    man{k}: {{count: {crew[k - 1]}, does: station{k}}}\n" for k in stations)
    return (
        f"title: A line\nstocks:\n{stocks}  out: {{sink: yes}}\nflow: [{', '.join(flow)}, out]\n"
        f"activities:\n{activities}crews:\n  all:\n{roles}terms: {{horizon: 30000, warm_up: 500}}\n"
    )


def tokens(buffers: list[int], time: str, means: list[float] | None = None) -> str:
    """The same line with the places counted out as tokens: a part that is done waits in its station for one.

    This says also that there is no place to wait, which the capacity of a stock cannot.
    """
    stations = range(1, len(buffers) + 2)
    means = means or [1.0] * len(stations)
    stocks, activities = "", ""
    for k in stations:
        last = k == len(stations)
        stocks += f"  ready{k}: {{start: {1 if k == 1 else 0}}}\n  free{k}: {{start: 1}}\n  done{k}: {{}}\n"
        if k > 1:
            # in front of the station and in it
            stocks += f"  place{k}: {{start: {buffers[k - 2] + 1}}}\n"
        work = time.format(mean=means[k - 1])
        activities += (
            f"  station{k}: {{takes: {{ready{k}: 1, free{k}: 1}}, gives: {{done{k}: 1}}, "
            f"time: '{work}', people: 0}}\n"
        )
        takes = [f"done{k}: 1", *([] if last else [f"place{k + 1}: 1"])]
        gives = ["out: 1" if last else f"ready{k + 1}: 1", f"free{k}: 1"]
        gives += ["ready1: 1" if k == 1 else f"place{k}: 1"]
        moved = f"takes: {{{', '.join(takes)}}}, gives: {{{', '.join(gives)}}}"
        activities += f"  move{k}: {{{moved}, time: 0, people: 0}}\n"
    return (
        f"title: A line of tokens\nstocks:\n{stocks}  out: {{sink: yes}}\nactivities:\n{activities}"
        "terms: {horizon: 30000, warm_up: 500}\n"
    )


NATIVE = {
    "line_exp_N2_B2": (EXPONENTIAL, [2]),
    "line_exp_N3_B1": (EXPONENTIAL, [1, 1]),
    "line_exp_N4_B1": (EXPONENTIAL, [1, 1, 1]),
    "line_erlang2_N2_B1": (ERLANG, [1]),
    "line_erlang2_N4_B2": (ERLANG, [2, 2, 2]),
    "line_hyperexp_scv4_N3_B1": (HYPER, [1, 1]),
}


FAMILIES = {"exp": "exponential", "erlang2": "Erlang-2", "hyperexp": "hyperexponential"}


def words(name: str) -> str:
    """Say the name of an exact answer: so many stations of a family, so many places between them."""
    family, *_, stations, places = name.removeprefix("line_").split("_")
    return f"{FAMILIES[family]} line, {stations[1:]} stations, {places[1:]} places"


def last(ran: Run) -> str:
    return [name for name in ran.names.instances if name.startswith("station")][-1]


@pytest.mark.parametrize("name", list(NATIVE))
def test_throughput_with_waiting_places(name):
    time, buffers = NATIVE[name]
    ran = run(line(buffers, time))
    exact = reference(name)
    detects = 0.02 if time is HYPER else 0.008
    agrees(ran.rate(last(ran)), exact, detects=detects, what=f"{words(name)}: throughput")
    # the first station never waits for parts, the last is never blocked
    assert (ran.share("man1", "idle") == 0).all()
    agrees(ran.share("man1", "blocked"), 1 - exact, detects=0.035, what=f"{words(name)}: first blocked")
    end = f"man{len(buffers) + 1}"
    assert (ran.share(end, "blocked") == 0).all()
    agrees(ran.share(end, "idle"), 1 - exact, detects=0.035, what=f"{words(name)}: last idle")


TOKENS = {
    "line_exp_N2_B0": (EXPONENTIAL, [0]),
    "line_exp_N3_B0": (EXPONENTIAL, [0, 0]),
    "line_exp_N3_B1": (EXPONENTIAL, [1, 1]),
    "line_exp_N5_B0": (EXPONENTIAL, [0, 0, 0, 0]),
    "line_erlang2_N3_B0": (ERLANG, [0, 0]),
}


@pytest.mark.parametrize("name", list(TOKENS))
def test_throughput_with_places_as_tokens(name):
    time, buffers = TOKENS[name]
    ran = run(tokens(buffers, time))
    agrees(ran.rate(last(ran)), reference(name), detects=0.008, what=f"{words(name)} (tokens): throughput")


def test_bowl():
    """The best means of three stations without waiting places give the throughput known for them."""
    bowl = reference("bowl3_B0")
    ran = run(tokens([0, 0], EXPONENTIAL, bowl["w"]))
    agrees(ran.rate("station3"), bowl["throughput"], detects=0.008, what="bowl of 3 (tokens): throughput")


@pytest.mark.parametrize("number", [0, 1])
def test_best_buffers_of_a_balanced_line(number):
    """A line and its mirror image yield the same."""
    best = reference("buffers_best_N4_total5_balanced")
    ran = run(line(best["allocations"][number], EXPONENTIAL))
    what = f"buffers {best['allocations'][number]}: throughput"
    agrees(ran.rate("station4"), best["throughput"], detects=0.008, what=what)


def test_best_buffers_around_a_bottleneck():
    best = reference("buffers_best_N4_total6_bottleneck3")
    means = [1 / 1.2, 1 / 1.1, 1 / 0.9, 1 / 1.3]
    ran = run(line(best["allocations"][0], EXPONENTIAL, means))
    agrees(
        ran.rate("station4"),
        best["throughput"],
        detects=0.008,
        what="buffers [1, 3, 2], bottleneck: throughput",
    )


def test_best_crew_of_parallel_servers():
    best = reference("crew_best_N3_work_2_3_1_total8_B1")
    ran = run(line([1, 1], EXPONENTIAL, [2.0, 3.0, 1.0], best["crews"][0]))
    agrees(ran.rate("station3"), best["best"], detects=0.008, what="crew 3, 3, 2: throughput")
