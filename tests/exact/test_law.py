"""The law of the bound: no mean over shifts passes it, whatever is drawn."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume

import hewer
from hewer.engine.program import Compiled
from hewer.errors import RefusalError, RunError
from hewer.exact.bound.case import Case
from hewer.exact.bound.ceiling import bound_compiled, notes_of, proven_figures
from hewer.exact.bound.objective import chosen
from tests.exact.drawn import search
from tests.oracle.models import compiled, documents

REPLICATIONS = 100
# Standard errors by which a mean may pass a bound before the law is said to be broken: with some 100
# comparisons a false alarm has probability 1e-4. Seeds are fixed.
PATIENCE = 5.0
EXAMPLES = Path(__file__).parents[2] / "examples"
WITHOUT = ("bank_reneging", "call_centre", "night_shift", "replayed_log")  # a measure that counts
KILOGRAMS = {"": 1.0, "t": 1000.0}


def run(made: Compiled, replications: int = REPLICATIONS) -> Any:
    """Run replications; drawn models that never end are passed over."""
    from hewer.engine.run import run_replications

    try:
        return run_replications(made.program, seed=11, world=0, first=0, count=replications)
    except RunError:
        assume(False)
        raise


def arrived(made: Compiled, data: Any, stock: str) -> Any:
    """What arrives in a stock in each replication, in its unit."""
    number = made.names.stocks.index(stock)
    mine = made.program.stock["declared"] == number
    grains = data.stock["arrived"][:, mine].sum(axis=1) * made.program.stock["scale"][mine][0]
    return grains / KILOGRAMS[made.names.units[number]]


def arrivals(made: Compiled, stock: str, replications: int = REPLICATIONS) -> Any:
    return arrived(made, run(made, replications), stock)


TOLD = (
    "can be repeated without end",
    "works that end are not like all",
    "times fall without end",
)


def hold(document: Any) -> int:
    """Hold what arrives in each stock of a drawn workplace to the bound; return how many it holds."""
    made = compiled(document)
    data = run(made)
    held = 0
    for stock in document["stocks"]:
        try:
            case = Case(made, chosen(made.info["model"], stock), long_run=False)
            proven, fluid = case.solve().value, case.solve(fluid=True).value
        except RefusalError as refusal:
            if not all(any(words in problem.message for words in TOLD) for problem in refusal.problems):
                raise  # nothing else in these models has no bound
            continue
        if any("draw the same numbers" in note for note in notes_of(case)):
            continue
        values = arrived(made, data, stock)
        error = float(values.std(ddof=1)) / math.sqrt(len(values))
        assert values.mean() <= proven + PATIENCE * error + 1e-6, stock
        assert fluid <= proven + 1e-6
        held += 1
    return held


def test_no_mean_passes_the_bound() -> None:
    assert search(documents(), hold, 30, 1) > 30


@pytest.mark.slow
def test_no_mean_of_many_passes_the_bound() -> None:
    assert search(documents(), hold, 1000, 2) > 1000


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_example_passes_its_bounds(path: Path) -> None:
    """Every measure that counts, over the time that the example runs."""
    result = hewer.simulate(path, replications=6)
    figures = proven_figures(result.compiled, result.measures)
    assert bool(figures) == (path.stem not in WITHOUT)
    for name, most in figures.items():
        values = result.measures[name].values.ravel()
        error = float(values.std(ddof=1)) / math.sqrt(len(values))
        assert values.mean() <= most * (1.0 + 1e-9) + PATIENCE * error, name


ONE = """
title: One server
stocks: {jobs: {start: 10000}, out: {sink: yes}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: 'TIME', overrun: OVERRUN}}
crews: {all: {man: {does: do}}}
terms: {shift: 60 min}
"""


@pytest.mark.parametrize(
    ("time", "overrun", "proven"),
    [
        ("7 min", "finish", 60 / 7 + 1),  # what is begun at the last moment
        ("7 min", "stop", 60 / 7),
        ("exponential(5 min)", "stop", 60 / 5),
        ("exponential(5 min)", "finish", 60 / 5 + 1),
        (
            "gamma(mean=5 min, cv=2)",
            "stop",
            60 / 5 + 3,
        ),  # 20 min may be left of a mean of 5: completions alone
        ("gamma(mean=5 min, cv=2)", "finish", 60 / 5 + 4),
        ("discrete(1 min: 80 %, 21 min: 20 %)", "finish", 60 / 5 + 20 / 5),
    ],
)
def test_a_renewal_count_passes_the_fluid_figure_and_not_the_bound(
    time: str, overrun: str, proven: float
) -> None:
    made = compiled(ONE.replace("TIME", time).replace("OVERRUN", overrun))
    found = bound_compiled(made, of="out")
    assert found.proven == pytest.approx(proven)
    values = arrivals(made, "out", 4000)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    assert values.mean() <= found.proven + PATIENCE * error
    if overrun == "finish" or "cv=2" in time:
        assert values.mean() > found.fluid + PATIENCE * error


def test_the_bound_is_reached_where_nothing_varies() -> None:
    made = compiled(ONE.replace("TIME", "7 min").replace("OVERRUN", "finish"))
    assert np.floor(bound_compiled(made, of="out").proven) == arrivals(made, "out", 1)[0] == 9


def test_a_random_take_is_luckier_than_its_mean() -> None:
    """The amount is known before the start: a large one is waited for when little is left."""
    text = """
title: Luck
stocks: {jobs: {start: 50}, out: {sink: yes}}
activities: {do: {takes: {jobs: "discrete(1: 0.9, 100: 0.1)"}, gives: {out: 1}, time: 0 min}}
crews: {all: {man: {does: do}}}
terms: {shift: 60 min}
"""
    made = compiled(text)
    found = bound_compiled(made, of="out")
    assert found.fluid == pytest.approx(50 / 10.9)
    assert found.proven == pytest.approx((50 + 100 - 10.9) / 10.9)
    values = arrivals(made, "out", 4000)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    assert found.fluid + PATIENCE * error < values.mean() <= found.proven


def test_finished_works_that_find_no_room_are_not_like_all() -> None:
    """Works that give little go on, works that give much wait: what is given is no fair sample."""
    text = """
title: Selection
stocks: {jobs: {start: 1000}, small: {capacity: 1}, out: {sink: yes}}
activities:
  sort:
    takes: {jobs: 1}
    outcomes: {easy: {chance: 30 %, gives: {out: 1}}, hard: {chance: rest, gives: {small: 1}}}
    time: 1 min
    people: 0
    blocking: after
    holds: []
terms: {shift: 60 min}
"""
    made = compiled(text)
    found = bound_compiled(made, of="out")
    values = arrivals(made, "out", 200)
    assert values.mean() <= found.proven == pytest.approx(300)
    assert values.mean() > 200  # were those that gave a fair sample, the one small place would allow 0.43
