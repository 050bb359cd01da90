"""Each function of measures is declared once; the engine works out the same ones, and the page lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hewer import check, loads
from hewer.engine.result.functions import FUNCTIONS
from hewer.model.expression.measure_functions import MEASURE_FUNCTIONS, Argument, Gives, MeasureFunction

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_engine_works_out_what_is_declared() -> None:
    assert {*FUNCTIONS} == {*MEASURE_FUNCTIONS}


def test_the_language_lists_every_function_in_its_own_words() -> None:
    section = (DOCS / "language.md").read_text(encoding="utf-8").partition("## Measures\n\n")[2]
    lines = [f"| {one.calls} | {one.about} |" for one in MEASURE_FUNCTIONS.values()]
    assert section.partition("\n\n")[0].splitlines() == ["| function | gives |", "|---|---|", *lines]


@pytest.mark.parametrize("one", MEASURE_FUNCTIONS.values(), ids=lambda one: one.name)
def test_a_declaration_agrees_with_itself(one: MeasureFunction) -> None:
    assert all(call.startswith(f"`{one.name}(") for call in one.calls.split(" `")[:1])
    assert ("()" in one.calls) == (one.takes in ((), (Argument.PEOPLE,)))
    if one.gives in (Gives.AMOUNT, Gives.RATE):
        assert one.takes in ((Argument.STOCK,), (Argument.SOURCE,), (Argument.ACTIVITY,))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{value: throughput(dig), unit: 1/h}", ""),
        ("{value: throughput(dig), unit: t}", "cannot be given in t"),
        ("throughput(dog)", "there is no activity `dog`"),
        ("throughput()", "`throughput` needs an activity; got `throughput()`"),
    ],
)
def test_what_a_function_is_given_and_gives(value: str, told: str) -> None:
    text = """
title: Pit
stocks: {coal: {unit: t, sink: yes}}
activities: {dig: {gives: {coal: 1 t}, time: 1 min}}
crews: {all: {man: {does: dig}}}
terms: {shift: 1 h}
"""
    found = [str(one) for one in check(loads(f"{text}measures: {{pace: {value}}}")) if one.level == "error"]
    assert len(found) == bool(told)
    assert told in "".join(found)
