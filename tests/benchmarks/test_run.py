"""The benchmark's command line, and its sections of hewer alone at tiny sizes: their answers are right."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from benchmarks import alone, run
from benchmarks.alone import Measured
from benchmarks.figure import Figure, Spread, Wrong, spreads
from benchmarks.flow_line import LARGE, SMALL, Problem, shrunk
from benchmarks.run import ALONE, TITLES, Section, main, one_round

TINY = {"queue": 0.001, "memory": 0.05, "check": 0.01}  # else 0.002
LATE = ("start", "demo", "sensitivity", "cold")  # several processes, thousands of worlds, compiling
QUICK = [name for name in ALONE if name not in {*LATE, "select", "select_small"}]


def judge(measured: Measured) -> None:
    """Each figure has a name of its own and a unit, and what it is to be can be read."""
    answer, figures = measured
    assert answer
    assert all(figure.unit for figure in figures)
    found = spreads([figures])
    assert len(found) == len(figures) > 0
    assert {one.reached for one in found} <= {"yes", "no", ""}


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LATE)])
def test_a_tiny_round_finds_what_is_known(name: str) -> None:
    judge(ALONE[name].measure(TINY.get(name, 0.002)))


@pytest.mark.parametrize("problem", [SMALL, LARGE])
def test_the_best_of_few_designs_is_within_a_wide_zone(problem: Problem) -> None:
    judge(alone.select(0.002, replace(problem, delta=problem.places / 5)))


def test_a_round_is_printed_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measured(scale: float) -> Measured:
        return "as known", [Figure("a", scale, "s")]

    monkeypatch.setitem(ALONE, "demo", Section("Title", measured))
    one_round("demo", 0.5)
    assert json.loads(capsys.readouterr().out) == ["as known", [["a", 0.5, "s", ""]]]


def test_a_wrong_answer_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def wrong(scale: float) -> Measured:
        raise Wrong("9, not 10")

    monkeypatch.setitem(ALONE, "demo", Section("Title", wrong))
    one_round("demo", 1.0)
    printed = json.loads(capsys.readouterr().out)
    monkeypatch.setattr(run, "in_process", lambda *_: printed)
    with pytest.raises(SystemExit, match="WRONG: demo: 9, not 10"):
        main(["demo"])


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mm2"])
    assert "no section `mm2`; the sections are mm1, tandem" in capsys.readouterr().err


def test_short_runs_are_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["mm1", "--keep", "--scale", "0.1"])
    assert "only full runs of this tree are kept" in capsys.readouterr().err


def test_without_names_the_long_ones_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def measured(name: str, _options: object) -> list[Spread]:
        asked.append(name)
        return []

    for kind in ("compare", "by_itself"):
        monkeypatch.setattr(run, kind, measured)
    main([])
    assert [name for name in TITLES if name not in asked] == ["sensitivity", "select_small", "select"]
    asked.clear()
    main(["--long"])
    assert asked == list(TITLES)


@pytest.mark.parametrize("problem", [SMALL, LARGE])
def test_a_part_of_a_problem_has_the_best_design(problem: Problem) -> None:
    for scale in (0.001, 0.3, 1.0):
        part = shrunk(problem, scale)
        r1, r2, r3 = part.near[-1]
        assert r1 in part.over["r1"]
        assert r2 in part.over["r2"]
        assert r3 in part.over.get("r3", [r3])
        assert part.places // 2 in part.over["b2"]
    assert part.over == problem.over
