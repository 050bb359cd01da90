"""Validation's findings in plain words."""

from __future__ import annotations

import pytest

from hewer.errors import ModelError
from hewer.model.document import Activity, Part, Terms, Tool
from hewer.model.document.explain import alternatives, sentence


@pytest.mark.parametrize(
    ("part", "fields", "path"),
    [
        (Activity, {"time": 1, "along": "x"}, "Activity.along"),
        (Terms, {"norm": 1}, "Terms.norm"),
    ],
)
def test_reserved_fields_of_a_part_by_itself_are_not_yet(
    part: type[Part], fields: dict[str, object], path: str
) -> None:
    with pytest.raises(ModelError) as error:
        part(**fields)
    (problem,) = error.value.problems
    assert (problem.path, problem.code) == (path, "not-yet")


def test_a_field_of_another_part_is_only_unknown() -> None:
    with pytest.raises(ModelError) as error:
        Tool(leaves=1)  # type: ignore[call-arg]
    assert error.value.problems[0].code == "unknown-field"


def test_hints_are_sentences() -> None:
    assert sentence("did you mean `a`?") == "Did you mean `a`?"
    assert sentence("there is only `a`") == "There is only `a`."
    assert sentence(None) is None


def test_alternatives_are_quoted() -> None:
    assert alternatives(["a"]) == "`a`"
    assert alternatives(["a", "b", "c"]) == "`a`, `b` or `c`"
