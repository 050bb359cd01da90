"""Networks: closed, with rework, with priorities, with parts that split and meet, with shared labour."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.known import TANDEM
from hewer.engine.codes import Event
from hewer.model.reading.document import load
from hewer.study.simulate import simulate
from tests.theory.agreement import REPLICATIONS, Run, Sums, agrees, reference, run


def ring(means: list[float], items: int, horizon: int) -> Run:
    stations = range(len(means))
    stocks = "".join(f"  line{k}: {{start: {items if k == 0 else 0}}}\n" for k in stations)
    activities = "".join(
        f"  station{k}: {{takes: {{line{k}: 1}}, gives: {{line{(k + 1) % len(means)}: 1}}, "
        f"time: exponential({means[k]})}}\n"
        for k in stations
    )
    roles = "".join(f"    man{k}: {{does: station{k}}}\n" for k in stations)
    return run(
        f"title: A ring\nstocks:\n{stocks}activities:\n{activities}crews:\n  all:\n{roles}"
        f"terms: {{horizon: {horizon}, warm_up: 500}}\n"
    )


def test_closed_network():
    """Mean value analysis: items return to the stock they began in."""
    exact = reference("closed_mva_D_0.4_0.6_0.5_N10")
    ran = ring([0.4, 0.6, 0.5], 10, 18_000)
    inside = np.zeros(REPLICATIONS)
    for k, (length, time) in enumerate(zip(exact["L"], exact["R"], strict=True)):
        here = ran.level(f"line{k}") + ran.busy(f"station{k}")
        inside = inside + here
        agrees(ran.rate(f"station{k}"), exact["throughput"], detects=0.008, what=f"closed, station {k}: X")
        agrees(here, length, detects=0.05, what=f"closed, station {k}: L")
        number = ran.ended(f"station{k}")
        agrees(Sums(here * (ran.window / 1e9), number), time, detects=0.05, what=f"closed, station {k}: R")
    assert np.allclose(inside, 10, rtol=1e-12)


def test_conwip():
    """Five balanced stations, eight jobs: W / (W + N - 1)."""
    ran = ring([1.0] * 5, 8, 22_000)
    agrees(ran.rate("station4"), reference("conwip_balanced_W8_N5"), detects=0.007, what="CONWIP 8 in 5")


@pytest.mark.parametrize("repairers", [1, 2])
def test_machine_repair(repairers):
    """Ten machines fail of themselves (an automatic activity, any number at once) and are repaired."""
    exact = reference(f"machine_repair_10_0.1_1_r{repairers}")
    ran = run(f"""
title: Machines and their repairers
stocks: {{up: {{start: 10}}, down: {{}}}}
activities:
  run: {{takes: {{up: 1}}, gives: {{down: 1}}, people: 0, time: exponential(10)}}
  repair: {{takes: {{down: 1}}, gives: {{up: 1}}, time: exponential(1)}}
crews: {{all: {{fitter: {{count: {repairers}, does: repair}}}}}}
terms: {{horizon: 50000, warm_up: 500}}
""")
    what = f"machine repair, {repairers}"
    down = ran.level("down") + ran.busy("repair")
    agrees(ran.busy("run"), exact["mean_running"], detects=0.01, what=f"{what}: running")
    agrees(ran.rate("repair"), exact["repair_throughput"], detects=0.01, what=f"{what}: repairs")
    agrees(
        Sums(down * (ran.window / 1e9), ran.ended("repair")),
        exact["mean_down_time"],
        detects=0.025,
        what=f"{what}: time down",
    )
    busy = np.mean([ran.share(name, "working") for name in ran.names.workers], axis=0)
    agrees(busy, exact["repairman_utilisation"], detects=0.01, what=f"{what}: utilisation")


def test_open_network_with_rework():
    """Jackson: 10 % leave after the first station, 10 % return to it from the last."""
    exact = reference("open_jackson_rework")
    ran = run("""
title: Rework
stocks: {line1: {}, line2: {}, line3: {}, out: {sink: yes}}
sources: {parts: {to: line1, every: exponential(1)}}
activities:
  first:
    takes: {line1: 1}
    outcomes: {on: {chance: 90 %, gives: {line2: 1}}, away: {chance: rest, gives: {out: 1}}}
    time: exponential(rate=2)
  second: {takes: {line2: 1}, gives: {line3: 1}, time: exponential(rate=1.5)}
  third:
    takes: {line3: 1}
    outcomes: {good: {chance: 90 %, gives: {out: 1}}, again: {chance: rest, gives: {line1: 1}}}
    time: exponential(rate=2.2)
crews: {all: {a: {does: first}, b: {does: second}, c: {does: third}}}
terms: {horizon: 30000, warm_up: 500}
""")
    agrees(ran.flow_time("out"), exact["mean_time_in_system"], detects=0.025, what="Jackson: time in system")
    stations = zip(("first", "second", "third"), exact["station_rates"], exact["stations"], strict=True)
    for k, (name, rate, station) in enumerate(stations, 1):
        agrees(ran.rate(name), rate, detects=0.011, what=f"Jackson, station {k}: rate")
        agrees(ran.wait(f"line{k}"), station["Wq"], detects=0.06, what=f"Jackson, station {k}: Wq")
        agrees(ran.level(f"line{k}"), station["Lq"], detects=0.07, what=f"Jackson, station {k}: Lq")
        agrees(ran.busy(name), station["rho"], detects=0.015, what=f"Jackson, station {k}: busy")


def by_source(ran: Run, skip: float) -> list[list[float]]:
    """Mean time in system of the items of each source, by replication: births are known by their ticks."""
    means: list[list[float]] = [[] for _ in ran.names.sources]
    for log in ran.result.data.log or ():
        arrived, left = log[log[:, 1] == Event.ARRIVE], log[log[:, 1] == Event.LEAVE]
        left = left[left[:, 0] > skip * 1e9]
        births = left[:, 0] - left[:, 4]
        place = np.searchsorted(arrived[:, 0], births)
        assert (arrived[place, 0] == births).all()
        for source, found in enumerate(means):
            found.append(float(left[arrived[place, 2] == source, 4].mean() / 1e9))
    return means


def test_priority_of_items():
    """A stock in the order of priority, work not interrupted: the mean wait of each class (Cobham)."""
    exact = reference("nonpreemptive_mm1_wait_l0.3_0.4_mu1")
    ran = run(
        """
title: Two classes in one line
stocks: {line: {order: priority}, done: {sink: yes}}
sources:
  urgent: {to: line, every: exponential(rate=0.3), priority: 1}
  plain: {to: line, every: exponential(rate=0.4)}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {one: {server: {does: serve}}}
terms: {horizon: 25000}
""",
        log=True,
    )
    urgent, plain = by_source(ran, skip=500)
    agrees(urgent, 1 + exact[0], detects=0.035, what="priority of items: urgent W")
    agrees(plain, 1 + exact[1], detects=0.08, what="priority of items: plain W")


def test_priority_of_activities():
    """The same two classes in lines of their own, served by activities of different priority."""
    exact = reference("nonpreemptive_mm1_wait_l0.3_0.4_mu1")
    ran = run("""
title: Two classes in two lines
stocks: {line1: {}, line2: {}, done: {sink: yes}}
flow: {one: [urgent, line1, help, done], two: [plain, line2, serve, done]}
sources: {urgent: {every: exponential(rate=0.3)}, plain: {every: exponential(rate=0.4)}}
activities: {help: {time: exponential(1), priority: 1}, serve: {time: exponential(1)}}
crews: {one: {server: {does: [serve, help]}}}
terms: {horizon: 50000, warm_up: 500}
""")
    agrees(ran.wait("line1"), exact[0], detects=0.035, what="priority of activities: urgent Wq")
    agrees(ran.wait("line2"), exact[1], detects=0.07, what="priority of activities: plain Wq")


def test_fork_and_join():
    """Orders split in two; as each line keeps its order, the two that meet are of one order."""
    exact = reference("fork_join2_lam0.8_mu1")
    ran = run("""
title: Fork and join
stocks: {orders: {}, left: {}, right: {}, left_done: {}, right_done: {}, out: {sink: yes}}
sources: {guests: {to: orders, every: exponential(rate=0.8)}}
activities:
  split: {takes: {orders: 1}, gives: {left: 1, right: 1}, people: 0, time: 0}
  cook: {takes: {left: 1}, gives: {left_done: 1}, time: exponential(1)}
  bake: {takes: {right: 1}, gives: {right_done: 1}, time: exponential(1)}
  join: {takes: {left_done: 1, right_done: 1}, gives: {out: 1}, people: 0, time: 0}
crews: {all: {a: {does: cook}, b: {does: bake}}}
terms: {horizon: 40000, warm_up: 2000}
""")
    agrees(ran.flow_time("out"), exact, detects=0.06, what="fork-join: response")
    assert np.array_equal(ran.flow_time("out").total, ran.flow_time("out", of="family").total)


def test_a_family_closes_with_its_last_member():
    """The same orders without the join: the halves leave apart, the family with the later one."""
    exact = reference("fork_join2_lam0.8_mu1")
    ran = run("""
title: Halves that leave apart
stocks: {orders: {}, left: {}, right: {}, out: {sink: yes}}
sources: {guests: {to: orders, every: exponential(rate=0.8)}}
activities:
  split: {takes: {orders: 1}, gives: {left: 1, right: 1}, people: 0, time: 0}
  cook: {takes: {left: 1}, gives: {out: 1}, time: exponential(1)}
  bake: {takes: {right: 1}, gives: {out: 1}, time: exponential(1)}
crews: {all: {a: {does: cook}, b: {does: bake}}}
terms: {horizon: 40000, warm_up: 2000}
""")
    agrees(ran.flow_time("out", of="family"), exact, detects=0.065, what="family time of halves")
    agrees(ran.flow_time("out"), 5.0, detects=0.06, what="flow time of halves")


ARCS = [divmod(arc, 10) for arc in (12, 13, 23, 24, 26, 36, 45, 47, 56, 58, 69, 78, 89)]  # from, to


def test_stochastic_activity_network():
    """The longest path through thirteen arcs: a node waits for its last, a project is as old as its start."""
    exact = reference("san13_all_means_1")
    stocks, activities = "", ""
    for a, b in ARCS:
        stocks += f"  from{a}to{b}: {{}}\n  at{b}from{a}: {{}}\n"
        activities += (
            f"  arc{a}to{b}: {{takes: {{from{a}to{b}: 1}}, gives: {{at{b}from{a}: 1}}, people: 0, "
            f"time: exponential(1)}}\n"
        )
    for node in range(1, 10):
        takes = ", ".join(f"at{node}from{a}: 1" for a, b in ARCS if b == node) or "start: 1"
        gives = ", ".join(f"from{node}to{b}: 1" for a, b in ARCS if a == node) or "end: 1"
        activities += f"  node{node}: {{takes: {{{takes}}}, gives: {{{gives}}}, people: 0, time: 0}}\n"
    ran = run(
        f"title: Network\nstocks:\n  start: {{}}\n  end: {{sink: yes}}\n{stocks}activities:\n{activities}"
        "sources: {projects: {to: start, every: 100, limit: 500}}\nterms: {horizon: 51000}\n",
        log=True,
    )
    assert (ran.flow_time("end").number == 500).all()
    agrees(ran.flow_time("end"), exact["mean"], detects=0.022, what="activity network: mean")
    variances = [
        float(np.var(log[log[:, 1] == Event.LEAVE, 4] / 1e9, ddof=1)) for log in ran.result.data.log or ()
    ]
    agrees(variances, exact["variance"], detects=0.13, what="activity network: variance")


def tandem(jobs: int, replications: int) -> None:
    """Five machines, two workers between them, ties to the least recently started.

    False alarm and power as in :mod:`benchmarks.known`: 1e-4; the run begins empty, which is allowed for.
    """
    known = TANDEM["least recent"]
    model = load("benchmarks/tandem.yaml")
    result = simulate(model, set={"sources.jobs.limit": jobs}, replications=replications, seed=1, threads=1)
    found = float(result.measures["time_in_system"].values.mean())
    tolerance = known.tolerance(jobs, replications)
    print(f"tandem: reference {known.expected(jobs):.3f}  found {found:.3f}  tolerance {tolerance:.3f}")
    assert abs(found - known.expected(jobs)) <= tolerance
    assert tolerance < 0.05 * known.answer


def test_shared_labour_tandem():
    tandem(20_000, 40)


@pytest.mark.slow
def test_shared_labour_tandem_at_length():
    """Near enough to tell ties upstream, downstream and least recent from each other."""
    tandem(200_000, 100)
    gap = min(abs(TANDEM["least recent"].answer - TANDEM[rule].answer) for rule in ("upstream", "downstream"))
    assert TANDEM["least recent"].tolerance(200_000, 100) < gap
