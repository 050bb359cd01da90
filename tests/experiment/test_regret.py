"""Regret over worlds: two machines, each the faster in some worlds; what is refused, and the tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import hewer
from hewer.cli.main import app
from hewer.errors import ModelError, OptionError, RunError
from hewer.experiment.regret import regret
from hewer.model.reading.document import loads
from hewer.report.table.several.regret import regret_document, regret_grids

# The old machine makes 10 in an hour, the new one `speed`, and what is between them something between.
SHOP = """
title: Two machines
params:
  speed: {value: 10, range: [0, 30]}
  new: {value: 1}
  size: {value: 3}
stocks: {out: {sink: yes}}
activities:
  work: {gives: {out: 1}, time: 'exponential(1 / (10 + new * (speed - 10)))', people: 0, uses: machine}
tools: {machine: 1}
terms: {horizon: 40}
measures:
  made: arrivals(out)
  sure: 10 + new * (speed - 10)
  never: flow_time(out) / 0
"""


def test_each_is_best_in_its_worlds() -> None:
    """New is better where speed is above 10, in two worlds of three; old never loses more than 20."""
    got = regret(loads(SHOP), {"new": [0, 0.5, 1]}, measure="sure", worlds=60, replications=2, delta=1)
    old, half, new = got.regrets.rows
    assert old.best.value + new.best.value == 1.0
    assert new.best.value == pytest.approx(2 / 3, abs=0.15)
    assert half.best.value == 0.0
    assert old.mean.mean == 10.0
    assert new.worst <= 10.0 <= old.worst <= 20.0
    assert half.worst == pytest.approx(old.worst / 2)
    assert got.best.label == "new=1"
    assert got.least_worst.label == ("new=1" if new.worst < half.worst else "new=0.5")
    assert got.regrets.overstated == 0.0
    assert new.good > new.best.value


def test_alternatives_meet_the_same_worlds_and_chance() -> None:
    got = regret(loads(SHOP), {"size": [1, 2]}, worlds=5, replications=3)
    first, second = got.regrets.rows
    assert first.mean == second.mean
    assert first.worst == second.worst == 0.0
    assert got.regrets.left == (0, 1)


def test_it_does_not_depend_on_threads() -> None:
    one, two = (regret(loads(SHOP), {"new": [0, 1]}, worlds=6, replications=3, threads=n) for n in (1, 2))
    assert one.regrets == two.regrets


def test_the_smallest_may_be_best() -> None:
    got = regret(loads(SHOP), {"new": [0, 1]}, measure="sure", worlds=40, replications=2, smallest=True)
    assert got.best.label == "new=0"
    assert got.regrets.rows[0].best.value == pytest.approx(2 / 3, abs=0.2)


@pytest.mark.parametrize(
    ("over", "options", "message"),
    [
        ({"speed": [1, 2]}, {}, "`speed` has a range: it is not known"),
        ({"params.speed.value": [1, 2]}, {}, "by its name: `speed=1..4`"),
        ({"new": [0, 1]}, {"worlds": 1}, "2 worlds at least, and 2 replications"),
        ({"new": [0, 1]}, {"replications": 1}, "2 worlds at least, and 2 replications"),
        ({"new": [0, 1]}, {"delta": -1.0}, "delta must be 0 or more"),
        ({"new": [0, 1]}, {"delta": "1 t"}, "does not fit `made`"),
        ({"new": [0, 1]}, {"set": {"speed": 3}}, "params that have a range or draws; no alternative has one"),
        ({"new": range(2000)}, {}, "1,000 at most; the grid has 2,000"),
        ({"new": [0, 1]}, {"measure": "mad"}, "Did you mean `made`"),
    ],
)
def test_what_is_refused(over: dict[str, Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises((OptionError, ModelError), match=message):
        regret(loads(SHOP), over, **{"worlds": 4, "replications": 2, **options})


def test_an_undefined_measure_is_told() -> None:
    with pytest.raises(RunError, match="`never` is undefined in a replication of new=0"):
        regret(loads(SHOP), {"new": [0, 1]}, worlds=2, replications=2, measure="never")


def test_ctrl_c_keeps_whole_worlds() -> None:
    def progress(done: int, total: int) -> None:
        assert total == 40
        if done >= 22:
            raise KeyboardInterrupt

    got = regret(loads(SHOP), {"new": [0, 1]}, worlds=10, replications=2, progress=progress, threads=1)
    assert got.interrupted
    assert 2 <= got.worlds < 10


def test_ctrl_c_before_two_worlds_has_nothing() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        regret(loads(SHOP), {"new": [0, 1]}, worlds=10, replications=2, progress=progress, threads=1)


def test_the_table_says_what_was_found() -> None:
    got = regret(loads(SHOP), {"new": [0, 0.5, 1]}, worlds=30, replications=3, delta=5)
    (grid,) = regret_grids(got)
    assert grid.rows[0][0] == got.best.label
    assert grid.rows[0][-1].startswith("best on average")
    assert sum("least worst regret" in row[-1] for row in grid.rows) == 1
    assert grid.header[-2] == "near enough, %"
    assert "Regret: how much" in hewer.table(got)
    document = regret_document(got)
    assert [one["label"] for one in document["alternatives"]] == ["new=0", "new=0.5", "new=1"]
    assert document["best"]["values"] == got.best.values
    assert document["overstated"] > 0.0
    json.dumps(document, allow_nan=False)


def test_noise_is_flagged() -> None:
    """The same machine, by other draws: all of the regret is noise, and is said to be."""
    got = regret(loads(SHOP), {"activities.work.stream": ["a", "b", "c"]}, worlds=30, replications=3)
    least = got.regrets.rows[got.regrets.best].expected
    assert least.value > 5.0
    assert least.low == 0.0
    assert got.regrets.overstated > 0.7 * least.value
    assert any("noise: ask for more replications" in note for note in regret_grids(got)[0].notes)


def test_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    base = ["select", str(path), "--over", "new=0,1"]
    runner = CliRunner()
    got = runner.invoke(app, [*base, "--worlds", "4", "-n", "2", "--json"])
    assert got.exit_code == 0
    assert json.loads(got.stdout)["worlds"] == 4
    shown = runner.invoke(app, [*base, "--worlds", "4", "-n", "2"])
    assert "Which is best for the largest made depends on the world" in shown.stdout
    for wrong, message in (
        (["--worlds", "4", "--subject-to", "made >= 3"], "nothing is selected"),
        (["--worlds", "0"], "worlds must be between 1"),
        ([], "select needs --delta"),
        (["--delta", "1", "-n", "4"], "--replications goes with --worlds"),
    ):
        refused = runner.invoke(app, [*base, *wrong])
        assert refused.exit_code == 2
        assert message in refused.stderr
