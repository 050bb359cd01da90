"""Little's law, which is no statistics: the time that items spend is the area under their number."""

from __future__ import annotations

import pytest

from tests.theory.agreement import run

MODELS = {
    "one server": """
title: Until all have left
stocks: {line: {}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources: {customers: {every: exponential(rate=0.9), limit: 2000}}
activities: {serve: {time: exponential(1)}}
crews: {one: {server: {does: serve}}}
terms: {horizon: 1e6}
""",
    "three servers, last come first": """
title: Until all have left
stocks: {line: {order: lifo}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources: {customers: {every: "gamma(mean=1, cv=2)", limit: 2000}}
activities: {serve: {time: "lognormal(mean=2.5, cv=1.5)"}}
crews: {three: {server: {count: 3, does: serve}}}
terms: {horizon: 1e6}
""",
    "rework": """
title: Until all have left
stocks: {line: {order: priority}, done: {sink: yes}}
sources: {parts: {to: line, every: exponential(2), limit: 2000, priority: "discrete(0: 0.5, 2: 0.5)"}}
activities:
  serve:
    takes: {line: 1}
    outcomes: {good: {chance: 70 %, gives: {done: 1}}, bad: {chance: rest, gives: {line: 1}}}
    time: exponential(1)
crews: {one: {server: {does: serve}}}
terms: {horizon: 1e6}
""",
    "a blocked line": """
title: Until all have left
stocks: {line: {}, buffer: {capacity: 1}, done: {sink: yes}}
flow: [parts, line, cut, buffer, pack, done]
sources: {parts: {every: exponential(2), limit: 2000}}
activities: {cut: {time: exponential(1), blocking: after}, pack: {time: exponential(1)}}
crews: {two: {a: {does: cut}, b: {does: pack}}}
terms: {horizon: 1e6}
""",
}


@pytest.mark.parametrize("name", list(MODELS))
def test_area_and_times_are_the_same(name):
    """To the tick, from empty to empty (a sum of ticks below 2^53 is exact).

    In each stock, and over all stocks and works, in hand or blocked.
    """
    ran = run(MODELS[name], replications=5)
    stocks = ran.result.data.stock
    queues = [k for k, stock in enumerate(ran.names.stock_members) if stock != "done"]
    assert (stocks["integral"][:, queues] == stocks["waited"][:, queues]).all()
    assert (ran.flow_time("done").number == 2000).all()
    assert (ran.result.data.inside == 0).all()
    works = ran.result.data.instance
    area = stocks["integral"][:, queues].sum(axis=1) + (works["busy"] + works["stuck"]).sum(axis=1)
    assert (area == ran.result.data.flow["sum"].sum(axis=1)).all()
