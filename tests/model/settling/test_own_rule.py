"""Rules of choice of the user's own: what is wrong with a file, a function, what it asks for or returns."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hewer
from hewer.errors import ModelError, OptionError
from hewer.model.checking.check import Finding, check
from hewer.model.document import Model, Role
from hewer.model.reading.document import loads
from hewer.model.settling.own_rule import NUMBERS, load_rule

TEXT = """
title: own rule
params: {worth: 3}
stocks: {box: {start: 3}, queue: {start: 1}}
activities:
  one: {takes: {box: 1}, time: 1 min}
  two: {takes: {queue: 1}, time: 1 min}
crews:
  all:
    man: {does: [one, two], choice: rules.py:nearest}
terms: {shift: 10 min}
"""


def found(folder: Path, code: str | None, choice: str = "rules.py:nearest") -> list[Finding]:
    """Findings of a model whose rule stands in a file of this code."""
    if code is not None:
        (folder / "rules.py").write_text(code, encoding="utf-8")
    return list(check(loads(TEXT.replace("rules.py:nearest", choice), "own.yaml", folder)))


WRONG = [
    (None, "the file `rules.py` cannot be read: No such file", "it is looked for in the folder of the model"),
    ("x = (", "`rules.py`, line 1, is not Python", None),
    ("import nothing_of_that_name", "`rules.py` cannot be run: ModuleNotFoundError", "it is run once"),
    ("def nearst(distance): return 1", "`rules.py` has no function `nearest`", "did you mean `nearst`?"),
    ("nearest = 3", "`nearest` in `rules.py` is no function", "write `def`"),
    ("def nearest(): return 1", "asks for no number", "for example"),
    ("def nearest(*all): return 1", "must name each of its numbers; got `*all`", "for example"),
    ("def nearest(distance, /): return 1", "must name each of its numbers; got `distance`", "for example"),
    ("def nearest(distanc): return 1", "asks for `distanc`, which is no number", "did you mean `distance`?"),
    ("def nearest(distance): pass", "must return a number; it returned nothing", "the smallest"),
    ("def nearest(distance): return 'a'", "must return a number; it returned `'a'`", "the smallest"),
]


@pytest.mark.parametrize(("code", "message", "hint"), WRONG)
def test_what_is_wrong_with_a_rule(tmp_path: Path, code: str | None, message: str, hint: str | None) -> None:
    (one,) = [one for one in found(tmp_path, code) if one.code != "unused"]
    assert (one.level, one.path, one.line) == ("error", "crews.all.man.choice", 10)
    assert message in one.message
    assert (hint or "") in (one.hint or "")
    with pytest.raises(ModelError, match=r"rules\.py|nearest"):
        hewer.simulate(loads(TEXT, "own.yaml", tmp_path))


def test_a_rule_that_raises_in_the_trial_may_be_right_in_a_run(tmp_path: Path) -> None:
    assert found(tmp_path, "def nearest(distance, worth): return 1 / (distance - 1)") == []


def test_a_number_that_hides_a_stock_is_pointed_out(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "def nearest(queue, box, worth, bias=2.0): return queue + bias")
    assert (one.level, one.path, one.code) == ("warning", "crews.all.man.choice", "hidden-name")
    assert "not for the stock of that name" in one.message


def test_a_rule_may_ask_for_what_items_are_like(tmp_path: Path) -> None:
    """Two lines, one worker: by the size of the first item of each the larger goes first."""
    (tmp_path / "rules.py").write_text("def nearest(size, worth): return -size", encoding="utf-8")
    kinds = "kinds: {big: {attributes: {size: 9}}, small: {attributes: {size: 2}}}\n"
    lines = "stocks: {box: {start: 3, kind: small}, queue: {start: 1, kind: big}}"
    text = TEXT.replace("stocks: {box: {start: 3}, queue: {start: 1}}", kinds + lines)
    model = loads(text, "own.yaml", tmp_path)
    assert [one for one in check(model) if one.level != "note"] == []
    log = hewer.simulate(model, replications=1, log=True).data.log
    assert log is not None
    assert log[0][log[0][:, 1] == 2][:, 2].tolist() == [1, 0, 0, 0]


def test_a_near_file_is_suggested(tmp_path: Path) -> None:
    one = found(tmp_path, "def nearest(distance): return 1", "rule.py:nearest")[0]
    assert one.hint == "did you mean `rules.py`?"


@pytest.mark.parametrize("choice", ["rules.py", "rules:nearest", "rules.py:3", "rules.py:near est"])
def test_the_form_of_a_reference(choice: str) -> None:
    with pytest.raises(ModelError, match=r"must be a word or `file.py:function`"):
        Role(does="one", choice=choice)
    with pytest.raises(ModelError, match="must be `oldest`, `listed`"):
        Role(does="one", choice="nearst")


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    assert found(tmp_path, "def nearest(distance, worth): return 1") == []
    file = tmp_path / "rules.py"
    before = load_rule(loads(TEXT, None, tmp_path), "rules.py:nearest")
    assert load_rule(loads(TEXT, None, tmp_path), "rules.py:nearest").function is before.function
    file.write_text("def nearest(distance, worth): return 2", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert load_rule(loads(TEXT, None, tmp_path), "rules.py:nearest").function(distance=0.0, worth=0.0) == 2


def with_function(function: Callable[..., Any]) -> Model:
    document = loads(TEXT).model_dump()
    document["crews"]["all"]["man"]["choice"] = function
    return Model(**document)


def test_a_function_given_in_python_cannot_be_written() -> None:
    model = with_function(lambda waiting: waiting)
    assert hewer.simulate(model, replications=1).measures
    with pytest.raises(OptionError, match=r"`crews.all.man.choice` is a Python function"):
        hewer.dump(model)


def test_a_reference_is_written_as_it_stands(tmp_path: Path) -> None:
    assert "choice: rules.py:nearest" in hewer.dump(loads(TEXT))


def test_the_documents_list_the_numbers() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
    section = text.split("### Rules of your own")[1].split("\n## ")[0]
    assert all(f"`{name}`" in section for name in NUMBERS)
