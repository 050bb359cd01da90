"""Learning and fatigue: closed sums, to the tick."""

from __future__ import annotations

import math

from hewer.engine.codes import Event
from tests.conformance import settle
from tests.theory.agreement import Run, reference, run

RATE = 0.8
B = math.log2(RATE)
FIRST, UNITS = 10.0, 100


def last_end(made: Run) -> float:
    """When the last unit is done."""
    log = made.result.data.log
    assert log is not None
    return float(log[0][log[0][:, 1] == Event.END][-1][0]) / 1e9


def series(role: str, time: float = FIRST, units: int = UNITS) -> float:
    """When one worker is done with so many units."""
    text = (
        f"title: pace\nstocks: {{job: {{start: {units}}}, out: {{sink: yes}}}}\n"
        f"activities: {{make: {{time: {time}, takes: {{job: 1}}, gives: {{out: 1}}}}}}\n"
        f"crews: {{all: {{man: {{does: make, {role}}}}}}}\nterms: {{shift: 100000}}\n"
    )
    return last_end(run(text, replications=1, log=True))


def exactly(found: float, exact: float, units: int, what: str) -> None:
    """Each unit is rounded to half a tick."""
    assert abs(found - exact) <= units * 0.5e-9 + 1e-12 * exact
    settle(what, f"{exact:.9g}", f"{found:.9g}", "0", "one tick a unit", "0")


def test_crawford_total() -> None:
    """The reference: first unit 10, 80 % *unit* curve. That is Crawford's, though its name says Wright."""
    found = series("learning: {curve: crawford, rate: 80 %}")
    exactly(found, reference("wright_80pct_a10_n100"), UNITS, "80 % unit curve (Crawford): 100 units")
    assert abs(math.fsum(FIRST * n**B for n in range(1, UNITS + 1)) - found) < 1e-7


def test_wright_total() -> None:
    """The average of the first n units is the first times n^b: the total needs no sum."""
    found = series("learning: {curve: wright, rate: 80 %}")
    exactly(found, FIRST * UNITS ** (1 + B), UNITS, "80 % average curve (Wright): 100 units")


def test_crawford_with_experience_and_plateau() -> None:
    found = series("learning: {curve: crawford, rate: 80 %, experience: 20, plateau: 25 %}")
    exact = math.fsum(max(2.5, FIRST * (n + 20) ** B) for n in range(1, UNITS + 1))
    exactly(found, exact, UNITS, "Crawford, 20 units of experience, plateau 25 %: total of 100 units")


def test_fatigue_of_steady_work() -> None:
    """Works so short that their factor follows F: content done in t is the integral of 1 / (1 + most F).

    F = 1 - 2^(-t/h). Each work is begun at the F of its beginning, so the content is short by less than the
    whole rise of the factor, ``most``, of one work.
    """
    units, content, half, most = 20_000, 0.01, 50.0, 0.5
    found = series("fatigue: {most: 50 %, half_tired: 50, half_rested: 7}", content, units)
    k, high = math.log(2) / half, 1 + most
    done = found / high + math.log((high - most * math.exp(-k * found)) / (high - most)) / (k * high)
    assert abs(done - units * content) < most * content
    settle(
        "steady work, half as long again when tired: content done in the time taken",
        f"{units * content:.6g}", f"{done:.6g}", "0", "half a work", "0",
    )  # fmt: skip


def test_fatigue_in_a_steady_rhythm() -> None:
    """Work and rest by turns: F before a work comes to a fixed point, found by hand."""
    text = (
        "title: rhythm\nstocks: {job: {}, out: {sink: yes}}\n"
        "sources: {bell: {to: job, every: 10, first: 0}}\n"
        "activities: {make: {time: 4, takes: {job: 1}, gives: {out: 1}}}\n"
        "crews: {all: {man: {does: make, fatigue: {most: 1, half_tired: 4, half_rested: 6}}}}\n"
        "terms: {horizon: 10000}\n"
    )
    found = last_end(run(text, replications=1, log=True)) - 9990.0
    fatigue = 0.0
    for _ in range(1000):
        lasts = 4 * (1 + fatigue)
        fatigue = (1 - (1 - fatigue) * 0.5 ** (lasts / 4)) * 0.5 ** ((10 - lasts) / 6)
    exactly(found, 4 * (1 + fatigue), 3, "work every 10, fixed point of fatigue: time of a work")
