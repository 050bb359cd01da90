"""Parts that meet again, and batches, against their exact answers."""

from __future__ import annotations

import math

from scipy import optimize

from tests.theory.agreement import agrees, reference, run


def test_fork_join_by_family():
    """Two parts of each job are served apart and joined again (Flatto and Hahn, 1984)."""
    ran = run("""
title: Fork and join
stocks: {jobs: {}, left: {}, right: {}, left_done: {}, right_done: {}, done: {sink: yes}}
sources: {source: {to: jobs, rate: 0.8}}
activities:
  fork: {takes: {jobs: 1}, gives: {left: 1, right: 1}, people: 0, time: 0}
  one: {takes: {left: 1}, gives: {left_done: 1}, time: exponential(1)}
  other: {takes: {right: 1}, gives: {right_done: 1}, time: exponential(1)}
  join:
    takes: {left_done: all of family, right_done: all of family}
    gives: {done: 1}
    people: 0
    time: 0
crews: {all: {a: {does: one}, b: {does: other}}}
terms: {horizon: 40000, warm_up: 400}
""")
    agrees(
        ran.flow_time("done"), reference("fork_join2_lam0.8_mu1"), detects=0.06, what="fork-join by family: W"
    )
    agrees(ran.rate("join"), 0.8, detects=0.006, what="fork-join by family: X")


def test_bulk_service():
    """M/M(1,4)/1 (Bailey's queue): P(busy, n wait) = A r^n, (lambda + mu) r = lambda + mu r^5."""
    rate, most = 2.5, 4
    ran = run(f"""
title: A lift
stocks: {{hall: {{}}, up: {{sink: yes}}}}
sources: {{people: {{to: hall, rate: {rate}}}}}
activities: {{ride: {{takes: {{hall: 1 .. {most}}}, gives: {{up: taken(hall)}}, time: exponential(1)}}}}
crews: {{all: {{lift: {{does: ride}}}}}}
terms: {{horizon: 30000, warm_up: 200}}
""")
    r = optimize.brentq(lambda x: rate + x ** (most + 1) - (rate + 1) * x, 1e-9, 1 - 1e-6)
    a = 1 / (1 / (1 - r) + 1 / rate)
    agrees(ran.level("hall"), a * r / (1 - r) ** 2, detects=0.03, what="M/M(1,4)/1: Lq")
    agrees(ran.busy("ride"), a / (1 - r), detects=0.006, what="M/M(1,4)/1: utilisation")


def test_pairs_with_a_time_out():
    """Who comes first waits for the next, but D at most: batches of 2 - exp(-lambda D), on average."""
    rate, most = 1.0, 0.7
    ran = run(f"""
title: Pairs
stocks: {{line: {{}}, gone: {{sink: yes}}}}
sources: {{people: {{to: line, rate: {rate}}}}}
activities:
  go: {{takes: {{line: 2 .. 2 within {most}}}, gives: {{gone: taken(line)}}, people: 0, time: 0}}
terms: {{horizon: 30000, warm_up: 100}}
""")
    size = 2 - math.exp(-rate * most)
    agrees(ran.rate("go"), rate / size, detects=0.006, what="pairs within D: batches")
    wait = (1 - math.exp(-rate * most)) / rate / size
    agrees(ran.wait("line"), wait, detects=0.006, what="pairs within D: wait")
