"""The benchmark judges and lays out what it measured; hewer's two models answer as known."""

from __future__ import annotations

import math

import pytest

from benchmarks import jobshop_hewer, machines_hewer, mm1_hewer, scale, tandem_hewer
from benchmarks.known import known
from benchmarks.run import SIZES, Found, answers, table, verdict
from benchmarks.tandem_reference import LEAST_RECENT, RULES, mean_time


def found(name: str, mean: float, cpu_seconds: float = 2.0, rule: str = "") -> Found:
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


def test_an_engine_near_the_answer_agrees() -> None:
    assert "agrees with" in verdict("mm1", found("x", 10.3))


def test_an_engine_far_from_the_answer_differs() -> None:
    assert "DIFFERS FROM" in verdict("mm1", found("x", 12.0))


def test_the_tandem_is_judged_by_the_rule_that_an_engine_follows() -> None:
    assert "agrees with" in verdict("tandem", found("x", 19.8, rule="retaken"))
    assert "DIFFERS FROM" in verdict("tandem", found("x", 19.8, rule="upstream"))


def test_ratios_are_of_customers_per_cpu_second() -> None:
    lines = list(table("mm1", [found("hewer", 10.0, 1.0), found("peer", 10.0, 4.0)]))
    assert "1.00 x" in lines[1]
    assert "4.00 x" in lines[2]


def test_a_table_without_hewer_has_no_ratios() -> None:
    assert " x" not in list(table("mm1", [found("peer", 10.0)]))[1]


def test_the_answers_are_said_first() -> None:
    assert next(answers("mm1")).startswith("known answer: 10.0000, exactly")


def test_the_rules_of_the_reference_are_known() -> None:
    for rule in ("upstream", "downstream", "least recent", "retaken"):
        assert rule in RULES
        assert known("tandem", rule).answer > 0


def test_every_model_of_a_peer_has_one_in_hewer() -> None:
    for model, sizes in SIZES.items():
        assert f"{model}_hewer" in sizes


@pytest.mark.slow
def test_a_lone_job_takes_five_operations() -> None:
    """False alarm 1e-6: one job meets nobody, so its time is a sum of five Exp(1)."""
    means = [mean_time(1, LEAST_RECENT, seed) for seed in range(2000)]
    assert abs(sum(means) / 2000 - 5) < 4.9 * math.sqrt(5 / 2000)


@pytest.mark.slow
@pytest.mark.parametrize("module", [mm1_hewer, tandem_hewer, jobshop_hewer, machines_hewer])
def test_hewer_agrees_with_the_known_answer(module: object) -> None:
    """False alarm 1e-4, at a fixed seed."""
    model = module.__name__.rpartition(".")[2].partition("_")[0]  # type: ignore[attr-defined]
    truth = known(model, module.RULE)  # type: ignore[attr-defined]
    means = module.run(50_000, 20, 1)  # type: ignore[attr-defined]
    assert abs(sum(means) / 20 - truth.expected(50_000)) < truth.tolerance(50_000, 20)


def test_a_long_queue_serves_as_a_short_one() -> None:
    """At a hundredth of the length: the right answer, and some bytes an item."""
    line = next(scale.long_queue(0.01))
    assert "a queue of 100,000: " in line
    assert "answer as known" in line


def test_hewer_lets_every_customer_leave() -> None:
    """All of a small run have left: its mean is far below that of a long one, and not zero."""
    assert 1 < mm1_hewer.run(50, 20, 1)[0] < 100
