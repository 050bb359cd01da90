"""Queues of several kinds of item, orders by size, change-over and routes against their closed forms."""

from __future__ import annotations

import pytest
from scipy.integrate import quad

from tests.theory.agreement import agrees, run

HEAD = """
title: Kinds
params: {{one: {one}, two: {two}}}
terms: {{horizon: {horizon}, warm_up: 2000}}
"""


def test_priority_of_kinds_without_preemption():
    """A. Cobham, Priority assignment in waiting line problems (1954): M/G/1, two kinds, not interrupted.

    Wait of kind k: R / ((1 - s_(k-1)) (1 - s_k)), s_k the load of kinds 1 to k, R half the sum of the rates
    times the second moments.
    """
    text = """
kinds:
  dear: {priority: 1, route: [[serve, exponential(1)]], to: dear_done}
  plain: {route: [[serve, 2]], to: plain_done}
stocks: {line: {order: priority}, dear_done: {sink: yes}, plain_done: {sink: yes}}
sources:
  ones: {to: line, every: exponential(rate=one), kind: dear}
  twos: {to: line, every: exponential(rate=two), kind: plain}
activities: {serve: {time: 1}}
crews: {one: {server: {does: serve}}}
"""
    ran = run(HEAD.format(one=0.3, two=0.2, horizon=82_000) + text)
    rest = (0.3 * 2.0 + 0.2 * 4.0) / 2
    agrees(
        ran.flow_time("dear_done"), 1.0 + rest / 0.7, detects=0.03, what="M/G/1, kinds by priority: W urgent"
    )
    exact = 2.0 + rest / (0.7 * 0.3)
    agrees(ran.flow_time("plain_done"), exact, detects=0.04, what="M/G/1, kinds by priority: W other")


def test_shortest_first():
    """T. E. Phipps, Machine repair as a priority waiting-line problem (1956): M/G/1, the shortest job first.

    Mean wait: R times the mean of 1 / (1 - load of the jobs that are shorter)^2, over the sizes.
    """
    text = """
stocks: {line: {order: {smallest: item.size}}, done: {sink: yes}}
sources: {jobs: {to: line, every: exponential(rate=one), attributes: {size: "uniform(0, 2)"}}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: item.size}}
crews: {one: {server: {does: serve}}}
"""
    ran = run(HEAD.format(one=0.8, two=0, horizon=82_000) + text)
    rest = 0.8 * (4.0 / 3.0) / 2
    exact = rest * quad(lambda x: 0.5 / (1 - 0.8 * x * x / 4) ** 2, 0, 2)[0]
    agrees(ran.wait("line"), exact, detects=0.03, what="M/G/1, shortest first: Wq")


@pytest.mark.parametrize(("whose", "name"), [("tools", "tool"), ("crews", "worker")])
def test_changing_over_between_two_kinds(whose, name):
    """M/G/1 by Pollaczek and Khinchine: of two kinds, each as likely, half of the works begin with a set-up.

    Kinds being independent and evenly likely, whether a work needs one is independent of all before.
    """
    text = """
kinds: {a: {}, b: {}}
stocks: {line: {}, done: {sink: yes}}
sources: {jobs: {to: line, every: exponential(rate=one), kind: "discrete(a: 50 %, b: 50 %)"}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, uses: press, time: exponential(1)}}
tools: {press: {TOOL}}
crews: {one: {server: {does: serve, CREW}}}
measures: {changes: set_ups(serve) / starts(serve), time: set_up_time(serve) / set_ups(serve)}
"""
    stated = {"TOOL": "count: 1", "CREW": "count: 1"} | {whose[:-1].upper(): "set_up: 0.5"}
    for word, field in stated.items():
        text = text.replace(word, field)
    ran = run(HEAD.format(one=0.5, two=0, horizon=82_000) + text)
    second = 2.0 + 2 * 0.25 + 0.125
    exact = 1.25 + 0.5 * second / 2 / (1 - 0.5 * 1.25)
    agrees(ran.flow_time("done"), exact, detects=0.03, what=f"M/G/1, change-over of the {name}: W")
    assert ran.measure("changes").mean() == pytest.approx(0.5, abs=0.005)
    assert ran.measure("time") == pytest.approx(0.5)


def test_a_job_shop_of_exponential_machines():
    """F. P. Kelly, Networks of queues with customers of different types (1975): first come, first served.

    Each kind follows its own route; a machine of load s holds s / (1 - s), so that a kind's time in the shop
    is the sum over its steps of 1 / (rate of service - rate of arrival).
    """
    text = """
kinds:
  bracket: {route: [turn, mill, turn, drill], to: brackets}
  flange: {route: [drill, mill, drill], to: flanges}
stocks: {shop: {}, brackets: {sink: yes}, flanges: {sink: yes}}
sources:
  ones: {to: shop, every: exponential(rate=one), kind: bracket}
  twos: {to: shop, every: exponential(rate=two), kind: flange}
activities:
  turn: {time: exponential(1)}
  mill: {time: exponential(1)}
  drill: {time: exponential(1)}
crews: {all: {turner: {does: turn}, miller: {does: mill}, driller: {does: drill}}}
"""
    ran = run(HEAD.format(one=0.3, two=0.15, horizon=82_000) + text)
    turn, mill, drill = 1 / (1 - 0.6), 1 / (1 - 0.45), 1 / (1 - 0.6)
    agrees(ran.flow_time("brackets"), 2 * turn + mill + drill, detects=0.02, what="job shop: W of one kind")
    agrees(ran.flow_time("flanges"), 2 * drill + mill, detects=0.02, what="job shop: W of the other")
