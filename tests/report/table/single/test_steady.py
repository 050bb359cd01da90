"""Steady states as tables, as plain data and as charts."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import hewer
from hewer.experiment.steady import Steady, steady
from hewer.model.reading.document import loads
from hewer.report.form.grid import plain
from hewer.report.table.single.steady import advice, averaged, line_of, steady_document, steady_grids
from hewer.report.text.document import text

SHOP = """
title: A shop
stocks: {queue: {}, done: {sink: yes}}
sources: {crowd: {to: queue, every: exponential(12 min)}}
activities: {serve: {takes: {queue: 1}, gives: {done: 1}, time: exponential(10 min)}}
crews: {one: {clerk: {does: serve}}}
terms: {horizon: 400 h}
measures: {made: arrivals(done), level: level(queue), flow: {value: flow_time(done), unit: min}}
"""


@pytest.fixture(scope="module")
def found() -> Steady:
    return steady(loads(SHOP), replications=6, windows=200, seed=4)


@pytest.fixture(scope="module")
def wild() -> Steady:
    return steady(
        loads(SHOP), ["level"], replications=2, windows=200, set={"activities.serve.time": "20 min"}
    )


def test_the_tables(found: Steady) -> None:
    printed = plain(steady_grids(found))
    assert printed.startswith("A shop · crew one · in the long run\n")
    assert advice(found) == f"Write into `terms`: warm_up: {found.warm_up:g} h"
    assert advice(found) in printed
    assert "Without a steady state, and left out: made." in printed
    level = next(line for line in printed.splitlines() if line.startswith("level"))
    assert f"{found.measures[0].cut.index * found.width:g} h" in level


def test_what_does_not_settle(wild: Steady) -> None:
    printed = plain(steady_grids(wild))
    assert "refused" in printed
    assert "of level MSER-5 would cut more than half of the run" in printed.replace("\n", " ")
    assert "|" not in line_of(wild.measures[0])


def test_a_line_has_the_cut(found: Steady) -> None:
    one = found.measures[0]
    line = line_of(one, 50)
    assert len(line.replace("|", "")) == 50
    assert line.index("|") == round(one.cut.index / 4) if one.cut.index else "|" not in line


def test_groups_are_of_one_length() -> None:
    assert averaged(np.arange(10.0), 4).tolist() == [1.0, 4.0, 7.0, 9.0]
    assert averaged(np.array([[1.0, np.nan], [3.0, 5.0]]), 1).tolist() == [[1.0], [4.0]]


def test_as_plain_data(found: Steady, wild: Steady) -> None:
    data = json.loads(text(steady_document(found)))
    assert data["warm_up"] == found.warm_up
    assert (data["windows"], data["width"], data["time_unit"]) == (200, 2.0, "h")
    level = data["measures"]["level"]
    assert len(level["series"]) == 200
    assert level["batch_means"]["batch"] % 2 == 0
    assert level["deletion"]["n"] == 6
    refused = json.loads(text(steady_document(wild)))["measures"]["level"]
    assert (refused["settled"], refused["cut"], refused["deletion"]) == (False, None, None)


def words(path: Path) -> str:
    return " ".join(text for one in ElementTree.parse(path).iter() if (text := (one.text or "").strip()))


def test_the_chart(found: Steady, wild: Steady, tmp_path: Path) -> None:
    for name, one in (("a", found), ("b", found), ("c", wild)):
        hewer.chart(one, tmp_path / f"{name}.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    said = [words(tmp_path / f"{name}.svg") for name in "ac"]
    assert "A shop: in the long run" in said[0]
    assert "cut at " in said[0]
    assert "time, h" in said[0]
    assert f"hewer {hewer.__version__}" in said[0]
    assert "refused: MSER-5 would cut more than half of the run" in said[1]
