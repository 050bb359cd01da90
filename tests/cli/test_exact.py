"""``hewer exact``: tables, JSON, and refusals in one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hewer.cli.main import app

MODEL = """\
title: A short line
stocks: {line: {capacity: 2}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources: {customers: {every: exponential(2 min), when_full: lose}}
activities: {serve: {time: exponential(1 min)}}
crews: {all: {clerk: {does: serve}, idler: {does: serve}}}
terms: {shift: 8 h}
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "line.yaml"
    path.write_text(MODEL)
    return str(path)


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["exact", *arguments])


def test_tables(model: str) -> None:
    got = invoke(model, "--set", "crews.all.idler.count=0")
    assert got.exit_code == 0, got.output
    assert "A short line · crew all · 480 min from the start that the model states" in got.output
    assert "Exact: a Markov chain of 4 states and 6 transitions; at most" in got.output
    assert "Where each worker's time goes" in got.output
    assert "–: undefined, or not told" in got.output  # the flow time by the end


def test_long_run_is_that_of_birth_and_death(model: str) -> None:
    got = invoke(model, "--set", "crews.all.idler.count=0", "--long-run", "--json")
    found = json.loads(got.stdout)
    share = [0.5**n for n in range(4)]
    lost = share[3] / sum(share)
    assert found["over"] == "long_run"
    assert found["states"] == 4
    assert found["residual"] < 1e-12
    assert found["measures"]["clerk_utilisation"]["value"] == pytest.approx(1 - share[0] / sum(share))
    assert found["measures"]["done_rate"]["value"] == pytest.approx(30 * (1 - lost))
    (line, *_) = found["stocks"]
    assert line["stock"] == "line"
    assert line["values"]["wait"]["value"] == pytest.approx(
        (share[2] + 2 * share[3]) / sum(share) / (0.5 * (1 - lost))
    )
    assert line["values"].keys() == {"arrived", "departed", "level", "final", "wait"}
    working = found["roles"][0]["values"]["working"]
    assert working == {"value": pytest.approx(480 * (1 - share[0] / sum(share))), "unit": "min"}


def test_two_groups_that_can_do_the_same_keep_who_was_idle_first(model: str) -> None:
    found = json.loads(invoke(model, "--json").stdout)
    assert found["states"] == 7
    assert [role["role"] for role in found["roles"]] == ["clerk", "idler"]


def test_refusal(model: str) -> None:
    got = invoke(
        model,
        "--set",
        "activities.serve.time=3 min",
        "--set",
        "sources.customers.every=uniform(1 min, 2 min)",
    )
    assert got.exit_code == 2
    assert "`activities.serve.time`: a constant time above 0 has no exponential phases" in got.output
    assert "`sources.customers.every`: uniform times have no exponential phases" in got.output
    assert "2 problems" in got.output
    assert "Traceback" not in got.output


def test_too_many_states(model: str) -> None:
    got = invoke(model, "--max-states", "3")
    assert got.exit_code == 2
    assert "the chain has more than 3 states. Ask for more with --max-states" in got.output


def test_a_deadlock_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lock.yaml"
    path.write_text("""\
title: Both ways over one shelf
stocks: {a: {capacity: 1}, b: {capacity: 1}}
activities:
  over: {takes: {a: 1}, gives: {b: 1}, time: exponential(1), blocking: after}
  back: {takes: {b: 1}, gives: {a: 1}, time: exponential(2), blocking: after}
sources:
  left: {to: a, every: exponential(5), when_full: lose}
  right: {to: b, every: exponential(5), when_full: lose}
crews: {all: {one: {does: over}, two: {does: back}}}
terms: {horizon: 100}
""")
    got = invoke(str(path))
    assert "The long run ends in a deadlock: `over` is done and waits for room in `b`" in got.output
    assert json.loads(invoke(str(path), "--json").stdout)["endings"][0]["deadlock"] is True
