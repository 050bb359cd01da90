"""The rules of choice are declared once; document, checks and pages follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from hewer import loads
from hewer.choice_rules import CHOICE_RULES, Choice, Reads, reads
from hewer.errors import ModelError

DOCS = Path(__file__).resolve().parents[1] / "docs"
MODEL = """
title: Choice
stocks: {out: {sink: yes}}
activities: {dig: {gives: {out: 1}, time: 1 min}}
crews: {all: {man: {does: dig, choice: WORD}}}
terms: {shift: 1 h}
"""


def test_every_rule_of_the_kernel_is_declared() -> None:
    assert {rule.choice for rule in CHOICE_RULES.values()} == {*Choice} - {Choice.AUTOMATIC, Choice.OWN}


@pytest.mark.parametrize("name", CHOICE_RULES)
def test_a_document_may_name_every_rule(name: str) -> None:
    (role,) = loads(MODEL.replace("WORD", name)).roles.values()
    assert role.choice == name


def test_a_word_that_is_no_rule_is_told_the_nearest() -> None:
    with pytest.raises(ModelError, match="longest_queue"):
        loads(MODEL.replace("WORD", "longest_queu"))


def test_what_a_rule_looks_at() -> None:
    assert reads("earliest_due", Reads.DUE)
    assert not reads("oldest", Reads.DUE)
    assert not reads("rules.py:nearest", Reads.EXPECTED_TIME)
    assert not reads(len, Reads.EXPECTED_TIME)


def test_the_pages_list_every_rule() -> None:
    language = (DOCS / "language.md").read_text(encoding="utf-8")
    (row,) = [line for line in language.splitlines() if line.startswith("| `choice` |")]
    listed = row.split("|")[3].partition(" (rule 4)")[0].partition(": ")[2]
    assert listed == ", ".join(f"`{name}`" for name in CHOICE_RULES)
    rule = (
        (DOCS / "semantics.md").read_text(encoding="utf-8").partition("## 4. Choice")[2].partition("\n## ")[0]
    )
    assert [name for name in CHOICE_RULES if f"`{name}`" not in rule] == []
