"""Arrivals at a rate that varies, and customers who balk, against their exact laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, stats

from hewer.engine.codes import Event
from tests.theory.agreement import FALSE_ALARM, POWER, Run, Sums, agrees, reference, run

HOURS = np.array([4.0, 0.0, 9.0, 2.0])  # expected arrivals in each of four hours


def counted(source: str, hours: int, replications: int = 1000) -> np.ndarray:
    """Arrivals [replication, hour] of a source whose times are in hours."""
    ran = run(
        f"title: Arrivals\nstocks: {{line: {{}}}}\nsources: {{s: {{to: line, {source}}}}}\n"
        "activities: {tick: {time: 1000, people: 0, takes: {line: 1000}}}\n"
        f"terms: {{shift: {hours}}}\n",
        replications=replications,
        log=True,
    )
    log = ran.result.data.log
    assert log is not None
    times = [events[events[:, 1] == Event.ARRIVE][:, 0] / 1e9 for events in log]
    return np.array([np.histogram(one, bins=np.arange(hours + 1))[0] for one in times])


def is_poisson(counts: np.ndarray, means: np.ndarray, *, detects: float, what: str) -> None:
    """Counts [replication, hour] are independent Poisson numbers of these means.

    Two chi-square tests, of the sums over all replications and, two-sided, of the dispersion, each with the
    false-alarm rate ``FALSE_ALARM``. The first must notice with probability ``POWER`` that the busiest hour
    brings more or less by the part `detects`.
    """
    assert (counts[:, means == 0] == 0).all(), what
    number, expected = counts[:, means > 0], means[means > 0]
    sums = ((number.sum(axis=0) - len(number) * expected) ** 2 / (len(number) * expected)).sum()
    limit = stats.chi2.isf(FALSE_ALARM, len(expected))
    shift = optimize.brentq(lambda by: stats.ncx2.sf(limit, len(expected), by) - POWER, 1.0, 1e4)
    noticed = math.sqrt(shift / (len(number) * expected.max()))
    spread = ((number - expected) ** 2 / expected).sum()
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], number.size)
    line = f"{what:30} sums {sums:8.2f} below {limit:.2f}, dispersion {low:.0f} < {spread:.0f} < {high:.0f}"
    print(f"{line}, notices {noticed:.2%} of {detects:.2%}")
    assert noticed <= detects, f"too weak: {line}"
    assert sums < limit, line
    assert low < spread < high, line


TABLE = "{0: 4, 1: 0, 2: 9, 3: 2}"


def test_a_rate_by_table_is_a_poisson_process():
    is_poisson(counted(f"rate: {{table: {TABLE}}}", 4), HOURS, detects=0.08, what="rate by table")


def test_a_table_that_begins_again_is_a_poisson_process():
    counts = counted(f"rate: {{table: {TABLE}, every: 4}}", 24)
    is_poisson(counts, np.tile(HOURS, 6), detects=0.1, what="rate by table, every 4")


def test_a_small_rate_over_many_turns():
    """A period brings 0.05 arrivals: most turns are passed over at once."""
    counts = counted("rate: {table: {0: 0.05, 1: 0}, every: 2}", 400, replications=400)
    means = np.tile([0.05, 0.0], 200)
    assert (counts[:, means == 0] == 0).all()
    agrees(counts.sum(axis=1), 10, detects=0.11, what="small rate by table: arrivals")


def test_thinning_is_a_poisson_process():
    """A rate that rises from 0 at the first hour: candidates are refused by the clock."""
    smooth = counted("rate: {value: 'max(0, 8 * now - 8)', most: 24}", 4)
    is_poisson(smooth, np.array([0.0, 4.0, 12.0, 20.0]), detects=0.06, what="rate by expression")


DISCOURAGED = """
title: Discouraged arrivals
stocks: {{line: {{}}, desk: {{start: 1}}, done: {{sink: yes}}}}
sources: {{customers: {{to: line, {times}}}}}
activities:
  serve: {{takes: {{line: 1, desk: 1}}, gives: {{done: 1, desk: 1}}, people: 0, time: exponential(1)}}
terms: {{horizon: 30000, warm_up: 200}}
"""
JOINS = "1 / (2 + line - desk)"  # one over the number inside and himself


@pytest.mark.parametrize(
    "times",
    [f"rate: 2, balks: 1 - {JOINS}", f"rate: {{value: 2 * {JOINS}, most: 2}}"],
    ids=["balking", "thinning"],
)
def test_discouraged_arrivals(times):
    """Each joins with the chance 1 / (n + 1): the number inside is Poisson of mean 2 (Kleinrock, 3.3)."""
    ran = run(DISCOURAGED.format(times=times))
    what = f"M/M/1, {'balking' if 'balks' in times else 'thinning'}"
    inside = ran.level("line") + ran.busy("serve")
    agrees(inside, 2, detects=0.015, what=f"{what}: L")
    agrees(ran.rate("serve"), 1 - math.exp(-2), detects=0.008, what=f"{what}: X")


def balked(ran: Run, source: str) -> Sums:
    record = ran.result.data.source[:, ran.names.sources.index(source)]
    return Sums(record["balked"].astype(float), record["arrived"].astype(float))


def test_erlang_b_by_balking():
    """Who finds 25 lines busy hangs up."""
    ran = run("""
title: Trunks
stocks: {calls: {}, lines: {start: 25}, done: {sink: yes}}
sources: {callers: {to: calls, rate: 20, balks: lines < 1}}
activities: {talk: {takes: {calls: 1, lines: 1}, gives: {done: 1, lines: 1}, people: 0, time: exponential(1)}}
terms: {horizon: 3000, warm_up: 100}
""")
    exact = reference("erlang_b_a20_c25")
    agrees(balked(ran, "callers"), exact, detects=0.11, what="M/M/25/25 by balking: P(loss)")
    agrees(ran.busy("talk"), 20 * (1 - exact), detects=0.012, what="M/M/25/25 by balking: busy")


@pytest.mark.parametrize("turned", ["balks: line >= 5", "when_full: {to: street}"], ids=["balks", "full"])
def test_mmck_with_losses(turned):
    exact = reference("mmck_lam5_mu1_c3_K8")
    capacity = "capacity: 5" if "full" in turned else ""
    ran = run(f"""
title: Three clerks, eight inside at most
stocks: {{line: {{{capacity}}}, street: {{sink: yes}}, done: {{sink: yes}}}}
sources: {{customers: {{to: line, rate: 5, {turned}}}}}
activities: {{serve: {{takes: {{line: 1}}, gives: {{done: 1}}, time: exponential(1)}}}}
crews: {{all: {{clerk: {{count: 3, does: serve}}}}}}
terms: {{horizon: 4000, warm_up: 100}}
""")
    what = f"M/M/3/8, {turned.split(':')[0]}"
    record = ran.result.data.source[:, 0]
    turned_away = Sums((record["balked"] + record["diverted"]).astype(float), record["arrived"].astype(float))
    agrees(turned_away, exact["p_loss"], detects=0.03, what=f"{what}: P(loss)")
    agrees(ran.wait("line"), exact["Wq"], detects=0.02, what=f"{what}: Wq")
    agrees(ran.rate("serve"), exact["throughput"], detects=0.01, what=f"{what}: X")
