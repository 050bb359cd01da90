"""Explaining: what is tried, in which order it comes, what cannot be tried."""

from __future__ import annotations

import pytest

from hewer.errors import OptionError
from hewer.experiment.explain import changes_of, explain
from hewer.model.reading.document import loads

LINE = """
places: {bench: {room: 1}}
stocks: {buffer: {capacity: 2}, coal: {unit: t, capacity: 9 t, start: 1 t}, done: {sink: yes}}
flow: [cut, buffer, load, done]
activities:
  cut: {at: bench, time: exponential(2 min), uses: saw}
  load: {time: "gamma(mean=4 min, cv=0.5)"}
  tidy: {time: 0 min, takes: {coal: 9 t}}
tools: {saw: 1}
crews: {pair: {cutter: {does: [cut, tidy]}, loader: {does: load}}}
terms: {shift: 6 h}
measures: {made: arrivals(done)}
"""


def test_all_that_there_is_more_of_is_listed() -> None:
    listed = [what for what, _ in changes_of(loads(LINE))]
    assert listed == [
        "cut a tenth faster",
        "load a tenth faster",
        "tidy a tenth faster",
        "one more cutter",
        "one more loader",
        "one more saw",
        "room for one more at bench",
        "room for one more in buffer",
        "a tenth more room in coal",
    ]


def test_the_bottleneck_comes_first() -> None:
    got = explain(loads(LINE), replications=10)
    assert got.trials[0].what == "one more loader"
    assert got.trials[0].helps
    assert got.trials[0].effect.mean > 20
    by_name = {one.what: one for one in got.trials}
    assert not by_name["one more saw"].helps
    faster = by_name["load a tenth faster"].effect
    assert faster.mean == pytest.approx(0.1 * got.base.mean, rel=0.3)
    assert got.causes[0].cause in ("idle: buffer full", "idle: no buffer")
    assert got.ceiling is not None or got.no_ceiling


def test_threads_do_not_matter() -> None:
    one, two = (explain(loads(LINE), replications=4, threads=n) for n in (1, 2))
    assert one.trials == two.trials


def test_what_cannot_be_tried_is_said() -> None:
    own = (
        LINE.replace("cutter: {does: [cut, tidy]}", "cutter: {does: [cut, tidy], keeps_to: own bench}")
        .replace("bench: {room: 1}", "bench: {count: 2, room: 1}")
        .replace("buffer: {capacity: 2}", "buffer: {capacity: 2, at: bench}")
        .replace("load: {time", "load: {at: bench, time")
        .replace("cutter: {does", "cutter: {count: 2, does")
    )
    got = explain(loads(own), replications=3)
    refused = [one for one in got.trials if one.refused]
    assert [one.what for one in refused] == ["one more cutter"]
    assert got.trials[-1] is refused[0]


def test_ctrl_c_keeps_what_was_tried() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 25:
            raise KeyboardInterrupt

    got = explain(loads(LINE), replications=10, progress=progress, threads=1)
    assert got.interrupted
    assert len(got.trials) < 9


def test_one_replication_is_refused() -> None:
    with pytest.raises(OptionError, match="2 replications"):
        explain(loads(LINE), replications=1)
