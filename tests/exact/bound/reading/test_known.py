"""Features that the bound does not know of are refused by name."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

import hewer
from hewer.errors import RefusalError
from hewer.exact.bound.ceiling import bound
from hewer.exact.bound.reading.known import LEFT_OUT, OBEYED
from hewer.model import document

TEXT = """
title: Odd
stocks: {jobs: {start: 9}, out: {sink: yes}}
activities:
  do: {takes: {jobs: 1}, gives: {out: 1}, time: 4 min, overtake: yes}
crews:
  one: {man: {does: do, choice: listed}}
  two: {man: {does: do, choice: nearest}}
terms: {shift: 1 h}
"""


def test_a_field_that_is_used_and_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = hewer.loads(TEXT)
    assert bound(model).fluid == pytest.approx(9)
    monkeypatch.setitem(LEFT_OUT, "Activity", "priority about")
    monkeypatch.setitem(LEFT_OUT, "Role", "starts_at")
    with pytest.raises(RefusalError) as caught:
        bound(model)
    assert [problem.path for problem in caught.value.problems] == [
        "activities.do.overtake",
        "crews.one.man.choice",
    ]
    assert "line 5" in str(caught.value)
    assert "does not know what this means" in str(caught.value)


def test_what_only_costs_time_is_left_out_and_what_saves_it_is_refused() -> None:
    """Fatigue and fetching make the yield less, so that the bound holds; learning makes it more."""
    text = TEXT.replace("choice: listed", "fatigue: {most: 30 %, half_tired: 1 h, half_rested: 1 h}")
    text = text.replace("stocks:", "places: {yard: {}}\ntools: {cart: {at: yard, carried: yes}}\nstocks:")
    found = bound(hewer.loads(text.replace("overtake: yes", "uses: cart")))
    assert found.fluid == pytest.approx(9)
    assert any("nobody tires" in note for note in found.notes)
    text = TEXT.replace("choice: listed", "learning: {curve: wright, rate: 80 %}")
    with pytest.raises(RefusalError) as caught:
        bound(hewer.loads(text))
    assert caught.value.problems[0].path == "crews.one.man.learning"


def test_every_field_that_is_named_exists_and_is_named_once() -> None:
    for kind in {*OBEYED, *LEFT_OUT}:
        fields = getattr(document, kind).model_fields
        obeyed, left_out = (set(named.get(kind, "").split()) for named in (OBEYED, LEFT_OUT))
        assert obeyed | left_out <= set(fields), kind
        assert not obeyed & left_out, kind
        assert issubclass(getattr(document, kind), BaseModel)
