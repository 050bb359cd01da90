"""Each finding of the checks: a small model that triggers it and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hewer.model.checking.check import Finding, check, errors
from hewer.model.document import Model
from hewer.model.reading.document import loads

CLEAN = """
title: A face and a gate
params:
  cut_time: {value: 4 min/t, range: [2 min/t, 8 min/t]}
places:
  ledge: {count: 3, room: 2}
  gate: {}
walk:
  ledge-ledge: {per_step: 1 min}
  ledge-gate: 4 min
stocks:
  solid: {at: ledge, unit: t, start: [14 t, 10 t, 12 t]}
  loose: {at: ledge, unit: t, capacity: 4 t, grain: 1e-6 t}
  tubs: {at: gate, start: 12}
  full: {at: gate}
  out: {unit: t, sink: yes}
  visitors: {capacity: 5}
  gone: {sink: yes}
sources:
  bus: {to: visitors, every: exponential(1 h), amount: 2, first: 0 min, when_full: lose}
activities:
  cut:
    at: ledge
    takes: {solid: 0.5 t .. 1 t}
    gives: {loose: taken(solid)}
    time: gamma(mean=cut_time * taken(solid), cv=0.3)
    guard: next(loose) < 3 t and sum(loose) < 9 t
    uses: pick
    people: {hack: 1, clear: 1}
    cost: 2 EUR
  fill:
    at: ledge
    takes: {loose: 0.5 t, tubs: 1}
    gives: {full: 1}
    time: triangular(2 min, 3 min, 6 min)
    ends_at: gate
  haul:
    takes: {full: 1}
    outcomes:
      good: {chance: 90 %, gives: {out: 0.5 t, tubs: 1}}
      spilt: {chance: rest, gives: {tubs: 1}}
    time: normal(mean=8 min, sd=1 min)
  guide: {takes: {visitors: 1}, gives: {gone: 1}, time: 5 min, people: 0}
tools:
  pick: {count: 3, cost: 5 EUR/h}
crews:
  gang:
    hewer: {count: 3, does: [cut, fill], keeps_to: own ledge, efficiency: {cut: 1.1}, tags: face}
    helper: {count: 2, does: [cut.clear, haul], cost: 3 EUR/h}
terms: {shift: 6 h, breaks: [{at: 3 h, lasts: 20 min, roles: [hewer]}], warm_up: 10 min}
measures:
  output: {value: arrivals(out), unit: t}
  per_face_head: arrivals(out) / heads(face)
  pace: {value: rate(out), unit: t/h}
  idle: {value: "share(hewer, idle)", unit: "%"}
  cutting: {value: "time(hewer, cut)", unit: h}
  slow_visits: {value: "flow_time(gone, 0.9)", unit: min}
  paid: {value: cost() / arrivals(out), unit: EUR/t}
  turned_away: lost(bus) / arrived(bus)
  picks: utilisation(pick) + utilisation(ledge)
scenarios:
  quick: {set: {cut_time: 3 min/t, tools.pick.count: 2}}
"""


BARE = """
flow: [a, b]
sources: {a: {every: 1}}
activities: {b: {time: 2, people: 0}}
terms: {horizon: 100}
"""


def _check(*changes: tuple[str, str], text: str = CLEAN) -> tuple[Finding, ...]:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return check(loads(text))


def _only(found: tuple[Finding, ...]) -> Finding:
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_a_clean_model_has_no_findings():
    assert check(loads(CLEAN)) == ()
    assert errors(loads(CLEAN)) == ()


UNKNOWN = [
    ("at: ledge, unit: t, capacity", "at: ledgr, unit: t, capacity", "stocks.loose.at", "ledge"),
    ("tubs: {at: gate, start", "tubs: {at: gat, start", "stocks.tubs.at", "gate"),
    ("ledge-gate:", "ledge-gates:", "walk.ledge-gates", "gate"),
    ("to: visitors", "to: visitor", "sources.bus.to", "visitors"),
    ("takes: {full: 1}", "takes: {ful: 1}", "activities.haul.takes.ful", "full"),
    ("gives: {loose: taken", "gives: {lose: taken", "activities.cut.gives.lose", "loose"),
    ("tubs: 1}}\n      spilt", "tub: 1}}\n      spilt", "activities.haul.outcomes.good.gives.tub", "tubs"),
    ("loose: taken(solid)", "loose: taken(sold)", "activities.cut.gives.loose", "solid"),
    ("mean=cut_time *", "mean=cut_tim *", "activities.cut.time", "cut_time"),
    ("next(loose) <", "next(loos) <", "activities.cut.guard", "loose"),
    ("uses: pick", "uses: pik", "activities.cut.uses", "pick"),
    ("ends_at: gate", "ends_at: gat", "activities.fill.ends_at", "gate"),
    ("does: [cut, fill]", "does: [cut, fil]", "crews.gang.hewer.does[2]", "fill"),
    ("cut.clear", "cut.cleer", "crews.gang.helper.does[1]", "cut.clear"),
    ("keeps_to: own ledge", "keeps_to: own lege", "crews.gang.hewer.keeps_to", "ledge"),
    ("helper: {count", "helper: {starts_at: gtae, count", "crews.gang.helper.starts_at", "gate"),
    ("efficiency: {cut", "efficiency: {cutt", "crews.gang.hewer.efficiency.cutt", "cut"),
    ("roles: [hewer]", "roles: [hewr]", "terms.breaks[1].roles[1]", "hewer"),
    ("value: arrivals(out), unit: t", "value: arivals(out), unit: t", "measures.output.value", "arrivals"),
    ("arrivals(out) / heads(face)", "arrivals(outt) / heads(face)", "measures.per_face_head.value", "out"),
    ("heads(face)", "heads(fase)", "measures.per_face_head.value", "face"),
    ("share(hewer, idle)", "share(hewer, idl)", "measures.idle.value", "idle"),
    ("flow_time(gone", "flow_time(gon", "measures.slow_visits.value", "gone"),
    ("lost(bus)", "lost(buss)", "measures.turned_away.value", "bus"),
    ("utilisation(pick)", "utilisation(pic)", "measures.picks.value", "pick"),
    ("tools.pick.count: 2", "tools.pik.count: 2", "scenarios.quick.set.tools.pik.count", "pick"),
    ("quick: {set", "quick: {crew: gangg, set", "scenarios.quick.crew", "gang"),
    ("\nterms:", "\ncrew: gng\nterms:", "crew", "gang"),
]


@pytest.mark.parametrize(("old", "new", "path", "meant"), UNKNOWN, ids=[row[2] for row in UNKNOWN])
def test_an_unknown_name_is_reported_with_what_was_meant(old, new, path, meant):
    found = [one for one in _check((old, new)) if one.level == "error"]
    one = _only(tuple(one for one in found if one.path == path))
    assert one.code == "unknown-name"
    assert one.hint is not None
    assert f"`{meant}`" in one.hint
    assert None not in (one.line, one.column)
    assert all(
        other.path.split(".")[0] in ("activities", "stocks", "crews", path.split(".")[0]) for other in found
    )


DIMENSIONS = [
    (
        "value: 4 min/t, range: [2 min/t",
        "value: 4 min/t, range: [2 min",
        "params.cut_time.range[1]",
        "time",
        "min/t",
    ),
    ("cv=0.3", "cv=0.3 min", "activities.cut.time", "0.3 min", "bare number"),
    ("cut_time * taken(solid)", "cut_time", "activities.cut.time", "time", "mass"),
    ("ledge-gate: 4 min", "ledge-gate: 4 m", "walk.ledge-gate", "time", "length"),
    ("capacity: 4 t", "capacity: 4 m", "stocks.loose.capacity", "mass", "length"),
    ("14 t, 10 t", "14 m, 10 t", "stocks.solid.start[1]", "mass", "length"),
    ("grain: 1e-6 t", "grain: 1e-6 m", "stocks.loose.grain", "mass", "length"),
    ("start: 12}", "start: 12 t}", "stocks.tubs.start", "bare number", "mass"),
    ("exponential(1 h)", "exponential(1)", "sources.bus.every", "time", "bare number"),
    ("amount: 2", "amount: 2 t", "sources.bus.amount", "bare number", "mass"),
    ("first: 0 min", "first: 1 m", "sources.bus.first", "time", "length"),
    ("0.5 t .. 1 t", "0.5 m .. 1 m", "activities.cut.takes.solid", "mass", "length"),
    ("0.5 t .. 1 t", "0.5 t .. 1 m", "activities.cut.takes.solid", "0.5 t", "1 m"),
    ("out: 0.5 t,", "out: 0.5,", "activities.haul.outcomes.good.gives.out", "mass", "bare number"),
    ("loose) < 3 t", "loose) < 3 m", "activities.cut.guard", "mass", "length"),
    ("chance: 90 %", "chance: 9 min", "activities.haul.outcomes.good.chance", "bare number", "time"),
    ("triangular(2 min, 3 min", "triangular(2 t, 3 min", "activities.fill.time", "2 t", "3 min"),
    ("cost: 5 EUR/h", "cost: 5 EUR", "tools.pick.cost", "EUR", "2 EUR"),
    ("cost: 3 EUR/h", "cost: 3 USD/h", "crews.gang.helper.cost", "USD/h", "EUR"),
    ("efficiency: {cut: 1.1}", "efficiency: 1.1 t", "crews.gang.hewer.efficiency", "bare number", "mass"),
    ("at: 3 h", "at: 3 t", "terms.breaks[1].at", "time", "mass"),
    ("lasts: 20 min", "lasts: 20", "terms.breaks[1].lasts", "time", "bare number"),
    ("warm_up: 10 min", "warm_up: 10 t", "terms.warm_up", "time", "mass"),
    ("shift: 6 h", "horizon: 100 h, shift: 6", "terms.shift", "time", "bare number"),
    (
        "value: arrivals(out), unit: t",
        "value: arrivals(out), unit: m",
        "measures.output.unit",
        "mass",
        "length",
    ),
    (
        "arrivals(out) / heads(face)",
        "arrivals(out) + horizon()",
        "measures.per_face_head.value",
        "mass",
        "time",
    ),
    ("tools.pick.count: 2", "stocks.loose.capacity: 5 m", "scenarios.quick", "mass", "length"),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "one", "other"), DIMENSIONS, ids=[f"{row[2]}-{row[1][:12]}" for row in DIMENSIONS]
)
def test_a_wrong_unit_is_reported_with_both_units(old, new, path, one, other):
    found = _only(_check((old, new)))
    assert (found.level, found.code, found.path) == ("error", "dimension", path)
    assert one in found.message
    assert other in found.message
    assert found.line is not None


def test_time_of_a_model_without_units_is_a_bare_number():
    found = _only(_check(("every: 1}", "every: 1 min}"), text=BARE))
    assert (found.code, found.path) == ("dimension", "sources.a.every")
    assert "bare number" in found.message
    assert "1 min" in found.message


NUMBERS = [
    ("time: 5 min", "time: 0 min - 5 min", "activities.guide.time", "negative"),
    ("time: 5 min", '"time": "uniform(0 min - 1 min, 2 min)"', "activities.guide.time", "negative"),
    ("0.5 t .. 1 t", "1 t .. 0.5 t", "activities.cut.takes.solid", "expression"),
    ("{full: 1}\n    outcomes", "{full: 1.5}\n    outcomes", "activities.haul.takes.full", "whole-number"),
    ("amount: 2", "amount: 2.5", "sources.bus.amount", "whole-number"),
    ("amount: 2", '"amount": "discrete(1: 50 %, 1.5: 50 %)"', "sources.bus.amount", "whole-number"),
    ("every: exponential(1 h)", "every: 0 h", "sources.bus.every", "negative"),
    ("{to: visitors,", "{to: visitors, priority: 0.5,", "sources.bus.priority", "whole-number"),
    ("{to: visitors,", "{to: visitors, priority: exponential(1),", "sources.bus.priority", "invalid"),
    ("triangular(2 min, 3 min, 6 min)", "uniform(3 min, 2 min)", "activities.fill.time", "distribution"),
    ("chance: rest", "chance: 20 %", "activities.haul.outcomes", "chance"),
    ("chance: 90 %", "chance: rest", "activities.haul.outcomes", "chance"),
    ("chance: 90 %", "chance: 190 %", "activities.haul.outcomes.good.chance", "chance"),
    ("[14 t, 10 t, 12 t]", "[14 t, 10 t]", "stocks.solid.start", "start"),
    ("capacity: 4 t, grain", "capacity: 4 t, start: 5 t, grain", "stocks.loose.start", "over-capacity"),
    ("start: 12}", "start: 12, grain: 1}", "stocks.tubs.grain", "grain"),
    ("when_full: lose", "limit: 9", "sources.bus", "when-full"),
    ("warm_up: 10 min", "warm_up: 6 h", "terms.warm_up", "warm-up"),
    ("shift: 6 h", "shift: 0 h, horizon: 6 h", "terms.shift", "negative"),
    ("efficiency: {cut: 1.1}", "efficiency: {cut: 0}", "crews.gang.hewer.efficiency.cut", "negative"),
    ("capacity: 4 t", "capacity: 1 / 0 * 1 t", "stocks.loose.capacity", "expression"),
    ("ledge-gate: 4 min", "ledge-gate: {per_step: 4 min}", "walk.ledge-gate", "per-step"),
    ("ledge-gate: 4 min", "ledge-gate: 4 min\n  gate-ledge: 3 min", "walk.gate-ledge", "repeated"),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "code"), NUMBERS, ids=[f"{row[2]}-{row[3]}" for row in NUMBERS]
)
def test_a_wrong_number_is_reported(old, new, path, code):
    found = _only(_check((old, new)))
    assert (found.level, found.path, found.code) == ("error", path, code), str(found)


PLACES = [
    (
        "takes: {loose: 0.5 t, tubs: 1}",
        "takes: {next(tubs): 1}",
        "activities.fill.takes.next(tubs)",
        "selector",
    ),
    ("visitors: 1}, gives: {gone", "solid: 1 t}, gives: {gone", "activities.guide.takes.solid", "selector"),
    (
        "    time: normal(",
        "    guard: next(loose) < 1 t\n    time: normal(",
        "activities.haul.guard",
        "selector",
    ),
    ("    time: normal(", "    guard: loose < 1 t\n    time: normal(", "activities.haul.guard", "selector"),
    ("    time: normal(", "    ends_at: ledge\n    time: normal(", "activities.haul.ends_at", "selector"),
    ("guard: next(loose) < 3 t and sum(loose) < 9 t", "guard: loose", "activities.cut.guard", "expression"),
    ("guard: next(loose) < 3 t and", "guard: exponential(1) < 3 and", "activities.cut.guard", "expression"),
    ("start: 12}", "start: tubs}", "stocks.tubs.start", "expression"),
    ("start: 12}", "start: exponential(3)}", "stocks.tubs.start", "expression"),
    ("out: 0.5 t,", "out: 0.5 t .. 1 t,", "activities.haul.outcomes.good.gives.out", "expression"),
    (
        "normal(mean=8 min, sd=1 min)",
        "normal(mean=8 min, sd=taken(full) * 1 min)",
        "activities.haul.time",
        "expression",
    ),
    ("keeps_to: own ledge", "keeps_to: my own ledge", "crews.gang.hewer.keeps_to", "keeps-to"),
    ("hewer: {count: 3", "hewer: {count: 4", "crews.gang.hewer.count", "too-many-people"),
    (
        "takes: {visitors: 1}",
        "takes: {visitors: 1, gone: 1}",
        "activities.guide.takes.gone",
        "takes-from-sink",
    ),
    ("uses: pick", "uses: {pick: 4}", "activities.cut.uses", "too-few-tools"),
    ("people: {hack: 1, clear: 1}", "people: {hack: 2, clear: 1}", "activities.cut.people", "no-room"),
    ("loose: taken(solid)}", "loose: exponential(1 t)}", "activities.cut.gives.loose", "unbounded-give"),
    ("loose: taken(solid)}", "loose: 5 t}", "activities.cut.gives.loose", "no-room"),
    ("loose: taken(solid)}", "loose: 5 t}\n    blocking: after", "activities.cut.gives.loose", "no-room"),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    PLACES,
    ids=[f"{row[2]}-{row[3]}" for row in PLACES],
)
def test_what_cannot_stand_there_is_reported(old, new, path, code):
    found = [one for one in _check((old, new)) if one.level == "error"]
    assert [(one.path, one.code) for one in found] == [(path, code)], "\n".join(map(str, found))


def test_one_member_is_not_taken_from_twice():
    found = [
        one for one in _check(("0.5 t .. 1 t}", "0.5 t .. 1 t, first(solid): 1 t}")) if one.level == "error"
    ]
    assert [(one.path, one.code) for one in found] == [("activities.cut.takes.first(solid)", "repeated")]


def test_the_ends_of_a_set_are_not_the_same_member():
    found = _check(("takes: {full: 1}", "takes: {full: 1, first(loose): 1 t, last(loose): 1 t}"))
    assert "repeated" not in [one.code for one in found]


def test_a_guard_that_reads_the_clock_is_pointed_out():
    """Only where it cannot be solved for the time at which it changes."""
    for solved in ("now < 5 h", "2 * now - 1 h > (now + cut_time * 1 t) / 2 or not now == 3 h"):
        assert not _check(("    time: normal(", f"    guard: {solved}\n    time: normal("))
    for unsolved in ("now < 5 h * full", "now * now > 9 h^2", "floor(now / (1 h)) > 2"):
        found = _check(("    time: normal(", f"    guard: now > 1 h and {unsolved}\n    time: normal("))
        assert [(one.level, one.path, one.code) for one in found] == [
            ("warning", "activities.haul.guard", "clock-guard")
        ]
        assert found[0].message.startswith(f"`{unsolved}`")


def test_a_tool_of_each_member_is_used_at_its_own_place_only():
    changes = (
        ("pick: {count: 3,", "pick: {count: 3, at: ledge,"),
        ("    time: normal(", "    uses: pick\n    time: normal("),
    )
    found = _only(_check(*changes))
    assert (found.code, found.path) == ("selector", "activities.haul.uses")


def test_an_unbounded_output_may_be_blocked_after():
    assert _check(("loose: taken(solid)}", "loose: exponential(1 t)}\n    blocking: after")) == ()


def test_a_measure_of_waiting_is_of_items_only():
    found = _only(_check(("value: arrivals(out), unit: t", "value: wait(loose)")))
    assert (found.code, found.path) == ("expression", "measures.output.value")


def test_a_place_without_room_has_no_utilisation():
    found = _only(_check(("utilisation(ledge)", "utilisation(gate)")))
    assert "room" in found.message


def test_what_uses_a_wrong_param_is_not_reported_again():
    found = _only(_check(("value: 4 min/t", "value: 4 mn/t")))
    assert (found.code, found.path) == ("unit", "params.cut_time.value")


def test_all_problems_are_reported_at_once():
    found = _check(("uses: pick", "uses: pik"), ("ends_at: gate", "ends_at: gat"), ("at: 3 h", "at: 3 t"))
    assert [one.path for one in found if one.level == "error"] == [
        "activities.cut.uses",
        "activities.fill.ends_at",
        "terms.breaks[1].at",
    ]


def test_a_problem_in_a_flow_is_reported():
    assert _only(_check(("flow: [a, b]", "flow: [a, c]"), text=BARE)).code == "unknown-name"


def test_a_model_needs_activities():
    found = [one.code for one in check(Model(terms={"shift": "6 h"}))]
    assert found == ["missing"]


def test_a_model_needs_an_end():
    found = check(Model(activities={"a": {"time": "1 min", "people": 0}}))
    assert [one.path for one in found if one.code == "missing"] == ["terms"]


# Structure


def test_a_post_that_no_crew_fills():
    found = _only(_check(("does: [cut.clear, haul]", "does: [cut.clear]")))
    assert (found.level, found.code, found.path) == ("error", "unfilled-post", "activities.haul.people")
    assert "nobody does it" in found.message


def test_a_post_that_too_few_could_fill():
    found = _only(_check(("    time: normal(", "    people: 3\n    time: normal(")))
    assert (found.level, found.code) == ("error", "unfilled-post")
    assert "needs 3 people, and 2 could" in found.message


def test_posts_that_cannot_be_filled_at_once():
    found = _only(
        _check(
            ("count: 3, does: [cut, fill]", "count: 3, does: [cut.clear, fill]"),
            ("[cut.clear, haul]", "[haul]"),
        )
    )
    assert (found.level, found.code) == ("error", "unfilled-post")
    assert "the post `hack`" in found.message


def test_work_that_only_another_crew_can_do_is_a_note():
    crew = "  other:\n    all: {count: 6, does: [fill, cut]}\nterms:"
    found = _only(_check(("terms:", crew)))
    assert (found.level, found.code, found.path) == ("note", "unfilled-post", "crews.other")


def test_work_that_another_crew_can_staff_in_part_is_a_warning():
    crew = "  other:\n    all: {count: 1, does: [fill, cut, haul]}\nterms:"
    found = _check(("terms:", crew))
    assert {(one.level, one.path) for one in found} == {("warning", "crews.other")}
    assert [one.code for one in found] == ["unfilled-post", "never-starts", "never-starts"]


def test_a_model_whose_work_needs_people_needs_a_crew():
    found = _only(_check(text="activities: {a: {time: 1 min}}\nterms: {shift: 1 h}\n"))
    assert (found.level, found.code, found.path) == ("error", "no-crew", "crews")


def test_an_automatic_activity_needs_no_role():
    found = _only(_check(("[cut.clear, haul]", "[cut.clear, haul, guide]")))
    assert (found.level, found.code, found.path) == ("warning", "automatic", "crews.gang.helper.does[3]")


def test_a_stock_that_nothing_fills():
    found = _check(
        ("visitors: 1}, gives", "visitors: 1, keys: 1}, gives"), ("  visitors:", "  keys: {}\n  visitors:")
    )
    assert [(one.level, one.code, one.path) for one in found] == [
        ("warning", "unfilled-stock", "stocks.keys"),
        ("warning", "never-starts", "activities.guide"),
    ]
    assert "`keys`, which is always empty" in found[1].message


def test_a_stock_that_nothing_empties():
    found = _only(_check(("out: {unit: t, sink: yes}", "out: {unit: t}")))
    assert (found.level, found.code, found.path) == ("warning", "unemptied-stock", "stocks.out")


def test_a_stock_that_nothing_uses():
    found = _only(_check(("  visitors:", "  keys: {}\n  visitors:")))
    assert (found.level, found.code, found.path) == ("warning", "unused", "stocks.keys")


def test_params_and_tools_that_nothing_uses():
    found = _check(("tools:", "tools:\n  lamp: 2"), ("params:", "params:\n  spare: 2 min"))
    assert [(one.level, one.code, one.path) for one in found] == [
        ("note", "unused", "params.spare"),
        ("note", "unused", "tools.lamp"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("guard: next(loose) < 3 t and sum(loose) < 9 t", "guard: sum(solid) > 40 t", "its guard"),
        ("solid: 0.5 t .. 1 t}", "solid: 15 t}", "which never holds more than 14 t"),
        ("guard: next(loose) < 3 t and sum(loose) < 9 t", "guard: now < 0 h", "its guard"),
    ],
)
def test_work_that_can_never_start(old, new, reason):
    changes = [(old, new)]
    if "15 t" in new:
        changes.append(("loose: taken(solid)}", "loose: 1 t}"))
    found = [one for one in _check(*changes) if one.code != "clock-guard"]
    assert [(one.level, one.code) for one in found] == [("warning", "never-starts")] * 3
    assert [one.path for one in found] == [f"activities.{name}" for name in ("cut", "fill", "haul")]
    assert reason in found[0].message


RING = """
stocks:
  a: {capacity: 1, start: 1}
  b: {capacity: 1, start: 1}
activities:
  there: {takes: {a: 1}, gives: {b: 1}, time: 1 min, people: 0}
  back: {takes: {b: 1}, gives: {a: 1}, time: 1 min, people: 0}
terms: {shift: 1 h}
"""


def test_a_ring_of_full_stocks_is_a_deadlock_at_time_0():
    found = _only(_check(text=RING))
    assert (found.level, found.code) == ("error", "deadlock")
    assert "`there`: it gives 1 to `b`, which is always too full" in found.message
    assert [one.code for one in errors(loads(RING))] == ["deadlock"]


def test_a_ring_with_one_free_space_turns():
    assert _check(("a: {capacity: 1, start: 1}", "a: {capacity: 1, start: 0}"), text=RING) == ()


def test_a_ring_of_empty_stocks_is_a_deadlock_at_time_0():
    found = _check(("capacity: 1, start: 1", "start: 0"), ("capacity: 1, start: 1", "start: 0"), text=RING)
    assert [(one.level, one.code) for one in found] == [("error", "deadlock")]


def test_a_source_can_wake_a_ring():
    source = "sources: {s: {to: a, every: 1 min}}\nactivities:"
    assert _check(("capacity: 1, start: 1", "start: 0"), ("activities:", source), text=RING) == ()


def test_blocking_after_lets_a_full_ring_begin():
    assert _check(("time: 1 min,", "time: 1 min, blocking: after,"), text=RING) == ()


def test_a_scenario_that_breaks_the_model_is_reported():
    text = RING.replace("start: 1}", "start: 0}", 1) + "scenarios: {full: {set: {stocks.a.start: 1}}}\n"
    found = _only(_check(text=text))
    assert (found.level, found.code, found.path) == ("error", "deadlock", "scenarios.full")
    assert "with this scenario" in found.message


def test_a_break_after_the_end_is_hardly_meant():
    found = _only(_check(("at: 3 h", "at: 7 h")))
    assert (found.level, found.code, found.path) == ("warning", "unused", "terms.breaks[1].at")


def test_findings_carry_place_and_remedy():
    found = _only(
        _check(
            ("uses: pick", "uses: pik"), ("\ntools:\n  pick: {count: 3, cost: 5 EUR/h}", "\ntools: {pick: 3}")
        )[:1]
    )
    line = CLEAN.splitlines().index("    uses: pick") + 1
    where = f"line {line}, column 11, `activities.cut.uses`"
    assert str(found) == f"error: {where}: there is no tool `pik`. Did you mean `pick`?"


def test_the_cases_and_the_corpus_have_no_errors():
    root = Path(__file__).parents[3]
    files = [*root.glob("examples/*.yaml"), *root.glob("src/hewer/cases/*.yaml")]
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        if "not yet" in text.partition("\n")[0]:
            continue
        found = [str(one) for one in check(loads(text, folder=file.parent)) if one.level != "note"]
        assert found == [], file.name


def test_the_first_arrival_is_known_before_the_run():
    (found,) = errors(loads(CLEAN.replace("first: 0 min", "first: tubs * 1 min")))
    assert found.path == "sources.bus.first"
    assert "known only during a run" in found.message


def test_preemption_of_nothing_is_hardly_meant():
    one = _only(_check(("  guide: {", "  guide: {preempts: yes, ")))
    assert (one.level, one.path, one.code) == ("warning", "activities.guide.preempts", "preempts")


URGENT = ("  guide: {", "  guide: {preempts: yes, priority: 1, ")


@pytest.mark.parametrize("stated", ["interrupted: restart", "resumed_by: owner"])
def test_interruption_that_cannot_come_about_is_noted(stated):
    one = _only(_check(("  haul:\n", f"  haul:\n    {stated}\n")))
    assert (one.level, one.path) == ("note", f"activities.haul.{stated.split(':')[0]}")
    assert _check(URGENT, ("  haul:\n", f"  haul:\n    {stated}\n")) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [("  haul:\n", "  haul:\n    interrupted: lose\n    resumed_by: owner\n")],
)
def test_what_is_lost_has_no_owner(old, new):
    one = _only(_check(URGENT, (old, new)))
    assert (one.level, one.path, one.code) == ("note", "activities.haul.resumed_by", "unused")


CARRIED = """
title: carried
places: {yard: {}, bay: {count: 2}}
walk: {yard-bay: 1 min}
tools: {truck: {count: 2, at: yard, carried: yes}}
activities: {move: {at: bay, time: 2 min, uses: truck, people: 0}}
terms: {shift: 1 h}
"""


@pytest.mark.parametrize(
    ("old", "new", "level", "path", "code"),
    [
        ("at: yard, ", "", "error", "tools.truck.carried", "missing"),
        ("at: yard", "at: bay", "error", "tools.truck.at", "selector"),
        ("at: yard", "at: yard, fails: {every: 9 h, repair: 1 h}", "error", "tools.truck.fails", "not-yet"),
        ("at: yard", "at: yrd", "error", "tools.truck.at", "unknown-name"),
        ("walk: {yard-bay: 1 min}", "", "warning", "tools.truck.carried", "no-walk"),
    ],
)
def test_a_carried_tool_is_somewhere(old: str, new: str, level: str, path: str, code: str) -> None:
    assert check(loads(CARRIED)) == ()
    found = check(loads(CARRIED.replace(old, new)))
    assert [(one.level, one.path, one.code) for one in found] == [(level, path, code)]


FAILING = (
    ("  pick: {count: 3, ", "  pick: {count: 3, fails: {every: exponential(9 h)}, "),
    ("  guide: {", "  mend: {takes: {down(pick): 1}, time: 1 h}\n  guide: {"),
    ("does: [cut, fill]", "does: [cut, fill, mend]"),
)


def test_a_tool_that_fails_and_is_repaired_is_clean():
    assert _check(*FAILING) == ()


def test_a_tool_that_nobody_repairs():
    one = _only(_check(FAILING[0]))
    assert (one.level, one.path, one.code) == ("warning", "tools.pick.fails", "unrepaired")
    assert _check(("  pick: {count: 3, ", "  pick: {count: 3, fails: {every: 9 h, repair: 1 h}, ")) == ()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("exponential(9 h)", "exponential(9 t)", "tools.pick.fails.every"),
        ("exponential(9 h)", "0 h", "tools.pick.fails.every"),
        ("exponential(9 h)}", "9 h, repair: 3 m}", "tools.pick.fails.repair"),
        ("exponential(9 h)}", "9 h, repair: -1 h}", "tools.pick.fails.repair"),
    ],
)
def test_the_times_of_failures_are_times(old, new, path):
    (before, failing), *rest = FAILING
    found = _check((before, failing.replace(old, new)), *(rest if "repair" not in new else ()))
    assert [one.path for one in found if one.level == "error"] == [path]


@pytest.mark.parametrize(
    ("absent", "path"),
    [
        ("{every: 2 h, lasts: 5 t}", "lasts"),
        ("{every: 0 h, lasts: 5 min}", "every"),
        ("{every: exponential(2 m), lasts: 5 min}", "every"),
    ],
)
def test_the_times_of_absences_are_times(absent, path):
    one = _only(_check(("tags: face}", f"tags: face, absent: {absent}}}")))
    assert (one.level, one.path) == ("error", f"crews.gang.hewer.absent.{path}")
    assert _check(("tags: face}", "tags: face, absent: {every: 2 h, lasts: 5 min, counts: work}}")) == ()


def test_nothing_is_given_to_the_units_that_wait_for_repair():
    changes = (FAILING[0], FAILING[1], ("time: 1 h}", "gives: {down(pick): 1}, time: 1 h}"), FAILING[2])
    one = _only(tuple(one for one in _check(*changes) if one.level == "error"))
    assert (one.path, one.code) == ("activities.mend.gives.down(pick)", "gives-to-down")


def test_what_mends_itself_waits_nowhere():
    itself = ("  pick: {count: 3, ", "  pick: {count: 3, fails: {every: 9 h, repair: 1 h}, ")
    found = [one for one in _check(itself, *FAILING[1:]) if one.level == "error"]
    assert found[0].code == "unknown-name"
    assert "repair" in (found[0].hint or "")


def test_a_repair_is_not_lost():
    lost = FAILING[1][1].replace("time: 1 h", "time: 1 h, interrupted: lose")
    absent = ("tags: face}", "tags: face, absent: {every: 2 h, lasts: 5 min}}")
    one = _only(_check(FAILING[0], (FAILING[1][0], lost), FAILING[2], absent))
    assert (one.level, one.path, one.code) == ("error", "activities.mend.interrupted", "lost-repair")


def test_availability_is_of_tools_that_fail():
    one = _only(_check(("value: arrivals(out), unit: t", "value: availability(pick)")))
    assert (one.level, one.path) == ("error", "measures.output.value")
