"""Interruption: machines that fail, those who repair them or are called away, urgent work that goes first."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.agreement import agrees, reference, run

REPAIRMEN = """
title: Ten machines and those who mend them
tools: {{machine: {{count: 10, fails: {{every: exponential(rate=0.1), counts: {counts}}}}}}}
stocks: {{}}
activities:
  mend: {{takes: {{down(machine): 1}}, time: exponential(1)}}
  run: {{people: 0, uses: machine, time: exponential(7)}}
crews: {{all: {{repairman: {{count: {number}, does: mend}}}}}}
terms: {{horizon: 10000, warm_up: 100}}
measures: {{up: availability(machine), failures: failures(machine), used: utilisation(machine)}}
"""


@pytest.mark.parametrize("counts", ["clock", "use"])
@pytest.mark.parametrize("number", [1, 2])
def test_machine_repairman(counts, number):
    """M/M/r//10: machines that are always in use fail alike by the clock and by time in use."""
    exact = reference(f"machine_repair_10_0.1_1_r{number}")
    ran = run(REPAIRMEN.format(counts=counts, number=number))
    what = f"10 machines, {number} to mend, by {counts}"
    agrees(ran.measure("up"), exact["availability"], detects=0.01, what=f"{what}: availability")
    agrees(ran.measure("used"), exact["availability"], detects=0.01, what=f"{what}: machines in use")
    down = ran.level("down(machine)") + ran.busy("mend")
    agrees(down, exact["mean_down"], detects=0.03, what=f"{what}: mean number down")
    agrees(ran.rate("mend"), exact["repair_throughput"], detects=0.01, what=f"{what}: repairs")
    busy = np.mean([ran.share(name, "working") for name in ran.names.workers], axis=0)
    agrees(busy, exact["repairman_utilisation"], detects=0.015, what=f"{what}: utilisation")


CLASSES = """
title: Two classes, the first of which interrupts the second
stocks: {{first_done: {{sink: yes}}, second_done: {{sink: yes}}}}
flow: {{a: [firsts, serve_first, first_done], b: [seconds, serve_second, second_done]}}
sources: {{firsts: {{every: exponential(rate=0.3)}}, seconds: {{every: exponential(rate=0.4)}}}}
activities:
  serve_first: {{time: exponential(1), priority: 1, preempts: yes}}
  serve_second: {{time: exponential(1), {rule}}}
crews: {{one: {{server: {{does: [serve_first, serve_second]}}}}}}
terms: {{horizon: 130000, warm_up: 500}}
"""


@pytest.mark.parametrize("rule", ["interrupted: resume", "interrupted: redraw", "resumed_by: owner"])
def test_preemptive_priorities(rule):
    """M/M/1, preemptive resume; what is exponential may as well be drawn anew."""
    first, second = reference("preemptive_mm1_l0.3_0.4_mu1")
    ran = run(CLASSES.format(rule=rule))
    what = f"M/M/1 with preemption, {rule.rpartition(' ')[2]}"
    agrees(ran.flow_time("first_done"), first, detects=0.012, what=f"{what}: W of the first class")
    agrees(ran.flow_time("second_done"), second, detects=0.06, what=f"{what}: W of the second class")
    agrees(ran.share("server", "working"), 0.7, detects=0.008, what=f"{what}: utilisation")


UNRELIABLE = """
title: Two machines that fail while they work, and a buffer
tools:
  one: {{fails: {{every: exponential(rate=0.1), repair: exponential(rate=0.4), counts: use}}}}
  two: {{fails: {{every: exponential(rate=0.08), repair: exponential(rate=0.25), counts: use}}}}
stocks: {{between: {{capacity: {places}}}, out: {{sink: yes}}}}
activities:
  first: {{people: 0, uses: one, gives: {{between: 1}}, time: exponential(rate=1.2), blocking: after}}
  second: {{people: 0, uses: two, takes: {{between: 1}}, gives: {{out: 1}}, time: exponential(rate=1)}}
terms: {{horizon: 36000, warm_up: 500}}
measures: {{up: availability(one), rate: rate(out), between: level(between), down: availability(two)}}
"""


def unreliable_line(places: int) -> dict[str, float]:
    """Solve the Markov chain: parts made by the first and not yet by the second, and who is down."""
    most, states = places + 2, [(n, a, b) for n in range(places + 3) for a in (0, 1) for b in (0, 1)]
    at = {state: k for k, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))

    def leads(state: tuple[int, int, int], to: tuple[int, int, int], rate: float) -> None:
        flow[at[state], at[to]] += rate
        flow[at[state], at[state]] -= rate

    for n, a, b in states:
        if a and n < most:
            leads((n, a, b), (n + 1, a, b), 1.2)
            leads((n, a, b), (n, 0, b), 0.1)
        if b and n > 0:
            leads((n, a, b), (n - 1, a, b), 1.0)
            leads((n, a, b), (n, a, 0), 0.08)
        if not a:
            leads((n, a, b), (n, 1, b), 0.4)
        if not b:
            leads((n, a, b), (n, a, 1), 0.25)
    system = np.vstack([flow.T[:-1], np.ones(len(states))])
    chance = np.linalg.solve(system, np.eye(len(states))[-1])
    parts, one, two = np.array(states).T
    return {
        "rate": float(chance @ (two * (parts > 0))),
        "one": float(chance @ one),
        "two": float(chance @ two),
        "between": float(chance @ np.clip(parts - 1, 0, places)),
    }


@pytest.mark.parametrize("places", [1, 4])
def test_two_machines_that_fail_while_they_work(places):
    """Operation-dependent failures, blocking after service, against the chain solved here."""
    exact = unreliable_line(places)
    ran = run(UNRELIABLE.format(places=places))
    what = f"two unreliable machines, {places} places"
    agrees(ran.measure("rate"), exact["rate"], detects=0.01, what=f"{what}: throughput")
    agrees(ran.measure("up"), exact["one"], detects=0.01, what=f"{what}: first in service")
    agrees(ran.measure("down"), exact["two"], detects=0.01, what=f"{what}: second in service")
    agrees(ran.measure("between"), exact["between"], detects=0.03, what=f"{what}: mean in the buffer")


SERVER = """
title: A server that fails while it serves
params: {{rate: 0.5}}
flow: [customers, serve]
sources: {{customers: {{every: exponential(rate=rate)}}}}
{tools}
activities: {{serve: {{time: "gamma(mean=1, cv=0.5)", {fields}}}}}
{crews}
terms: {{horizon: 40000, warm_up: 500}}
"""
MACHINE = {
    "tools": "tools: {lathe: {fails: {every: exponential(5), repair: 'uniform(0.5, 2.5)', counts: use}}}",
    "fields": "people: 0, uses: lathe",
    "crews": "",
}
PERSON = {
    "tools": "",
    "fields": "resumed_by: owner",
    "crews": "crews: {one: {server: {does: serve, absent: "
    "{every: exponential(5), lasts: 'uniform(0.5, 2.5)', counts: work}}}}",
}


@pytest.mark.parametrize(("name", "server"), [("tool", MACHINE), ("person", PERSON)])
def test_a_server_that_is_interrupted_while_it_serves(name, server):
    """M/G/1 with interruptions while serving: Pollaczek and Khinchine on the completion times.

    B. Avi-Itzhak and P. Naor, "Some queuing problems with the service station subject to breakdown",
    Operations Research 11 (1963): with service S and, at rate f while serving, interruptions R, completion
    times have mean E[S] (1 + f E[R]) and second moment E[S^2] (1 + f E[R])^2 + E[S] f E[R^2].
    """
    rate, stretch, square = 0.5, 1 + 1.5 / 5, (2.5**3 - 0.5**3) / (3 * 2)
    mean, second = stretch, 1.25 * stretch**2 + square / 5
    exact = mean + rate * second / (2 * (1 - rate * mean))
    ran = run(SERVER.format(**server))
    agrees(ran.flow_time("done"), exact, detects=0.03, what=f"M/G/1 with breakdowns, a {name}: W")
    agrees(ran.busy("serve"), rate * mean, detects=0.012, what=f"M/G/1 with breakdowns, a {name}: in hand")


def test_absence_by_the_clock():
    """Alternating renewal: the part of the time away is that of the means, whatever the distributions."""
    ran = run("""
title: Somebody who is called away
activities: {work: {time: exponential(3)}}
crews: {one: {man: {does: work, absent: {every: "gamma(mean=8, cv=0.5)", lasts: "lognormal(mean=2, cv=1)"}}}}
terms: {horizon: 25000, warm_up: 500}
measures: {away: "share(man, absent)"}
""")
    agrees(ran.measure("away"), 0.2, detects=0.02, what="absence by the clock: part of the time away")
    agrees(ran.share("man", "working"), 0.8, detects=0.005, what="absence by the clock: part at work")
