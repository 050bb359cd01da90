"""Kinds, attributes, routes and the choices that look at them (rules 1, 4, 6, 7, 10, 12), on both engines."""

from __future__ import annotations

from collections import Counter

import pytest

from hewer.engine.codes import Event
from tests.oracle.test_rules import crew, model

SHOP = """
kinds:
  bracket: {route: [[turn, 2 min], [drill, 1 min]], attributes: {due: 9 min, size: 3}}
  flange: {route: [[drill, 3 min], turn], attributes: {due: 5 min, size: 1}}
stocks: {shop: {}, done: {sink: yes}}
activities: {turn: {time: 4 min}, drill: {time: 5 min}}
"""
FEED = "sources: {b: {to: shop, every: 100 min, first: 0 min, kind: bracket}, f: {to: shop, every: 100 min, first: 1 min, kind: flange}}"  # noqa: E501


def test_rule_12_items_follow_the_route_of_their_kind(trace):
    ran = trace(model(SHOP, FEED, crew(man="count: 2, does: [turn, drill]"), terms="terms: {shift: 20 min}"))
    assert ran.starts() == [(0.0, "turn"), (1.0, "drill"), (2.0, "drill"), (4.0, "turn")]
    assert ran.times(Event.END, "turn") == [2.0, 8.0]  # 2 min by the step, 4 min by the activity
    assert ran.times(Event.LEAVE) == [3.0, 8.0]


def test_rule_12_the_head_of_a_shared_stock_holds_up_nobody(trace):
    """The lathe is taken; a flange that came later is drilled meanwhile."""
    fed = FEED.replace("kind: bracket}", "kind: bracket, amount: 3}")
    ran = trace(
        model(SHOP, fed, crew(turner="does: turn", driller="does: drill"), terms="terms: {shift: 12 min}")
    )
    assert ran.starts()[:4] == [(0.0, "turn"), (1.0, "drill"), (2.0, "turn"), (4.0, "turn")]


def test_rule_1_by_step_only_the_items_of_the_own_step_count(trace):
    """`collect` takes what no step takes from the shop: nothing, until a drawing comes."""
    text = model(
        SHOP.replace(
            "drill: {time: 5 min}", "drill: {time: 5 min}, collect: {takes: {shop: 1}, time: 1 min}"
        ),
        FEED.replace("sources: {", "sources: {paper: {to: shop, every: 100 min, first: 3 min}, "),
        crew(man="count: 2, does: [turn, drill]", clerk="does: collect"),
    )
    assert trace(text).times(Event.START, "collect") == [3.0]


def test_rule_10_room_where_the_item_goes_onward_is_reserved_at_the_start(trace):
    text = model(
        """
kinds: {part: {route: [[saw, 1 min], [file, 5 min]]}}
stocks: {raw: {start: 5, kind: part}, between: {capacity: 1}, done: {sink: yes}}
activities: {saw: {time: 1 min, takes: {raw: 1}}, file: {time: 1 min, takes: {between: 1}}}
""",
        crew(one="does: saw", two="does: file"),
        terms="terms: {shift: 12 min}",
    )
    ran = trace(text)
    assert ran.times(Event.START, "saw") == [0.0, 1.0, 6.0, 11.0]
    assert ran.of(Event.BLOCK) == []


def test_rule_10_after_the_work_it_blocks_where_the_route_leads(trace):
    text = model(
        """
kinds:
  a: {route: [[saw, 1 min], [file, 5 min]]}
  b: {route: [[saw, 1 min], [oil, 1 min]]}
stocks: {raw: {}, between: {capacity: 1}, bath: {}, done: {sink: yes}}
sources:
  as: {to: raw, every: 100 min, first: 0 min, kind: a, amount: 3}
  bs: {to: raw, every: 100 min, first: 3 min, kind: b}
activities:
  saw: {time: 1 min, takes: {raw: 1}, blocking: after, holds: []}
  file: {time: 1 min, takes: {between: 1}}
  oil: {time: 1 min, takes: {bath: 1}}
""",
        crew(one="does: saw", two="does: file", three="does: oil"),
        terms="terms: {shift: 12 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK, "saw") == [3.0]
    assert ran.times(Event.RELEASE, "saw") == [6.0]
    assert ran.times(Event.START, "oil") == [4.0]  # the other kind passes


def test_rule_12_what_is_set_sends_an_item_back(trace):
    """Sawn again until it has had three tries: a count, and a step."""
    text = model(
        """
kinds: {part: {attributes: {tries: 0}, route: [[saw, 1 min], [judge, 1 min]]}}
stocks: {raw: {start: 1, kind: part}, done: {sink: yes}}
activities:
  saw: {time: 1 min, sets: {tries: item.tries + 1}}
  judge:
    time: 1 min
    outcomes:
      good: {chance: "max(0, item.tries - 2)"}
      bad: {chance: rest, sets: {step: 1}}
""",
        crew(one="does: [saw, judge]"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert [name for _, name in ran.starts()] == ["saw", "judge"] * 3
    assert ran.times(Event.LEAVE) == [6.0]


def test_rule_12_a_new_kind_begins_its_route(trace):
    text = model(
        """
kinds: {part: {route: [[saw, 1 min], [pack, 1 min]]}, scrap: {route: [[melt, 2 min]], to: bin}}
stocks: {raw: {start: 1, kind: part}, bin: {sink: yes}}
activities:
  saw: {time: 1 min, sets: {kind: scrap}}
  pack: {time: 1 min}
  melt: {time: 1 min, takes: {raw: 1}}
""",
        crew(one="does: [saw, pack, melt]"),
    )
    ran = trace(text)
    assert ran.starts() == [(0.0, "saw"), (1.0, "melt")]
    ((_, stock, _, _),) = ran.of(Event.LEAVE)
    assert ran.names.stock_members[int(stock)] == "bin"


def test_rule_12_children_are_like_their_carrier(trace):
    text = model(
        """
kinds: {log: {attributes: {size: 3}}}
stocks: {wood: {start: 1, kind: log}, planks: {}}
activities:
  saw: {takes: {wood: 1}, gives: {planks: 2}, sets: {size: item.size - 1}, time: 1 min}
  plane: {takes: {planks: 1}, time: item.size * 1 min}
""",
        crew(one="does: saw", two="does: plane"),
    )
    ran = trace(text)
    assert ran.times(Event.END, "plane") == [3.0, 5.0]


def test_rule_12_new_items_get_what_is_set(trace):
    text = model(
        """
stocks: {bread: {}}
activities:
  bake: {gives: {bread: 1}, sets: {size: 2}, time: 1 min, people: 0, takes: {dough: 1}}
  eat: {takes: {bread: 1}, time: item.size * 1 min}
""".replace("bread: {}", "bread: {}, dough: {unit: t, start: 1 t}").replace("{dough: 1}", "{dough: 1 t}"),
        crew(one="does: eat"),
    )
    assert trace(text).times(Event.END, "eat") == [3.0]


def test_rule_1_an_amount_follows_the_item_that_comes_first(trace):
    """The first car wants 5 t, more than there is: who comes behind it waits too."""
    text = model(
        """
stocks: {line: {}, tank: {unit: t, start: 3 t}}
sources:
  large: {to: line, every: 100 min, first: 1 min, attributes: {wants: 5 t}}
  small: {to: line, every: 100 min, first: 2 min, attributes: {wants: 1 t}}
  lorry: {to: tank, every: 100 min, first: 4 min, amount: 2.5 t}
activities: {fill: {takes: {line: 1, tank: item.wants}, time: taken(tank) * 1 min/t}}
""",
        crew(one="does: fill"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.START, "fill") == [4.0]
    assert ran.times(Event.END, "fill") == [9.0]


def test_rule_1_a_guard_reads_the_item_that_comes_first(trace):
    text = model(
        """
kinds: {good: {}, bad: {}}
stocks: {line: {order: lifo}}
sources: {one: {to: line, every: 100 min, first: 1 min, kind: bad}, two: {to: line, every: 100 min, first: 3 min, kind: good}}
activities: {take: {takes: {line: 1}, guard: item.kind == good, time: 1 min}}
""",  # noqa: E501
        crew(one="does: take"),
    )
    assert trace(text).starts() == [(3.0, "take")]


ORDERED = """
stocks: {line: {order: {smallest: item.due}}}
sources:
  late: {to: line, every: 100 min, first: 1 min, amount: 2, attributes: {due: now + 20 min, size: 3}}
  soon: {to: line, every: 100 min, first: 2 min, attributes: {due: now + 4 min, size: 1}}
  none: {to: line, every: 100 min, first: 0 min, attributes: {size: 2}}
activities:
  wait: {takes: {token: 1}, time: 3 min}
  do: {takes: {line: 1}, time: item.size * 1 min}
""".replace("stocks: {", "stocks: {token: {start: 1}, ")


@pytest.mark.parametrize(
    ("order", "ends"),
    [
        ("smallest: item.due", [4.0, 7.0, 10.0, 12.0]),
        ("largest: item.size", [6.0, 9.0, 11.0, 12.0]),
        ("smallest: item.size", [4.0, 6.0, 9.0, 12.0]),
    ],
)
def test_rule_12_a_stock_in_order_of_a_value(trace, order, ends):
    text = model(
        ORDERED.replace("smallest: item.due", order),
        crew(one="does: [wait, do], choice: listed"),
        terms="terms: {shift: 20 min}",
    )
    assert trace(text).times(Event.END, "do") == ends


CHOOSING = """
stocks: {token: {start: 1}, left: {}, right: {}}
sources:
  early: {to: left, every: 100 min, first: 1 min, attributes: {due: 30 min, size: 3}}
  late: {to: right, every: 100 min, first: 2 min, attributes: {due: 20 min, size: 1}}
activities:
  wait: {takes: {token: 1}, time: 3 min}
  one: {takes: {left: 1}, time: exponential(item.size * 1 min)}
  two: {takes: {right: 1}, time: exponential(2 min)}
"""


@pytest.mark.parametrize(
    ("choice", "first"),
    [
        ("choice: oldest", "one"),
        ("choice: earliest_due", "two"),
        ("choice: shortest_processing_time", "two"),
        ("choice: shortest_processing_time, efficiency: {two: 0.5}", "one"),  # 4 min at his speed
        ("choice: longest_processing_time", "one"),
        ("choice: longest_processing_time, efficiency: {two: 0.5}", "two"),
        ("choice: weighted, weights: {one: 0}", "two"),
        ("choice: weighted, weights: {two: 0}", "one"),
    ],
)
def test_rule_4_choice_looks_at_the_item_at_hand(trace, choice, first):
    text = model(CHOOSING, crew(man=f"does: [wait, one, two], {choice}"), terms="terms: {shift: 100 min}")
    assert [name for _, name in trace(text).starts()][1] == first


def test_rule_4_the_expected_time_is_that_of_the_step(trace):
    text = model(
        """
kinds: {a: {route: [[one, 5 min]]}, b: {route: [[two, 1 min]]}}
stocks: {token: {start: 1}, shop: {}}
sources: {as: {to: shop, every: 100 min, first: 1 min, kind: a}, bs: {to: shop, every: 100 min, first: 2 min, kind: b}}
activities: {wait: {takes: {token: 1}, time: 3 min}, one: {time: 1 min}, two: {time: 9 min}}
""",  # noqa: E501
        crew(man="does: [wait, one, two], choice: shortest_processing_time"),
    )
    assert [name for _, name in trace(text).starts()] == ["wait", "two", "one"]


LOTS = """
activities: {a: {time: 1 min}, b: {time: 1 min}, c: {time: 1 min}}
"""


@pytest.mark.parametrize(
    ("choice", "parts"),
    [
        ("choice: random", (1 / 3, 1 / 3, 1 / 3)),
        ("choice: weighted, weights: {a: 3, c: 0}", (0.75, 0.25, 0.0)),
    ],
)
def test_rule_4_lots_are_fair_and_independent(trace, choice, parts):
    """A chi-square of the counts, and of pairs in succession: false alarm 1e-4 each."""
    from scipy.stats import chisquare

    ran = trace(model(LOTS, crew(man=f"does: [a, b, c], {choice}"), terms="terms: {shift: 3000 min}"))
    names = [name for _, name in ran.starts()]
    counts = Counter(names)
    known = [(name, part) for name, part in zip("abc", parts, strict=True) if part]
    assert set(counts) == {name for name, _ in known}
    assert chisquare([counts[name] for name, _ in known], [part * 3000 for _, part in known]).pvalue > 1e-4
    pairs = Counter(zip(names[::2], names[1::2], strict=True))
    expected = {(x, y): p * q * 1500 for x, p in known for y, q in known}
    assert chisquare([pairs[pair] for pair in expected], list(expected.values())).pvalue > 1e-4


def test_rule_12_an_item_has_the_priority_of_its_kind(trace):
    text = model(
        """
kinds: {dear: {priority: 2}, plain: {}}
stocks: {token: {start: 1}, line: {order: priority}}
sources:
  one: {to: line, every: 100 min, first: 1 min, kind: plain, attributes: {size: 1}}
  two: {to: line, every: 100 min, first: 2 min, kind: dear, attributes: {size: 4}}
  three: {to: line, every: 100 min, first: 2.5 min, kind: dear, priority: -1, attributes: {size: 2}}
activities: {wait: {takes: {token: 1}, time: 3 min}, do: {takes: {line: 1}, time: item.size * 1 min}}
""",
        crew(man="does: [wait, do], choice: listed"),
        terms="terms: {shift: 20 min}",
    )
    assert trace(text).times(Event.END, "do") == [7.0, 8.0, 10.0]


def test_rule_6_a_step_below_one_is_an_error(trace):
    from hewer.errors import RunError
    from tests.oracle.shop import BadNumberError

    text = model(
        """
kinds: {part: {route: [saw]}}
stocks: {raw: {start: 1, kind: part}}
activities: {saw: {time: 1 min, sets: {step: item.step - 1}}}
""",
        crew(one="does: saw"),
    )
    with pytest.raises((BadNumberError, RunError)):
        trace(text)


PRINT = """
kinds: {light: {}, dark: {}}
stocks: {jobs: {}, printed: {sink: yes}}
sources:
  one: {to: jobs, every: 100 min, first: 0 min, kind: light}
  two: {to: jobs, every: 100 min, first: 1 min, kind: dark}
  three: {to: jobs, every: 100 min, first: 2 min, kind: dark}
  four: {to: jobs, every: 100 min, first: 3 min, kind: light}
  five: {to: jobs, every: 100 min, first: 4 min}
activities: {print: {takes: {jobs: 1}, gives: {printed: 1}, uses: press, time: 1 min}}
"""
TABLE = "{first: 2 min, time: 9 min, times: {light-dark: 3 min}}"


@pytest.mark.parametrize("whose", ["press", "worker"])
def test_rule_8_changing_over_takes_what_the_table_says(trace, whose):
    """2 + 1, then 3 + 1, no change, 9 + 1; an item without a kind needs none."""
    tool, role = (f", set_up: {TABLE}", "") if whose == "press" else ("", f", set_up: {TABLE}")
    text = model(PRINT, f"tools: {{press: {{count: 1{tool}}}}}", crew(man=f"does: print{role}"))
    ran = trace(text.replace("shift: 10 min", "shift: 30 min"))
    assert ran.times(Event.END, "print") == [3.0, 7.0, 8.0, 18.0, 19.0]
    assert [record[2:] for record in ran.of(Event.SET_UP)] == [
        (0, 120 * 10**9),
        (1, 180 * 10**9),
        (0, 540 * 10**9),
    ]


def test_rule_8_the_unit_that_is_set_for_it_is_taken(trace):
    """Of two presses each keeps to its colour: after the first set-ups there are no more."""
    later = PRINT.replace("first: 2 min", "first: 4 min").replace("first: 3 min", "first: 5 min")
    text = model(
        later,
        "tools: {press: {count: 2, set_up: {first: 1 min, time: 5 min}}}",
        crew(man="count: 2, does: print"),
    )
    ran = trace(text)
    assert ran.times(Event.END, "print") == [2.0, 3.0, 5.0, 5.0, 6.0]
    assert len(ran.of(Event.SET_UP)) == 2


def test_rule_8_a_work_that_goes_on_is_set_up_again(trace):
    """The press is set for another job meanwhile: it must change back."""
    text = model(
        """
kinds: {long: {}, rush: {}}
stocks: {slow: {}, fast: {}}
sources:
  one: {to: slow, every: 100 min, first: 0 min, kind: long}
  two: {to: fast, every: 100 min, first: 2 min, kind: rush}
activities:
  print: {takes: {slow: 1}, uses: press, time: 4 min}
  hurry: {takes: {fast: 1}, uses: press, time: 1 min, priority: 1, preempts: yes}
tools: {press: {set_up: 1 min}}
""",
        crew(man="does: [print, hurry]"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.END, "hurry") == [4.0]
    assert ran.times(Event.END, "print") == [7.0]  # 2 min done, 1 min change, 2 min left


def test_rule_4_the_expected_time_has_the_set_up(trace):
    text = model(
        """
kinds: {light: {}, dark: {}}
stocks: {token: {start: 1, kind: dark}, left: {}, right: {}}
sources:
  one: {to: left, every: 100 min, first: 1 min, kind: light}
  two: {to: right, every: 100 min, first: 2 min, kind: dark}
activities:
  wait: {takes: {token: 1}, time: 3 min}
  a: {takes: {left: 1}, time: 2 min}
  b: {takes: {right: 1}, time: 3 min}
""",
        crew(man="does: [wait, a, b], choice: shortest_processing_time, set_up: 5 min"),
        terms="terms: {shift: 20 min}",
    )
    assert [name for _, name in trace(text).starts()] == ["wait", "b", "a"]
