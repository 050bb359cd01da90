"""Single queues against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.engine.codes import Event
from tests.theory.agreement import Run, Sums, agrees, reference, run

SINGLE = """
title: One server
params: {{rate: 0.8}}
stocks: {{line: {{order: {order}}}, done: {{sink: yes}}}}
flow: [customers, line, serve, done]
sources: {{customers: {{every: exponential(rate=rate)}}}}
activities: {{serve: {{time: "{time}"}}}}
crews: {{one: {{server: {{does: serve}}}}}}
terms: {{horizon: {horizon}, warm_up: 2000}}
measures: {{half: "flow_time(done, 0.5)", most: "flow_time(done, 0.95)"}}
"""


def single(time: str, horizon: int, order: str = "fifo", rate: float = 0.8) -> Run:
    text = SINGLE.format(time=time, order=order, horizon=horizon)
    return run(text, rate=rate)


def test_mm1_half_busy():
    """M/M/1, 0.5 of 1: W = 2, Lq = 0.5, and the time in system is exponential."""
    ran = single("exponential(1)", 152_000, rate=0.5)
    agrees(ran.flow_time("done"), 2.0, detects=0.017, what="M/M/1 0.5: W")
    agrees(ran.wait("line"), 1.0, detects=0.03, what="M/M/1 0.5: Wq")
    agrees(ran.level("line"), 0.5, detects=0.03, what="M/M/1 0.5: Lq")
    agrees(ran.share("server", "working"), 0.5, detects=0.008, what="M/M/1 0.5: utilisation")
    # histograms have 128 bins for a factor of two: a quantile is known to 0.4 %
    for name, p in (("half", 0.5), ("most", 0.95)):
        exact = -2 * math.log(1 - p)
        assert ran.measure(name).mean() == pytest.approx(exact, rel=0.02), name


def test_mm1_nine_tenths_busy():
    """The benchmark's queue: W = 10. Its waits are strongly correlated, so this comparison is weak."""
    ran = single("exponential(1)", 122_000, rate=0.9)
    agrees(ran.flow_time("done"), 10.0, detects=0.1, what="M/M/1 0.9: W")
    agrees(ran.share("server", "working"), 0.9, detects=0.007, what="M/M/1 0.9: utilisation")


def test_md1():
    """M/D/1: constant service."""
    exact = reference("md1_rho0.8")
    ran = single("1", 62_000)
    agrees(ran.flow_time("done"), exact["W"], detects=0.036, what="M/D/1: W")
    agrees(ran.wait("line"), exact["Wq"], detects=0.06, what="M/D/1: Wq")
    agrees(ran.level("line"), exact["Lq"], detects=0.06, what="M/D/1: Lq")


@pytest.mark.parametrize(
    "time",
    [
        "gamma(mean=1, cv=1.4142135623730951)",
        "lognormal(mean=1, cv=1.4142135623730951)",
        "discrete(0: 0.6666666666666667, 3: 0.3333333333333333)",
    ],
)
def test_mg1_depends_on_two_moments_only(time):
    """M/G/1 (Pollaczek and Khinchine): any service with cv^2 = 2."""
    exact = reference("mg1_rho0.8_cs2_2")
    ran = single(time, 92_000)
    what = f"M/G/1 {time.partition('(')[0]}: W"
    agrees(ran.flow_time("done"), exact["W"], detects=0.09, what=what)


@pytest.mark.parametrize("order", ["lifo", "priority"])
def test_mm1_mean_wait_does_not_depend_on_the_order(order):
    """What does not look at service times leaves the mean wait alone, but not the quantiles."""
    other = single("exponential(1)", 47_000, order=order)
    agrees(other.flow_time("done"), 5.0, detects=0.07, what=f"M/M/1 {order}: W")
    if order == "lifo":
        # most come to a short line: their median is below that of first come, first served
        assert (other.measure("half") < 0.9 * 5 * math.log(2)).all()


MANY = """
title: Several servers
stocks: {line: {}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources: {customers: {every: exponential(rate=8)}}
activities: {serve: {time: exponential(1)}}
crews: {ten: {server: {count: 10, does: serve}}}
terms: {horizon: 15000, warm_up: 100}
"""


def test_mmc():
    """M/M/10, 8 of 10."""
    exact = reference("mmc_lam8_mu1_c10")
    ran = run(MANY)
    agrees(ran.wait("line"), exact["Wq"], detects=0.1, what="M/M/10: Wq")
    agrees(ran.flow_time("done"), exact["W"], detects=0.02, what="M/M/10: W")
    inside = ran.level("line") + ran.busy("serve")
    agrees(inside, exact["L"], detects=0.03, what="M/M/10: L")
    busy = np.mean([ran.share(f"server {k}", "working") for k in range(1, 11)], axis=0)
    agrees(busy, exact["rho"], detects=0.01, what="M/M/10: utilisation")


def test_mmc_probability_and_length_of_a_wait():
    """P(wait), and the mean wait of those who wait, 1 / (c mu - lambda), from the event log."""
    exact = reference("mmc_lam8_mu1_c10")
    text = MANY.replace("horizon: 15000, warm_up: 100", "horizon: 1500")
    waited, total, number = [], [], []
    for log in run(text, log=True).result.data.log or ():
        arrived = log[log[:, 1] == Event.ARRIVE, 0]
        started = log[log[:, 1] == Event.START, 0]
        mine = slice(
            800, 11_000
        )  # not those of the start, when it is empty, nor those still there at the end
        waits = (started[mine] - arrived[mine]) / 1e9  # first come, first served
        waited.append((waits > 0).mean())
        total.append(waits.sum())
        number.append((waits > 0).sum())
    agrees(waited, exact["p_wait"], detects=0.1, what="M/M/10: P(wait)")
    long = Sums(np.array(total), np.array(number, dtype=float))
    agrees(long, 1 / (10 - 8), detects=0.22, what="M/M/10: wait of those who wait")


def test_mmck():
    """M/M/3/8: five places to wait; who finds them full is lost."""
    exact = reference("mmck_lam5_mu1_c3_K8")
    ran = run("""
title: A short line
stocks: {line: {capacity: 5}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources: {customers: {every: exponential(rate=5), when_full: lose}}
activities: {serve: {time: exponential(1)}}
crews: {three: {server: {count: 3, does: serve}}}
terms: {horizon: 8000, warm_up: 100}
""")
    agrees(ran.lost("customers"), exact["p_loss"], detects=0.02, what="M/M/3/8: P(loss)")
    agrees(ran.rate("serve"), exact["throughput"], detects=0.01, what="M/M/3/8: throughput")
    agrees(ran.level("line"), exact["Lq"], detects=0.01, what="M/M/3/8: Lq")
    agrees(ran.wait("line"), exact["Wq"], detects=0.02, what="M/M/3/8: Wq")
    agrees(ran.flow_time("done"), exact["W"], detects=0.015, what="M/M/3/8: W")


@pytest.mark.parametrize("time", ["exponential(1)", "lognormal(mean=1, cv=2)", "1"])
def test_erlang_loss_depends_on_the_mean_only(time):
    """Erlang B, 20 erlang on 25 trunks, whatever the distribution of the calls.

    A call that finds no trunk leaves at once: of two automatic activities that want it, the one with the
    lower priority gets it only where the other cannot start.
    """
    ran = run(f"""
title: Trunks
stocks: {{line: {{}}, done: {{sink: yes}}}}
sources: {{calls: {{to: line, every: exponential(rate=20)}}}}
activities:
  talk: {{takes: {{line: 1}}, gives: {{done: 1}}, people: 0, uses: trunk, time: "{time}", priority: 1}}
  hang_up: {{takes: {{line: 1}}, people: 0, time: 0}}
tools: {{trunk: 25}}
terms: {{horizon: 3000, warm_up: 100}}
measures: {{busy: utilisation(trunk)}}
""")
    lost, served = ran.ended("hang_up"), ran.ended("talk")
    exact = reference("erlang_b_a20_c25")
    what = f"M/G/25/25 {time.partition('(')[0]}"
    agrees(Sums(lost, lost + served), exact, detects=0.11, what=f"{what}: P(loss)")
    agrees(ran.measure("busy"), 20 * (1 - exact) / 25, detects=0.012, what=f"{what}: utilisation")
    assert (ran.level("line") == 0).all()
