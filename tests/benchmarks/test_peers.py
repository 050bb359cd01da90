"""Engines run by turns, ratios are of one round, and answers are held against what is known."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import jobshop_hewer, machines_hewer, mm1_hewer, peers, tandem_hewer
from benchmarks.known import known
from benchmarks.measure import ROOT, measure
from benchmarks.peers import REACH, SIZES, Found, answers, by_turns, details, engines, figures, verdict
from benchmarks.tandem_reference import LEAST_RECENT, RULES, mean_time

ENGINES = [(model, module) for model, sizes in SIZES.items() for module in sizes]
PEERS = [one for one in ENGINES if not one[1].endswith("_hewer")]


def found(name: str, mean: float = 10.0, cpu_seconds: float = 2.0, rule: str = "") -> Found:
    return Found(
        name=name,
        rule=rule,
        version="1.0",
        import_seconds=0.1,
        first_seconds=0.2,
        cpu_seconds=cpu_seconds,
        seconds=2.0,
        peak_mib=50.0,
        customers=100_000,
        replications=4,
        means=(mean,) * 4,
    )


def test_engines_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []

    def measured(module: str, sizes: tuple[int, int], seed: int, tree: Path) -> Found:
        turns.append((module, sizes[0], seed, tree))
        return found(module)

    monkeypatch.setattr(peers, "measure", measured)
    by_turns("mm1", ["mm1_hewer", "mm1_ciw", "mm1_hewer!"], 2, 0.1, Path("there"))
    one = [("mm1_hewer", 20_000, ROOT), ("mm1_ciw", 5_000, ROOT), ("mm1_hewer!", 20_000, Path("there"))]
    assert turns == [(module, size, seed, tree) for seed in (1, 2) for module, size, tree in one]


def test_a_ratio_is_of_two_runs_of_one_round() -> None:
    rounds = figures(
        "mm1",
        {
            "mm1_hewer": [found("hewer", cpu_seconds=1.0), found("hewer", cpu_seconds=2.0)],
            "mm1_cimba": [found("cimba", cpu_seconds=3.0), found("cimba", cpu_seconds=4.0)],
        },
    )
    assert [[figure.value for figure in one] for one in rounds] == [[0.4, 3.0], [0.2, 2.0]]
    assert rounds[0][1].name == "hewer against cimba"
    assert rounds[0][1].reach == "at least 1.6"


def test_what_is_to_be_reached_is_measured() -> None:
    assert {*REACH} <= {module for _, module in ENGINES}


def test_peers_can_be_chosen() -> None:
    assert engines("mm1", ["simpy"]) == ["mm1_hewer", "mm1_simpy"]
    assert engines("mm1", ["simpy"], Path("there")) == ["mm1_hewer", "mm1_simpy", "mm1_hewer!"]


def test_an_engine_near_the_answer_agrees() -> None:
    agrees, word = verdict("mm1", [found("x", 10.3)])
    assert agrees
    assert "agrees with" in word


def test_an_engine_far_from_the_answer_differs() -> None:
    agrees, word = verdict("mm1", [found("x", 12.0)])
    assert not agrees
    assert "DIFFERS FROM" in word


def test_more_rounds_leave_less_to_chance() -> None:
    assert verdict("mm1", [found("x", 10.9)])[0]
    assert not verdict("mm1", [found("x", 10.9)] * 5)[0]


def test_the_tandem_is_judged_by_the_rule_that_an_engine_follows() -> None:
    assert verdict("tandem", [found("x", 19.8, rule="retaken")])[0]
    assert not verdict("tandem", [found("x", 19.8, rule="upstream")])[0]


def test_details_are_of_the_fastest_round() -> None:
    slow = found("hewer", cpu_seconds=4.0)
    (line,) = list(details("mm1", {"mm1_hewer": [slow, replace(slow, cpu_seconds=2.0), slow]}))[1:]
    assert line.split()[:2] == ["hewer", "200,000"]


def test_the_answers_are_known() -> None:
    assert next(answers("mm1")).startswith("known answer: 10.0000, exactly")


def test_the_rules_of_the_reference_are_known() -> None:
    for rule in ("upstream", "downstream", "least recent", "retaken"):
        assert rule in RULES
        assert known("tandem", rule).answer > 0


@pytest.mark.slow
@pytest.mark.parametrize(("model", "module"), PEERS)
def test_a_tiny_run_of_every_peer_is_judged(model: str, module: str) -> None:
    """False alarm 1e-4, at a fixed seed."""
    if importlib.util.find_spec(peers.package(module)) is None:
        pytest.skip(f"{peers.package(module)} is not installed")
    agrees, word = verdict(model, [peers.measure(module, (1000, 4), 1)])
    assert agrees, word


@pytest.mark.slow
def test_a_lone_job_takes_five_operations() -> None:
    """False alarm 1e-6: one job meets nobody, so its time is a sum of five Exp(1)."""
    means = [mean_time(1, LEAST_RECENT, seed) for seed in range(2000)]
    assert abs(sum(means) / 2000 - 5) < 4.9 * math.sqrt(5 / 2000)


@pytest.mark.parametrize("model", SIZES)
def test_a_tiny_run_of_hewer_is_judged(model: str) -> None:
    """False alarm 1e-4, at a fixed seed."""
    row: dict[str, Any] = measure(f"{model}_hewer", 1000, 4, 1)
    agrees, word = verdict(model, [Found(**row)])
    assert agrees, word


@pytest.mark.slow
@pytest.mark.parametrize("module", [mm1_hewer, tandem_hewer, jobshop_hewer, machines_hewer])
def test_hewer_agrees_with_the_known_answer(module: object) -> None:
    """False alarm 1e-4, at a fixed seed."""
    model = module.__name__.rpartition(".")[2].partition("_")[0]  # type: ignore[attr-defined]
    truth = known(model, module.RULE)  # type: ignore[attr-defined]
    means = module.run(50_000, 20, 1)  # type: ignore[attr-defined]
    assert abs(sum(means) / 20 - truth.expected(50_000)) < truth.tolerance(50_000, 20)


def test_hewer_lets_every_customer_leave() -> None:
    """All of a small run have left: its mean is far below that of a long one, and not zero."""
    assert 1 < mm1_hewer.run(50, 20, 1)[0] < 100
