"""YAML text to plain data."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hewer.errors import ModelError, Problem
from hewer.model.document.position import Positions
from hewer.model.document.yaml_tree import read_tree, scalar


def data(text: str) -> Any:
    tree = read_tree(text, Positions())
    assert tree.problems == []
    return tree.data


def refused(text: str) -> Problem:
    with pytest.raises(ModelError) as error:
        read_tree(text, Positions(file="x.yaml"))
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("010", 10),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e-6", 1e-6),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("4 min", "4 min"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_quoted_scalars_are_texts() -> None:
    assert data("a: '3'\nb: \"4\"\nc: |\n  5\n") == {"a": "3", "b": "4", "c": "5\n"}


def test_keys_are_texts() -> None:
    assert data("{1: a, yes: b, ~: c, 0.5: d}") == {"1": "a", "yes": "b", "~": "c", "0.5": "d"}


def test_a_plain_value_in_braces_goes_on_until_its_parentheses_are_closed() -> None:
    assert data("{time: gamma(mean=min(1, 2) * 1 t, cv=0.3), uses: pick}") == {
        "time": "gamma(mean=min(1, 2) * 1 t, cv=0.3)",
        "uses": "pick",
    }
    assert data("[uniform(1, 2), [max(1, 2, 3)], x]") == ["uniform(1, 2)", ["max(1, 2, 3)"], "x"]
    assert data("{a: 'f(1', b: c}") == {"a": "f(1", "b": "c"}


def test_aliases_of_ordinary_size_are_written_out() -> None:
    assert data("a: &x {b: 1}\nc: *x\n") == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a:\n\tb: 1", "a tab cannot be used to indent", 2, 1),
        ("a: %x", "a value cannot begin with `%`", 1, 4),
        ("a: @x", "a value cannot begin with `@`", 1, 4),
        ("a: b: c", "a `:` followed by a space does not belong here", 1, 5),
        ("a: {b: f(1: 2)}", "a brace `{` is not closed, or a `,` is missing", 1, 11),
        ("a: [1, 2", "a bracket `[` is not closed, or a `,` is missing", 2, 1),
        ("a: 'x", "a quote is not closed", 1, 4),
        ("a: 1\n b: 2\n", "a `:` followed by a space does not belong here", 2, 3),
        ("a:\n  b: 1\n c: 2\n", "the indentation does not fit", 3, 2),
        ("[]]", "something is left over after the end of the document", 1, 3),
        ("a: 1\n---\nb: 2\n", "there is a second document", 2, 1),
        ("a: *b", "there is no anchor `&b` before this", 1, 4),
        ("a: &a [*a]", "the alias `*a` contains itself", 1, 8),
        ("a: 1\nb: \x07", "a control character cannot stand in a document", 2, 4),
    ],
)
def test_text_that_is_not_a_document(text: str, message: str, line: int, column: int) -> None:
    problem = refused(text)
    assert problem.message == message
    assert (problem.line, problem.column) == (line, column)
    assert problem.file == "x.yaml"
    assert problem.hint
    assert problem.code == "syntax"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\na: 2\n", "`a` stands here a second time; the first is in line 1", 2),
        ("a: !!python/object:os.system x", "tags such as `!!str` are not part of the language", 1),
        ("a: !!str 3", "tags such as `!!str` are not part of the language", 1),
        ("x: &x {b: 1}\ny:\n  <<: *x\n", "merging with `<<` is not part of the language", 3),
        ("? [a]\n: 1\n", "a name must be a text; got a list", 1),
    ],
)
def test_problems_of_form_do_not_stop_the_reading(text: str, message: str, line: int) -> None:
    (problem,) = read_tree(text, Positions()).problems
    assert (problem.message, problem.line) == (message, line)


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [bomb(12), "a: [" + "1," * 300_000 + "]", "[" * 100_000, "{a: " * 9_999])
def test_bombs_are_refused_before_they_burst(text: str) -> None:
    began = time.process_time()
    problem = refused(text)
    assert "more than" in problem.message
    assert time.process_time() - began < 5.0


def test_aliases_cannot_nest_too_deep() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 200)]
    assert "more than" in refused("\n".join(lines)).message


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_model_error(text: str) -> None:
    with suppress(ModelError):
        read_tree(text, Positions())


@given(st.text(alphabet="ab:,[]{}()&*'\"- \n#|>!%?~1.", max_size=80))
def test_any_punctuation_is_read_or_refused_with_a_model_error(text: str) -> None:
    with suppress(ModelError):
        read_tree(text, Positions())
