"""What `hewer check` finds in kinds, attributes, routes and what looks at them: each finding by itself."""

from __future__ import annotations

import pytest

import hewer
from hewer.errors import ModelError
from hewer.model.checking.check import Finding, check
from hewer.model.settling.flow import expand

CLEAN = """
title: A shop
kinds:
  bracket: {attributes: {size: "uniform(1 m, 3 m)", due: now + 2 h}, route: [[turn, 6 min], drill]}
  flange: {attributes: {size: 2 m, tries: 0}, priority: 1, route: [drill, [turn, item.size * 1 min/m]]}
stocks:
  shop: {order: {smallest: item.due}}
  swarf: {unit: kg, sink: yes}
  rack: {start: 3, kind: flange}
  pen: {}
sources:
  orders: {to: shop, every: 9 min, kind: "discrete(bracket: 60 %, flange: 40 %)", attributes: {tries: 1}}
tools:
  lathe: {count: 2, set_up: {times: {bracket-flange: 4 min}, time: 9 min, first: 0}}
activities:
  turn: {uses: lathe, time: 5 min, gives: {swarf: 1 kg}, guard: item.size < 3 m or item.kind == flange}
  drill:
    time: 3 min
    outcomes:
      good: {chance: "min(0.5 + item.tries / 10, 1)"}
      bad: {chance: rest, sets: {tries: item.tries + 1, step: 1}}
  unpack: {takes: {rack: 1}, gives: {pen: 1}, time: 1 min}
  look: {takes: {pen: 1}, time: item.size * 1 min/m}
crews:
  two:
    man: {count: 2, does: [turn, drill, unpack, look], choice: earliest_due}
    mate: {does: [turn, drill], choice: weighted, weights: {turn: 2}, set_up: 1 min}
terms: {shift: 8 h}
"""


def findings(*changes: str) -> list[Finding]:
    """Check the clean model with some changes: old text, new text, and so on."""
    text = CLEAN
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    try:
        return list(check(hewer.loads(text)))
    except ModelError as error:
        return [Finding.of(problem) for problem in error.problems]


def test_a_clean_model_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("route: [[turn, 6 min]", "route: [[tun, 6 min]", "kinds.bracket.route[1]", "unknown-name"),
        ("[turn, 6 min]", "[turn, 6 kg]", "kinds.bracket.route[1]", "dimension"),
        ("[turn, 6 min]", "[turn, item.sze * 1 min]", "kinds.bracket.route[1]", "unknown-name"),
        ("size: 2 m,", "size: 2 kg,", "kinds.flange.attributes.size", "dimension"),
        ("due: now + 2 h", "due: 2 kg", "kinds.bracket.attributes.due", "dimension"),
        ("due: now + 2 h", "due: now + item.tries * 1 h", "kinds.bracket.attributes.due", "unknown-name"),
        ("size: 2 m,", "kind: 2,", "kinds.flange.attributes.kind", "name"),
        ("priority: 1, route", "priority: 1, to: nowhere, route", "kinds.flange.to", "unknown-name"),
        ("priority: 1, route", "priority: 1, to: swarf, route", "kinds.flange.to", "route"),
        ("flange: 40 %", "flnge: 40 %", "sources.orders.kind", "unknown-name"),
        ("flange: 40 %", "flange: 50 %", "sources.orders.kind", "distribution"),
        ('"discrete(bracket: 60 %, flange: 40 %)"', "bracket + flange", "sources.orders.kind", "invalid"),
        ("kind: flange}\n", "kind: flnge}\n", "stocks.rack.kind", "unknown-name"),
        ("unit: kg, sink", "unit: kg, kind: flange, sink", "stocks.swarf.kind", "no-item"),
        ("unit: kg, sink", "unit: kg, order: {largest: item.size}, sink", "stocks.swarf.order", "no-item"),
        ("{smallest: item.due}", "{smallest: item.doe}", "stocks.shop.order", "unknown-name"),
        ("{smallest: item.due}", "{smallest: now}", "stocks.shop.order", "unknown-name"),
        ("item.size < 3 m", "item.size < 3", "activities.turn.guard", "dimension"),
        ("item.size < 3 m", "item.kind < 3", "activities.turn.guard", "expression"),
        ("item.kind == flange", "item.kind == flnge", "activities.turn.guard", "unknown-name"),
        ("item.kind == flange", "flange == 1", "activities.turn.guard", "expression"),
        ("item.kind == flange", "item.kind + 1 == 2", "activities.turn.guard", "expression"),
        ("takes: {rack: 1}, gives: {pen: 1}, time: 1 min", "gives: {pen: 1}, time: item.size * 1 min/m",
         "activities.unpack.time", "no-item"),
        ("takes: {rack: 1}", "takes: {rack: uniform(1, 2) * item.tries}",
         "activities.unpack.takes.rack", "expression"),
        ('"min(0.5 + item.tries / 10, 1)"', "item.size",
         "activities.drill.outcomes.good.chance", "dimension"),
        ("sets: {tries: item.tries + 1", "sets: {tries: item.size",
         "activities.drill.outcomes.bad.sets.tries", "dimension"),
        ("step: 1}", "step: 1.5}", "activities.drill.outcomes.bad.sets.step", "whole-number"),
        ("step: 1}", "step: 0}", "activities.drill.outcomes.bad.sets.step", "negative"),
        ("step: 1}", "kind: flnge}", "activities.drill.outcomes.bad.sets.kind", "unknown-name"),
        ("time: item.size * 1 min/m}\n", "time: 1 min, sets: {size: 1 m}}\n",
         "activities.look.sets", "no-item"),
        ("gives: {swarf: 1 kg}", "takes: {shop: 2}, gives: {swarf: 1 kg}",
         "activities.turn.takes.shop", "route"),
        ("gives: {swarf: 1 kg}", "gives: {swarf: 1 kg, onward: 2}", "activities.turn.gives.onward", "route"),
        ("gives: {swarf: 1 kg}", "gives: {pen: 1, onward: 1}", "activities.turn.gives.onward", "route"),
        ("gives: {pen: 1}", "gives: {onward: 1}", "activities.unpack.gives.onward", "route"),
        ("bracket-flange: 4 min", "bracket-flnge: 4 min", "tools.lathe.set_up.times.bracket-flnge",
         "unknown-name"),
        ("bracket-flange: 4 min", "bracket-bracket: 4 min", "tools.lathe.set_up.times.bracket-bracket",
         "repeated"),
        ("bracket-flange: 4 min", "bracket-flange: 4 kg", "tools.lathe.set_up.times.bracket-flange",
         "dimension"),
        ("time: 9 min", "time: -9 min", "tools.lathe.set_up.time", "negative"),
        ("first: 0", "first: 3", "tools.lathe.set_up.first", "dimension"),
        ("set_up: 1 min", "set_up: 1 kg", "crews.two.mate.set_up.time", "dimension"),
        ("weights: {turn: 2}", "weights: {tun: 2}", "crews.two.mate.weights.tun", "unknown-name"),
        ("weights: {turn: 2}", "weights: {turn: -2}", "crews.two.mate.weights.turn", "negative"),
        ("choice: weighted", "choice: random", "crews.two.mate.weights", "unused"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(old: str, new: str, path: str, code: str) -> None:
    found = findings(old, new)
    assert [(one.path, one.code) for one in found if one.path == path] == [(path, code)], found
    assert {one.path for one in found} <= {path, "stocks.swarf", "stocks.rack", "stocks.pen"}, found


def test_a_capacity_on_a_route_asks_for_blocking_after_where_the_step_is_set() -> None:
    limited = ("shop: {order", "shop: {capacity: 9, order", "every: 9 min", "every: 9 min, when_full: lose")
    assert findings(*limited, "    time: 3 min\n", "    time: 3 min\n    blocking: after\n") == []
    (found,) = findings(*limited)
    assert found.path == "activities.drill.outcomes.bad.sets.step"
    assert "may send the item elsewhere" in found.message


def test_room_for_two_gives_to_one_stock_cannot_be_reserved() -> None:
    limited = ("shop: {order", "shop: {capacity: 9, order", "every: 9 min", "every: 9 min, when_full: lose")
    calm = ("tries + 1, step: 1}", "tries + 1}", "gives: {swarf: 1 kg}", "gives: {onward: 1, shop: 1}")
    (found,) = findings(*limited, *calm)
    assert (found.path, found.code) == ("activities.turn.gives.shop", "route")


def test_earliest_due_needs_a_due() -> None:
    (found,) = findings(", due: now + 2 h", "", "order: {smallest: item.due}", "")
    assert (found.path, found.code) == ("crews.two.man.choice", "no-due")


def test_a_set_up_needs_kinds() -> None:
    text = """
title: No kinds
flow: [jobs, do]
sources: {jobs: {every: 5 min}}
activities: {do: {time: 1 min, uses: pick}}
tools: {pick: {set_up: 1 min}}
crews: {one: {man: {does: do}}}
terms: {shift: 1 h}
"""
    (found,) = check(hewer.loads(text))
    assert (found.path, found.code) == ("tools.pick.set_up", "no-item")


def test_the_units_of_a_carried_tool_are_not_set_up() -> None:
    found = findings(
        "kinds:\n", "places: {bay: {}}\nkinds:\n", "{count: 2, set_up", "{at: bay, carried: yes, set_up"
    )
    assert ("tools.lathe.set_up", "not-yet") in {(one.path, one.code) for one in found}


def test_kinds_and_attributes_that_nothing_uses() -> None:
    found = findings("kinds:\n", "kinds:\n  odd: {attributes: {colour: 3}}\n")
    assert [(one.path, one.level) for one in found] == [
        ("kinds.odd", "note"),
        ("kinds.odd.attributes.colour", "note"),
    ]


def test_a_route_needs_to_know_where_its_items_wait() -> None:
    more = "  more: {to: pen, every: 9 min, kind: bracket}\n  orders: {to: shop,"
    assert [(one.path, one.code) for one in findings("  orders: {to: shop,", more)] == [
        ("activities.turn", "route"),
        ("activities.drill", "route"),
    ]


def test_a_route_goes_through_single_stocks() -> None:
    places = ("kinds:\n", "places: {bay: {count: 2}}\nkinds:\n", "shop: {order", "shop: {at: bay, order")
    found = {(one.path, one.code) for one in findings(*places)}
    assert ("activities.turn.takes.shop", "route") in found


@pytest.mark.parametrize(
    ("name", "reason"),
    [("shop", "a stock, too"), ("price", "a param, too"), ("min", "a unit"), ("rest", "a word")],
)
def test_a_kind_has_a_name_of_its_own(name: str, reason: str) -> None:
    (found, *_) = findings("kinds:\n", f"params: {{price: 3}}\nkinds:\n  {name}: {{}}\n")
    assert found.path == f"kinds.{name}"
    assert reason in found.message


def test_a_name_of_the_language_is_no_stock() -> None:
    (found,) = findings("  pen: {}\n", "  pen: {}\n  onward: {}\n")
    assert "`onward` is a word of the language" in found.message


@pytest.mark.parametrize("order", ["newest", "{least: 1}", "{smallest: 1, largest: 2}", "3"])
def test_an_order_is_a_word_or_a_value(order: str) -> None:
    (found,) = findings("order: {smallest: item.due}", f"order: {order}")
    assert "must be `fifo`, `lifo`, `priority`" in found.message


@pytest.mark.parametrize("route", ["turn", "[[turn, 1 min, 2 min]]", "[[]]", "[3]"])
def test_a_route_is_a_list_of_steps(route: str) -> None:
    (found, *_) = findings("route: [[turn, 6 min], drill]", f"route: {route}")
    assert found.path.startswith("kinds.bracket.route")


def test_what_routes_imply_is_written_out_once() -> None:
    model = expand(hewer.loads(CLEAN))
    assert model.activities["turn"].takes == {"shop": 1}
    assert model.activities["turn"].gives == {"onward": 1, "swarf": "1 kg"}
    assert [outcome.gives for outcome in model.activities["drill"].outcomes.values()] == [{"onward": 1}] * 2
    assert model.kinds["bracket"].to == "done"
    assert model.stocks["done"].sink
    assert expand(model) == model


def test_a_model_with_routes_is_written_and_read_back() -> None:
    model = hewer.loads(CLEAN)
    assert hewer.loads(hewer.dump(model)) == model


def test_the_picture_shows_kinds_and_where_routes_lead() -> None:
    from hewer.model.show import mermaid

    drawn = mermaid(hewer.loads(CLEAN))
    assert "kind discrete(bracket: 60 %, flange: 40 %)" in drawn
    assert 'activity_turn["turn<br>bracket 1: 6 min<br>flange 2: item.size * 1 min/m' in drawn
    assert 'activity_turn -->|"onward"| stock_shop' in drawn
    assert 'activity_turn -->|"onward"| stock_done' in drawn
    assert 'tool_lathe[/"lathe × 2<br>set-up, 9 min, bracket-flange 4 min"/]' in drawn
    assert 'role_mate{{"mate<br>set-up, 1 min"}}' in drawn
