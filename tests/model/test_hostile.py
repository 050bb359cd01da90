"""Whatever a document holds, reading, checking and compiling it ends in a model or in a clear error."""

from __future__ import annotations

import copy
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hewer.engine.compile.program import compile_model
from hewer.errors import HewerError
from hewer.model.checking.check import check
from hewer.model.document.position import Positions
from hewer.model.document.writing import dump
from hewer.model.document.yaml_tree import read_tree
from hewer.model.reading.document import load, loads, require
from hewer.model.reading.library import case_file, case_names
from hewer.model.settling.flow import expand
from hewer.model.settling.scenario import apply
from hewer.model.show import mermaid
from tests.model.hostile import FILES, VALUES, written

PATIENCE = 5.0  # seconds of the processor: the machine may have other things to do


def told(source: Path) -> str:
    """What the reader of a file is told; that it comes soon."""
    began = time.process_time()
    with pytest.raises(HewerError) as error:
        compile_model(expand(apply(load(source))))
    assert time.process_time() - began < PATIENCE
    return str(error.value)


def test_the_model_itself_is_sound() -> None:
    model = require(loads(written()))
    assert [one.level for one in check(model)] == ["warning"]  # nothing empties `tubs`
    compile_model(expand(apply(model)))


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file(name: str, tmp_path: Path) -> None:
    content, message = FILES[name]
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    found = told(path)
    assert message in found
    assert str(path) in found


@pytest.mark.parametrize(("field", "value", "message"), VALUES)
def test_a_hostile_value(field: str, value: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(written(**{field: value}), "utf-8")
    found = told(path)
    assert message in found
    assert f"{path}, line " in found


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in told(tmp_path)
    assert "there is no file" in told(tmp_path / "none.yaml")
    assert "cannot be read" in told(tmp_path / ("x" * 5000 + ".yaml"))
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert "cannot be read" in told(tmp_path / "loop.yaml")
    for name in ("x" * 5000, "a\0b", "a\0b.yaml", "", "."):
        with pytest.raises(HewerError):
            load(name)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_a_device_without_end() -> None:
    assert "5 MB at most; this document has more" in told(Path("/dev/zero"))


def test_a_pipe_is_read() -> None:
    out, into = os.pipe()
    with os.fdopen(into, "w") as stream:
        stream.write(written())
    try:
        assert load(Path(f"/dev/fd/{out}")).title == "Three at a face"
    finally:
        os.close(out)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_must_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(written())
    path.chmod(0)
    assert "cannot be read" in told(path)


STRANGE: list[Any] = [
    *(None, "", 0, -1, 1e300, 10**17, float("nan"), float("inf"), "-1 min", "1e308 h", "1e-300 s", "0 min"),
    *(
        [],
        {},
        [1, 2],
        {"a": 1},
        {"a": {"b": {"c": 1}}},
        "yes",
        "no",
        "rest",
        "own",
        "now",
        "a.b.c",
        "x" * 10_000,
    ),
    *("(" * 200, "min(" * 60 + "1" + ")" * 60, "1" + " + 1" * 3000, "-" * 500 + "1", "not " * 300 + "1"),
    *("1 t", "3 EUR", "1 / 0", "sqrt(-1)", "log(0)", "exp(10000)", "2^10000", "50 %", "150 %", "1.5"),
    *("next(next(x))", "sum(1)", "taken(x)", "heads()", "cost()", "arrivals(out) / 0", "\u00e9\u202e\u2028"),
    *(
        "gamma(mean=0, cv=0)",
        "uniform(2 min, 1 min)",
        "normal(-1000 min, 1 s)",
        "lognormal(mean=1 min, cv=1e200)",
    ),
    *(
        "erlang(1e12, 1 min)",
        "discrete(1: 0.5)",
        "discrete(1: -1, 2: 2)",
        "exponential(0)",
        "1 .. 2",
        "2 .. 1",
    ),
    *(
        "empirical('/dev/zero', column='a')",
        "1 min min",
        "1 furlong",
        "1 min/min/min",
        "[1, 2",
        "{",
        "&a",
        "*a",
    ),
]
NAMES = ["", "x", "a.b", "now", "min", "0", "-", "a-b", "\u00e9", "x" * 300, "next(a)", "<<", "~"]


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all parts of a document."""
    if path:
        yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from places(value, (*path, key))


def spoilt(document: Any, chance: random.Random) -> Any:
    """A document of which a part or two are replaced, taken out or renamed."""
    document = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2))):
        *outer, last = chance.choice(list(places(document)))
        part = document
        for step in outer:
            part = part[step]
        kind = chance.random()
        if kind < 0.8:
            part[last] = chance.choice(STRANGE)
        elif kind < 0.9 or isinstance(part, list):
            del part[last]
        else:
            part[chance.choice(NAMES)] = part.pop(last)
    return document


def use(text: str, chance: random.Random) -> None:
    """Do all that is done with a document before it runs."""
    model = loads(text, file="x.yaml")
    check(model)
    mermaid(model)
    dump(model)
    require(model)
    compile_model(expand(apply(model, chance.choice([None, *model.scenarios]))))


def documents() -> list[Any]:
    files = [*Path("examples").glob("*.yaml"), *(case_file(name) for name in case_names())]
    return [read_tree(path.read_text("utf-8"), Positions()).data for path in sorted(files)]


def spoil_many(count: int, seed: int) -> None:
    chance = random.Random(seed)
    whole = documents()
    for _ in range(count):
        text = yaml.safe_dump(spoilt(chance.choice(whole), chance), allow_unicode=True, sort_keys=False)
        try:
            use(text, chance)
        except HewerError:
            continue
        except Exception as error:  # the document is what matters
            pytest.fail(f"{type(error).__name__}: {error}\n{text}")


def test_spoilt_documents_end_in_errors() -> None:
    spoil_many(300, seed=1)


@pytest.mark.slow
def test_many_spoilt_documents_end_in_errors() -> None:
    spoil_many(3000, seed=2)
