"""Queues whose customers lose patience, against their exact answers."""

from __future__ import annotations

import math

import numpy as np

from hewer.engine.codes import Event
from tests.theory.agreement import Run, Sums, agrees, reference, run

MANY = """
title: A call centre whose callers hang up
stocks: {line: {leaves: {after: exponential(2), to: gone}}, gone: {sink: yes}, done: {sink: yes}}
sources: {calls: {to: line, rate: 48}}
activities: {talk: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {all: {agent: {count: 50, does: talk}}}
terms: {horizon: 4000, warm_up: 20}
"""


def left(ran: Run, stock: str) -> Sums:
    """Those who left a stock of themselves, of all who came."""
    at = ran.names.stock_members.index(stock)
    record = ran.result.data.stock[:, at]
    return Sums(record["left"].astype(float), record["arrived"].astype(float))


def test_erlang_a():
    """M/M/50+M, 48 a minute, mean patience 2."""
    exact = reference("erlang_a_lam48_mu1_c50_theta0.5")
    ran = run(MANY)
    gone = left(ran, "line")
    agrees(gone, exact["p_abandon"], detects=0.06, what="Erlang A: P(abandon)")
    agrees(ran.level("line"), exact["Lq"], detects=0.06, what="Erlang A: Lq")
    agrees(ran.rate("talk"), exact["throughput"], detects=0.005, what="Erlang A: X")
    waited = Sums(ran.level("line") * (ran.window / 1e9), gone.number)
    agrees(waited, exact["mean_wait_all"], detects=0.06, what="Erlang A: wait of all")


def test_erlang_a_probability_of_a_wait():
    """Who does not wait is served at the tick at which he comes."""
    log = run(MANY.replace("horizon: 4000", "horizon: 900"), log=True).result.data.log or ()
    came, served = [], []
    for events in log:
        late = events[events[:, 0] > 20 * 10**9]
        arrived = late[late[:, 1] == Event.ARRIVE, 0]
        started = late[late[:, 1] == Event.START, 0]
        came.append(float(len(arrived)))
        served.append(float(np.isin(arrived, started).sum()))
    number = np.array(came)
    exact = reference("erlang_a_lam48_mu1_c50_theta0.5")["p_wait"]
    agrees(Sums(number - np.array(served), number), exact, detects=0.08, what="Erlang A: P(wait)")


def test_constant_patience():
    """M/M/1+D: rho (1 - rho) E / (1 - rho^2 E) leave, E = exp(-(mu - lambda) D) (Barrer, 1957)."""
    rho, patience = 0.8, 3.0
    ran = run("""
title: A clerk whose customers wait three minutes at most
stocks: {line: {leaves: {after: 3, to: gone}}, gone: {sink: yes}, done: {sink: yes}}
sources: {people: {to: line, rate: 0.8}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {all: {clerk: {does: serve}}}
terms: {horizon: 100000, warm_up: 100}
""")
    e = math.exp(-(1 - rho) * patience)
    lost = rho * (1 - rho) * e / (1 - rho * rho * e)
    agrees(left(ran, "line"), lost, detects=0.02, what="M/M/1+D: P(abandon)")
    agrees(ran.rate("serve"), rho * (1 - lost), detects=0.005, what="M/M/1+D: X")
