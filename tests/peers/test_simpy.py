"""Examples of the SimPy documentation, in SimPy and in hewer.

The SimPy models below follow what that documentation describes. They run until a time at which nothing else
happens, so that it does not matter which of two things at the last instant comes first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import simpy

from hewer.engine.codes import Event
from tests.peers.comparison import REPLICATIONS, alike, peer, waits
from tests.theory.agreement import run

SHIFT = 480.5

# --------------------------------------------------------------------------- car wash


def car_wash(random: Any) -> dict[str, float]:
    """Two machines, five minutes a car; four cars are there when it opens, others every 1 to 5 minutes."""
    env = simpy.Environment()
    machines = simpy.Resource(env, capacity=2)
    waited: list[float] = []
    washed = 0

    def car() -> Any:
        nonlocal washed
        came = env.now
        with machines.request() as machine:
            yield machine
            waited.append(env.now - came)
            yield env.timeout(5)
        washed += 1

    def cars() -> Any:
        for _ in range(4):
            env.process(car())
        while True:
            yield env.timeout(random.randint(1, 5))
            env.process(car())

    env.process(cars())
    env.run(SHIFT)
    return {"cars washed": washed, "mean wait": float(np.mean(waited)), "wait of the 60th": waited[59]}


def test_car_wash():
    ran = run(
        f"""
title: Car wash
stocks: {{line: {{start: 4}}, clean: {{sink: yes}}}}
sources: {{cars: {{to: line, every: "discrete(1: 20 %, 2: 20 %, 3: 20 %, 4: 20 %, 5: 20 %)"}}}}
activities: {{wash: {{takes: {{line: 1}}, gives: {{clean: 1}}, people: 0, uses: machine, time: 5}}}}
tools: {{machine: 2}}
terms: {{shift: {SHIFT}}}
measures: {{washed: completions(wash), wait: wait(line)}}
""",
        replications=REPLICATIONS,
        log=True,
    )
    # what is in hand at the end of the shift is finished in hewer, and not counted in SimPy
    ours = {
        "cars washed": [int((log[log[:, 0] < SHIFT * 1e9, 1] == Event.END).sum()) for log in ran.logs],
        "mean wait": ran.measure("wait"),
        "wait of the 60th": waits(ran, 59, activity="wash", start=4),
    }
    alike(
        "car wash",
        ours,
        peer(car_wash),
        detects={"cars washed": 0.01, "mean wait": 0.15, "wait of the 60th": 0.4},
    )


# --------------------------------------------------------------------------- process communication


def broadcast(random: Any) -> dict[str, float]:
    """A message every 6 to 10, to two readers who take 5 to 9 for each."""
    env = simpy.Environment()
    pipes = [simpy.Store(env), simpy.Store(env)]
    waited: list[list[float]] = [[], []]

    def writer() -> Any:
        while True:
            yield env.timeout(random.uniform(6, 10))
            for pipe in pipes:
                yield pipe.put(env.now)

    def reader(k: int) -> Any:
        while True:
            sent = yield pipes[k].get()
            waited[k].append(env.now - sent)
            yield env.timeout(random.uniform(5, 9))

    env.process(writer())
    for k in (0, 1):
        env.process(reader(k))
    env.run(SHIFT)
    read = min(map(len, waited))
    late = np.array([waited[0][:read], waited[1][:read]]) > 0
    return {
        "messages read late": float(late.sum()),
        "both late": float(late.all(axis=0).sum()),
        "wait of the 40th": waited[0][39],
        "messages read": len(waited[0]),
    }


def test_process_communication():
    ran = run(
        f"""
title: Process communication
stocks: {{sent: {{}}, left: {{}}, right: {{}}}}
sources: {{messages: {{to: sent, every: "uniform(6, 10)"}}}}
activities:
  send: {{takes: {{sent: 1}}, gives: {{left: 1, right: 1}}, people: 0, time: 0}}
  read_left: {{takes: {{left: 1}}, time: "uniform(5, 9)"}}
  read_right: {{takes: {{right: 1}}, time: "uniform(5, 9)"}}
crews: {{two: {{reader: {{does: read_left}}, other: {{does: read_right}}}}}}
terms: {{shift: {SHIFT}}}
""",
        replications=REPLICATIONS,
        log=True,
    )
    late, both, read = [], [], []
    for log in ran.logs:
        came = log[log[:, 1] == Event.ARRIVE, 0]
        starts = [log[(log[:, 1] == Event.START) & (log[:, 2] == k), 0] for k in (1, 2)]
        number = min(map(len, starts))
        behind = np.array([began[:number] > came[:number] for began in starts])
        late.append(behind.sum())
        both.append(behind.all(axis=0).sum())
        read.append(len(starts[0]))
    ours = {
        "messages read late": late,
        "both late": both,
        "wait of the 40th": waits(ran, 39, activity="read_left"),
        "messages read": read,
    }
    detects = {"messages read late": 0.1, "both late": 0.2, "wait of the 40th": 0.4, "messages read": 0.01}
    alike("process communication", ours, peer(broadcast), detects=detects)


# --------------------------------------------------------------------------- event latency


def latency(random: Any) -> dict[str, float]:
    """A message every 5 through a cable that takes 10."""
    env = simpy.Environment()
    cable = simpy.Store(env)
    received: list[float] = []

    def delayed(sent: float) -> Any:
        yield env.timeout(10)
        yield cable.put(sent)

    def sender() -> Any:
        while True:
            yield env.timeout(5)
            env.process(delayed(env.now))

    def receiver() -> Any:
        while True:
            sent = yield cable.get()
            received.append(env.now - sent)

    env.process(sender())
    env.process(receiver())
    env.run(102)
    return {"received": len(received), "longest": max(received), "shortest": min(received)}


def test_event_latency():
    """Nothing is random: both agree to the last digit."""
    ran = run(
        """
title: Event latency
stocks: {sent: {}, received: {sink: yes}}
sources: {sender: {to: sent, every: 5}}
activities: {cable: {takes: {sent: 1}, gives: {received: 1}, people: 0, time: 10}}
terms: {horizon: 102}
""",
        replications=2,
        log=True,
    )
    times = [log[log[:, 1] == Event.LEAVE, 4] / 1e9 for log in ran.logs]
    ours = {
        "received": list(map(len, times)),
        "longest": list(map(max, times)),
        "shortest": list(map(min, times)),
    }
    alike("event latency", ours, peer(latency, 2), detects=dict.fromkeys(ours, 0.0))


# --------------------------------------------------------------------------- gas station


def gas_station(random: Any) -> dict[str, float]:
    """Two pumps, a tank of 200. A look every 10 s: if it is below 50, a lorry comes in 300 s and fills it."""
    env = simpy.Environment()
    pumps, tank = simpy.Resource(env, capacity=2), simpy.Container(env, 200, init=200)
    waited: list[float] = []
    taken: list[float] = []
    ordered = 0

    def car() -> Any:
        came = env.now
        with pumps.request() as pump:
            yield pump
            wanted = random.uniform(25, 45)
            yield tank.get(wanted)
            waited.append(env.now - came)
            taken.append(wanted)
            yield env.timeout(wanted / 2)

    def cars() -> Any:
        while True:
            yield env.timeout(random.uniform(30, 300))
            env.process(car())

    def watch() -> Any:
        nonlocal ordered
        while True:
            if tank.level < 50:
                ordered += 1
                yield env.timeout(300)
                yield tank.put(200 - tank.level)
            yield env.timeout(10)

    env.process(watch())
    env.process(cars())
    env.run(6005)
    return {
        "mean wait": float(np.mean(waited)),
        "wait of the 21st": waited[20],
        "litres": float(sum(taken)),
        "deliveries": ordered,
    }


def test_gas_station():
    """Refuelling; the watch that looks every ten seconds is a token that goes round, as in the peer."""
    ran = run(
        """
title: Gas station
stocks: {line: {}, gone: {sink: yes}, tank: {unit: l, start: 200 l}, watching: {start: 1}, resting: {}}
sources: {cars: {to: line, every: "uniform(30 s, 300 s)"}}
activities:
  fill:
    takes: {line: 1, tank: "uniform(25 l, 45 l)"}
    gives: {gone: 1}
    people: 0
    uses: pump
    time: taken(tank) / (2 l/s)
  deliver:
    guard: tank < 50 l
    takes: {watching: 1}
    gives: {resting: 1, tank: 200 l - tank}
    people: 0
    time: 300 s
  look: {guard: tank >= 50 l, takes: {watching: 1}, gives: {resting: 1}, people: 0, time: 0 s}
  rest: {takes: {resting: 1}, gives: {watching: 1}, people: 0, time: 10 s}
tools: {pump: 2}
terms: {shift: 6005 s}
measures: {wait: wait(line), litres: departures(tank)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ours = {
        "mean wait": ran.measure("wait"),
        "wait of the 21st": waits(ran, 20, activity="fill"),
        "litres": ran.measure("litres"),
        "deliveries": ran.result.data.instance["started"][:, ran.names.instances.index("deliver")],
    }
    detects = {"mean wait": 0.2, "wait of the 21st": 0.4, "litres": 0.03, "deliveries": 0.05}
    alike("gas station", ours, peer(gas_station), detects=detects)


# --------------------------------------------------------------------------- bank with reneging


def bank(random: Any) -> dict[str, float]:
    """One counter; a customer goes home when he has waited longer than his patience, 1 to 3 minutes."""
    env = simpy.Environment()
    counter = simpy.Resource(env, capacity=1)
    starts: list[float] = []
    waited: list[float] = []
    reneged = 0

    def customer() -> Any:
        nonlocal reneged
        came = env.now
        with counter.request() as turn:
            yield turn | env.timeout(random.uniform(1, 3))
            if not turn.triggered:
                reneged += 1
                return
            starts.append(env.now)
            waited.append(env.now - came)
            yield env.timeout(random.expovariate(1 / 12))

    def customers() -> Any:
        while True:
            yield env.timeout(random.expovariate(1 / 10))
            env.process(customer())

    env.process(customers())
    env.run(SHIFT)
    return {
        "gone home": reneged,
        "mean wait of the served": float(np.mean(waited)),
        "when the 8th is served": starts[7],
    }


def test_bank_with_reneging():
    ran = run(
        f"""
title: Bank
stocks: {{line: {{leaves: {{after: "uniform(1, 3)", to: home}}}}, home: {{sink: yes}}, done: {{sink: yes}}}}
sources: {{customers: {{to: line, every: exponential(10)}}}}
activities: {{serve: {{takes: {{line: 1}}, gives: {{done: 1}}, time: exponential(12)}}}}
crews: {{one: {{clerk: {{does: serve}}}}}}
terms: {{shift: {SHIFT}}}
measures: {{home: arrivals(home), wait: wait(line)}}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ours = {
        "gone home": ran.measure("home"),
        "mean wait of the served": ran.measure("wait"),
        "when the 8th is served": [log[log[:, 1] == Event.START, 0][7] / 1e9 for log in ran.logs],
    }
    detects = {"gone home": 0.05, "mean wait of the served": 0.15, "when the 8th is served": 0.08}
    alike("bank with reneging", ours, peer(bank), detects=detects)


# --------------------------------------------------------------------------- cinema


def cinema(random: Any) -> dict[str, float]:
    """Three films of 50 seats, one counter; parties of 1 to 6 go home when their film is sold out."""
    env = simpy.Environment()
    counter = simpy.Resource(env, capacity=1)
    seats, sold_out = [50] * 3, [env.event() for _ in range(3)]
    turned_away, left = 0, 0

    def party(film: int) -> Any:
        nonlocal turned_away, left
        tickets = random.randint(1, 6)
        with counter.request() as turn:
            yield turn | sold_out[film]
            if not turn.triggered:
                left += 1
                return
            if seats[film] < tickets:
                turned_away += 1
                yield env.timeout(0.5)
                return
            seats[film] -= tickets
            if seats[film] < 2:
                sold_out[film].succeed()
            yield env.timeout(1)

    def parties() -> Any:
        while True:
            yield env.timeout(random.expovariate(1 / 0.5))
            film = random.randrange(3)
            if not sold_out[film].triggered:
                env.process(party(film))

    env.process(parties())
    env.run(120)
    return {
        "seats left": float(sum(seats)),
        "left when sold out": left,
        "turned away": turned_away,
    }


def test_cinema():
    """A line for each film and one clerk, who asks whoever waits longest: so it is one line.

    A guard `seats >= item.tickets` would not do: it is a requirement of its own, true since another party was
    refused, and the line would lose its turn (rule 1).
    """
    ran = run(
        """
title: Cinema
places: {screen: {count: 3}}
kinds: {party: {attributes: {tickets: "discrete(1: 1/6, 2: 1/6, 3: 1/6, 4: 1/6, 5: 1/6, 6: 1/6)"}}}
stocks:
  line: {at: screen, leaves: {when: sold > 48, to: home}}
  sold: {at: screen}
  paying: {}
  refused: {}
  home: {sink: yes}
sources: {parties: {to: line, every: exponential(1.5), kind: party, balks: sold > 48}}
activities:
  ask:
    at: screen
    takes: {line: 1}
    gives:
      paying: min(1, max(0, 51 - sold - item.tickets))
      refused: max(0, min(1, sold + item.tickets - 50))
      sold: item.tickets * min(1, max(0, 51 - sold - item.tickets))
    time: 0
  sell: {takes: {paying: 1}, time: 1, priority: 1}
  refuse: {takes: {refused: 1}, time: 0.5, priority: 1}
crews: {one: {clerk: {does: [ask, sell, refuse]}}}
terms: {shift: 120}
measures: {seats: 150 - final(sold), home: arrivals(home), away: starts(refuse)}
""",
        replications=REPLICATIONS,
        log=True,
    )
    ours = {
        "seats left": ran.measure("seats"),
        "left when sold out": ran.measure("home"),
        "turned away": ran.measure("away"),
    }
    detects = {"seats left": 0.12, "left when sold out": 0.1, "turned away": 0.2}
    alike("cinema", ours, peer(cinema), detects=detects)


# --------------------------------------------------------------------------- machine shop


class MachineShop:
    """Ten machines make parts, and break down; a repairman mends them, and does other jobs else."""

    def __init__(self, random: Any) -> None:
        self.random, self.env = random, simpy.Environment()
        self.repairman = simpy.PreemptiveResource(self.env, capacity=1)
        self.parts = self.jobs = self.repairs = 0
        for _ in range(10):
            Machine(self)
        self.env.process(self.other_jobs())
        self.env.run(SHIFT)

    def other_jobs(self) -> Any:
        while True:
            left = 30.0
            while left:
                with self.repairman.request(priority=2) as repairman:
                    yield repairman
                    since = self.env.now
                    try:
                        yield self.env.timeout(left)
                        left = 0.0
                    except simpy.Interrupt:
                        left -= self.env.now - since
            self.jobs += 1


class Machine:
    """Goes on with a part after its repair where it was when it broke down."""

    def __init__(self, shop: MachineShop) -> None:
        self.shop, self.broken = shop, False
        self.process = shop.env.process(self.work())
        shop.env.process(self.fail())

    def work(self) -> Any:
        env = self.shop.env
        while True:
            left = self.shop.random.gauss(10, 2)
            while left:
                since = env.now
                try:
                    yield env.timeout(left)
                    left = 0.0
                except simpy.Interrupt:
                    self.broken = True
                    left -= env.now - since
                    with self.shop.repairman.request(priority=1) as repairman:
                        yield repairman
                        yield env.timeout(30)
                    self.shop.repairs += 1
                    self.broken = False
            self.shop.parts += 1

    def fail(self) -> Any:
        while True:
            yield self.shop.env.timeout(self.shop.random.expovariate(1 / 300))
            if not self.broken:
                self.process.interrupt()


def machine_shop(random: Any) -> dict[str, float]:
    shop = MachineShop(random)
    return {"parts": shop.parts, "other jobs": shop.jobs, "repairs": shop.repairs}


def test_machine_shop():
    ran = run(
        f"""
title: Machine shop
tools: {{machine: {{count: 10, fails: {{every: exponential(300)}}}}}}
stocks: {{parts: {{}}}}
activities:
  make: {{people: 0, uses: machine, gives: {{parts: 1}}, time: "normal(mean=10, sd=2)"}}
  mend: {{takes: {{down(machine): 1}}, time: 30, priority: 1, preempts: yes}}
  other: {{time: 30}}
crews: {{one: {{repairman: {{does: [mend, other]}}}}}}
terms: {{horizon: {SHIFT}}}
measures: {{parts: completions(make), jobs: completions(other), repairs: completions(mend)}}
""",
        replications=REPLICATIONS,
    )
    ours = {
        "parts": ran.measure("parts"),
        "other jobs": ran.measure("jobs"),
        "repairs": ran.measure("repairs"),
    }
    detects = {"parts": 0.02, "other jobs": 0.3, "repairs": 0.06}
    alike("machine shop", ours, peer(machine_shop), detects=detects)
