"""Replays as text and as plain data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hewer.model.reading.document import loads
from hewer.report.form.cells import marks, mean_levels, most_of, sparkline, together
from hewer.report.form.palette import looks
from hewer.report.text.document import text
from hewer.report.text.replay import plain_text, replay_document, rich_text
from hewer.study.replay import StockTrack, WorkerTrack, replay
from hewer.study.states import State

PEN = """
title: A pen
places: {pen: {count: 2}}
stocks: {hay: {at: pen, unit: kg, start: 3 kg, capacity: 5 kg}, fed: {}}
activities:
  feed: {at: pen, takes: {hay: 1 kg}, gives: {fed: 1}, time: 10 min}
crews: {all: {man: {does: feed}}}
terms: {shift: 1 h, breaks: [{at: 20 min, lasts: 10 min}]}
"""


def test_a_replay_as_text() -> None:
    lines = plain_text(replay(loads(PEN)), 72).splitlines()
    assert lines[0] == "A pen · crew all · seed 1 · replication 0"
    assert lines[1] == "A column is 1.11 min: what took most of it."
    bar = next(line for line in lines if line.startswith("man"))
    assert bar.split()[1] == "f" * 18 + "-" * 9 + "f" * 27
    assert "f feed   - on break" in lines
    hay = next(line for line in lines if line.startswith("hay ×2"))
    assert hay.endswith("1 .. 5 kg")
    assert max(map(len, lines)) == 72


def test_the_axis_is_at_round_times() -> None:
    assert marks(0, 360, "min", 8) == [0, 60, 120, 180, 240, 300, 360]
    assert marks(7.5, 30.2, "h", 8) == [9, 12, 15, 18, 21, 24, 27, 30]
    assert marks(0, 1.0, "week", 8) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert marks(990, 1010, "", 5) == [990, 995, 1000, 1005, 1010]


def test_a_cell_shows_what_took_most_of_it() -> None:
    track = WorkerTrack(
        "w", "r", np.array([0.0, 4.0, 5.0]), np.array([4.0, 5.0, 9.0]), np.array([7, 2, 7]), ()
    )
    assert most_of(track, np.array([0.0, 3.0, 4.5, 5.5, 12.0])).tolist() == [7, 7, 2, 7]
    assert most_of(track, np.array([9.0, 10.0])).tolist() == [-1]
    none = WorkerTrack("w", "r", np.zeros(0), np.zeros(0), np.zeros(0, np.int64), ())
    assert most_of(none, np.array([0.0, 1.0])).tolist() == [-1]


def test_levels_are_averaged_and_added_up() -> None:
    one = StockTrack("a[1]", "a", "t", np.array([0.0, 2.0]), np.array([1.0, 3.0]), 4.0)
    other = StockTrack("a[2]", "a", "t", np.array([0.0, 1.0]), np.array([10.0, 0.0]), None)
    assert mean_levels(one, np.array([0.0, 1.0, 4.0])) == pytest.approx([1.0, 7.0 / 3.0])
    ((both, members),) = together([one, other])
    assert members == 2
    assert both.times.tolist() == [0.0, 1.0, 2.0]
    assert both.levels.tolist() == [11.0, 1.0, 3.0]
    assert both.capacity is None


def test_sparklines() -> None:
    assert sparkline([0, 1, 2, 7]) == "▁▂▃█"
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([0, float("nan"), 8]) == "▁ █"
    assert sparkline([1], 0, 2) == "▅"


def test_each_activity_has_a_sign_and_a_look_of_its_own() -> None:
    states = [State(f"working.{name}", name) for name in ("saw", "sand", "was", "aw", "s", "ß")]
    states += [State(f"working.w{number}", "") for number in range(9)]
    found = looks(states, range(len(states)))
    assert [found[k].sign for k in range(5)] == ["s", "a", "w", "A", "S"]
    assert len({look.sign for look in found.values()}) == len(states)
    assert len({(look.colour, look.hatch) for look in found.values()}) == len(states)


def test_the_terminal_shows_the_same_text() -> None:
    found = replay(loads(PEN))
    assert [line.rstrip() for line in rich_text(found, 90).plain.splitlines()] == plain_text(
        found, 90
    ).splitlines()


def test_as_plain_data() -> None:
    found = json.loads(text(replay_document(replay(loads(PEN)))))
    (man,) = found["workers"]
    assert man["spells"] == [
        [0.0, 10.0, "working.feed"],
        [10.0, 20.0, "working.feed"],
        [20.0, 30.0, "break"],
        [30.0, 40.0, "working.feed"],
        [40.0, 50.0, "working.feed"],
        [50.0, 60.0, "working.feed"],
    ]
    hay = found["stocks"][0]
    assert (hay["stock"], hay["unit"], hay["capacity"]) == ("hay[1]", "kg", 5.0)
    assert hay["changes"][0] == [0.0, 2.0]
