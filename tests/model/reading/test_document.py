"""Reading documents: what is accepted, and what each kind of bad input is told."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hewer.errors import ModelError, NotFoundError, Problem
from hewer.model.reading import document as reading
from hewer.model.reading.document import LARGEST_FILE, load, loads, read_value, require

QUEUE = """\
title: A queue
sources: {customers: {every: exponential(1 min)}}
activities: {serve: {time: gamma(mean=4 min, cv=0.3)}}
flow: [customers, serve]
crews: {one: {clerk: {does: serve}}}
terms: {shift: 8 h}
"""


def refused(text: str | bytes) -> list[Problem]:
    with pytest.raises(ModelError) as error:
        loads(text, file="x.yaml")
    assert all(problem.file == "x.yaml" for problem in error.value.problems)
    return list(error.value.problems)


def test_a_model_is_read() -> None:
    model = loads(QUEUE)
    assert model.activities["serve"].time == "gamma(mean=4 min, cv=0.3)"
    assert model.flow == ("customers", "serve")
    assert model.terms.shift == "8 h"


def test_positions_of_values_and_keys_are_known() -> None:
    source = loads(QUEUE, file="queue.yaml", folder="models").source
    assert source.file == "queue.yaml"
    assert source.folder == Path("models")
    assert source.at("activities.serve.time") == (3, 28)
    assert source.at(("activities", "serve"), key=True) == (3, 14)
    assert source.at("flow[2]") == (4, 19)
    assert source.at(("activities", "serve", "guard")) == (3, 21)


def test_all_problems_come_at_once_in_the_order_of_the_text() -> None:
    found = refused("titel: x\nstocks:\n  q: {order: fif, at: 2}\nactivities:\n  cut: {tme: 3}\n")
    assert [(one.line, one.column, one.path) for one in found] == [
        (1, 1, "titel"),
        (3, 14, "stocks.q.order"),
        (3, 23, "stocks.q.at"),
        (5, 3, "activities.cut"),
        (5, 9, "activities.cut.tme"),
    ]
    assert str(found[0]) == (
        "x.yaml, line 1, column 1, `titel`: there is no field `titel` here. Did you mean `title`?"
    )
    assert found[3].message == "the field `time` is missing"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a note\n", b"\xef\xbb\xbf"])
def test_an_empty_document(text: str | bytes) -> None:
    (found,) = refused(text)
    assert found.message == "the document is empty"


@pytest.mark.parametrize(("text", "got"), [("- a", "a list"), ("hello", "`hello`"), ("3", "`3`")])
def test_a_document_is_a_mapping(text: str, got: str) -> None:
    (found,) = refused(text)
    assert found.message.startswith("must be a mapping")
    assert found.message.endswith(f"got {got}")


def test_a_byte_that_is_not_utf8_is_placed() -> None:
    (found,) = refused(b"title: x\nabout: caf\xe9\n")
    assert (found.line, found.column) == (2, 11)
    assert "not UTF-8 (byte 0xe9)" in found.message


def test_a_document_of_ten_megabytes_is_refused_at_once() -> None:
    began = time.process_time()
    (found,) = refused("# " + "x" * 10_000_000)
    assert "10.0 MB" in found.message
    assert time.process_time() - began < 1.0


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(ModelError, match="5 MB at most"):
        load(path)


def test_many_problems_are_counted() -> None:
    found = refused("".join(f"field{number}: 1\n" for number in range(500)))
    assert len(found) == 51
    assert found[-1].message == "there are 450 more problems"


def test_a_wrong_type_anywhere_ends_in_a_model_error() -> None:
    sections = ["params", "places", "walk", "stocks", "sources", "activities", "tools", "crews", "terms"]
    for section in [*sections, "measures", "scenarios", "limits", "flow", "crew"]:
        for value in ("[[1]]", "{a-b: [1, {b: [2]}]}", ".nan", "{x: {y: {z: 3}}}"):
            assert refused(f"{section}: {value}")


@pytest.mark.parametrize("value", [".nan", ".inf", "-.INF", "1e999"])
def test_numbers_are_finite(value: str) -> None:
    (found,) = refused(f"params: {{a: {value}}}")
    assert (found.path, found.line, found.column) == ("params.a.value", 1, 13)
    assert "must be a finite number" in found.message


def test_words_are_not_switched_to_booleans() -> None:
    model = loads("stocks: {no: {sink: yes}, on: {sink: off}}\ncrews: {yes: {y: {does: [no]}}}")
    assert {name: stock.sink for name, stock in model.stocks.items()} == {"no": True, "on": False}
    assert model.crews["yes"]["y"].does == ("no",)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("activities: {a: {time: 1, skip: yes}}", "activities.a.skip"),
        ("activities: {a: {time: 1, along: x}}", "activities.a.along"),
        ("terms: {norm: 1}", "terms.norm"),
    ],
)
def test_reserved_syntax_is_not_yet(text: str, path: str) -> None:
    (found,) = refused(text)
    assert (found.path, found.code) == (path, "not-yet")
    assert "not yet in the language" in found.message
    assert found.line == 1


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("params: {min: 3}", "params.min", "name of a unit"),
        ("stocks: {t: {}}", "stocks.t", "name of a unit"),
        ("params: {now: 3}", "params.now", "word of the language"),
        ("params: {coal: 3}\nstocks: {coal: {}}", "stocks.coal", "name of a param, too"),
    ],
)
def test_names_that_an_expression_could_not_tell_apart(text: str, path: str, message: str) -> None:
    (found,) = refused(text)
    assert found.path == path
    assert message in found.message


def test_a_text_with_a_comma_inside_braces_is_explained() -> None:
    found = refused("places: {gate: {about: here, nothing else}}")
    assert "put a text with commas in quotes" in str(found[0].hint)


def test_load_finds_files_and_says_which_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "require", lambda model: model)
    path = tmp_path / "queue.yaml"
    path.write_text(QUEUE, encoding="utf-8")
    model = load(path)
    assert model.title == "A queue"
    assert model.source.folder == tmp_path
    assert model.source.file == str(path)
    with pytest.raises(NotFoundError, match=r"there is no file `nowhere\.yaml`"):
        load("nowhere.yaml")
    with pytest.raises(NotFoundError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(NotFoundError, match=r"no built-in case `kitche`\. Did you mean `kitchen`\?"):
        load("kitche")


def test_findings_that_are_errors_are_raised_together() -> None:
    text = QUEUE.replace("does: serve", "does: serv") + "crew: nobody\n"
    with pytest.raises(ModelError) as error:
        require(loads(text, file="x.yaml"))
    assert {(one.file, one.code) for one in error.value.problems} == {("x.yaml", "unknown-name")}
    assert "crew" in {one.path for one in error.value.problems}
    assert len(error.value.problems) == 2


def test_load_checks_the_meaning(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(QUEUE.replace("does: serve", "does: serv"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"(?i)did you mean `serve`"):
        load(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("3 min/t", "3 min/t"),
        ("gamma(mean=4 min, cv=0.3)", "gamma(mean=4 min, cv=0.3)"),
        ("[1, 2 t]", [1, "2 t"]),
        ("{lift: 2}", {"lift": 2}),
        ("yes", "yes"),
        ("", None),
    ],
)
def test_values_of_an_option_are_read_as_in_a_document(text: str, value: object) -> None:
    assert read_value(text) == value


def test_an_option_with_an_open_bracket() -> None:
    with pytest.raises(ModelError, match="is not closed"):
        read_value("[1, 2")


MISSPELT = """\
stocks:
  solid: {uni: t, start: 14 t}
  tubs: {strat: 3}
activities:
  cut: {takes: {sold: 1 t}, time: 4 t}
terms: {shift: 6 h}
"""


def test_a_misspelt_field_does_not_hide_what_else_is_wrong(tmp_path: Path):
    path = tmp_path / "misspelt.yaml"
    path.write_text(MISSPELT, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load(path)
    assert [(one.line, one.path) for one in caught.value.problems] == [
        (2, "stocks.solid.uni"),
        (3, "stocks.tubs.strat"),
        (5, "activities.cut.takes.sold"),
        (5, "activities.cut.time"),
    ]


@pytest.mark.parametrize("field", ["norm: 3", "colour: 3"])
def test_where_it_is_not_known_what_was_meant_only_the_form_is_told(tmp_path: Path, field: str):
    path = tmp_path / "unknown.yaml"
    path.write_text(f"tools: {{pick: {{{field}}}}}\nterms: {{shift: 6 t}}\n", encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load(path)
    assert "terms.shift" not in {one.path for one in caught.value.problems}


def test_a_built_in_case_named_as_a_file_is_pointed_to():
    with pytest.raises(NotFoundError, match=r"no file `queue\.yaml`\. There is a built-in case `queue`"):
        load("queue.yaml")
