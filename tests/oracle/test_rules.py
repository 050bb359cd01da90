"""The rules of ``docs/semantics.md`` on small models, on both engines."""

from __future__ import annotations

import math

import pytest

from hewer.engine.codes import Event
from hewer.engine.compile.program import compile_model
from hewer.model.document import Model
from hewer.model.reading.document import loads
from hewer.model.settling.flow import expand
from tests.oracle import compare
from tests.oracle.conftest import MINUTE
from tests.oracle.engine import simulate

B = math.log2(0.8)
SHIFT = "terms: {shift: 10 min}\n"


def model(*parts: str, terms: str = SHIFT) -> str:
    """Write a document of the lines of its parts, with terms of ten minutes unless they say otherwise."""
    return "title: rule\n" + "\n".join(parts) + "\n" + terms


def crew(**roles: str) -> str:
    return "crews: {all: {" + ", ".join(f"{name}: {{{role}}}" for name, role in roles.items()) + "}}"


TANDEM = """
stocks: {done: {sink: yes}, left: {}, right: {}, token: {start: 1}}
sources:
  early: {to: right, every: 100 min, first: 0.5 min}
  late: {to: left, every: 100 min, first: 1 min}
activities:
  warm: {time: 2 min, takes: {token: 1}}
  one: {time: 1 min, takes: {left: 1}, gives: {done: 1}}
  two: {time: 1 min, takes: {right: 1}, gives: {done: 1}}
"""


def test_rule_1_earliest_since_comes_first(trace):
    ran = trace(model(TANDEM, crew(all="does: [warm, one, two]")))
    assert ran.starts() == [(0.0, "warm"), (2.0, "two"), (3.0, "one")]


def test_rule_1_priority_comes_before_since(trace):
    urgent = TANDEM.replace("  one: {", "  one: {priority: 1, ")
    ran = trace(model(urgent, crew(all="does: [warm, one, two]")))
    assert ran.starts() == [(0.0, "warm"), (2.0, "one"), (3.0, "two")]


def test_rule_1_ties_go_to_the_least_recently_started(trace):
    loops = "activities: {a: {time: 1 min}, b: {time: 1 min}, c: {time: 1 min}}"
    ran = trace(model(loops, crew(all="does: [c, b, a]"), terms="terms: {shift: 6 min}"))
    assert [name for _, name in ran.starts()] == ["a", "b", "c", "a", "b", "c"]


def test_rule_1_bulk_waits_since_its_level_was_reached(trace):
    text = model(
        "stocks: {sand: {unit: t, start: 0 t}, box: {start: 0}}",
        "sources: {lorry: {to: sand, every: 1 min, amount: 1 t, first: 1 min, limit: 3},"
        " post: {to: box, every: 9 min, first: 1.5 min}}",
        "activities: {rest: {time: 2.5 min, takes: {token: 1}}, dig: {time: 1 min, takes: {sand: 2 t}},"
        " open: {time: 1 min, takes: {box: 1}}}",
        crew(all="does: [rest, dig, open]"),
    ).replace("box: {start: 0}", "box: {start: 0}, token: {start: 1}")
    assert trace(text).starts() == [(0.0, "rest"), (2.5, "open"), (3.5, "dig")]


def test_rule_1_a_tool_counts_from_its_return(trace):
    text = model(
        "stocks: {token: {start: 1}, paper: {start: 1}, letter: {}, bed: {start: 1}}",
        "sources: {post: {to: letter, every: 9 min, first: 1 min}}",
        "tools: {press: 1}",
        "activities: {hold: {time: 2 min, people: 0, takes: {token: 1}, uses: press},"
        " print: {time: 1 min, takes: {paper: 1}, uses: press}, read: {time: 1 min, takes: {letter: 1}},"
        " sleep: {time: 3 min, takes: {bed: 1}}}",
        crew(all="does: [sleep, print, read]"),
    )
    ran = trace(text)
    assert ran.starts()[:4] == [(0.0, "hold"), (0.0, "sleep"), (3.0, "read"), (4.0, "print")]


@pytest.mark.parametrize(
    ("guard", "starts"),
    [
        ("now >= 3 min", [3.0, 5.0, 7.0, 9.0]),
        ("now > 3 min", [3 + 1e-9 / 60, 5 + 1e-9 / 60, 7 + 1e-9 / 60, 9 + 1e-9 / 60]),
        ("not now < 2 * wait or now < 1 min", [0.0, 8.0]),
        (
            "2 * now + 1 min >= now + 4.5 min and now != 5.5 min",
            [3.5, 5.5 + 1e-9 / 60, 7.5 + 1e-9 / 60, 9.5 + 1e-9 / 60],
        ),
        ("now == 4.25 min", [4.25]),
        ("now / (1 min) > 6", [6 + 1e-9, 8 + 1e-9]),
        ("now >= 3 min and coal > 3", []),
    ],
)
def test_rule_1_the_clock_wakes_a_guard_to_the_tick(trace, guard, starts):
    """A bare number compares within 1e-9 (rule 6): of a minute, 60 ns."""
    text = model(
        "params: {wait: 4 min}",
        "stocks: {coal: {start: 2}}",
        f"activities: {{cut: {{time: 2 min, guard: {guard}}}}}",
        crew(man="does: cut"),
    )
    assert trace(text).times(Event.START) == pytest.approx(starts, rel=0, abs=0.01e-9 / 60)


def test_rule_1_a_guard_that_cannot_be_solved_is_judged_when_something_happens(trace):
    text = model(
        "stocks: {coal: {start: 2}}",
        "sources: {tick: {to: coal, every: 2.5 min}}",
        "activities: {cut: {time: 1 min, guard: now * now > 9 min^2}}",
        crew(man="does: cut"),
    )
    assert trace(text).times(Event.START)[0] == 5.0


PAIR = """
tools: {crane: 2}
activities:
  single: {time: 2 min, people: 0, uses: crane}
  other: {time: 3 min, people: 0, uses: crane}
  pair: {time: 1 min, people: 0, uses: {crane: 2}}
"""


def test_rule_2_a_waiter_claims_what_is_free(trace):
    ran = trace(model(PAIR, terms="terms: {shift: 100 min}"))
    assert len(ran.of(Event.START, "pair")) > 10


def test_rule_2_overtake_passes_a_claim(trace):
    text = PAIR.replace("people: 0, uses: crane}", "people: 0, uses: crane, overtake: yes}")
    ran = trace(model(text, terms="terms: {shift: 6 min}"))
    assert len(ran.of(Event.START, "pair")) == 0


def test_rule_2_people_off_shift_are_not_waited_for(trace):
    text = model(
        "activities: {lift: {time: 2 min, people: {lift: 1, guide: 1}}, sweep: {time: 1 min}}",
        crew(man="does: [lift.lift, sweep], choice: listed", boss="does: [lift.guide]"),
        terms="terms: {shift: 8 min, breaks: [{at: 3 min, lasts: 2 min, roles: [boss]}]}",
    )
    ran = trace(text)
    assert [start for start in ran.starts() if 3 <= start[0] < 5] == []
    assert ran.times(Event.PAUSE, "lift") == [3.0]
    assert ran.times(Event.RESUME, "lift") == [5.0]


def test_rule_3_posts_are_filled_by_those_who_may(trace):
    text = model(
        "activities: {lift: {time: 1 min, people: {lift: 2, guide: 1}}}",
        crew(boss="does: [lift.guide]", man="count: 3, does: [lift.lift]"),
        terms="terms: {shift: 2 min}",
    )
    assert trace(text).team("lift") == [["boss", "man 1", "man 2"], ["man 3", "boss", "man 1"]]


def test_rule_4_the_longest_idle_leads(trace):
    text = model("activities: {a: {time: 2 min, people: 2}}", crew(man="count: 3, does: a"))
    teams = trace(text).team("a")
    assert teams[:3] == [["man 1", "man 2"], ["man 3", "man 1"], ["man 2", "man 3"]]


def test_rule_4_posts_are_reassigned_among_the_chosen(trace):
    text = model(
        "activities: {lift: {time: 1 min, people: {lift: 1, guide: 1}}}",
        crew(both="does: [lift]", man="does: [lift.lift]"),
        terms="terms: {shift: 1 min}",
    )
    assert trace(text).team("lift") == [["both", "man"]]


CHOICE = """
stocks: {a: {start: 1, at: here}, b: {start: 5, at: there}}
places: {here: {}, there: {}}
walk: {here-there: 1 min}
activities:
  first: {time: 1 min, takes: {a: 1}, at: here}
  second: {time: 1 min, takes: {b: 1}, at: there}
"""


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("does: [second, first]", "first"),
        ("does: [second, first], choice: listed", "second"),
        ("does: [first, second], choice: longest_queue", "second"),
        ("does: [first, second], choice: nearest, starts_at: there", "second"),
    ],
)
def test_rule_4_choice(trace, role, first):
    assert trace(model(CHOICE, crew(man=role))).starts()[0] == (0.0, first)


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        (lambda queue: -queue, "second"),
        (lambda queue: queue, "first"),
        (lambda distance: -distance, "second"),
        (lambda preference: preference, "second"),
        (lambda duration: -duration, "second"),
        (lambda a, b: a - b, "first"),
        (lambda priority: -priority, "second"),
        (lambda now, left: now + left, "first"),
        (lambda people, member: people + member, "first"),
        (lambda queue, worth: abs(queue - worth), "second"),
    ],
)
def test_rule_4_a_rule_of_the_users_own(rule, first):
    """The smallest number goes first, then the rank: whichever engine asks."""
    text = CHOICE.replace("second: {time: 1 min", "second: {time: uniform(1 min, 4 min), priority: 1")
    text = model("params: {worth: 4}", text, crew(man="does: [second, first], starts_at: here"))
    if "priority" not in rule.__code__.co_varnames:
        text = text.replace(", priority: 1", "")
    document = loads(text).model_dump()
    document["crews"]["all"]["man"]["choice"] = rule
    program = compile_model(expand(Model(**document))).program
    for engine in (simulate, compare.kernel):
        starts = [record[2] for record in engine(program).log if record[1] == Event.START]
        assert starts[0] == ["first", "second"].index(first)


def test_rule_4_a_rule_sees_how_long_works_wait(trace):
    """After 3 minutes the work that has waited longest goes last."""
    text = model(
        "stocks: {a: {}, b: {}, token: {start: 1}}",
        "sources: {one: {to: a, every: 99 min, first: 1 min}, two: {to: b, every: 99 min, first: 2 min}}",
        "activities: {busy: {time: 3 min, takes: {token: 1}}, first: {time: 1 min, takes: {a: 1}},"
        " second: {time: 1 min, takes: {b: 1}}}",
        crew(man="does: [busy, first, second], choice: 'own_rules.py:newest'"),
    )
    assert [name for _, name in trace(text).starts()] == ["busy", "second", "first"]


def test_rule_4_a_team_claims_the_free(trace):
    text = model(
        "stocks: {out: {sink: yes}, load: {start: 1}, task: {start: 3}, first: {start: 1}}",
        "activities: {carry: {time: 1 min, people: 2, takes: {load: 1}},"
        " busy: {time: 3 min, takes: {first: 1}},"
        " sweep: {time: 1 min, takes: {task: 1}}}",
        crew(man="does: [carry, sweep]", mate="does: [busy, carry]"),
    )
    ran = trace(text)
    assert ran.starts()[:2] == [(0.0, "carry"), (1.0, "busy")]
    text = text.replace("load: {start: 1}", "load: {}").replace(
        "activities:", "sources: {lorry: {to: load, every: 99 min, first: 0.5 min}}\nactivities:"
    )
    ran = trace(text.replace("task: {start: 3}", "task: {start: 1}"))
    assert ran.starts() == [(0.0, "busy"), (0.0, "sweep"), (3.0, "carry")]
    assert ran.spent(0, "partner") == 2.0


def test_rule_5_zero_durations_re_enter_the_instant(trace):
    text = model(
        "stocks: {a: {start: 2}, b: {}, done: {sink: yes}}",
        "activities: {now: {time: 0 min, takes: {a: 1}, gives: {b: 1}},"
        " later: {time: 1 min, takes: {b: 1}, gives: {done: 1}}}",
        crew(man="does: [now, later]"),
    )
    assert trace(text).starts() == [(0.0, "now"), (0.0, "later"), (1.0, "now"), (1.0, "later")]


def test_rule_5_the_warm_up_ends_before_the_shift(trace):
    terms = "terms: {shift: 5 min, warm_up: 5 min, horizon: 9 min}"
    ran = trace(model("activities: {make: {time: 2 min}}", crew(man="does: make"), terms=terms))
    last = [Event(event).name for _, event, *_ in ran.run.log if event in (Event.WARM_UP, Event.SHIFT_END)]
    assert last == ["WARM_UP", "SHIFT_END"]


def test_rule_6_a_quantity_is_rounded_once(trace):
    text = model(
        "stocks: {sand: {unit: t, start: 1 t}, heap: {unit: t}}",
        "activities: {dig: {time: 1 min, takes: {sand: 1 t / 3}, gives: {heap: 1 t / 3}}}",
        crew(man="does: dig"),
    )
    ran = trace(text)
    assert len(ran.of(Event.END)) == 3
    assert (ran.stock("sand")["final"], ran.stock("heap")["final"]) == (1, 999999)


def test_rule_7_draws_follow_the_item_not_the_doer(trace):
    text = model(
        "stocks: {jobs: {start: 6}, done: {sink: yes}}",
        "activities: {work: {time: exponential(1 min), takes: {jobs: 1}, gives: {done: 1}, stream: own}}",
        crew(man="count: N, does: work"),
        terms="terms: {shift: 100 min}",
    )
    alone = trace(text.replace("N", "1")).times(Event.END)
    together = trace(text.replace("N", "6")).times(Event.END)
    durations = [after - before for before, after in zip([0.0, *alone], alone, strict=False)]
    assert sorted(durations) == pytest.approx(together)


def test_rule_8_the_slowest_sets_the_rate(trace):
    text = model(
        "activities: {carry: {time: 2 min, people: 2}}",
        crew(man="does: carry", boy="does: carry, efficiency: 0.5"),
    )
    assert trace(text).times(Event.END) == [4.0, 8.0, 12.0]


def spans(times):
    return [after - before for before, after in zip([0.0, *times], times, strict=False)]


@pytest.mark.parametrize(
    ("learning", "expected"),
    [
        ("curve: crawford, rate: 80 %", lambda n: n**B),
        ("curve: wright, rate: 80 %", lambda n: n ** (1 + B) - (n - 1) ** (1 + B)),
        ("curve: crawford, rate: 80 %, plateau: 60 %", lambda n: max(0.6, n**B)),
        ("curve: crawford, rate: 80 %, until: 3", lambda n: min(n, 3) ** B),
        ("curve: wright, rate: 80 %, experience: 4", lambda n: (n + 4) ** (1 + B) - (n + 3) ** (1 + B)),
        ("curve: crawford, rate: 100 %", lambda n: 1.0),
        ("curve: crawford, rate: 80 %, of: other", lambda n: 1.0),
    ],
)
def test_rule_8_learning(trace, learning, expected):
    text = model(
        "activities: {make: {time: 8 min}, other: {time: 1 min, guard: now < 0 min}}",
        crew(man=f"does: [make, other], efficiency: 2, learning: {{{learning}}}"),
        terms="terms: {shift: 30 min}",
    )
    times = trace(text).times(Event.END)
    assert len(times) >= 7
    assert spans(times) == pytest.approx([4 * expected(n + 1) for n in range(len(times))], abs=1e-9)


def test_rule_8_everybody_learns_each_activity_by_himself(trace):
    """The team of two takes the time of its slowest; alone each goes on from his own repetitions."""
    text = model(
        "stocks: {pairs: {start: 2}, later: {start: 0}}",
        "activities: {lift: {time: 8 min, people: 2, takes: {pairs: 1}, gives: {later: 1}},"
        " one: {time: 8 min, takes: {later: 1}, priority: -1}}",
        crew(
            old="does: [lift, one], learning: {curve: crawford, rate: 50 %, experience: 3}",
            new="does: lift, learning: {curve: crawford, rate: 50 %}",
        ),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.END, "lift") == [8.0, 12.0]
    assert ran.times(Event.END, "one") == [14.0, pytest.approx(14 + 8 / 5)]


def test_rule_8_what_blocks_is_a_repetition(trace):
    text = model(
        "stocks: {full: {capacity: 1, start: 1}, out: {sink: yes}}",
        "activities: {make: {time: 4 min, gives: {full: 1}, blocking: after},"
        " clear: {time: 5 min, people: 0, takes: {full: 1}, gives: {out: 1}, guard: now >= 6 min}}",
        crew(man="does: make, learning: {curve: crawford, rate: 50 %}"),
        terms="terms: {shift: 9 min}",
    )
    ran = trace(text)
    assert ran.times(Event.START, "make") == [0.0, 6.0, 8.0]
    assert ran.times(Event.RELEASE, "make") == [6.0]


def test_rule_8_fatigue_grows_with_work_and_goes_with_rest(trace):
    """Work, a break of two half-times, work: 1 - F halves in 4 min of work, F in 1 min of rest."""
    text = model(
        "stocks: {job: {start: 2}}",
        "activities: {cut: {time: 4 min, takes: {job: 1}}}",
        crew(man="does: cut, fatigue: {most: 100 %, half_tired: 4 min, half_rested: 1 min}"),
        terms="terms: {shift: 20 min, breaks: [{at: 4 min, lasts: 2 min}]}",
    )
    assert trace(text).times(Event.END) == [4.0, pytest.approx(6 + 4 * (1 + 0.5 * 0.25))]


def test_rule_8_fatigue_is_judged_when_the_work_begins(trace):
    """Continuous work of content c: F before each follows by hand; the factor holds to its end."""
    text = model(
        "activities: {cut: {time: 2 min}}",
        crew(man="does: cut, fatigue: {most: 50 %, half_tired: 3 min, half_rested: 1 min}"),
        terms="terms: {shift: 15 min}",
    )
    found, fatigue, expected = trace(text).times(Event.END), 0.0, []
    for _ in found:
        expected.append(2 * (1 + 0.5 * fatigue))
        fatigue = 1 - (1 - fatigue) * 0.5 ** (expected[-1] / 3)
    assert len(found) == 6
    assert spans(found) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("other", "does", "rested"),
    [
        ("time: 2 min", "[cut, other, again]", 2.0),  # another task is rest
        ("time: 2 min, people: 0", "[cut, again]", 2.0),  # so is being idle
        ("time: 0 min, at: hall", "[cut, other, again]", 0.0),  # walking is neither
    ],
)
def test_rule_8_what_is_rest(trace, other, does, rested):
    text = model(
        "places: {hall: {}, gate: {}}",
        "walk: {hall-gate: 2 min}",
        "stocks: {first: {start: 1}, then: {}, third: {}}",
        "activities: {cut: {at: gate, time: 4 min, takes: {first: 1}, gives: {then: 1}},"
        f" other: {{{other}, takes: {{then: 1}}, gives: {{third: 1}}}},"
        " again: {time: 4 min, takes: {third: 1}}}",
        crew(
            man=f"does: {does}, starts_at: gate,"
            " fatigue: {most: 1, half_tired: 4 min, half_rested: 2 min, of: [cut, again]}"
        ),
        terms="terms: {shift: 30 min}",
    )
    ran = trace(text)
    assert ran.times(Event.START, "again") == [6.0]
    assert ran.times(Event.END, "again") == [pytest.approx(6 + 4 * (1 + 0.5 * 0.5 ** (rested / 2)))]


def test_rule_8_who_waits_for_others_at_the_place_rests(trace):
    text = model(
        "places: {hall: {}, gate: {}}",
        "walk: {hall-gate: 2 min}",
        "stocks: {first: {start: 1}, then: {}}",
        "activities: {cut: {at: gate, time: 4 min, takes: {first: 1}, gives: {then: 1}},"
        " lift: {at: gate, time: 4 min, people: 2, takes: {then: 1}}}",
        crew(
            man="does: [cut, lift], starts_at: gate,"
            " fatigue: {most: 1, half_tired: 4 min, half_rested: 1 min}",
            mate="does: lift, starts_at: hall",
        ),
        terms="terms: {shift: 30 min}",
    )
    assert trace(text).times(Event.END, "lift") == [pytest.approx(6 + 4 * (1 + 0.5 * 0.25))]


def test_rule_9_the_work_begins_when_the_last_arrives(trace):
    text = model(
        "places: {gate: {}, face: {}}",
        "walk: {gate-face: 2 min}",
        "stocks: {coal: {unit: t, start: 1 t, at: face, capacity: 1 t}}",
        "activities: {cut: {at: face, time: 1 min, people: 2, takes: {coal: 1 t}, ends_at: gate}}",
        crew(near="does: cut, starts_at: face", far="does: cut, starts_at: gate"),
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN) == [2.0]
    assert ran.times(Event.END) == [3.0]
    assert (ran.spent(0, "partner"), ran.spent(1, "walking")) == (2.0, 2.0)


SITE = """
places: {depot: {}, face: {}, shaft: {}}
walk: {face-shaft: 4 min, depot-face: 1 min, depot-shaft: 5 min}
"""
TRAINS = (
    SITE
    + """
stocks: {full: {start: 20, at: face}, out: {sink: yes}}
tools: {pony: {count: 2, at: shaft, carried: yes}, road: {count: 1}}
activities:
  haul: {at: face, takes: {full: 1 .. 6}, gives: {out: taken(full)}, time: 6 min,
    uses: [pony, road], ends_at: shaft}
"""
)


DRIVERS = crew(driver="count: 2, does: haul, starts_at: shaft")


def test_rule_9_trains_share_a_single_track(trace):
    """By hand: 4 min empty to the face, 6 min loaded to the shaft; the other train waits for the road."""
    ran = trace(
        model(TRAINS, crew(driver="count: 2, does: haul, starts_at: shaft"), terms="terms: {shift: 1 h}")
    )
    assert ran.times(Event.START) == [0.0, 10.0, 20.0, 30.0]
    assert ran.times(Event.BEGIN) == [4.0, 14.0, 24.0, 34.0]
    assert ran.times(Event.END) == [10.0, 20.0, 30.0, 40.0]
    assert ran.team("haul") == [["driver 1"], ["driver 2"], ["driver 1"], ["driver 2"]]
    assert ran.stock("out")["arrived"] == 20
    assert ran.spent(0, "walking") == 8.0
    assert ran.run.pool_busy == [40 * MINUTE, 40 * MINUTE]


def test_rule_9_on_two_tracks_the_trains_run_at_once(trace):
    text = TRAINS.replace("road: {count: 1}", "road: {count: 2}")
    ran = trace(
        model(text, crew(driver="count: 2, does: haul, starts_at: shaft"), terms="terms: {shift: 1 h}")
    )
    assert ran.times(Event.BEGIN) == [4.0, 4.0, 14.0, 14.0]


def test_rule_9_the_lead_fetches_a_tool_from_where_it_was_left(trace):
    """From the shaft by the depot (5 min) to the face (1 min); then both are at the face."""
    text = model(
        SITE,
        "stocks: {job: {start: 2}}",
        "tools: {trolley: {at: depot, carried: yes}}",
        "activities: {move: {at: face, takes: {job: 1}, time: 2 min, uses: trolley}}",
        crew(man="does: move, starts_at: shaft"),
        terms="terms: {shift: 30 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN) == [6.0]
    assert ran.times(Event.END) == [8.0, 10.0]


def test_rule_9_only_the_lead_fetches_and_the_others_wait(trace):
    text = model(
        SITE,
        "stocks: {job: {start: 1}}",
        "tools: {trolley: {count: 3, at: depot, carried: yes}}",
        "activities: {move: {at: face, takes: {job: 1}, time: 2 min, uses: {trolley: 2}, people: 2}}",
        crew(man="does: move, starts_at: shaft", mate="does: move, starts_at: face"),
        terms="terms: {shift: 30 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN) == [6.0]
    assert (ran.spent(0, "walking"), ran.spent(1, "partner")) == (6.0, 6.0)


def test_rule_9_vehicles_without_people_come_by_themselves(trace):
    """One comes from the depot (1 min); of those at the shaft and at the depot the nearer comes next."""
    text = model(
        SITE,
        "stocks: {job: {start: 2, at: face}, out: {sink: yes}}",
        "tools: {cart: {count: 2, at: depot, carried: yes}, lift: 1}",
        "activities: {carry: {at: face, takes: {job: 1}, gives: {out: 1}, time: 3 min, people: 0,"
        " uses: [cart, lift], ends_at: shaft}}",
        terms="terms: {shift: 30 min}",
    )
    ran = trace(text)
    assert ran.times(Event.START) == [0.0, 4.0]
    assert ran.times(Event.BEGIN) == [1.0, 5.0]
    again = trace(text.replace("cart: {count: 2", "cart: {count: 1"))
    assert again.times(Event.BEGIN) == [1.0, 8.0]


def test_rule_9_a_blocked_work_that_does_not_hold_its_tools_leaves_them(trace):
    text = model(
        SITE,
        "stocks: {job: {start: 2, at: face}, pit: {capacity: 1, start: 1}, out: {sink: yes}}",
        "tools: {cart: {at: depot, carried: yes}}",
        "activities: {carry: {at: face, takes: {job: 1}, gives: {pit: 1}, time: 3 min, people: 0, uses: cart,"
        " ends_at: shaft, blocking: after, holds: []}}",
        terms="terms: {shift: 30 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK) == [4.0, 11.0]
    assert ran.times(Event.BEGIN) == [1.0, 8.0]


def test_rule_9_who_turns_back_leaves_the_tool_where_it_was(trace):
    """At the end of the shift he is on the way with it: nothing of that is kept (rule 11)."""
    text = model(
        SITE,
        "stocks: {job: {start: 1}}",
        "tools: {trolley: {at: depot, carried: yes}}",
        "activities: {move: {at: face, takes: {job: 1}, time: 2 min, uses: trolley}}",
        crew(man="does: move, starts_at: shaft"),
        terms="terms: {shift: 5.5 min, horizon: 9 min}",
    )
    ran = trace(text)
    assert ran.times(Event.STOP) == [5.5]
    assert ran.run.pool_busy == [5.5 * MINUTE]


BLOCKING = """
stocks: {raw: {start: 9}, buffer: {capacity: 1}, out: {sink: yes}}
activities:
  make: {time: 1 min, takes: {raw: 1}, gives: {buffer: 1}, blocking: after}
  use: {time: 3 min, takes: {buffer: 1}, gives: {out: 1}}
"""


def test_rule_10_blocking_after_service(trace):
    ran = trace(model(BLOCKING, crew(maker="does: make", user="does: use")))
    assert ran.times(Event.START, "make")[:4] == [0.0, 1.0, 2.0, 4.0]
    assert ran.times(Event.BLOCK, "make") == [3.0, 5.0, 8.0]
    assert ran.times(Event.RELEASE, "make") == [4.0, 7.0]
    assert ran.spent(0, "blocked", 1) == 1.0 + 2.0 + 2.0


def test_rule_10_blocking_before_service(trace):
    text = BLOCKING.replace("blocking: after", "blocking: before")
    ran = trace(model(text, crew(maker="does: make", user="does: use")))
    assert ran.times(Event.START, "make") == [0.0, 1.0, 4.0, 7.0]
    assert ran.times(Event.BLOCK) == []


def test_rule_10_blocked_works_hold_what_holds_says(trace):
    text = BLOCKING.replace("blocking: after", "blocking: after, holds: []")
    ran = trace(model(text, crew(maker="does: make", user="does: use")))
    assert ran.times(Event.START, "make")[:6] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]


def test_rule_10_a_ring_of_full_stocks_is_a_deadlock(trace):
    text = model(
        "stocks: {a: {start: 1, capacity: 1}, b: {start: 1, capacity: 1}}",
        "activities: {ab: {time: 1 min, takes: {a: 1}, gives: {b: 2}, blocking: after},"
        " ba: {time: 1 min, takes: {b: 1}, gives: {a: 2}, blocking: after}}",
        crew(man="count: 2, does: [ab, ba]"),
    )
    ran = trace(text)
    assert ran.run.deadlock == 60 * 10**9


def test_rule_10_taking_and_giving_the_same_stock_keeps_room(trace):
    text = model(
        "stocks: {a: {start: 2, capacity: 2}}",
        "sources: {more: {to: a, every: 0.5 min, when_full: lose}}",
        "activities: {stir: {time: 2 min, takes: {a: 1}, gives: {a: 1}}}",
        crew(man="does: stir"),
    )
    ran = trace(text)
    assert ran.stock("a")["peak"] == 2
    assert ran.run.source[0]["lost"] == 19


@pytest.mark.parametrize(
    ("overrun", "ends", "extra"),
    [("finish", [4.0, 8.0, 12.0], 2.0), ("pause", [4.0, 8.0], 0.0), ("stop", [4.0, 8.0], 0.0)],
)
def test_rule_11_overrun(trace, overrun, ends, extra):
    text = model(
        "stocks: {raw: {start: 5}, out: {sink: yes}}",
        f"activities: {{make: {{time: 4 min, takes: {{raw: 1}}, gives: {{out: 1}}, overrun: {overrun}}}}}",
        crew(man="does: make"),
    )
    ran = trace(text)
    assert ran.times(Event.END) == ends
    assert ran.run.overtime[0] / 60e9 == extra
    assert ran.stock("raw")["final"] == (3 if overrun == "stop" else 2)
    assert ran.spent(0, "working") == 10.0


def test_rule_11_walkers_turn_back(trace):
    text = model(
        "places: {gate: {}, face: {}}",
        "walk: {gate-face: 12 min}",
        "stocks: {coal: {start: 1}}",
        "activities: {cut: {at: face, time: 1 min, takes: {coal: 1}}}",
        crew(man="does: cut, starts_at: gate"),
    )
    ran = trace(text)
    assert ran.times(Event.STOP) == [10.0]
    assert ran.stock("coal")["final"] == 1


@pytest.mark.parametrize(("work", "ends"), [("pause", [4.0, 9.0]), ("finish", [4.0, 8.0, 12.0])])
def test_rule_11_breaks(trace, work, ends):
    text = model(
        "activities: {make: {time: 4 min}}",
        crew(man="does: make"),
        terms=f"terms: {{shift: 10 min, overrun: stop, breaks: [{{at: 5 min, lasts: 1 min, work: {work}}}]}}",
    )
    ran = trace(text)
    assert ran.times(Event.END) == [end for end in ends if end <= 10]
    assert ran.spent(0, "rest") == (1.0 if work == "pause" else 0.0)


def test_rule_12_a_family_closes_with_its_last_member(trace):
    text = model(
        "stocks: {orders: {start: 1}, plates: {}, out: {sink: yes}}",
        "activities: {split: {time: 1 min, takes: {orders: 1}, gives: {plates: 3}},"
        " wash: {time: 2 min, takes: {plates: 1}, gives: {out: 1}}}",
        crew(man="does: [split, wash]"),
    )
    ran = trace(text)
    assert [x / 60e9 for *_, x in ran.of(Event.LEAVE)] == [3.0, 5.0, 7.0]
    assert [x / 60e9 for *_, x in ran.of(Event.CLOSE)] == [7.0]


def test_rule_12_merged_items_end(trace):
    text = model(
        "stocks: {legs: {}, tables: {sink: yes}}",
        "sources: {legs_in: {to: legs, every: 1 min, first: 0 min, limit: 4}}",
        "activities: {build: {time: 1 min, takes: {legs: 4}, gives: {tables: 1}, birth: newest}}",
        crew(man="does: build"),
    )
    ran = trace(text)
    assert [x / 60e9 for *_, x in ran.of(Event.LEAVE)] == [1.0]
    assert [x / 60e9 for *_, x in ran.of(Event.CLOSE)] == [4.0]
    assert ran.run.inside == 0


def test_rule_13_counts_restart_at_the_warm_up(trace):
    text = model(
        "stocks: {out: {sink: yes}}",
        "activities: {make: {time: 2 min, gives: {out: 1}}}",
        crew(man="does: make"),
        terms="terms: {horizon: 10 min, warm_up: 5 min}",
    )
    ran = trace(text)
    assert ran.stock("out")["arrived"] == 3
    assert ran.run.instance[0]["ended"] == 3
    assert sum(ran.run.worker_time[0]) == 5 * 60e9


def test_rule_14_idle_time_is_charged_to_what_came_last(trace):
    text = model(
        "stocks: {paper: {}, ink: {}}",
        "sources: {mill: {to: paper, every: 99 min, first: 1 min},"
        " well: {to: ink, every: 99 min, first: 3 min}}",
        "activities: {print: {time: 1 min, takes: {paper: 1, ink: 1}}}",
        crew(man="does: print"),
    )
    ran = trace(text)
    assert ran.spent(0, "material", 1) == 3.0
    assert ran.spent(0, "material", 0) == 6.0


def test_rule_14_idle_time_without_work_to_do(trace):
    text = model("activities: {a: {time: 1 min}}", crew(man="does: a", watch="does: []"))
    assert trace(text).spent(1, "nothing") == 10.0
