"""Studies end to end on the real engine: threads, seeds, worlds, scenarios, logs, Ctrl-C."""

from __future__ import annotations

import io

import numpy as np
import pytest

from hewer.engine import kernels
from hewer.engine.jit import COMPILED
from hewer.engine.result.result import Result
from hewer.errors import ModelError, NotFoundError, OptionError
from hewer.experiment.compare import compare
from hewer.model.reading.document import loads
from hewer.report.table.tables import table
from hewer.report.text.event_log import write_log
from hewer.study.simulate import simulate
from hewer.study.summary import summarise
from tests.study.fake import MODEL

RANGED = MODEL.replace("title:", "params: {pace: {value: 5 min, range: [4 min, 9 min]}}\ntitle:").replace(
    "time: 5 min", "time: pace"
)


def everything(result: Result) -> list[bytes]:
    return [np.asarray(part).tobytes() for part in result.data[:-1]] + [
        samples.values.tobytes() for samples in result.measures.values()
    ]


def test_any_number_of_threads_gives_the_same_bytes() -> None:
    model = loads(RANGED)
    one, two, five = (simulate(model, replications=13, worlds=3, threads=threads) for threads in (1, 2, 5))
    assert everything(one) == everything(two) == everything(five)


def test_a_longer_study_begins_like_a_shorter_one() -> None:
    model = loads(RANGED)
    short, long = simulate(model, replications=4, worlds=2), simulate(model, replications=4, worlds=3)
    for name, samples in short.measures.items():
        assert np.array_equal(samples.values, long.measures[name].values[:2], equal_nan=True)


def test_the_seed_matters() -> None:
    model = loads(MODEL)
    assert everything(simulate(model, seed=1)) != everything(simulate(model, seed=2))


def test_every_worker_is_accounted_for() -> None:
    result = simulate(loads(MODEL), replications=5)
    assert (result.data.worker_time.sum(axis=2) == 2 * 3_600_000_000_000).all()
    summary = summarise(result)
    assert (summary.span, summary.time_unit) == (120.0, "min")
    assert summary.activities.cells[0][1].mean > 0
    assert "Each row adds up to 120 min" in table(result)


def test_worlds_share_a_draw_and_differ() -> None:
    result = simulate(loads(RANGED), replications=6, worlds=5)
    joining = result.data.instance["busy"][:, 1] / np.maximum(result.data.instance["ended"][:, 1], 1)
    assert result.measures[next(iter(result.measures))].values.shape == (5, 6)
    assert len(np.unique(np.round(joining.reshape(5, 6).max(axis=1)))) == 5


def test_comparing_a_model_with_itself_finds_nothing() -> None:
    model = loads(MODEL + "scenarios: {same: {}, slow: {set: {activities.join.time: 30 min}}}\n")
    found = compare(model, scenarios=["same", "slow"], replications=10)
    verdicts = {one.measure: one.verdict for one in found.contrasts}
    assert "told apart" in verdicts.values()
    scenarios = {**model.scenarios, "as_is": model.scenarios["same"]}
    again = compare(
        model.model_copy(update={"scenarios": scenarios}), scenarios=["same", "as_is"], replications=5
    )
    assert {one.verdict for one in again.contrasts} == {"equal"}


def test_set_changes_the_model() -> None:
    slow = simulate(loads(MODEL), set={"activities.join.time": "60 min"}, replications=3)
    assert slow.data.instance["started"][:, 1].max() <= 2


def test_the_log_is_kept_and_written() -> None:
    result = simulate(loads(MODEL), replications=2, log=True)
    stream = io.StringIO()
    write_log(stream, result)
    lines = stream.getvalue().splitlines()
    assert any(",start,saw,sawyer 1," in line for line in lines)
    assert {line.split(",")[1] for line in lines[1:]} == {"0", "1"}


def test_ctrl_c_keeps_complete_replications() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    model = loads(MODEL)
    stopped = simulate(model, replications=100_000, progress=progress)
    assert stopped.interrupted
    assert 1 <= stopped.replications < 100_000
    whole = simulate(model, replications=stopped.replications)
    assert everything(stopped) == everything(whole)
    assert "Stopped early" in table(stopped)


def test_the_engine_is_compiled_after_a_run() -> None:
    result = simulate(loads(MODEL), replications=1)
    assert not COMPILED or kernels.is_cached(kernels.kernel_of(result.compiled.program))


def test_mistakes() -> None:
    model = loads(MODEL)
    with pytest.raises(NotFoundError, match="trio"):
        simulate(model, crew="trio")
    with pytest.raises(NotFoundError, match="dusk"):
        simulate(model, scenario="dusk")
    with pytest.raises(ModelError, match="clmp"):
        simulate(model, set={"tools.clmp.count": 2})
    with pytest.raises(OptionError, match="none"):
        simulate(model, worlds=2)
