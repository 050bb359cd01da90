"""Examples of the simmer documentation, their documented logic written in SimPy: simmer itself runs in R.

What is compared is therefore the logic of the trajectory (who is seized when, for how long, who is chosen),
not simmer's own program.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import simpy

from hewer.engine.codes import Event
from tests.peers.comparison import REPLICATIONS, alike, peer, waits
from tests.theory.agreement import run

# --------------------------------------------------------------------------- nurse, doctor, administration


def clinic(random: Any) -> dict[str, float]:
    """A patient every 10, seized in turn by a nurse (15), one of two doctors (20) and administration (5)."""
    env = simpy.Environment()
    staff = [simpy.Resource(env, capacity=c) for c in (1, 2, 1)]
    waited: list[float] = []
    flows: list[float] = []

    def patient() -> Any:
        came = env.now
        for people, mean in zip(staff, (15, 20, 5), strict=True):
            with people.request() as one:
                yield one
                if people is staff[0]:
                    waited.append(env.now - came)
                yield env.timeout(random.gauss(mean, 1))
        flows.append(env.now - came)

    def patients() -> Any:
        while True:
            yield env.timeout(random.gauss(10, 2))
            env.process(patient())

    env.process(patients())
    env.run(480)
    return {
        "patients done": len(flows),
        "mean time in the clinic": float(np.mean(flows)),
        "wait of the 20th for the nurse": waited[19],
    }


def test_nurse_doctor_administration():
    ran = run(
        """
title: Outpatients
stocks: {room: {}, corridor: {}, desk: {}, done: {sink: yes}}
flow: [patients, room, nurse, corridor, consult, desk, administrate, done]
sources: {patients: {every: "normal(mean=10, sd=2)"}}
activities:
  nurse: {time: "normal(mean=15, sd=1)"}
  consult: {time: "normal(mean=20, sd=1)"}
  administrate: {time: "normal(mean=5, sd=1)"}
crews: {all: {sister: {does: nurse}, doctor: {count: 2, does: consult}, clerk: {does: administrate}}}
terms: {shift: 480, overrun: stop}
measures: {done: arrivals(done), flow: flow_time(done)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ours = {
        "patients done": ran.measure("done"),
        "mean time in the clinic": ran.measure("flow"),
        "wait of the 20th for the nurse": waits(ran, 19, activity="nurse"),
    }
    detects = {
        "patients done": 0.005,
        "mean time in the clinic": 0.02,
        "wait of the 20th for the nurse": 0.03,
    }
    alike("nurse, doctor, administration", ours, peer(clinic), detects=detects)


# --------------------------------------------------------------------------- the bank


def bank(random: Any) -> dict[str, float]:
    """Customers join the shorter of two lines, counting who is served; of equal lines the first."""
    env = simpy.Environment()
    counters = [simpy.Resource(env), simpy.Resource(env)]
    waited: dict[int, float] = {}
    chosen: list[int] = []

    def customer(number: int) -> Any:
        lengths = [len(counter.queue) + counter.count for counter in counters]
        at = lengths.index(min(lengths))
        chosen.append(at)
        came = env.now
        with counters[at].request() as mine:
            yield mine
            waited[number] = env.now - came
            yield env.timeout(random.expovariate(1 / 1.8))

    def customers() -> Any:
        number = 0
        while True:
            yield env.timeout(random.expovariate(1))
            env.process(customer(number))
            number += 1

    env.process(customers())
    env.run(150)
    return {
        "mean wait": float(np.mean(list(waited.values()))),
        "share of the first counter": chosen.count(0) / len(chosen),
        "longest wait": max(waited.values()),
    }


def test_bank_with_two_lines():
    """How many are at a counter, served or waiting, is a stock of tokens; guards choose by it.

    A customer who comes and one who leaves at one instant: times are continuous, it does not happen.
    """
    ran = run(
        """
title: Two lines
stocks:
  door: {}
  line1: {}
  line2: {}
  here1: {}
  here2: {}
  served1: {}
  served2: {}
  gone: {sink: yes}
sources: {customers: {to: door, every: exponential(1)}}
activities:
  go1: {guard: here1 <= here2, takes: {door: 1}, gives: {line1: 1, here1: 1}, people: 0, time: 0}
  go2: {guard: here1 > here2, takes: {door: 1}, gives: {line2: 1, here2: 1}, people: 0, time: 0}
  serve1: {takes: {line1: 1}, gives: {served1: 1}, time: exponential(1.8)}
  serve2: {takes: {line2: 1}, gives: {served2: 1}, time: exponential(1.8)}
  leave1: {takes: {served1: 1, here1: 1}, gives: {gone: 1}, people: 0, time: 0}
  leave2: {takes: {served2: 1, here2: 1}, gives: {gone: 1}, people: 0, time: 0}
crews: {two: {first_teller: {does: serve1}, second_teller: {does: serve2}}}
terms: {shift: 150}
measures: {share: arrivals(line1) / arrivals(door)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    names = ran.names.instances
    means, longest = [], []
    for log in ran.logs:
        waited: list[Any] = []
        for k in (1, 2):
            came = log[(log[:, 1] == Event.END) & (log[:, 2] == names.index(f"go{k}")), 0]
            began = log[(log[:, 1] == Event.START) & (log[:, 2] == names.index(f"serve{k}")), 0]
            waited.extend((began - came[: len(began)]) / 1e9)
        means.append(float(np.mean(waited)))
        longest.append(max(waited))
    ours = {"mean wait": means, "share of the first counter": ran.measure("share"), "longest wait": longest}
    detects = {"mean wait": 0.2, "share of the first counter": 0.02, "longest wait": 0.1}
    alike("bank with two lines", ours, peer(bank), detects=detects)
