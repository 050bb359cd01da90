"""Examples of the kinds that the Ciw documentation treats, in Ciw and in hewer.

Ciw blocks after service and lets the blocked go on in the order in which they were blocked, as hewer does
with `blocking: after`. Its queue capacity counts who waits; its servers are hewer's people.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import ciw
import numpy as np
import pytest

from hewer.engine.codes import Event
from tests.peers.comparison import REPLICATIONS, Floats, alike, peer, waits
from tests.theory.agreement import Run, run


def ciw_run(network: Callable[[], Any], until: float, random: Random, **options: Any) -> Any:
    """Simulate a network; seeded by the source that the comparison hands out."""
    ciw.seed(random.randrange(2**31))
    simulation = ciw.Simulation(network(), **options)
    simulation.simulate_until_max_time(until)
    return simulation


def in_order(simulation: Any, node: int) -> list[Any]:
    """Records of those served at a node, by arrival."""
    records = [r for r in simulation.get_all_records() if r.node == node and r.record_type == "service"]
    return sorted(records, key=lambda record: float(record.arrival_date))


# --------------------------------------------------------------------------- blocking


def factory() -> Any:
    """Three stations in a row, two places before the second and one before the third; lost if four wait."""
    exponential = ciw.dists.Exponential
    return ciw.create_network(
        arrival_distributions=[exponential(1.2), None, None],
        service_distributions=[exponential(1.5), exponential(1.0), exponential(1.3)],
        number_of_servers=[1, 1, 1],
        queue_capacities=[4, 2, 1],
        routing=[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
    )


def blocking(random: Random) -> dict[str, float]:
    simulation = ciw_run(factory, 60, random)
    records = simulation.get_all_records()
    served = [r for r in records if r.record_type == "service"]
    first = in_order(simulation, 1)
    return {
        "made": float(sum(r.node == 3 for r in served)),
        "turned away": float(sum(r.record_type == "rejection" for r in records)),
        "time blocked of the first": float(sum(r.time_blocked for r in served if r.node == 1)),
        "wait of the 30th": float(first[29].waiting_time),
    }


def test_blocking():
    ran = run(
        """
title: Blocking
stocks: {line: {capacity: 4}, front: {capacity: 2}, back: {capacity: 1}, made: {sink: yes}}
flow: [parts, line, cut, front, weld, back, paint, made]
sources: {parts: {every: exponential(rate=1.2), when_full: lose}}
activities:
  cut: {time: exponential(rate=1.5), blocking: after}
  weld: {time: exponential(rate=1), blocking: after}
  paint: {time: exponential(rate=1.3)}
crews: {all: {cutter: {does: cut}, welder: {does: weld}, painter: {does: paint}}}
terms: {horizon: 60}
measures: {made: arrivals(made), lost: lost(parts)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    wait = []
    for log in ran.logs:
        # who finds the line full is lost at the instant of his arrival
        lost = log[log[:, 1] == Event.LOST, 0]
        came = log[log[:, 1] == Event.ARRIVE, 0]
        came = came[~np.isin(came, lost)]
        began = log[(log[:, 1] == Event.START) & (log[:, 2] == 0), 0]
        wait.append(float(began[29] - came[29]) / 1e9)
    ours = {
        "made": ran.measure("made"),
        "turned away": ran.measure("lost"),
        # Ciw writes the time when the blocked goes on: of who is still blocked at the end it says nothing
        "time blocked of the first": np.array([_blocked(log) for log in ran.logs]),
        "wait of the 30th": wait,
    }
    detects = {
        "made": 0.03,
        "turned away": 0.1,
        "time blocked of the first": 0.2,
        "wait of the 30th": 0.3,
    }
    alike("blocking", ours, peer(blocking), detects=detects)


def _blocked(log: Any) -> float:
    blocked = log[(log[:, 1] == Event.BLOCK) & (log[:, 2] == 0), 0]
    released = log[(log[:, 1] == Event.RELEASE) & (log[:, 2] == 0), 0]
    return float(sum(released) - sum(blocked[: len(released)])) / 1e9


# --------------------------------------------------------------------------- deadlock


def ciw_until_deadlock(random: Random, network: Any, empty: tuple[Any, ...]) -> float:
    ciw.seed(random.randrange(2**31))
    simulation = ciw.Simulation(
        network, deadlock_detector=ciw.deadlock.StateDigraph(), tracker=ciw.trackers.NaiveBlocking()
    )
    simulation.simulate_until_deadlock()
    return float(simulation.times_to_deadlock[empty])


def feedback(random: Random) -> dict[str, float]:
    """Half of those served come back to the same full line: the only server waits for himself."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(6.0)],
        service_distributions=[ciw.dists.Exponential(5.0)],
        routing=[[0.5]],
        number_of_servers=[1],
        queue_capacities=[3],
    )
    return {"time to deadlock": ciw_until_deadlock(random, network, ((0, 0),))}


def ring(random: Random) -> dict[str, float]:
    """Two stations that send half of their work to each other, and come to wait for each other."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(4.0), ciw.dists.Exponential(3.0)],
        service_distributions=[ciw.dists.Exponential(5.0), ciw.dists.Exponential(4.0)],
        routing=[[0.0, 0.5], [0.5, 0.0]],
        number_of_servers=[1, 1],
        queue_capacities=[2, 2],
    )
    return {"time to deadlock": ciw_until_deadlock(random, network, ((0, 0), (0, 0)))}


def deadlock_times(ran: Run) -> Floats:
    found = ran.result.data.deadlock
    assert (found >= 0).all()
    return found / 1e9


def test_deadlock_of_one_station():
    ran = run(
        """
title: Feedback
stocks: {line: {capacity: 3}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(rate=6), when_full: lose}}
activities:
  serve:
    takes: {line: 1}
    outcomes: {again: {chance: 50 %, gives: {line: 1}}, leave: {chance: rest, gives: {done: 1}}}
    time: exponential(rate=5)
    blocking: after
crews: {one: {server: {does: serve}}}
terms: {horizon: 60}
""",
        replications=REPLICATIONS,
    )
    ours = {"time to deadlock": deadlock_times(ran)}
    alike("deadlock of one station", ours, peer(feedback), detects={"time to deadlock": 0.2})


def test_deadlock_of_two_stations():
    ran = run(
        """
title: Ring
stocks: {line1: {capacity: 2}, line2: {capacity: 2}, done: {sink: yes}}
sources:
  some: {to: line1, every: exponential(rate=4), when_full: lose}
  others: {to: line2, every: exponential(rate=3), when_full: lose}
activities:
  first:
    takes: {line1: 1}
    outcomes: {on: {chance: 50 %, gives: {line2: 1}}, leave: {chance: rest, gives: {done: 1}}}
    time: exponential(rate=5)
    blocking: after
  second:
    takes: {line2: 1}
    outcomes: {on: {chance: 50 %, gives: {line1: 1}}, leave: {chance: rest, gives: {done: 1}}}
    time: exponential(rate=4)
    blocking: after
crews: {two: {a: {does: first}, b: {does: second}}}
terms: {horizon: 200}
""",
        replications=REPLICATIONS,
    )
    ours = {"time to deadlock": deadlock_times(ran)}
    alike("deadlock of two stations", ours, peer(ring), detects={"time to deadlock": 0.2})


# --------------------------------------------------------------------------- classes


def two_classes(priority: bool) -> Any:
    exponential = ciw.dists.Exponential
    classes = {"plain": 1, "urgent": 0} if priority else {"plain": 0, "urgent": 0}
    return ciw.create_network(
        arrival_distributions={"plain": [exponential(0.7)], "urgent": [exponential(0.4)]},
        service_distributions={"plain": [exponential(1.0)], "urgent": [ciw.dists.Uniform(0.5, 1.5)]},
        routing={"plain": [[0.0]], "urgent": [[0.0]]},
        priority_classes=classes,
        number_of_servers=[2],
    )


def classes(random: Random, priority: bool = False) -> dict[str, float]:
    simulation = ciw_run(lambda: two_classes(priority), 100, random)
    records = in_order(simulation, 1)
    plain, urgent = ([r.waiting_time for r in records if r.customer_class == c] for c in ("plain", "urgent"))
    return {
        "mean wait, plain": float(np.mean(plain)),
        "mean wait, urgent": float(np.mean(urgent)),
        "wait of the 26th plain": float(plain[25]),
        "wait of the 16th urgent": float(urgent[15]),
    }


def classes_with_priority(random: Random) -> dict[str, float]:
    return classes(random, priority=True)


def hewer_classes(priority: int) -> dict[str, Any]:
    ran = run(
        f"""
title: Classes
stocks: {{line1: {{}}, line2: {{}}, done: {{sink: yes}}}}
sources:
  plain: {{to: line1, every: exponential(rate=0.7)}}
  urgent: {{to: line2, every: exponential(rate=0.4)}}
activities:
  serve: {{takes: {{line1: 1}}, gives: {{done: 1}}, time: exponential(1)}}
  help: {{takes: {{line2: 1}}, gives: {{done: 1}}, time: "uniform(0.5, 1.5)", priority: {priority}}}
crews: {{two: {{server: {{count: 2, does: [serve, help]}}}}}}
terms: {{shift: 100}}
""",
        replications=REPLICATIONS,
        log=True,
    )
    plain: list[float] = []
    urgent: list[float] = []
    for log in ran.logs:
        for source, means in ((0, plain), (1, urgent)):
            came = log[(log[:, 1] == Event.ARRIVE) & (log[:, 2] == source), 0]
            began = log[(log[:, 1] == Event.START) & (log[:, 2] == source), 0]
            ended = log[(log[:, 1] == Event.END) & (log[:, 2] == source) & (log[:, 0] <= 100e9), 0]
            # Ciw writes down those served to the end
            means.append(float((began - came[: len(began)])[: len(ended)].mean() / 1e9))
    return {
        "mean wait, plain": plain,
        "mean wait, urgent": urgent,
        "wait of the 26th plain": waits(ran, 25, activity="serve", source="plain"),
        "wait of the 16th urgent": waits(ran, 15, activity="help", source="urgent"),
    }


CLASSES = {
    "mean wait, plain": 0.2,
    "mean wait, urgent": 0.2,
    "wait of the 26th plain": 0.5,
    "wait of the 16th urgent": 0.5,
}


def test_classes_in_one_line():
    """Two lines and one line are the same where who waits longest is served first."""
    alike("classes in one line", hewer_classes(0), peer(classes), detects=CLASSES)


def test_classes_by_priority():
    alike("classes by priority", hewer_classes(1), peer(classes_with_priority), detects=CLASSES)


# --------------------------------------------------------------------------- schedules


def shifts() -> Any:
    return ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(1.0)],
        service_distributions=[ciw.dists.Exponential(0.8)],
        number_of_servers=[ciw.Schedule(numbers_of_servers=[2, 1, 3], shift_end_dates=[30, 50, 100])],
    )


def schedule(random: Random) -> dict[str, float]:
    records = in_order(ciw_run(shifts, 99.5, random), 1)
    return {
        "mean wait": float(np.mean([r.waiting_time for r in records])),
        "served": float(len(records)),
        "wait of the 46th": float(records[45].waiting_time),
    }


def test_schedule_of_servers():
    """Ciw's hand-over: at a change all servers are others, and who is at work finishes beyond it.

    So the three numbers are three roles, each on break but in its own time, whose work in hand is finished.
    """
    ran = run(
        """
title: Schedule
stocks: {line: {}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(rate=1)}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(rate=0.8)}}
crews:
  all: {early: {count: 2, does: serve}, noon: {does: serve}, late: {count: 3, does: serve}}
terms:
  shift: 99.5
  breaks:
    - {at: 30, lasts: 69.5, roles: early, work: finish}
    - {at: 0, lasts: 30, roles: noon, work: finish}
    - {at: 50, lasts: 49.5, roles: noon, work: finish}
    - {at: 0, lasts: 50, roles: late, work: finish}
""",
        replications=REPLICATIONS,
        log=True,
    )
    means, served = [], []
    for log in ran.logs:
        came, began, ended = (log[log[:, 1] == event, 0] for event in (Event.ARRIVE, Event.START, Event.END))
        serial = log[(log[:, 1] == Event.END) & (log[:, 0] <= 99.5e9), 4]
        means.append(float((began - came[: len(began)])[serial].mean() / 1e9))
        served.append(int((ended <= 99.5e9).sum()))
    ours = {"mean wait": means, "served": served, "wait of the 46th": waits(ran, 45, activity="serve")}
    detects = {"mean wait": 0.15, "served": 0.02, "wait of the 46th": 0.2}
    alike("schedule of servers", ours, peer(schedule), detects=detects)


# --------------------------------------------------------------------------- preemption


def interrupted(rule: str, random: Random) -> dict[str, float]:
    """One server whom the urgent take away from the plain."""
    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions={"plain": [exponential(0.4)], "urgent": [exponential(0.25)]},
        service_distributions={"plain": [ciw.dists.Uniform(0.2, 1.8)], "urgent": [exponential(1.0)]},
        priority_classes=({"plain": 1, "urgent": 0}, [rule]),
        number_of_servers=[1],
    )
    records = ciw_run(lambda: network, 120, random).get_all_records()
    ends = {
        name: sorted(
            float(r.exit_date) for r in records if r.record_type == "service" and r.customer_class == name
        )
        for name in ("plain", "urgent")
    }
    return {
        "plain served": len(ends["plain"]),
        "end of the 16th plain": ends["plain"][15],
        "end of the 8th urgent": ends["urgent"][7],
    }


def interrupted_resume(random: Random) -> dict[str, float]:
    return interrupted("resume", random)


def interrupted_restart(random: Random) -> dict[str, float]:
    return interrupted("restart", random)


def interrupted_resample(random: Random) -> dict[str, float]:
    return interrupted("resample", random)


RULES = {"resume": interrupted_resume, "restart": interrupted_restart, "redraw": interrupted_resample}


@pytest.mark.parametrize("rule", list(RULES))
def test_preemption(rule):
    """Ciw's resume, restart and resample; an interrupted customer is the first of his class again."""
    ran = run(
        f"""
title: Preemption
stocks: {{line1: {{}}, line2: {{}}, done: {{sink: yes}}}}
sources:
  plain: {{to: line1, every: exponential(rate=0.4)}}
  urgent: {{to: line2, every: exponential(rate=0.25)}}
activities:
  serve: {{takes: {{line1: 1}}, gives: {{done: 1}}, time: "uniform(0.2, 1.8)", interrupted: {rule}}}
  help: {{takes: {{line2: 1}}, gives: {{done: 1}}, time: exponential(1), priority: 1, preempts: yes}}
crews: {{one: {{server: {{does: [serve, help]}}}}}}
terms: {{horizon: 120}}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ends = [
        [
            log[(log[:, 1] == Event.END) & (log[:, 2] == ran.names.instances.index(name)), 0] / 1e9
            for log in ran.logs
        ]
        for name in ("serve", "help")
    ]
    ours = {
        "plain served": [len(times) for times in ends[0]],
        "end of the 16th plain": [times[15] for times in ends[0]],
        "end of the 8th urgent": [times[7] for times in ends[1]],
    }
    detects = {"plain served": 0.03, "end of the 16th plain": 0.06, "end of the 8th urgent": 0.1}
    alike(f"preemption, {rule}", ours, peer(RULES[rule]), detects=detects)


# --------------------------------------------------------------------------- reneging


def impatient(random: Random) -> dict[str, float]:
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(1.2)],
        service_distributions=[ciw.dists.Exponential(0.5)],
        reneging_time_distributions=[ciw.dists.Uniform(0.5, 4)],
        number_of_servers=[2],
    )
    records = ciw_run(lambda: network, 80, random).get_all_records()
    left = [r for r in records if r.record_type == "renege"]
    return {
        "left": len(left),
        "start of the 41st service": sorted(
            r.service_start_date for r in records if r.record_type == "service"
        )[40],
    }


def test_reneging():
    ran = run(
        """
title: Reneging
stocks: {line: {leaves: {after: "uniform(0.5, 4)", to: gone}}, gone: {}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(rate=1.2)}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(2)}}
crews: {one: {server: {count: 2, does: serve}}}
terms: {horizon: 80}
measures: {left: arrivals(gone)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ours = {
        "left": ran.measure("left"),
        "start of the 41st service": [log[log[:, 1] == Event.START, 0][40] / 1e9 for log in ran.logs],
    }
    alike("reneging", ours, peer(impatient), detects={"left": 0.08, "start of the 41st service": 0.05})


# --------------------------------------------------------------------------- schedules that interrupt


def schedule_that_interrupts(random: Random) -> dict[str, float]:
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(1.0)],
        service_distributions=[ciw.dists.Uniform(0.5, 2.0)],
        number_of_servers=[
            ciw.Schedule(numbers_of_servers=[2, 1, 3], shift_end_dates=[30, 50, 100], preemption="resume")
        ],
    )
    records = [
        r for r in ciw_run(lambda: network, 99.5, random).get_all_records() if r.record_type == "service"
    ]
    ends = sorted(float(r.exit_date) for r in records)
    return {"served": len(ends), "30th served at": ends[29], "46th served at": ends[45]}


def test_schedule_that_interrupts():
    """What the leaving servers have in hand is handed over: the next to be free go on with it first."""
    ran = run(
        """
title: Schedule
stocks: {line: {}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(rate=1)}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: "uniform(0.5, 2)", overrun: hand_over}}
calendars: {early: {at: 0, lasts: 30}, noon: {at: 30, lasts: 20}, late: {at: 50, lasts: 50}}
crews:
  all:
    early: {count: 2, does: serve, calendar: early}
    noon: {does: serve, calendar: noon}
    late: {count: 3, does: serve, calendar: late}
terms: {horizon: 99.5}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ends = [log[log[:, 1] == Event.END, 0] / 1e9 for log in ran.logs]
    ours = {
        "served": list(map(len, ends)),
        "30th served at": [times[29] for times in ends],
        "46th served at": [times[45] for times in ends],
    }
    detects = {"served": 0.03, "30th served at": 0.05, "46th served at": 0.05}
    alike("schedule that interrupts", ours, peer(schedule_that_interrupts), detects=detects)
