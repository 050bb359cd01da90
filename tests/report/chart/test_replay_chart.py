"""Charts of replays: fine ones are drawn in cells, and many rows are cut."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from hewer.model.reading.document import loads
from hewer.report.chart import replay as drawing
from hewer.report.chart.replay import replay_chart
from hewer.study.replay import StockTrack, replay

QUEUE = """
title: A queue
stocks: {in: {}, out: {sink: yes}}
sources: {crowd: {to: in, every: exponential(1)}}
activities: {serve: {takes: {in: 1}, gives: {out: 1}, time: exponential(0.8)}}
crews: {one: {clerk: {count: 2, does: serve}}}
terms: {horizon: 300}
"""


def said(path: Path) -> str:
    return " ".join(text for one in ElementTree.parse(path).iter() if (text := (one.text or "").strip()))


def test_fine_spells_are_shown_in_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = replay(loads(QUEUE))
    replay_chart(found, tmp_path / "a.svg")
    assert "what took most" not in said(tmp_path / "a.svg")
    monkeypatch.setattr(drawing, "_CELLS", 50)
    replay_chart(found, tmp_path / "b.svg")
    assert "each 6 shows what took most of it" in said(tmp_path / "b.svg")
    assert (tmp_path / "b.svg").stat().st_size < (tmp_path / "a.svg").stat().st_size


def test_many_workers_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_MOST_ROWS", 1)
    replay_chart(replay(loads(QUEUE)), tmp_path / "a.svg")
    assert "the first 1 of 2 workers" in said(tmp_path / "a.svg")


def test_without_workers_there_are_only_stocks(tmp_path: Path) -> None:
    alone = QUEUE.replace("crews: {one: {clerk: {count: 2, does: serve}}}", "")
    alone = alone.replace("serve: {", "serve: {people: 0, ")
    replay_chart(replay(loads(alone)), tmp_path / "a.svg")
    assert "out" in said(tmp_path / "a.svg")


def test_an_outline_keeps_the_extremes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_CELLS", 20)
    found = replay(loads(QUEUE))
    times = np.linspace(0.0, 299.0, 1000)
    levels = np.abs(np.sin(times))
    levels[500] = 9.0
    track = StockTrack("s", "s", "", times, levels, None)
    drawn_times, drawn = drawing._outline(track, found)
    assert len(drawn) <= 42
    assert (drawn.min(), drawn.max()) == (levels.min(), 9.0)
    assert (np.diff(drawn_times) > 0).all()
    assert drawn_times[[0, -1]].tolist() == [0.0, 300.0]


def test_levels_far_from_zero_are_drawn_from_their_lowest(tmp_path: Path) -> None:
    replay_chart(replay(loads(QUEUE), begin=200, end=220), tmp_path / "a.svg")
    assert "not filled: from the lowest level, not from 0" in said(tmp_path / "a.svg")
    found = replay(loads(QUEUE), begin=200, end=220)
    out = next(track for track in found.stocks if track.name == "out")
    assert out.levels.min() > 0.8 * out.levels.max()
    assert f" {out.levels.min():g} {out.levels.max():g} " in said(tmp_path / "a.svg")
