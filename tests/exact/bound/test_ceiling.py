"""The bound against linear programmes done by hand, and what it says where there is none."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

import hewer
from hewer.errors import NotFoundError, OptionError, RefusalError
from hewer.exact.bound.ceiling import Bound, bound
from tests.theory.agreement import reference
from tests.theory.test_lines import ERLANG, EXPONENTIAL, HYPER, NATIVE, TOKENS, line, tokens


def of(text: str, **options: Any) -> Bound:
    return bound(hewer.loads(text), **options)


def worth(found: Bound, kind: str, name: str) -> float:
    (limit,) = [limit for limit in found.limits if (limit.kind, limit.name) == (kind, name)]
    return limit.worth


def used(found: Bound, kind: str, name: str) -> float:
    (limit,) = [limit for limit in found.limits if (limit.kind, limit.name) == (kind, name)]
    return limit.used


FACE = """
title: A face
stocks:
  uncut: {unit: t, start: 100 t}
  bare: {unit: t}
  done: {unit: t, sink: yes}
activities:
  cut: {takes: {uncut: 1 t}, gives: {bare: 1 t}, time: 4 min}
  prop: {takes: {bare: 1 t}, gives: {done: 1 t}, time: 6 min}
crews:
  divided: {cutter: {count: 2, does: cut}, timberman: {does: prop}}
  mixed: {hewer: {count: 3, does: [cut, prop]}}
terms: {shift: 6 h, overrun: pause}
measures: {output: arrivals(done), per_head: arrivals(done) / heads(), cut: arrivals(bare)}
"""


def test_the_scarcest_people_limit_the_yield() -> None:
    found = of(FACE)
    assert (found.goal, found.unit, found.crew, found.long_run) == ("output", "t", "divided", False)
    assert found.fluid == pytest.approx(360 / 6)
    assert found.proven == pytest.approx(360 / 6)  # nothing in hand counts, and times do not vary
    assert worth(found, "role", "timberman") == pytest.approx(100 - 60)  # then the face is worked out
    assert worth(found, "role", "cutter") == 0.0
    assert used(found, "role", "cutter") == pytest.approx(60 * 4 / 720, abs=1e-4)
    assert [limit.name for limit in found.binding] == ["timberman"]


def test_people_who_can_do_all_share_the_work_as_it_comes() -> None:
    found = of(FACE, crew="mixed", set={"stocks.uncut.start": "1000 t"})
    assert found.fluid == pytest.approx(3 * 360 / 10)
    assert worth(found, "role", "hewer") == pytest.approx(36, rel=1e-5)


def test_heads_count_one_more_as_well() -> None:
    found = of(FACE, crew="mixed", of="per_head", set={"stocks.uncut.start": "1000 t"})
    assert found.fluid == pytest.approx(36)
    assert worth(found, "role", "hewer") == 0.0


def test_a_stock_or_another_measure_can_be_asked_for() -> None:
    assert of(FACE, of="cut").fluid == pytest.approx(100)
    assert of(FACE, of="bare").fluid == pytest.approx(100)
    assert of(FACE, of="uncut").fluid == 0.0


def test_work_in_hand_at_the_end_counts_where_it_is_finished() -> None:
    found = of(FACE.replace(", overrun: pause", ""))
    assert found.fluid == pytest.approx(60)
    assert found.proven == pytest.approx(61)  # one more may be begun at the last moment


def test_efficiency_and_breaks_change_the_time_there_is() -> None:
    text = FACE.replace("timberman: {does: prop}", "timberman: {does: prop, efficiency: 1.5}")
    assert of(text).fluid == pytest.approx(60 * 1.5)
    breaks = "breaks: [{at: 2 h, lasts: 30 min}, "
    breaks += "{at: 2.25 h, lasts: 30 min}, {at: 5 h, lasts: 2 h, roles: [cutter]}]"
    rested = FACE.replace("overrun: pause", f"overrun: pause, {breaks}")
    assert of(rested).fluid == pytest.approx((360 - 45) / 6)
    assert of(rested, of="cut").fluid == pytest.approx(100)
    assert of(rested, of="cut", set={"stocks.uncut.start": "1000 t"}).fluid == pytest.approx(
        2 * (360 - 45 - 60) / 4
    )


def test_who_finishes_first_may_work_into_his_break() -> None:
    rested = FACE.replace(
        "overrun: pause", "overrun: pause, breaks: [{at: 2 h, lasts: 30 min, work: finish}]"
    )
    assert of(rested).fluid == pytest.approx((360 - 30 + 6) / 6)


TEAM = """
title: A team
stocks: {rails: {start: 500}, laid: {sink: yes}}
activities:
  lay: {takes: {rails: 1}, gives: {laid: 1}, people: {lift: 2, guide: 1}, time: 5 min, uses: [jack]}
  sweep: {time: 1 h}
tools: {jack: 4}
crews:
  all: {navvy: {count: 4, does: lift}, foreman: {count: 3, does: [lift, guide], efficiency: 0.5}}
  few: {navvy: {does: lift}, foreman: {does: [lift, guide]}, boy: {does: sweep}}
terms: {shift: 10 h, overrun: stop}
"""


def test_posts_are_filled_by_roles_as_is_best() -> None:
    # each work keeps a foreman for 10 min, and two lifters for 5 at least
    found = of(TEAM, of="laid")
    assert found.fluid == pytest.approx(min(3 * 600 / 10, (4 * 600 / 5) / 2))
    assert worth(found, "role", "foreman") > 0
    assert used(found, "tool", "jack") == pytest.approx(180 * 10 / 2400, abs=1e-3)


def test_a_team_that_cannot_be_filled_does_nothing_until_one_more_comes() -> None:
    found = of(TEAM, crew="few")
    assert found.fluid == 0.0
    assert worth(found, "role", "navvy") == worth(found, "role", "foreman") == pytest.approx(120)


def test_one_man_cannot_be_two_of_a_team() -> None:
    text = """
title: Two together
activities: {pair: {gives: {out: 1}, people: 2, time: 1 min}}
stocks: {out: {sink: yes}}
crews: {all: {one: {does: pair}, other: {does: pair, efficiency: 0.1}}}
terms: {shift: 100 min, overrun: stop}
"""
    assert of(text).fluid == pytest.approx(10)  # the slow one is in every pair


def test_tools_and_room_have_their_time() -> None:
    text = """
title: A bench
places: {bench: {room: 2}}
stocks: {jobs: {start: 1000}, out: {sink: yes}}
activities: {do: {at: bench, takes: {jobs: 1}, gives: {out: 1}, time: 3 min, uses: {vice: 2}}}
tools: {vice: 3}
crews: {all: {man: {count: 5, does: do}}}
terms: {shift: 60 min, overrun: pause}
"""
    found = of(text)
    assert found.fluid == pytest.approx(3 * 60 / 6)
    assert worth(found, "tool", "vice") == pytest.approx(10)
    assert worth(found, "room", "bench") == 0.0
    assert worth(of(text, set={"tools.vice.count": 9}), "room", "bench") == pytest.approx(20)


def test_two_limits_that_bind_together_bring_nothing_alone() -> None:
    text = FACE.replace("time: 4 min", "time: 12 min")
    found = of(text)
    assert found.fluid == pytest.approx(60)
    assert {limit.name for limit in found.binding} == {"cutter", "timberman"}
    assert worth(found, "role", "cutter") == worth(found, "role", "timberman") == 0.0


def test_outcomes_and_random_amounts_count_in_the_mean() -> None:
    text = """
title: Rework
stocks: {parts: {start: 400}, good: {sink: yes}, bolts: {unit: kg, sink: yes}}
activities:
  make:
    takes: {parts: 1}
    outcomes:
      pass: {chance: 80 %, gives: {good: 1, bolts: "uniform(1 kg, 3 kg)"}}
      fail: {chance: rest, gives: {parts: 1}}
    time: 1 min
crews: {all: {man: {does: make}}}
terms: {shift: 400 min, overrun: stop}
"""
    assert of(text).fluid == pytest.approx(0.8 * 400)
    assert of(text, of="bolts").fluid == pytest.approx(0.8 * 400 * 2, rel=1e-5)


def test_a_range_is_taken_as_is_best() -> None:
    text = """
title: Trains
stocks:
  full: {start: 100000}
  coal: {unit: t, sink: yes}
  sand: {unit: t, start: 100000 t}
  moved: {unit: t, sink: yes}
activities:
  haul: {takes: {full: 2 .. 6}, gives: {coal: taken(full) * 0.7 t}, time: 10 min + taken(full) * 0.5 min}
  shift: {takes: {sand: 1 t .. 3 t}, gives: {moved: taken(sand)}, time: 1 min + taken(sand) * 2 min / 1 t}
  sift: {takes: {sand: 1 t .. 3 t}, gives: {moved: taken(sand)}, time: 1 min + taken(sand) ^ 2 * 1 min / t^2}
crews: {a: {man: {does: haul}}, b: {man: {does: shift}}, c: {man: {does: sift}}}
terms: {shift: 780 min, overrun: stop}
"""
    assert of(text, of="coal").fluid == pytest.approx(780 / 13 * 4.2)
    assert of(text, of="moved", crew="b").fluid == pytest.approx(780 / 7 * 3)
    # no straight line: the least time with the most sand, a bound all the same
    assert of(text, of="moved", crew="c").fluid == pytest.approx(780 / 2 * 3)


def test_sources_bring_so_much_and_no_more() -> None:
    text = """
title: Arrivals
flow: [jobs, do]
sources: {jobs: {every: exponential(5 min)}}
activities: {do: {time: 1 min}}
crews: {all: {man: {does: do}}}
terms: {shift: 500 min}
"""
    found = of(text)
    assert found.fluid == found.proven == pytest.approx(100)  # a Poisson stream brings no more than its rate
    assert worth(found, "source", "jobs") == pytest.approx(10)
    assert of(text, set={"sources.jobs.limit": 30}).fluid == pytest.approx(30)
    first = of(text, set={"sources.jobs.first": "0 min"})
    assert [first.fluid, first.proven] == pytest.approx([100, 101])
    bursts = of(text, set={"sources.jobs.every": "gamma(mean=5 min, cv=2)"})
    assert bursts.proven == pytest.approx(100 + (4 - 1) * 1.0)  # what is left comes to 20 min, not 5


def test_closed_loops_are_held_by_what_goes_round() -> None:
    """The asymptotic bounds of a closed network: the slowest station, or all customers without waiting."""
    text = """
title: Round and round
stocks: {here: {start: N}, there: {}}
activities:
  go: {takes: {here: 1}, gives: {there: 1}, time: exponential(4 min)}
  come: {takes: {there: 1}, gives: {here: 1}, time: exponential(6 min), people: 0}
crews: {all: {man: {does: go}}}
terms: {horizon: 1000 h}
measures: {rounds: rate(here)}
"""
    for number in (1, 2, 3, 5):
        found = of(text.replace("N", str(number)))
        assert found.long_run
        assert found.fluid == pytest.approx(min(60 / 4, 60 * number / 10))
        assert found.unit == "1/h"


def test_material_that_comes_back_limits_a_shift_too() -> None:
    text = """
title: One oven
stocks: {dough: {start: 1000}, space: {start: 3}, bread: {sink: yes}}
activities:
  bake: {takes: {dough: 1, space: 1}, gives: {bread: 1, space: 1}, time: 30 min, people: 0, overrun: stop}
terms: {shift: 300 min}
"""
    found = of(text)
    assert found.fluid == pytest.approx(3 * 300 / 30)
    assert worth(found, "start", "space") == pytest.approx(10)


def test_room_kept_free_for_the_output_is_a_limit() -> None:
    text = """
title: A shelf
stocks: {shelf: {capacity: 2}, out: {sink: yes}}
activities:
  make: {gives: {shelf: 1}, time: 10 min}
  ship: {takes: {shelf: 1}, gives: {out: 1}, time: 0 min, people: 0}
crews: {all: {man: {count: 5, does: make}}}
terms: {shift: 100 min, overrun: stop}
"""
    assert of(text).fluid == pytest.approx(20)
    after = text.replace("time: 10 min", "time: 10 min, blocking: after")
    assert of(after).fluid == pytest.approx(50)


def test_a_full_stock_limits_what_comes_into_it() -> None:
    text = FACE.replace("bare: {unit: t}", "bare: {unit: t, capacity: 5 t}")
    found = of(text, of="cut")
    assert found.fluid == pytest.approx(60 + 5)
    assert worth(found, "capacity", "bare") == pytest.approx(1)


def test_a_time_that_depends_on_levels_counts_with_its_least_mean() -> None:
    text = """
title: Air
stocks: {air: {start: 4}, coal: {sink: yes}}
activities:
  cut: {takes: {air: 1}, gives: {coal: 1, air: 1}, time: exponential(6 min / (1 + air))}
crews: {all: {man: {count: 2, does: cut}}}
terms: {shift: 60 min, overrun: stop}
"""
    found = of(text)  # three of air are left at most while one is in use: the invariant is found, not stated
    assert found.fluid == pytest.approx(2 * 60 / (6 / 4))
    assert found.proven == pytest.approx(found.fluid)


def test_the_long_run_forgets_what_there_was() -> None:
    text = """
title: Long
stocks: {raw: {start: 50}, out: {sink: yes}}
sources: {van: {to: raw, every: 10 min, amount: 2}}
activities: {do: {takes: {raw: 1}, gives: {out: 1}, time: 1 min}}
crews: {all: {man: {does: do}}}
terms: {shift: 100 min}
"""
    assert of(text).fluid == pytest.approx(50 + 20)
    lasting = of(text, long_run=True)
    assert lasting.fluid == lasting.proven == pytest.approx(12)
    assert lasting.unit == "1/h"
    assert any("at the start counts for nothing" in note for note in lasting.notes)


def test_times_without_a_unit() -> None:
    found = bound("queue", set={"activities.serve.time": "2 min"})
    assert found.fluid == pytest.approx(30)
    text = "title: bare\nflow: [a, b]\nsources: {a: {every: 1}}\nactivities: {b: {time: 2}}\n"
    assert of(text + "crews: {x: {man: {does: b}}}\nterms: {horizon: 100}\n").fluid == pytest.approx(0.5)


LINES = {**{f"{name}": line(buffers, time) for name, (time, buffers) in NATIVE.items()},
         **{f"{name} tokens": tokens(buffers, time) for name, (time, buffers) in TOKENS.items()}}  # fmt: skip


@pytest.mark.parametrize("name", list(LINES))
def test_no_line_is_faster_than_its_bound(name: str) -> None:
    found = of(LINES[name], of="out")
    assert reference(name.partition(" ")[0]) < found.fluid <= 1 + 1e-9


def test_the_slowest_station_bounds_a_line() -> None:
    for time in (EXPONENTIAL, ERLANG, HYPER):
        found = of(line([1, 1], time, [1.0, 2.0, 1.5], [1, 2, 1]), of="out")
        assert found.fluid == pytest.approx(1 / 1.5)
        assert worth(found, "role", "man3") == pytest.approx(1 - 1 / 1.5)
        assert worth(found, "role", "man2") == 0.0


@pytest.mark.parametrize("scenario", ["stripped", "stripped_crew"])
def test_pure_labour_comes_to_the_ceiling_of_the_case(scenario: str) -> None:
    """The case works out its own ceiling per head; who share all work reach it, no crew passes it."""
    params = hewer.load("irmino").params
    cut, prop, load, trip = (
        float(str(params[name].value).split()[0])
        for name in ("cut_time", "prop_time", "load_time", "trip_time")
    )
    tub, face = 0.71, 0.95 * 1.31
    ceiling = 360 / (cut + prop / face + load / tub + trip / (6 * tub))
    found = bound("irmino", scenario, of="finished_per_head")
    assert found.unit == "t"
    if scenario == "stripped":
        assert found.fluid == pytest.approx(ceiling, rel=1e-4)
    else:
        assert found.fluid < ceiling


def test_the_kitchen_comes_to_what_its_cooks_have_time_for() -> None:
    found = bound("kitchen", set={"order_interval": "1 min"})
    assert found.fluid == pytest.approx(4 * 300 / (2 + 4 + 0.4 * 0.5 + 1.5))
    assert [limit.name for limit in found.binding] == ["cook"]
    many = bound("kitchen", set={"order_interval": "1 min", "crews.everyone_cooks.cook.count": 20})
    straight = 0.6 * 3 * 300 / 4  # three at the stove
    assert many.fluid == pytest.approx(straight + 3 * 300 / (12 + 0.5))  # three in the oven
    assert [limit.name for limit in many.binding] == ["stove", "oven_space"]


def test_a_result_cannot_be_changed() -> None:
    found = of(FACE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.fluid = 1.0  # type: ignore[misc]


# What it refuses


SOURCE = "sources: {rock: {to: uncut, every: EVERY, amount: 1 t}}\nactivities:\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "says"),
    [
        ("  cut:", "  grow: {takes: {bare: 1 t}, gives: {bare: 2 t}, time: 0 min, people: 0}\n  cut:",
         "activities.grow", "make ever more of `bare`"),
        ("gives: {bare: 1 t}", "gives: {bare: bare + 1 t}", "activities.cut.gives", "no largest amount"),
        ("6 min", "exponential(1 min) * exponential(2)", "activities.prop.time", "at the end of the shift"),
        ("activities:\n", SOURCE.replace("EVERY", "1 min / (1 + bare / 1 t)"),
         "sources.rock.every", "can be 0"),
        ("activities:\n", SOURCE.replace("EVERY", "1 min").replace("1 t}", "bare + 1 t}"),
         "sources.rock.amount", "no largest amount"),
        ("activities:\n", SOURCE.replace("EVERY", "exponential(1 min) ^ 2 / 1 min + 1 min"),
         "sources.rock.every", "left of it at the end"),
    ],
)  # fmt: skip
def test_what_has_no_bound_is_refused_by_name(old: str, new: str, where: str, says: str) -> None:
    with pytest.raises(RefusalError) as caught:
        of(FACE.replace(old, new), of="cut" if "grow" in new else None)
    assert where in str(caught.value)
    assert says in str(caught.value)


def test_a_loop_that_feeds_itself_is_told_whole() -> None:
    text = """
title: Rabbits
stocks: {young: {start: 2}, old: {}, sold: {sink: yes}}
activities:
  grow: {takes: {young: 1}, gives: {old: 1}, time: 0 min, people: 0}
  breed: {takes: {old: 2}, gives: {old: 2, young: 3}, time: 0 min, people: 0}
  sell: {takes: {old: 1}, gives: {sold: 1}, time: 0 min, people: 0}
terms: {shift: 1 h}
"""
    with pytest.raises(RefusalError, match="`grow`, `breed`, `sell` can be repeated without end"):
        of(text)


def test_what_cannot_be_asked_for() -> None:
    with pytest.raises(NotFoundError, match="did you mean `output`"):
        of(FACE, of="outputs")
    odd = "share: utilisation(cutter), odd: arrivals(done) * arrivals(bare), "
    odd += "neg: 0 t - min(arrivals(done), arrivals(bare)), "
    model = FACE.replace("measures: {", f"measures: {{{odd}")
    for name, says in (
        ("share", "nothing that is counted"),
        ("odd", "no straight line"),
        ("neg", "subtracts what"),
    ):
        with pytest.raises(OptionError, match=says):
            of(model, of=name)
    with pytest.raises(OptionError, match="--of"):
        of("title: none\nactivities: {a: {time: 1 min, people: 0}}\nterms: {shift: 1 h}\nmeasures: {u: 1}\n")


def test_a_difference_is_not_asked_over_a_warm_up() -> None:
    text = FACE.replace("measures: {", "measures: {net: arrivals(bare) - arrivals(done), ").replace(
        "shift: 6 h", "shift: 6 h, warm_up: 1 h"
    )
    with pytest.raises(OptionError, match="warm-up"):
        of(text, of="net")
    assert math.isfinite(
        of(FACE.replace("measures: {", "measures: {net: arrivals(bare) - arrivals(done), "), of="net").fluid
    )


def test_what_the_bound_leaves_out_is_said() -> None:
    assert any("walking takes no time; guards always hold" in note for note in bound("irmino").notes)
    helped = bound("irmino", "solo_helped")
    assert any("`prop`, `prop_between_cuts`" in note for note in helped.notes)


def test_what_departs_and_what_is_done_can_be_asked_for() -> None:
    counts = "taken: departures(bare), cuts: completions(cut), begun: starts(cut), "
    counts += "late: arrivals(bare) / horizon(), "
    model = FACE.replace("measures: {", f"measures: {{{counts} team: heads(timberman) * arrivals(done), ")
    for name, value in (("taken", 60), ("cuts", 100), ("begun", 100), ("late", 100 / 6), ("team", 60)):
        assert of(model, of=name).fluid == pytest.approx(value), name
    assert of(model, of="late").unit == "t/h"
    random = model.replace("prop: {takes: {bare: 1 t}", "prop: {takes: {bare: 'uniform(0.5 t, 1.5 t)'}")
    assert of(random, of="taken").fluid == pytest.approx(60, rel=1e-5)
    assert of(random, of="taken").proven == pytest.approx(61 + 0.5, rel=1e-5)
    with pytest.raises(OptionError, match="subtracts what"):
        of(model.replace("departures(bare)", "arrivals(bare) - departures(bare)"), of="taken")


def test_a_level_read_at_the_end_of_a_work_may_be_the_whole_capacity() -> None:
    """Others fill the stock while the work is in hand; at its begin what it took is missing."""
    text = """
title: Tank
stocks: {tank: {start: 4, capacity: 4}, out: {sink: yes}}
sources: {rain: {to: tank, every: 1 min, when_full: lose}}
activities: {draw: {takes: {tank: 2}, gives: {out: tank}, time: WHEN}}
crews: {all: {man: {does: draw}}}
terms: {shift: 10 min, overrun: stop}
"""
    assert of(text.replace("WHEN", "1 min")).fluid == pytest.approx(4 * (4 + 10) / 2)
    assert of(text.replace("WHEN", "4 min / tank")).fluid == pytest.approx(4 * 10 / 2)


INTERRUPTED = """
title: Urgent
stocks: {jobs: {start: 1000}, calls: {}, done: {sink: yes}, answered: {sink: yes}}
sources: {phone: {to: calls, every: exponential(20 min)}}
activities:
  work: {takes: {jobs: 1}, gives: {done: 1}, time: exponential(30 min), interrupted: resume}
  answer: {takes: {calls: 1}, gives: {answered: 1}, time: exponential(10 min), priority: 1, preempts: yes}
crews: {all: {clerk: {count: 2, does: [answer, work]}}}
terms: {shift: 10 h}
"""


def test_interrupted_works_take_their_time_and_wait_without_their_people() -> None:
    found = of(INTERRUPTED)
    assert found.fluid == pytest.approx(2 * 600 / 30)
    assert found.proven == pytest.approx(2 * 600 / 30 + 2)
    assert of(INTERRUPTED, of="answered", long_run=True).fluid == pytest.approx(3)
    for word in ("lose", "redraw"):
        with pytest.raises(RefusalError, match=f"with `{word}` works that end are not like all"):
            of(INTERRUPTED.replace("resume", word))


RATE = """
title: Rates
stocks: {jobs: {}, later: {}, out: {sink: yes}}
sources: {jobs: {to: jobs, RATE}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: 0 min, people: 0}}
terms: {shift: 4 h}
"""


@pytest.mark.parametrize(
    ("rate", "shift", "hour"),
    [
        ("rate: 6/h", 24, 6),
        ("rate: {table: {0 h: 6/h, 1 h: 12/h, 3 h: 0/h}}", 6 + 24, 0),
        ("rate: {table: {0 h: 6/h, 1 h: 12/h}, every: 1.5 h}", 12 + 12 + 6, 8),
        ("rate: {value: 'min(9, 1 + later) / (1 h)', most: 12/h}", 36, 9),
        ("rate: 6/h, limit: 10", 10, 0),
        ("timetable: {at: [10 min, 60 min, 5 h]}", 2, 0),
        ("timetable: {at: [10 min, 60 min], every: 90 min}", 5, 4 / 3),
    ],
)
def test_arrivals_by_rate_and_by_list(rate: str, shift: float, hour: float) -> None:
    text = RATE.replace("RATE", rate)
    assert of(text).fluid == of(text).proven == pytest.approx(shift)
    assert of(text, long_run=True).fluid == pytest.approx(hour)


def test_who_turns_away_may_be_served_elsewhere() -> None:
    text = """
title: Two desks
stocks: {near: {capacity: 2}, far: {}, out: {sink: yes}}
sources: {people: {to: near, every: 1 min, when_full: {to: far}}}
activities:
  fast: {takes: {near: 1}, gives: {out: 1}, time: 5 min}
  slow: {takes: {far: 1}, gives: {out: 1}, time: 10 min}
crews: {all: {one: {does: fast}, other: {does: slow}}}
terms: {shift: 100 min, overrun: stop}
"""
    assert of(text).fluid == pytest.approx(20 + 10)
    assert worth(of(text, set={"sources.people.every": "5 min"}), "source", "people") == pytest.approx(2)


TURNS = """
title: Turns
stocks: {jobs: {start: 1000}, out: {sink: yes}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: 5 min, overrun: pause}}
calendars:
  early: {at: 0 h, lasts: 6 h, every: 24 h, breaks: [{at: 2 h, lasts: 30 min}]}
  late: {at: 6 h, lasts: 4 h, every: 24 h, breaks: [{at: 1 h, lasts: 20 min, work: finish}]}
crews: {all: {man: {does: do, calendar: early}, mate: {does: do, calendar: late}}}
terms: {horizon: 48 h}
"""


def test_who_is_off_duty_has_no_time() -> None:
    """Each time that somebody goes, and where a break waits for the work, one work may run over."""
    found = of(TURNS, long_run=False)
    early, late = 2 * (360 - 30 + 5), 2 * (240 - 20 + 5 + 5)
    assert found.fluid == pytest.approx((early + late) / 5)
    assert worth(found, "role", "man") == pytest.approx(early / 5)
    assert of(TURNS) == found
    with pytest.raises(RefusalError, match="the long run of calendars"):
        of(TURNS, long_run=True)


def test_who_learns_counts_with_all_that_he_can_learn() -> None:
    text = FACE.replace("timberman: {does: prop}", "timberman: {does: prop, learning: LEARNING}")
    for learning, left in (
        ("{curve: crawford, rate: 80 %, plateau: 60 %}", 0.6),
        ("{curve: crawford, rate: 80 %, until: 4}", 0.64),
        ("{curve: wright, rate: 80 %, until: 2}", 2 * 0.8 - 1),
        ("{curve: wright, rate: 80 %, until: 2, of: cut}", 1.0),
        ("{curve: crawford, rate: 100 %}", 1.0),
    ):
        assert of(text.replace("LEARNING", learning)).fluid == pytest.approx(min(100, 60 / left)), learning
    with pytest.raises(RefusalError, match="times fall without end") as caught:
        of(text.replace("LEARNING", "{curve: wright, rate: 80 %}"))
    assert caught.value.problems[0].path == "crews.divided.timberman.learning"


def test_who_loses_patience_may_be_served_elsewhere() -> None:
    text = """
title: Patience
stocks: {line: {leaves: {after: 5 min, to: other}}, other: {}, out: {sink: yes}}
sources: {people: {to: line, every: 1 min}}
activities:
  serve: {takes: {line: 1}, gives: {out: 1}, time: 4 min}
  help: {takes: {other: 1}, gives: {out: 1}, time: 10 min}
crews: {all: {one: {does: serve}, mate: {does: help}}}
terms: {shift: 100 min, overrun: stop}
"""
    assert of(text).fluid == pytest.approx(25 + 10)
    assert of(text, long_run=True).fluid == pytest.approx(15 + 6)
    assert of(text, of="other").fluid == pytest.approx(100)
    assert any("loses patience" in note for note in of(text).notes)
    there_and_back = text.replace("other: {}", "other: {leaves: {after: 5 min, to: line}}")
    with pytest.raises(RefusalError, match="what leaves comes back") as caught:
        of(there_and_back, of="line")
    assert [problem.path for problem in caught.value.problems] == [
        "stocks.line.leaves",
        "stocks.other.leaves",
    ]
