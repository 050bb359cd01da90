"""Works that are interrupted: failures, absences and preemption, the chain against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from hewer.engine.program import columns
from hewer.errors import RefusalError
from hewer.exact.chain.markov import exact_solution
from hewer.exact.chain.state import memory
from hewer.exact.chain.state import moment as moment_module
from hewer.exact.chain.state.hazards import interruptible
from hewer.exact.chain.state.inventory import read_plant
from hewer.exact.chain.state.memory import remember
from hewer.exact.chain.state.moment import Moment
from hewer.model.reading.document import loads
from tests.exact.test_references import NEAR, busy, level, rate, solved
from tests.oracle.models import compiled
from tests.theory.agreement import reference
from tests.theory.test_interruption import REPAIRMEN, UNRELIABLE, unreliable_line


@pytest.mark.parametrize("counts", ["clock", "use"])
@pytest.mark.parametrize("number", [1, 2])
def test_machine_repairman(counts, number):
    """Machines that are always in use fail alike by the clock and by time in use."""
    exact = reference(f"machine_repair_10_0.1_1_r{number}")
    found = solved(REPAIRMEN.format(counts=counts, number=number), span="long_run")
    assert found.states < 70
    assert found.measures["up"] == pytest.approx(exact["availability"], rel=NEAR)
    assert found.measures["used"] == pytest.approx(exact["availability"], rel=NEAR)
    down = level(found, "down(machine)") + busy(found, "mend")
    assert down == pytest.approx(exact["mean_down"], rel=NEAR)
    assert rate(found, "mend") == pytest.approx(exact["repair_throughput"], rel=NEAR)
    assert found.measures["failures"] == pytest.approx(exact["repair_throughput"] * 9900, rel=NEAR)


@pytest.mark.parametrize("places", [1, 4])
def test_two_machines_that_fail_while_they_work(places):
    exact = unreliable_line(places)
    found = solved(UNRELIABLE.format(places=places), span="long_run")
    assert found.measures["rate"] == pytest.approx(exact["rate"], rel=NEAR)
    assert found.measures["up"] == pytest.approx(exact["one"], rel=NEAR)
    assert found.measures["down"] == pytest.approx(exact["two"], rel=NEAR)
    assert found.measures["between"] == pytest.approx(exact["between"], rel=NEAR)


CLASSES = """
title: Two classes, the first of which interrupts the second
stocks: {{one: {{capacity: 26}}, two: {{capacity: {places}}}, out: {{sink: yes}}}}
sources:
  firsts: {{to: one, rate: 0.3, when_full: lose}}
  seconds: {{to: two, rate: 0.4, when_full: lose}}
activities:
  help: {{takes: {{one: 1}}, gives: {{out: 1}}, time: exponential(1), priority: 1, preempts: yes}}
  serve: {{takes: {{two: 1}}, gives: {{out: 1}}, time: "{time}", {more}}}
crews: {{all: {{server: {{count: {count}, does: [help, serve]}}}}}}
terms: {{horizon: 1000}}
"""


@pytest.mark.parametrize("rule", ["interrupted: resume", "interrupted: redraw"])
def test_preemptive_priorities(rule):
    """M/M/1, preemptive resume; what is exponential may as well be drawn anew."""
    first, second = reference("preemptive_mm1_l0.3_0.4_mu1")
    found = solved(CLASSES.format(places=80, time="exponential(1)", more=rule, count=1))
    assert level(found, "one") + busy(found, "help") == pytest.approx(0.3 * first, rel=1e-8)
    assert level(found, "two") + busy(found, "serve") == pytest.approx(0.4 * second, rel=1e-8)
    assert found.measures["server_utilisation"] == pytest.approx(0.7, rel=NEAR)


def test_flow_times_of_two_classes_that_meet_nowhere():
    """Little's law, for each sink that takes all that comes in beside the other."""
    first, second = reference("preemptive_mm1_l0.3_0.4_mu1")
    text = CLASSES.format(places=80, time="exponential(1)", more="interrupted: resume", count=1)
    text = text.replace("out: {sink: yes}", "out: {sink: yes}, other: {sink: yes}")
    apart = text.replace("takes: {two: 1}, gives: {out: 1}", "takes: {two: 1}, gives: {other: 1}")
    measures = "measures: {first: flow_time(out), second: flow_time(other)}\n"
    found = solved(apart + measures)
    assert found.measures["first"] == pytest.approx(first, rel=1e-8)
    assert found.measures["second"] == pytest.approx(second, rel=1e-8)
    mixed = apart.replace(
        "gives: {other: 1}",
        "outcomes: {a: {chance: 50 %, gives: {out: 1}}, b: {chance: rest, gives: {other: 1}}}",
    )
    assert np.isnan(list(solved(mixed + measures).measures.values())).all()


def test_phases_of_suspended_works_are_kept():
    """M/M/1 above, M/E2/1 below: a completion time of the lower class begins and ends with service.

    H. White and L. S. Christie (1958): a service S of the second class, stretched by the busy periods of the
    first (rate a, mean 1 / (mu - a)), and the workload that is found; preemptive resume.
    """
    found = solved(CLASSES.format(places=70, time="erlang(2, 1)", more="interrupted: resume", count=1))
    rest = 0.3 * 2 / 2 + 0.4 * 1.5 / 2
    exact = 1 / (1 - 0.3) + rest / ((1 - 0.3) * (1 - 0.7))
    assert level(found, "two") + busy(found, "serve") == pytest.approx(0.4 * exact, rel=1e-8)


def test_phases_drawn_anew_are_not():
    """Preemptive repeat with another draw: of two phases, the first is begun again."""
    found = solved(CLASSES.format(places=30, time="erlang(2, 1)", more="interrupted: redraw", count=1))
    kept = solved(CLASSES.format(places=30, time="erlang(2, 1)", more="interrupted: resume", count=1))
    assert level(found, "two") > 1.2 * level(kept, "two")
    # work until one draw is through: (1 / p - 1) / 0.3, p the chance that nobody comes before
    served = rate(found, "serve")
    time = (1 / (2 / 2.3) ** 2 - 1) / 0.3
    working = found.expected.data.worker_time[0, 0, :2].sum() / 1000e9
    assert working - 0.3 == pytest.approx(served * time, rel=1e-6)


def test_lost_works_are_counted_and_gone():
    """A queue of capacity 0 beside one that takes its server: loss at the rate of the first."""
    text = CLASSES.replace("capacity: 26", "capacity: 1").format(
        places=1, time="exponential(1)", more="interrupted: lose", count=1
    )
    found = solved(
        text + "measures: {lost: interruptions(serve), made: completions(serve), began: starts(serve)}\n"
    )
    assert found.measures["lost"] + found.measures["made"] == pytest.approx(found.measures["began"], rel=NEAR)
    assert found.measures["lost"] > 50


def test_a_server_that_fails():
    """M/M/1 with breakdowns while serving (Avi-Itzhak and Naor, 1963): repairs of two phases."""
    found = solved("""
title: A machine that fails while it works
tools: {lathe: {fails: {every: exponential(5), repair: "erlang(2, 1.5)", counts: use}}}
stocks: {line: {capacity: 90}, done: {sink: yes}}
sources: {jobs: {to: line, rate: 0.5, when_full: lose}}
activities: {turn: {takes: {line: 1}, gives: {done: 1}, people: 0, uses: lathe, time: exponential(1)}}
terms: {horizon: 1000}
measures: {up: availability(lathe)}
""")
    stretch = 1 + 1.5 / 5
    second = 2 * stretch**2 + (1.5**2 * 1.5) / 5
    exact = stretch + 0.5 * second / (2 * (1 - 0.5 * stretch))
    assert level(found, "line") + busy(found, "turn") == pytest.approx(0.5 * exact, rel=1e-7)
    assert found.measures["up"] == pytest.approx(1 - 0.5 * 1.5 / 5, rel=1e-8)


AWAY = """
title: A clerk who is called away
stocks: {{line: {{capacity: 90}}, done: {{sink: yes}}}}
sources: {{jobs: {{to: line, rate: 0.5, when_full: lose}}}}
activities: {{serve: {{takes: {{line: 1}}, gives: {{done: 1}}, time: exponential(1)}}}}
crews:
  all:
    clerk: {{does: serve, absent: {{every: exponential(5), lasts: exponential(1.5), counts: {counts}}}}}
terms: {{horizon: 1000}}
"""


def away(found):
    """Share of the time in which the clerk is absent."""
    scalar = found.expected.compiled.program.scalar[0]
    at = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    return found.expected.data.worker_time[0, 0, at.absent] / 1000e9


def test_people_who_are_called_away_from_work():
    """As a machine that fails while it works."""
    found = solved(AWAY.format(counts="work"))
    second = 2 * 1.3**2 + 2 * 1.5**2 / 5
    inside = level(found, "line") + busy(found, "serve")
    assert inside == pytest.approx(0.5 * (1.3 + 0.5 * second / (2 * (1 - 0.65))), rel=1e-7)
    assert away(found) == pytest.approx(0.5 * 1.5 / 5, rel=1e-7)


def test_people_who_are_called_away_by_the_clock():
    """M/M/1/91 with a server that comes and goes, solved here."""
    found = solved(AWAY.format(counts="clock"))
    states = [(n, on) for n in range(92) for on in (0, 1)]
    flow = np.zeros((184, 184))
    for k, (n, on) in enumerate(states):
        leads = [((n, 1 - on), 1 / 5 if on else 1 / 1.5)]
        leads += [((n + 1, on), 0.5)] * (n < 91) + [((n - 1, on), 1.0)] * (on and n > 0)
        for to, speed in leads:
            flow[k, states.index(to)] += speed
            flow[k, k] -= speed
    chance = np.linalg.solve(np.vstack([flow.T[:-1], np.ones(184)]), np.eye(184)[-1])
    inside = level(found, "line") + busy(found, "serve")
    assert away(found) == pytest.approx(1.5 / 6.5, rel=NEAR)
    # who comes while the clerk is away and nobody is inside waits in the line: 90 places, not 91
    assert inside == pytest.approx(chance @ [n for n, _ in states], rel=1e-7)


def test_who_repairs_may_have_other_work():
    """The repair waits for its turn behind the work that is begun: preempting makes it shorter."""
    text = """
title: One person makes and mends
tools: {{press: {{count: 2, fails: {{every: exponential(6), counts: clock}}}}}}
stocks: {{done: {{sink: yes}}}}
activities:
  mend: {{takes: {{down(press): 1}}, time: exponential(1), priority: 1{more}}}
  make: {{uses: press, gives: {{done: 1}}, time: exponential(2)}}
crews: {{all: {{man: {{count: 1, does: [mend, make]}}}}}}
terms: {{horizon: 1000}}
measures: {{up: availability(press), made: rate(done), absent: failures(press)}}
"""
    waits, at_once = (solved(text.format(more=more)) for more in ("", ", preempts: yes"))
    # M/M/1//2: with preemption the repairs do not see the other work
    share = [1.0, 2 / 6, 2 / 36]
    down = (share[1] + 2 * share[2]) / sum(share)
    assert at_once.measures["up"] == pytest.approx(1 - down / 2, rel=NEAR)
    assert at_once.measures["made"] == pytest.approx(share[0] / sum(share) / 2, rel=NEAR)
    assert waits.measures["up"] < at_once.measures["up"] - 0.05


def moment(text):
    return Moment(read_plant(compiled(text).program))


def test_what_the_state_keeps_of_interrupted_works():
    """Where suspended works are alike, and go first, neither their order nor their waiting is kept."""
    text = CLASSES.format(places=3, time="exponential(1)", more="interrupted: resume", count=2)
    alike = moment(text)
    assert alike.lined == set()
    assert remember(alike.plant).turns == ()
    phases = moment(text.replace('"exponential(1)"', '"erlang(2, 1)"'))
    assert phases.lined == {1}
    last_first = moment(text.replace("two: {capacity: 3}", "two: {capacity: 3, order: lifo}"))
    assert last_first.memory.turns == ((1, 2),)


@pytest.mark.parametrize(
    "text",
    [
        CLASSES.format(places=4, time="exponential(1)", more="interrupted: resume", count=2).replace(
            "26", "3"
        ),
        REPAIRMEN.format(counts="use", number=1).replace("count: 10", "count: 3"),
    ],
)
def test_what_is_left_out_of_the_state_changes_nothing(monkeypatch, text):
    """With every stamp and every order of starting in it there are more states, and the same answer."""
    few = solved(text, span="long_run")
    monkeypatch.setattr(memory, "resumes_first", lambda plant, k: False)
    monkeypatch.setattr(moment_module, "in_order", lambda plant, alike: interruptible(plant))
    many = solved(text, span="long_run")
    assert many.states > 2 * few.states
    assert list(many.measures.values()) == pytest.approx(list(few.measures.values()), rel=NEAR)


def refused(text):
    with pytest.raises(RefusalError) as caught:
        exact_solution(loads(text))
    return [(one.path, one.message) for one in caught.value.problems]


FAILING = """
title: A machine
tools: {{lathe: {{fails: {{every: {every}, repair: {repair}, counts: {counts}}}}}}}
stocks: {{a: {{start: 1}}, b: {{capacity: 1}}}}
activities: {{turn: {{takes: {{a: 1}}, gives: {{b: 1}}, uses: lathe, time: exponential(1), {more}}}}}
crews: {{all: {{man: {{does: turn}}}}}}
terms: {{horizon: 100}}
"""


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"every": "3"}, "tools.lathe.fails.every", "has no memory"),
        ({"every": "'erlang(2, 3)'"}, "tools.lathe.fails.every", "has no memory"),
        ({"repair": "2"}, "tools.lathe.fails.repair", "a constant time above 0"),
        ({"more": "interrupted: restart"}, "activities.turn.interrupted", "needs the time that was drawn"),
        ({"more": "resumed_by: owner"}, "activities.turn.resumed_by", "does not know who they are"),
        ({"counts": "clock", "more": "blocking: after"}, "tools.lathe.fails", "that finds no room"),
    ],
)
def test_what_is_refused_of_interruption(fields, path, words):
    known = {"every": "exponential(3)", "repair": "exponential(1)", "counts": "use", "more": "priority: 0"}
    ((where, message),) = refused(FAILING.format(**{**known, **fields}))
    assert where == path
    assert words in message
