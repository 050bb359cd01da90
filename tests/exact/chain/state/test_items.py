"""Items that differ, wait with patience, turn away or go elsewhere: the chain against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.errors import RefusalError
from hewer.exact.chain.markov import exact_solution
from hewer.model.reading.document import loads
from tests.exact.test_references import NEAR, busy, level, rate, solved
from tests.theory.agreement import reference

CALLS = """
title: A call centre whose callers hang up
stocks: {line: {capacity: ROOM, leaves: {after: PATIENCE, to: gone}}, gone: {sink: yes}, done: {sink: yes}}
sources: {calls: {to: line, rate: 48, when_full: lose}}
activities: {talk: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {all: {agent: {count: 50, does: talk}}}
terms: {horizon: 100}
measures: {left: left(line) / arrived(calls)}
"""


def test_erlang_a():
    """M/M/50+M, 48 a minute, mean patience 2; 200 wait with a probability below 1e-30."""
    exact = reference("erlang_a_lam48_mu1_c50_theta0.5")
    found = solved(CALLS.replace("ROOM", "200").replace("PATIENCE", "exponential(2)"))
    assert found.states == 251
    assert found.measures["left"] == pytest.approx(exact["p_abandon"], rel=NEAR)
    assert level(found, "line") == pytest.approx(exact["Lq"], rel=NEAR)
    assert rate(found, "talk") == pytest.approx(exact["throughput"], rel=NEAR)


def erlang_patience(arrivals: float, places: int, phase: float) -> np.ndarray:
    """Solve M/M/1 whose customers have two phases of patience: (busy, phase left of each who waits)."""
    from itertools import product

    states = [()] + [(1, *rest) for n in range(places + 1) for rest in product((2, 1), repeat=n)]
    at = {state: k for k, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))

    def leads(state: tuple[int, ...], to: tuple[int, ...], rate: float) -> None:
        flow[at[state], at[to]] += rate
        flow[at[state], at[state]] -= rate

    for state in states:
        if not state:
            leads(state, (1,), arrivals)
            continue
        if len(state) <= places:
            leads(state, (*state, 2), arrivals)
        leads(state, (1, *state[2:]) if len(state) > 1 else (), 1.0)
        for k in range(1, len(state)):
            if state[k] == 2:
                leads(state, (*state[:k], 1, *state[k + 1 :]), 1 / phase)
            else:
                leads(state, (*state[:k], *state[k + 1 :]), 1 / phase)
    system = np.vstack([flow.T[:-1], np.ones(len(states))])
    chance = np.linalg.solve(system, np.eye(len(states))[-1])
    waiting = np.array([max(0, len(state) - 1) for state in states])
    return np.array([1.0 - chance[0], chance @ waiting])


def test_patience_in_phases():
    """Each who waits has phases of his own; the first is served first."""
    found = solved("""
title: A clerk whose customers grow impatient
stocks: {line: {capacity: 4, leaves: {after: "erlang(2, 3)", to: gone}}, gone: {sink: yes}, done: {sink: yes}}
sources: {people: {to: line, rate: 0.9, when_full: lose}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {all: {clerk: {does: serve}}}
terms: {horizon: 100}
""")
    exact = erlang_patience(0.9, 4, 1.5)
    assert [busy(found, "serve"), level(found, "line")] == pytest.approx(exact, rel=NEAR)


def test_who_finds_no_room_to_go_to_waits_on():
    """Two stocks of one place: who has lost patience goes as soon as the other place is free."""
    found = solved("""
title: Two benches
stocks: {one: {capacity: 1, leaves: {after: exponential(2), to: two}}, two: {capacity: 1}, done: {sink: yes}}
sources: {people: {to: one, rate: 1, when_full: lose}}
activities: {serve: {takes: {two: 1}, gives: {done: 1}, people: 0, uses: desk, time: exponential(1)}}
tools: {desk: 1}
terms: {horizon: 100}
""")
    # one: empty, patient, overdue; two and desk: 0, 1, 2 inside. The overdue wait only where two is full.
    states = [(a, n) for a in ("empty", "patient") for n in range(3)] + [("overdue", 2)]
    at = {state: k for k, state in enumerate(states)}
    flow = np.zeros((7, 7))
    for a, n in states:
        leads = []
        if a == "empty":
            leads.append((("patient", n), 1.0))
        if a == "patient":
            leads.append((("empty", n + 1) if n < 2 else ("overdue", 2), 0.5))
        if n:
            leads.append((("empty", 2) if a == "overdue" else (a, n - 1), 1.0))
        for to, speed in leads:
            flow[at[a, n], at[to]] += speed
            flow[at[a, n], at[a, n]] -= speed
    chance = np.linalg.solve(np.vstack([flow.T[:-1], np.ones(7)]), np.eye(7)[-1])
    assert found.states == 7
    assert busy(found, "serve") == pytest.approx(sum(chance[at[s]] for s in states if s[1] > 0), rel=NEAR)
    assert level(found, "one") == pytest.approx(
        sum(chance[at[s]] for s in states if s[0] != "empty"), rel=NEAR
    )


@pytest.mark.parametrize(
    ("fields", "birth"),
    [
        ("rate: 2, balks: '1 - 1 / (1 + line)'", lambda n: 2.0 if n < 2 else 2.0 / n),
        ("rate: {value: 2 / (1 + line), most: 2}", lambda n: 2.0 if n < 2 else 2.0 / n),
        ("rate: 2, balks: line >= 3", lambda n: 2.0 if n < 4 else 0.0),
        ("every: exponential(0.5), balks: 30 %", lambda n: 1.4),
    ],
)
def test_who_balks_makes_a_birth_and_death_chain(fields, birth):
    found = solved(
        "title: Customers who look at the line\nstocks: {line: {capacity: 6}, done: {sink: yes}}\n"
        f"sources: {{people: {{to: line, when_full: lose, {fields}}}}}\n"
        "activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}\n"
        "crews: {all: {clerk: {does: serve}}}\nterms: {horizon: 100}\n"
        "measures: {turned: (balked(people) + lost(people)) / horizon(), came: arrived(people) / horizon()}\n"
    )
    weight = np.cumprod([1.0, *[birth(n) for n in range(7)]])
    share = weight / weight.sum()
    entered = sum(p * birth(n) for n, p in enumerate(share[:-1]))
    assert busy(found, "serve") == pytest.approx(1 - share[0], rel=NEAR)
    assert level(found, "line") == pytest.approx(share @ [0, 0, 1, 2, 3, 4, 5, 6], rel=NEAR)
    assert rate(found, "serve") == pytest.approx(entered, rel=NEAR)
    assert found.measures["came"] - found.measures["turned"] == pytest.approx(entered, rel=NEAR)


def test_what_finds_no_room_goes_elsewhere():
    """Nobody takes anything: the first two fill one, the third two, the rest is lost."""
    found = solved(
        """
title: Overflow
stocks: {one: {capacity: 2}, two: {capacity: 1}, spare: {start: 1}}
sources: {calls: {to: one, rate: 1.5, when_full: {to: two}}}
activities:
  wear: {takes: {spare: 1}, people: 0, time: exponential(1)}
terms: {horizon: 10}
measures: {elsewhere: diverted(calls), lost: lost(calls), came: arrived(calls)}
""",
        span="to_the_end",
    )
    poisson = [math.exp(-15) * 15**k / math.factorial(k) for k in range(4)]
    beyond = [15 - sum(1 - sum(poisson[: k + 1]) for k in range(most)) for most in (2, 3)]
    assert found.measures["came"] == pytest.approx(15, rel=NEAR)
    assert found.measures["elsewhere"] == pytest.approx(beyond[0] - beyond[1], rel=1e-8)
    assert found.measures["lost"] == pytest.approx(beyond[1], rel=NEAR)


KINDS = """
title: Two kinds
kinds:
  dear: {priority: 1, route: [[serve, exponential(1)]], to: dear_done}
  plain: {route: [[serve, exponential(2)]], to: plain_done}
stocks: {line: {order: ORDER, capacity: 40}, dear_done: {sink: yes}, plain_done: {sink: yes}}
sources:
  ones: {to: line, rate: 0.2, kind: dear, when_full: lose}
  twos: {to: line, rate: 0.1, kind: plain, when_full: lose}
activities: {serve: {time: 1}}
crews: {one: {server: {does: serve}}}
terms: {horizon: 100}
measures: {dear: rate(dear_done), plain: rate(plain_done)}
"""


def test_kinds_by_priority():
    """Cobham: each kind waits R / ((1 - s_(k-1)) (1 - s_k)); R half the rates times the second moments."""
    found = solved(KINDS.replace("ORDER", "priority"))
    rest = (0.2 * 2 + 0.1 * 8) / 2
    waits = rest / 0.8, rest / (0.8 * 0.6)
    assert found.measures["dear"] == pytest.approx(0.2, rel=1e-8)
    assert level(found, "line") == pytest.approx(0.2 * waits[0] + 0.1 * waits[1], rel=1e-7)
    assert busy(found, "serve") == pytest.approx(0.4, rel=1e-8)


def test_kinds_first_come_first_served():
    """M/G/1: service is a mixture of the kinds; the order of kinds in the line is part of the state."""
    text = KINDS.replace("ORDER", "fifo").replace("capacity: 40", "capacity: 9")
    text = text.replace("0.2, kind", "0.05, kind").replace("0.1, kind", "0.04, kind")
    found = solved(text)
    rest = (0.05 * 2 + 0.04 * 8) / 2
    assert found.states == 1 + 2 * (2**10 - 1)
    assert level(found, "line") == pytest.approx(0.09 * rest / (1 - 0.13), rel=1e-5)


def test_kinds_of_one_source_and_several_servers():
    """Kinds drawn at arrival: M/H/c, solved again here by hand."""
    found = solved("""
title: Kinds are drawn
kinds: {short: {attributes: {size: 0.5}}, long: {attributes: {size: 3}}}
stocks: {line: {capacity: 3}, done: {sink: yes}}
sources: {jobs: {to: line, rate: 1.2, kind: "discrete(short: 70 %, long: 30 %)", when_full: lose}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(item.size)}}
crews: {all: {man: {count: 2, does: serve}}}
terms: {horizon: 100}
""")
    same = solved("""
title: Times are drawn
stocks: {line: {capacity: 3}, done: {sink: yes}}
sources: {jobs: {to: line, rate: 1.2, when_full: lose}}
activities:
  serve: {takes: {line: 1}, gives: {done: 1}, time: "discrete(0.5: 0.7, 3: 0.3) * exponential(1)"}
crews: {all: {man: {count: 2, does: serve}}}
terms: {horizon: 100}
""")
    for of in (lambda s: busy(s, "serve"), lambda s: level(s, "line"), lambda s: rate(s, "serve")):
        assert of(found) == pytest.approx(of(same), rel=NEAR)
    assert found.states > same.states  # the kinds of those who wait are known


def test_shortest_first():
    """Cobham's priorities once more, by a key."""
    text = KINDS.replace("ORDER", "{smallest: item.size}")
    sized = text.replace("dear: {", "dear: {attributes: {size: 1}, ")
    sized = sized.replace("plain: {route", "plain: {attributes: {size: 2}, route")
    assert level(solved(sized), "line") == pytest.approx(
        level(solved(KINDS.replace("ORDER", "priority")), "line"), rel=NEAR
    )


def test_a_job_shop_has_a_product_form():
    """F. P. Kelly (1975): kinds with routes of their own; a machine of load s holds s / (1 - s)."""
    found = solved("""
title: A job shop of few jobs
kinds:
  bracket: {route: [turn, mill, turn], to: brackets}
  flange: {route: [mill, turn], to: flanges}
stocks: {shop: {}, brackets: {sink: yes}, flanges: {sink: yes}}
sources:
  ones: {to: shop, rate: 0.03, kind: bracket, balks: shop > 4}
  twos: {to: shop, rate: 0.04, kind: flange, balks: shop > 4}
activities: {turn: {time: exponential(1)}, mill: {time: exponential(1.5)}}
crews: {all: {turner: {does: turn}, miller: {does: mill}}}
terms: {horizon: 100}
measures: {brackets: rate(brackets), flanges: rate(flanges)}
""")
    turn, mill = 2 * 0.03 + 0.04, 1.5 * (0.03 + 0.04)
    inside = level(found, "shop") + busy(found, "turn") + busy(found, "mill")
    assert inside == pytest.approx(turn / (1 - turn) + mill / (1 - mill), rel=3e-4)
    assert [found.measures[name] for name in ("brackets", "flanges")] == pytest.approx([0.03, 0.04], rel=3e-5)


def test_a_constant_attribute_is_part_of_the_state_and_a_continuous_one_refused():
    text = KINDS.replace("ORDER", "fifo").replace(
        "kind: dear", "kind: dear, attributes: {size: exponential(1)}"
    )
    with pytest.raises(RefusalError) as caught:
        exact_solution(loads(text))
    (problem,) = caught.value.problems
    assert problem.path == "sources.ones.attributes.size"
    assert "continuous attribute" in problem.message
