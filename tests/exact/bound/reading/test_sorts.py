"""The bound where items differ: kinds, attributes, routes, change-over."""

from __future__ import annotations

import math
from typing import Any

import pytest

import hewer
from hewer.distribution import build
from hewer.errors import RefusalError
from hewer.exact.bound.ceiling import Bound, bound
from hewer.exact.bound.reading.passage import Passage
from hewer.exact.bound.reading.sorts import parts_of
from hewer.exact.opening import opened
from hewer.quantity import DIMENSIONLESS, Quantity
from tests.exact.test_law import PATIENCE, arrivals
from tests.oracle.models import compiled


def of(text: str, **options: Any) -> Bound:
    return bound(hewer.loads(text), **options)


def holds(text: str, found: Bound, stock: str = "out", replications: int = 1000) -> float:
    """Hold a simulation to its bound; return the mean."""
    values = arrivals(compiled(text), stock, replications)
    assert values.mean() <= found.proven + PATIENCE * float(values.std(ddof=1)) / math.sqrt(replications)
    return float(values.mean())


SHOP = """
title: A job shop
kinds:
  bracket: {route: [[turn, 6 min], [mill, 4 min], [drill, 2 min]], to: out}
  flange: {route: [[drill, 3 min], [turn, 8 min], drill], to: out}
stocks: {shop: {}, out: {sink: yes}}
sources: {orders: {to: shop, every: 2 min, kind: "discrete(bracket: 60 %, flange: 40 %)"}}
activities:
  turn: {uses: lathe, time: 5 min, overrun: stop}
  mill: {uses: mill, time: 5 min, overrun: stop}
  drill: {uses: drill, time: 4 min, overrun: stop}
tools: {lathe: LATHES, mill: 1, drill: DRILLS}
crews: {all: {man: {count: MEN, does: [drill, mill, turn], choice: listed}}}
terms: {shift: 800 min}
"""


def shop(men: int, lathes: int = 99, drills: int = 99) -> str:
    return SHOP.replace("MEN", str(men)).replace("LATHES", str(lathes)).replace("DRILLS", str(drills))


def test_each_kind_takes_the_time_of_its_own_route() -> None:
    found = of(shop(1))
    assert found.fluid == found.proven == pytest.approx(800 / 12)  # the bracket alone, as there are enough
    assert holds(shop(1), found) > 20
    # at the lathe the bracket, at the drill what is left over
    lasting = of(shop(99, lathes=1), long_run=True)
    assert lasting.fluid == pytest.approx(60 / 6)
    both = of(shop(99, lathes=4, drills=1), long_run=True)
    brackets = 60 / 4  # as the mill lets through; 18 come, and the drill has most of them
    assert both.fluid == pytest.approx(brackets + (60 - 2 * brackets) / 7)


def test_where_all_is_worked_shares_tell_how_much() -> None:
    text = shop(99).replace("every: 2 min", "every: 10 min")
    found = of(text, long_run=True)
    assert found.fluid == pytest.approx(6)
    tools = {limit.name: limit.used for limit in found.limits if limit.kind == "tool"}
    assert tools["lathe"] * 99 == pytest.approx(6 * (0.6 * 6 + 0.4 * 8) / 60, rel=1e-3)
    assert tools["mill"] == pytest.approx(6 * 0.6 * 4 / 60, rel=1e-3)
    assert tools["drill"] * 99 == pytest.approx(6 * (0.6 * 2 + 0.4 * 7) / 60, rel=1e-3)


def test_a_step_set_back_is_done_again() -> None:
    text = """
title: Again
kinds: {part: {route: [make, look], to: out}}
stocks: {shop: {start: 1000, kind: part}, out: {sink: yes}}
activities:
  make: {time: 2 min, overrun: stop}
  look: {time: 1 min, overrun: stop,
    outcomes: {good: {chance: 75 %}, bad: {chance: rest, sets: {step: 1}}, }}
crews: {all: {man: {does: [look, make], choice: listed}}}
terms: {shift: 1200 min}
"""
    found = of(text)
    assert found.fluid == found.proven == pytest.approx(1200 * 0.75 / 3)
    assert holds(text, found) == pytest.approx(300, rel=0.02)


TURNED = """
title: Painted
kinds: {raw: {route: [paint, [pack, 1 min]], to: out}, spoilt: {route: [[pack, 10 min]], to: out}}
stocks: {parts: {start: 1000, kind: raw}, out: {sink: yes}}
activities:
  paint:
    time: 1 min
    overrun: stop
    outcomes: {good: {chance: 80 %}, bad: {chance: rest, sets: {kind: spoilt}}}
  pack: {time: 1 min, overrun: stop}
crews: {all: {man: {does: paint}, mate: {does: pack}}}
terms: {shift: 200 min}
"""


def test_a_kind_can_be_set_anew() -> None:
    """What is well painted is packed fast, what is spoilt slowly."""
    found = of(TURNED)
    assert found.fluid == pytest.approx(160 + 40 / 10)
    assert of(TURNED.replace("chance: 80 %", "chance: 10 %")).fluid == pytest.approx(20 + 180 / 10)


SIZES = """
title: Sizes
kinds: {job: {attributes: {size: SIZE}}}
stocks: {jobs: {start: 1000, kind: job, order: {smallest: item.size}}, out: {sink: yes}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: item.size * 1 min, overrun: stop}}
crews: {all: {man: {does: do}}}
terms: {shift: 800 min}
"""


def test_what_is_small_may_be_chosen() -> None:
    """The mean of all is 2 min: the best that can be chosen is bounded, part by part."""
    two = SIZES.replace("SIZE", "'discrete(1: 0.5, 3: 0.5)'")
    found = of(two)
    assert found.proven == pytest.approx(500 + 300 / 3)
    assert holds(two, found, replications=200) == pytest.approx(600, rel=0.02)
    even = SIZES.replace("SIZE", "'uniform(0, 4)'")
    smallest = 1000 * math.sqrt(800 / 2 / 1000)  # n of them come to n^2 / 500 min
    found = of(even)
    assert smallest < found.proven < 1.06 * smallest
    assert holds(even, found, replications=200) == pytest.approx(smallest, rel=0.01)
    given = SIZES.replace("SIZE", "'uniform(0, 4)'").replace("time: item.size * 1 min", "time: 3 min")
    assert of(given).proven == pytest.approx(800 / 3)


def test_attributes_that_follow_others_and_those_of_a_source() -> None:
    text = SIZES.replace("SIZE", "1").replace("size: 1", "size: 1, weight: item.size * 2 kg")
    text = text.replace("start: 1000, ", "").replace("item.size * 1 min", "item.weight * 1 min / 1 kg")
    text += 'sources: {more: {to: jobs, every: 1 min, kind: job, attributes: {size: "uniform(3, 5)"}}}\n'
    found = of(text, long_run=True)
    assert 9.5 < found.fluid < 10  # the lightest of those that come: 6 min and a little each
    assert of(text.replace("(3, 5)", "(1, 1.001)"), long_run=True).fluid == pytest.approx(30, rel=1e-3)


def test_what_grows_with_each_work_has_no_end_and_what_does_not_is_known() -> None:
    text = """
title: Tries
kinds: {job: {attributes: {tries: 0}}}
stocks: {jobs: {start: 50, kind: job}, out: {sink: yes}}
activities:
  try:
    takes: {jobs: 1}
    outcomes:
      good: {chance: "min(0.5 + item.tries * 0.1, 0.9)", gives: {out: 1}}
      bad: {chance: rest, gives: {jobs: 1}, sets: {tries: item.tries + 1}}
    time: 1 min + item.tries * 1 min
    overrun: stop
crews: {all: {man: {does: try}}}
terms: {shift: 40 min}
"""
    found = of(text)
    assert found.fluid == pytest.approx(0.9 * 40)  # a good one comes of each work with 50 to 90 %
    holds(text, found)


def test_the_chances_of_outcomes_come_to_one() -> None:
    text = SIZES.replace("SIZE", "'uniform(0, 1)'").replace("time: item.size * 1 min", "time: 1 min")
    text = text.replace(
        "gives: {out: 1}",
        "outcomes: {a: {chance: item.size / 2, gives: {out: 1}}, b: {chance: 20 %, gives: {out: 1}}, "
        "c: {chance: rest}}",
    )
    found = of(text)
    largest = 800 * (0.2 + 0.6 / 2)  # of 1000, those above 0.2 may be chosen
    assert largest < found.proven < 1.05 * largest
    holds(text, found, replications=100)


OVEN = """
title: An oven for several
kinds: {plain: {attributes: {care: 1 min}}, glazed: {attributes: {care: 10 min}}}
stocks: {raw: {}, baked: {}, out: {sink: yes}}
sources: {clay: {to: raw, every: 1 min, kind: "discrete(plain: 50 %, glazed: 50 %)"}}
activities:
  bake: {takes: {raw: 4}, gives: {baked: 4}, time: 3 min, people: 0, uses: oven}
  pack: {takes: {baked: 1}, gives: {out: 1}, time: item.care, overrun: stop}
tools: {oven: 1}
crews: {all: {man: {count: MEN, does: pack}}}
terms: {shift: 400 min}
"""


def test_what_goes_through_together_comes_out_as_it_went_in() -> None:
    """Half of the pots are glazed: no oven makes them plain."""
    text = OVEN.replace("MEN", "1")
    found = of(text, long_run=True)
    assert found.fluid == pytest.approx(30 + 30 / 10)
    assert of(OVEN.replace("MEN", "4"), long_run=True).fluid == pytest.approx(30 + (240 - 30) / 10)
    assert of(OVEN.replace("MEN", "9"), long_run=True).fluid == pytest.approx(60)
    holds(text, of(text))


def test_members_that_are_joined_go_on_as_the_first() -> None:
    text = OVEN.replace("gives: {baked: 4}", "gives: {baked: 1}").replace("MEN", "1")
    found = of(text, long_run=True)
    assert found.fluid == pytest.approx(15)  # all can be plain: the first that is taken may be
    split = OVEN.replace("takes: {raw: 4}", "takes: {raw: 1}").replace("MEN", "9")
    split = split.replace("oven: 1", "oven: 9")
    assert of(split, long_run=True).fluid == pytest.approx(4 * 30 + (540 - 120) / 10)


def test_an_amount_that_the_item_says_is_bounded_by_what_it_can_say() -> None:
    text = """
title: Fuel
kinds: {small: {attributes: {needs: 1}}, large: {attributes: {needs: 3}}}
stocks: {jobs: {}, fuel: {unit: t, start: 90 t}, out: {sink: yes}}
sources: {come: {to: jobs, every: 10 min, kind: "discrete(small: 50 %, large: 50 %)"}}
activities: {do: {takes: {jobs: 1, fuel: item.needs * 1 t}, gives: {out: 1}, time: 0 min}}
crews: {all: {man: {does: do}}}
terms: {shift: 1000 min}
"""
    found = of(text)
    assert found.fluid == pytest.approx(50 + 40 / 3)
    holds(text, found)


def test_who_loses_patience_keeps_his_kind() -> None:
    text = """
title: Patience
kinds: {quick: {attributes: {care: 1 min}}, slow: {attributes: {care: 10 min}}}
stocks: {line: {leaves: {after: 5 min, to: other}}, other: {}, out: {sink: yes}}
sources: {people: {to: line, every: 1 min, kind: "discrete(quick: 50 %, slow: 50 %)"}}
activities: {help: {takes: {other: 1}, gives: {out: 1}, time: item.care}}
crews: {all: {mate: {does: help}}}
terms: {shift: 100 min, overrun: stop}
"""
    found = of(text)
    assert found.fluid == pytest.approx(50 + 50 / 10)
    holds(text, found)


SPLIT = """
title: Split and join
stocks: {orders: {}, parts: {}, ready: {}, out: {sink: yes}}
sources: {orders: {to: orders, every: 10 min}}
activities:
  split: {takes: {orders: 1}, gives: {parts: 3}, time: 1 min, people: 0}
  do: {takes: {parts: 1}, gives: {ready: 1}, time: 1 min, people: 0}
  join: {takes: {ready: all of family}, gives: {out: GIVEN}, time: 1 min, people: 0}
terms: {shift: 400 min}
"""


def test_a_family_is_joined_once() -> None:
    text = SPLIT.replace("GIVEN", "1")
    found = of(text)
    assert found.fluid == pytest.approx(40)
    assert of(text, long_run=True).fluid == pytest.approx(6)
    assert holds(text, found, replications=2) == 39
    started = text.replace("orders: {}, p", "orders: {start: 7}, p")
    assert of(started).fluid == pytest.approx(47)
    made = text.replace(
        "takes: {orders: 1}, gives: {parts: 3}, time: 1 min", "gives: {parts: 3}, time: 100 min"
    )
    made = made.replace("people: 0}\n  do", "people: 1}\n  do") + "crews: {all: {man: {does: split}}}\n"
    assert of(made).fluid == pytest.approx(4 * 3)  # each part that is made of nothing is a family
    again = text.replace("gives: {out: 1}", "outcomes: {a: {chance: 50 %, gives: {ready: 1}}, "
                         "b: {chance: rest, gives: {out: 1}}}")  # fmt: skip
    assert of(again).fluid == pytest.approx(120)  # it may come back, and be joined again: no more than parts


def test_that_changing_over_takes_no_time_is_said() -> None:
    text = shop(1, lathes=1).replace("lathe: 1", "lathe: {count: 1, set_up: 5 min}")
    found = of(text)
    assert any("changing over takes no time" in note for note in found.notes)
    assert found.proven == pytest.approx(of(shop(1, lathes=1)).proven)
    holds(text, found)
    by_people = shop(1).replace("man: {count", "man: {set_up: 2 min, count")
    assert of(by_people).proven == pytest.approx(of(shop(1)).proven)


@pytest.mark.parametrize(
    ("family", "values"),
    [
        ("exponential", {"mean": 3.0}),
        ("uniform", {"low": 2.0, "high": 5.0}),
        ("triangular", {"low": 1.0, "mode": 2.0, "high": 9.0}),
        ("triangular", {"low": 1.0, "mode": 1.0, "high": 9.0}),
        ("normal", {"mean": 3.0, "sd": 1.5}),
        ("lognormal", {"mean": 3.0, "cv": 1.0}),
        ("gamma", {"mean": 3.0, "cv": 0.7}),
        ("weibull", {"mean": 3.0, "cv": 0.7}),
        ("erlang", {"phases": 3.0, "mean": 3.0}),
        ("hyperexponential", {"mean": 3.0, "cv": 2.0}),
    ],
)
def test_parts_of_a_range_have_their_chance(family: str, values: dict[str, float]) -> None:
    """With many parts the mean lies between the sums of their ends."""
    found = build(family, [], {name: Quantity(value, DIMENSIONLESS) for name, value in values.items()})
    parts = parts_of(found, 400)
    assert sum(chance for chance, _ in parts) == pytest.approx(1)
    assert all(low < high for _, (low, high) in parts)
    low = sum(chance * low for chance, (low, _) in parts)
    high = sum(chance * min(high, low + 5.0) for chance, (low, high) in parts)
    assert low <= found.mean() <= high + 0.1
    assert high - low < 0.15


def test_parts_of_a_list_are_its_values() -> None:
    found = opened(hewer.loads(SIZES.replace("SIZE", "'discrete(1: 0.5, 3: 0.3, 4: 0.2)'"))).program
    (jobs, _) = Passage(found, [0]).possible
    assert [sort.box for sort in jobs] == [((1.0, 1.0),), ((3.0, 3.0),), ((4.0, 4.0),)]


def test_a_loop_is_told_where_only_luck_could_end_it() -> None:
    """What is given up at the end of a turn may have taken much: nothing then holds amounts to their mean."""
    text = """
title: Loop
stocks: {a: {start: 9}, out: {sink: yes}}
activities: {go: {takes: {a: 'discrete(1: 0.5, 2: 0.5)'}, gives: {a: 1, out: 1}, time: 0 min}}
crews: {all: {man: {does: go, calendar: early}}}
calendars: {early: {at: 0 min, lasts: 10 min, every: 20 min}}
terms: {shift: 60 min}
"""
    with pytest.raises(RefusalError, match="`go` can be repeated without end"):
        of(text)
