"""The language reference and the glossary keep up with the classes of the document."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import hewer
from hewer.engine import program, records
from hewer.errors import ModelError
from hewer.model import document
from hewer.model.document import Part
from hewer.model.document.explain import NOT_YET_FIELDS
from hewer.study.states import KINDS

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTIONS = {
    "Model": "The document",
    "Limits": "The document",
    "Param": "Params",
    "Draws": "Params",
    "Place": "Places and walking",
    "Walk": "Places and walking",
    "Stock": "Stocks and sources",
    "Source": "Stocks and sources",
    "Kind": "Kinds and routes",
    "Leaves": "Patience",
    "Rate": "Arrivals",
    "Timetable": "Arrivals",
    "Replay": "Arrivals",
    "Balk": "Arrivals",
    "Activity": "Activities",
    "Outcome": "Activities",
    "Tool": "Tools",
    "SetUp": "Set-up",
    "Fails": "Tools",
    "Absent": "Crews",
    "Role": "Crews",
    "Learning": "Crews",
    "Fatigue": "Crews",
    "Terms": "Terms",
    "Break": "Terms",
    "Calendar": "Calendars",
    "Pause": "Calendars",
    "Measure": "Measures",
    "Scenario": "Scenarios",
}
RECORDS = (records.STOCK, records.INSTANCE, records.NEED, records.POOL)
PARTS = {
    name: part
    for name, part in inspect.getmembers(document, inspect.isclass)
    if issubclass(part, Part) and part is not Part
}


def sections(name: str) -> dict[str, str]:
    """Text of a document by its headings of the second level."""
    parts = re.split(r"^## (.*)$", (DOCS / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def words(text: str) -> set[str]:
    """Words that a text quotes as code, outside its blocks."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {word for quoted in re.findall(r"`([^`]+)`", prose) for word in re.findall(r"\w+", quoted)}


def test_every_part_has_its_section() -> None:
    assert set(SECTIONS) == set(PARTS)


@pytest.mark.parametrize("name", sorted(PARTS))
def test_every_field_is_described(name: str) -> None:
    described = sections("language.md")
    known = words(described[SECTIONS[name]])
    if "about" in words(described["The document"]):
        known.add("about")
    assert sorted(set(PARTS[name].model_fields) - known) == []


@pytest.mark.parametrize("name", sorted(PARTS))
def test_every_word_of_a_choice_is_described(name: str) -> None:
    known = words(sections("language.md")[SECTIONS[name]])
    schema = PARTS[name].model_json_schema()
    for field, one in schema["properties"].items():
        offered = [one, *one.get("anyOf", []), one.get("items", {})]
        choices = {word for option in offered for word in option.get("enum", []) if isinstance(word, str)}
        assert choices - {"yes", "no"} <= known, field


def test_what_is_reserved_is_listed() -> None:
    listed = sections("language.md")["Not yet"]
    paths = set(re.findall(r"`([\w.*]+)`", listed)) - {"crews.*.*.choice", "hewer"}
    assert {path for path in paths if "." in path or path in NOT_YET_FIELDS} == set(NOT_YET_FIELDS)


def _with(path: str) -> str:
    """A model that uses a reserved field."""
    lines = {
        "title": "reserved",
        "stocks": "{left: {}}",
        "sources": "{jobs: {every: 1 min, to: left}}",
        "tools": "{pick: {count: 1}}",
        "activities": "{do: {time: 1 min}}",
        "crews": "{one: {man: {does: do}}}",
        "terms": "{shift: 1 h}",
    }
    *_, field = steps = path.split(".")
    if len(steps) == 1:
        lines[field] = "{}"
    else:
        text = lines[steps[0]]
        at = len(text.rstrip("}")) if steps[0] != "stocks" else text.index("{}") + 1
        joint = "" if steps[0] == "stocks" else ", "
        lines[steps[0]] = f"{text[:at]}{joint}{field}: 1{text[at:]}"
    return "\n".join(f"{name}: {text}" for name, text in lines.items()) + "\n"


@pytest.mark.parametrize("path", sorted(NOT_YET_FIELDS))
def test_what_is_listed_is_refused(path: str) -> None:
    with pytest.raises(ModelError) as caught:
        hewer.loads(_with(path))
    assert [problem.code for problem in caught.value.problems] == ["not-yet"]
    assert "not yet in the language" in caught.value.problems[0].message


def test_the_glossary_has_each_word_once() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"^\| \*\*(.+?)\*\* \|", text, flags=re.MULTILINE)
    assert entries == sorted(set(entries), key=str.casefold)
    tables = {"params", "places", "stocks", "sources", "tools", "crews", "measures", "scenarios"}
    parts = {name.removesuffix("s") for name in tables} | {"activity", "flow", "terms"}
    kinds = {word for word in KINDS if word not in ("working", "walking", "done")}
    assert parts | kinds | {"instance", "work", "lead", "rank", "claim", "band", "half-width"} <= set(entries)
    assert tables <= set(PARTS["Model"].model_fields)


def test_the_glossary_has_the_words_of_the_code() -> None:
    listed = sections("glossary.md")["Words of the code"]
    fields = {name for dtype in RECORDS for name in dtype.names or ()}
    words_of_fields = {"stage", "serial", "held", "reserved", "stuck", "busy", "keyed", "visit"}
    assert words_of_fields <= fields & words(listed)
    assert {"rest", "nothing"} <= set(program.Columns._fields) & words(listed)
