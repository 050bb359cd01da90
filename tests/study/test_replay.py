"""Replays: what everybody did adds up to the accounts of the run; parts; what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from hewer.errors import ModelError, NotFoundError, OptionError, RunError
from hewer.model.reading.document import loads
from hewer.study.accounts import accounts
from hewer.study.replay import Replay, replay
from hewer.study.simulate import simulate
from tests.oracle.models import compiled, documents


def model_of(document: Any) -> Any:
    return compiled(document).info["model"]


@settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(documents())
def test_minutes_by_worker_and_state_are_those_of_the_accounts(document):
    model = model_of(document)
    try:
        account = accounts(simulate(model, replications=2, seed=3, threads=1))
    except (RunError, ModelError):
        assume(False)
    found = replay(model, replication=1, seed=3)
    assert [track.name for track in found.workers] == list(account.workers.rows)
    for row, track in enumerate(found.workers):
        minutes = np.zeros(len(found.states))
        begins, ends = (np.clip(one, found.warm_up, found.horizon) for one in (track.begins, track.ends))
        np.add.at(minutes, track.states, ends - begins)
        assert minutes == pytest.approx(account.workers.values[1, row], rel=1e-9, abs=1e-9)
    for row, name in enumerate(account.stocks.rows):
        members = [track for track in found.stocks if track.declared == name]
        level = sum(mean_level(found, track) for track in members)
        measured = account.stocks.values[1, row, 2]
        assert np.isnan(measured) or level == pytest.approx(measured, rel=1e-9, abs=1e-9)


def mean_level(found: Replay, track: Any) -> float:
    times = np.clip(np.append(track.times, found.horizon), found.warm_up, found.horizon)
    return float((np.diff(times) * track.levels).sum() / (found.horizon - found.warm_up))


LINE = """
title: A line
stocks: {buffer: {capacity: 2}, coal: {unit: t, start: 1 t}, done: {sink: yes}}
flow: [cut, buffer, load, done]
activities:
  cut: {time: exponential(2 min)}
  load: {time: "gamma(mean=4 min, cv=0.5)", takes: {coal: 1 kg}}
crews: {pair: {cutter: {does: cut}, loader: {does: load}}}
terms: {shift: 2 h, overrun: finish}
scenarios: {more: {set: {stocks.coal.start: 2 t}}}
"""


def test_a_part_of_a_replay() -> None:
    whole, part = replay(loads(LINE)), replay(loads(LINE), begin="30 min", end="1 h")
    assert (part.begin, part.end, part.time_unit) == (30.0, 60.0, "min")
    for one, other in zip(whole.workers, part.workers, strict=True):
        assert other.begins[0] == 30.0
        assert other.ends[-1] == 60.0
        inside = (one.begins > 30.0) & (one.ends < 60.0)
        assert one.states[inside].tolist() == other.states[1:-1].tolist()
        assert not other.overtime
    assert all(track.times[0] == 30.0 for track in part.stocks)
    coal = {track.name: track for track in part.stocks}["coal"]
    assert coal.unit == "t"
    assert coal.levels[0] == pytest.approx(1.0 - 0.001 * round((1.0 - coal.levels[0]) / 0.001))


def test_what_it_is_of_is_kept() -> None:
    found = replay(loads(LINE), "more", replication=3, seed=8)
    assert (found.scenario, found.crew, found.replication, found.seed) == ("more", "pair", 3, 8)
    assert repr(found) == "<Replay of 'A line': replication 3, seed 8, 0 to 120 min>"
    buffer = {track.name: track for track in found.stocks}["buffer"]
    assert buffer.capacity == 2
    assert any(track.overtime for track in found.workers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"begin": "2 t"}, "begin must be a time such as `2 h`; got `2 t`"),
        ({"begin": "soon"}, "begin must be a time such as `2 h`"),
        ({"end": 40}, "end must be a time such as `2 h`; got `40`"),
        ({"end": "-1 min"}, "end must be a time"),
        ({"begin": "3 h"}, "before the horizon; got 180 and 120 min"),
        ({"begin": "1 h", "end": "1 h"}, "must begin before it ends"),
        ({"replication": -1}, "replication must be a number from 0 on; got -1"),
        ({"seed": -1}, "seed must be"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        replay(loads(LINE), **options)


def test_an_unknown_scenario_is_refused() -> None:
    with pytest.raises(NotFoundError):
        replay(loads(LINE), "mre")


def test_progress_is_in_per_cent() -> None:
    seen: list[tuple[int, int]] = []
    replay(loads(LINE), progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 100)
    assert all(total == 100 and 0 <= done <= 100 for done, total in seen)
