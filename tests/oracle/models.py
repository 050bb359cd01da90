"""Small random workplaces, as documents (plain dicts in the form of the YAML).

Times are mostly whole minutes, so that much happens at one instant and every tie matters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from hewer.engine.program import Compiled
from tests.drawing import (
    Document,
    elsewhere,
    in_line,
    into_route,
    key_of,
    put,
    role_begun,
    single_stocks,
    some,
    tasks_of,
)

_NEAR = ("{}", "{}", "{}", "next({})", "prev({})")  # of stocks at the place of an activity

TIMES = (
    "1 min", "1 min", "2 min", "2 min", "3 min", "5 min", "exponential(2 min)", "gamma(mean=3 min, cv=0.5)",
    "uniform(1 min, 4 min)", "discrete(1 min: 0.5, 2 min: 0.5)", "triangular(1 min, 2 min, 6 min)",
    "lognormal(mean=2 min, cv=1)", "erlang(2, 3 min)", "normal(3 min, 1 min)",
    "hyperexponential(mean=2 min, cv=2)", "weibull(mean=2 min, cv=0.7)",
)  # fmt: skip
CHOICES = (
    "oldest",
    "listed",
    "longest_queue",
    "nearest",
    "own_rules.py:mixed",
    "own_rules.py:sized",
    "own_rules.py:fickle",
)
SITES = (None, "spot", "spot", "yard")


def compiled(document: Document | str) -> Compiled:
    """Read and compile a document."""
    from hewer.engine.compile.program import compile_model
    from hewer.model.reading.document import loads
    from hewer.model.settling.flow import expand
    from hewer.model.settling.scenario import apply

    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
    return compile_model(expand(apply(loads(text, folder=Path(__file__).parent))))


@st.composite
def documents(draw: Any) -> Document:
    """Draw a small valid document."""
    document: Document = {"title": "drawn", "params": {"step": "2 min"}}
    members = draw(st.integers(1, 3))
    document["places"] = {
        "spot": {"count": members},
        "yard": {},
    }
    put(document["places"]["spot"], room=some(draw, st.integers(1, 3), 2))
    put(document["places"]["yard"], room=some(draw, st.integers(1, 3)))
    if draw(st.booleans()):
        document["walk"] = {"spot-yard": draw(st.sampled_from(["1 min", "2 min"]))}
        if members > 1:
            document["walk"]["spot-spot"] = draw(st.sampled_from(["1 min", {"per_step": "30 s"}]))
    document["stocks"] = draw(_stocks(members))
    for name, stock in document["stocks"].items():
        if draw(st.integers(1, 4)) == 4 and "unit" not in stock and name != "out":
            put(stock, leaves=draw(_leaves(document, name)))
    document["tools"] = draw(_tools())
    _let_fail(draw, document)
    names = [f"work{k}" for k in range(draw(st.sampled_from([3, 4, 2, 5, 1])))]
    line = draw(st.booleans())
    document["activities"] = {
        name: draw(_activity(document, members, k if line else None)) for k, name in enumerate(names)
    }
    document["sources"] = draw(_sources(document))
    if draw(st.booleans()):
        _interrupt(draw, document, members)
    if draw(st.booleans()):
        _describe(draw, document, members)
    _leave_by_time_only(document)
    _let_repair(draw, document)
    _take_by_order_only(document)
    calendars = draw(_calendars())
    if calendars:
        document["calendars"] = calendars
    document["crews"] = {"all": draw(_roles(document, members))}
    if draw(st.integers(1, 3)) == 3:
        _line_up(draw, document)
    _let_be_absent(draw, document)
    document["terms"] = draw(_terms(document))
    for activity in document["activities"].values():
        if activity.get("overrun", document["terms"].get("overrun")) == "hand_over":
            activity.pop("resumed_by", None)
    document["limits"] = {"starts_per_instant": 60}
    document["measures"] = {"span": "horizon()"}
    return document


@st.composite
def _stocks(draw: Any, members: int) -> Document:
    stocks: Document = {}
    for k in range(draw(st.sampled_from([3, 2, 4, 1]))):
        stock: Document = {"start": draw(st.sampled_from([9, 4, 2, 0, 0]))}
        put(stock, at=draw(st.sampled_from(SITES)))
        put(stock, capacity=some(draw, st.integers(max(1, stock["start"]), 10), 2))
        put(stock, order=some(draw, st.sampled_from(["fifo", "lifo", "priority"]), 2))
        stocks[f"items{k}"] = stock
    for k in range(draw(st.integers(0, 2))):
        stock = {"unit": "t", "start": f"{draw(st.sampled_from([0, 2, 4]))} t"}
        put(stock, at=draw(st.sampled_from(SITES)))
        put(stock, capacity=some(draw, st.sampled_from(["4 t", "5.5 t"]), 2))
        put(stock, grain=some(draw, st.just("0.25 t")))
        stocks[f"bulk{k}"] = stock
    stocks["out"] = {"sink": "yes"}
    if members > 1 and draw(st.booleans()):
        stocks["out"]["at"] = "spot"
    return stocks


@st.composite
def _tools(draw: Any) -> Document:
    tools: Document = {}
    for k in range(draw(st.integers(0, 2))):
        tools[f"tool{k}"] = {"count": draw(st.integers(1, 2))}
        put(tools[f"tool{k}"], at=some(draw, st.sampled_from(["spot", "yard"])))
        if draw(st.integers(1, 3)) == 3:
            tools[f"tool{k}"] |= {"at": "yard", "carried": "yes"}
    return tools


def _gives(draw: Any, document: Document, activity: Document, members: int, most: int = 2) -> Document:
    gives: Document = {}
    for stock in draw(st.lists(st.sampled_from(sorted(document["stocks"])), unique=True, max_size=most)):
        bulk = "unit" in document["stocks"][stock]
        counted = ["1", "1", "1", "2", "discrete(0: 0.3, 1: 0.4, 2: 0.3)"]
        amount = draw(st.sampled_from(["1 t", "0.5 t", "uniform(0.2 t, 1.5 t)"] if bulk else counted))
        gives[key_of(draw, document, activity, stock, _NEAR)] = amount
    return gives


def _takes(draw: Any, document: Document, activity: Document, members: int) -> Document:
    takes: Document = {}
    stocks = [name for name in sorted(document["stocks"]) if name != "out"]
    most = draw(st.sampled_from([0, 1, 1, 1, 2]))
    for stock in draw(st.lists(st.sampled_from(stocks), unique=True, min_size=min(most, 1), max_size=most)):
        bulk = "unit" in document["stocks"][stock]
        counted = ["1", "1", "1", "2", "1 .. 3", "discrete(1: 0.5, 2: 0.5)"]
        counted += ["2 of family", "all of family"]
        if document["stocks"][stock].get("order") in {None, "fifo", "lifo"}:
            counted += ["2 .. 4 within 3 min", "3 .. 3 within 1.5 min"]
        amounts = ["1 t", "0.5 t", "0.5 t .. 1.5 t", "uniform(0.2 t, 1 t)"] if bulk else counted
        takes[key_of(draw, document, activity, stock, _NEAR)] = draw(st.sampled_from(amounts))
    return takes


def _guard(draw: Any, document: Document, activity: Document, members: int) -> str:
    stock = draw(st.sampled_from(sorted(document["stocks"])))
    unit = " t" if "unit" in document["stocks"][stock] else ""
    key = key_of(draw, document, activity, stock, _NEAR)
    if members > 1 and document["stocks"][stock].get("at") == "spot" and draw(st.booleans()):
        key = draw(st.sampled_from([f"sum({stock})", f"largest({stock})", f"smallest({stock})"]))
    guard = f"{key} {draw(st.sampled_from(['<', '<=', '>', '>=']))} {draw(st.integers(0, 3))}{unit}"
    return guard + str(
        draw(
            st.sampled_from(
                [
                    "",
                    "",
                    " or now > 20 min",
                    " and now < 40 min",
                    " or 2 * now >= 33 min",
                    " and now != 9 min",
                ]
            )
        )
    )


@st.composite
def _activity(draw: Any, document: Document, members: int, k: int | None) -> Document:
    activity: Document = {}
    put(activity, at=draw(st.sampled_from(SITES)))
    activity["takes"] = _takes(draw, document, activity, members)
    activity["gives"] = _gives(draw, document, activity, members)
    if k is not None:
        in_line(draw, document, activity, k, _NEAR)
    if draw(st.integers(1, 4)) == 4:
        activity["outcomes"] = {
            "good": {"chance": "60 %", "gives": _gives(draw, document, activity, members, 1)},
            "bad": {"chance": "rest", "gives": _gives(draw, document, activity, members, 1)},
        }
    times = [*TIMES, "0 min"] if activity["takes"] else list(TIMES)
    bulk = [key for key in activity["takes"] if key in document["stocks"] and key.startswith("bulk")]
    times += [f"step * taken({key}) / 1 t" for key in bulk]
    activity["time"] = draw(st.sampled_from(times))
    activity["people"] = draw(
        st.sampled_from([1, 1, 1, 1, 2, 3, 0, {"lift": 1, "guide": 1}, {"lift": 2, "guide": 1}])
    )
    if activity["people"] == 0:
        _tame(document, activity)
    _tooling(draw, document, activity, members)
    put(activity, priority=some(draw, st.integers(-1, 1)))
    if draw(st.integers(1, 8)) == 8:
        activity["guard"] = _guard(draw, document, activity, members)
    if draw(st.booleans()):
        activity["blocking"] = "after"
        put(
            activity,
            holds=some(draw, st.lists(st.sampled_from(["people", "tools", "room"]), unique=True), 2),
        )
    put(activity, overtake=some(draw, st.just("yes"), 5))
    put(activity, overrun=some(draw, st.sampled_from(["finish", "pause", "stop", "hand_over"]), 2))
    put(activity, birth=some(draw, st.sampled_from(["oldest", "newest", "now"])))
    put(activity, ends_at=some(draw, st.sampled_from(["yard", "spot"] if members == 1 else ["yard"]), 4))
    put(activity, stream=some(draw, st.sampled_from(["one", "other"]), 4))
    return activity


def _interrupt(draw: Any, document: Document, members: int) -> None:
    """Let some activities interrupt others; one of them waits for what comes now and then."""
    activities = document["activities"]
    for activity in activities.values():
        activity["priority"] = draw(st.sampled_from([0, 0, -1, 1]))
        put(activity, preempts=some(draw, st.just("yes")))
        put(activity, interrupted=some(draw, st.sampled_from(["restart", "redraw", "lose"]), 2))
        put(activity, time=some(draw, st.sampled_from(["7 min", "uniform(5 min, 9 min)"]), 2))
        put(activity, resumed_by=some(draw, st.just("owner"), 2))
    urgent = activities[draw(st.sampled_from(sorted(activities)))]
    stock = draw(st.sampled_from([name for name in document["stocks"] if name.startswith("items")]))
    urgent["takes"] = {key_of(draw, document, urgent, stock, _NEAR): "1"}
    urgent |= {"priority": 2, "preempts": "yes", "time": draw(st.sampled_from(["1 min", "2 min"]))}
    alarm = {"to": stock, "every": draw(st.sampled_from(["4 min", "exponential(5 min)", "2.5 min"]))}
    document["sources"]["alarm"] = alarm
    if "capacity" in document["stocks"][stock]:
        alarm["when_full"] = "lose"


def _let_fail(draw: Any, document: Document) -> None:
    """Let tools fail, in half of the models: by the clock or in use, to be repaired or by themselves."""
    if draw(st.booleans()):
        return
    document["tools"] = document["tools"] or {"tool0": {"count": draw(st.integers(1, 3))}}
    for tool in document["tools"].values():
        if tool.get("carried"):
            continue
        fails: Document = {"every": draw(st.sampled_from(["6 min", "exponential(8 min)", "3 min", "11 min"]))}
        put(fails, repair=some(draw, st.sampled_from(["2 min", "exponential(3 min)", "0 min"]), 2))
        put(fails, counts=some(draw, st.just("use"), 2))
        tool["fails"] = fails


def _let_repair(draw: Any, document: Document) -> None:
    """Add work that mends what fails, or some of it."""
    for name, tool in document["tools"].items():
        if "fails" not in tool or "repair" in tool["fails"]:
            continue
        activity: Document = {
            "takes": {f"down({name})": 1},
            "time": draw(st.sampled_from(["2 min", "3 min"])),
        }
        if "at" in tool:
            activity["at"] = tool["at"]
        put(activity, priority=some(draw, st.integers(0, 2), 2))
        put(activity, preempts=some(draw, st.just("yes"), 2))
        put(activity, people=some(draw, st.sampled_from([0, 2])))
        activity.setdefault("people", 1)
        document["activities"][f"mend_{name}"] = activity


def _let_be_absent(draw: Any, document: Document) -> None:
    if draw(st.booleans()):
        return
    for role in document["crews"]["all"].values():
        absent: Document = {
            "every": draw(st.sampled_from(["7 min", "exponential(9 min)"])),
            "lasts": draw(st.sampled_from(["3 min", "exponential(4 min)", "0 min"])),
        }
        put(absent, counts=some(draw, st.just("work"), 2))
        put(role, absent=some(draw, st.just(absent), 2))


def _tame(document: Document, activity: Document) -> None:
    """Keep automatic work, of which any number runs at once, from doubling what it takes."""
    activity.pop("outcomes", None)
    bulk = {stock for stock, made in document["stocks"].items() if "unit" in made}
    gives = {key: amount for key, amount in activity["gives"].items() if "1" in activity["takes"].values()}
    activity["gives"] = {
        key: amount if any(name in key for name in bulk) else "1" for key, amount in list(gives.items())[:1]
    }


def _tooling(draw: Any, document: Document, activity: Document, members: int) -> None:
    uses: Document = {}
    for tool, made in document["tools"].items():
        bound = made.get("at") == "spot" and members > 1 and activity.get("at") != "spot"
        if not bound and draw(st.booleans()):
            uses[tool] = draw(st.integers(1, made["count"]))
    if uses:
        activity["uses"] = uses


@st.composite
def _leaves(draw: Any, document: Document, stock: str) -> Document | None:
    """Draw when items leave a stock of themselves, if there is one they could go to."""
    others = elsewhere(document, stock)
    if not others:
        return None
    other = draw(st.sampled_from(others))
    leaves: Document = {"to": draw(st.sampled_from([other, other, other, elsewhere(document, stock)[-1]]))}
    times = ["2 min", "3 min", "uniform(1 min, 6 min)", "exponential(5 min)", f"1 min * {stock}"]
    put(leaves, after=some(draw, st.sampled_from(times), 2))
    conditions = [f"{stock} > 2", "now > 20 min", f"{stock} > 1 and now < 30 min", f"{other} < 1"]
    if "after" not in leaves or draw(st.integers(1, 4)) == 4:
        leaves["when"] = draw(st.sampled_from(conditions))
    return leaves


def _leave_by_time_only(document: Document) -> None:
    """Where kinds have routes, keep to the ways of leaving that go with steps (rule 16)."""
    if not any("route" in kind for kind in document.get("kinds", {}).values()):
        return
    for stock in document["stocks"].values():
        leaves = stock.get("leaves", {})
        leaves.pop("when", None)
        other = leaves.get("to", "").removeprefix("first(").removesuffix(")")
        if "after" not in leaves or "capacity" in document["stocks"].get(other, {}):
            stock.pop("leaves", None)


def _take_by_order_only(document: Document) -> None:
    """Keep to the takes that go with the orders of their stocks, and with steps (rule 17)."""
    routed = {str(step[0]) for kind in document.get("kinds", {}).values() for step in kind.get("route", ())}
    named = {
        key.rpartition("(")[2].rstrip(")") for name in routed for key in document["activities"][name]["takes"]
    }
    for activity in document["activities"].values():
        for key, amount in activity["takes"].items():
            stock = key.rpartition("(")[2].rstrip(")")
            order = document["stocks"].get(stock, {}).get("order", "fifo")  # none for `down(tool)`
            unfit = isinstance(order, dict) or stock in named
            if "of family" in str(amount) and unfit:
                activity["takes"][key] = "2"
            elif "within" in str(amount) and (unfit or order == "priority"):
                activity["takes"][key] = "2 .. 4"


@st.composite
def _times(draw: Any, level: str) -> Document:
    """Draw when arrivals come: mostly by intervals."""
    two = "2 t" if "/" in level else 2
    way = draw(st.sampled_from(["every", "every", "every", "rate", "rate", "timetable"]))
    if way == "every":
        return {way: draw(st.sampled_from(["exponential(3 min)", "2 min", "5 min"]))}
    if way == "rate":
        table = {"0 min": "20/h", "10 min": "0/h", "12.5 min": "60/h", "20 min": "0/h"}
        rates = [
            "20/h",
            {"table": table},
            {"table": table, "every": "25 min"},
            {"value": "now / 1 h * 40/h", "most": "40/h"},
            {"value": f"30/h / (1 + {level})", "most": "30/h"},
        ]
        return {way: draw(st.sampled_from(rates))}
    listed = draw(
        st.sampled_from(
            [
                ["0 min", "3 min", "3 min", "20 min"],
                {"at": ["2 min", "5 min"], "every": "7 min"},
                {"at": {"4 min": two, "30 min": two}},
            ]
        )
    )
    return {way: listed}


@st.composite
def _sources(draw: Any, document: Document) -> Document:
    sources: Document = {}
    stocks = [name for name in sorted(document["stocks"]) if name != "out"]
    for k in range(draw(st.sampled_from([0, 1, 1, 2]))):
        stock = draw(st.sampled_from(stocks))
        bulk = "unit" in document["stocks"][stock]
        source: Document = {"to": stock, **draw(_times(f"{stock} / 2 t" if bulk else stock))}
        source["amount"] = draw(
            st.sampled_from(["1 t", "uniform(0 t, 2 t)"] if bulk else ["1", "2", "discrete(1: 0.5, 3: 0.5)"])
        )
        if "every" in source:
            put(source, first=some(draw, st.sampled_from(["0 min", "4 min"]), 2))
        put(source, limit=some(draw, st.integers(0, 10)))
        if not bulk:
            put(source, priority=some(draw, st.sampled_from([1, -1, "discrete(0: 0.5, 2: 0.5)"]), 2))
        others = elsewhere(document, stock)
        if "capacity" in document["stocks"][stock]:
            full = some(draw, st.sampled_from(others), 2) if others else None
            source["when_full"] = {"to": full} if full else "lose"
        if draw(st.integers(1, 4)) == 4:
            chances = ["40 %", f"{stock} > 1 t" if bulk else f"{stock} > 1", "min(1, now / 20 min)"]
            source["balks"] = {"when": draw(st.sampled_from(chances))}
            put(source["balks"], to=some(draw, st.sampled_from(others), 2) if others else None)
        sources[f"source{k}"] = source
    return sources


@st.composite
def _calendars(draw: Any) -> Document:
    """Draw times on duty; they may overlap each other, and the breaks of the terms."""
    calendars: Document = {}
    for k in range(draw(st.sampled_from([0, 0, 1, 2, 2]))):
        calendar: Document = {
            "at": draw(st.sampled_from(["0 min", "0 min", "-4 min", "10 min", "20 min"])),
            "lasts": draw(st.sampled_from(["10 min", "10 min", "7.3 min"])),
        }
        put(calendar, every=some(draw, st.sampled_from(["20 min", "10 min", "14 min"]), 1))
        put(calendar, days_off=some(draw, st.just([2])))
        if "days_off" in calendar:
            calendar["week"] = 3
        if draw(st.integers(1, 3)) == 3:
            calendar["breaks"] = [
                {"at": draw(st.sampled_from(["0 min", "2 min", "5 min"])), "lasts": "2 min"}
            ]
            put(calendar["breaks"][0], work=some(draw, st.sampled_from(["pause", "finish"]), 2))
        calendars[f"calendar{k}"] = calendar
    return calendars


def _line_up(draw: Any, document: Document) -> None:
    """Let roles stand in a line and take each other's work over; they do what takes one person."""
    activities, roles = document["activities"], document["crews"]["all"]
    singles = [name for name, activity in activities.items() if activity["people"] == 1]
    if not singles:
        return
    before = None
    for name, role in list(roles.items())[: draw(st.sampled_from([3, 2, 1]))]:
        role["does"] = draw(
            st.one_of(st.just(singles), st.lists(st.sampled_from(singles), unique=True, min_size=1))
        )
        role.pop("choice", None)
        role["takes_over"] = before or name
        before = name
    for name in singles:
        activities[name].pop("resumed_by", None)


@st.composite
def _roles(draw: Any, document: Document, members: int) -> Document:
    roles: Document = {}
    for k in range(draw(st.sampled_from([2, 1, 3]))):
        role = role_begun(draw, tasks_of(document))
        put(role, choice=some(draw, st.sampled_from(_choices(document)), 2))
        if role.get("choice") == "weighted":
            role["weights"] = {name: draw(st.sampled_from([0, 1, 2.5])) for name in document["activities"]}
        keeps = some(draw, st.sampled_from(["own spot", "yard", "spot"]), 6)
        if keeps == "own spot":
            role["count"] = min(role["count"], members)
        put(role, keeps_to=keeps)
        if keeps is None:
            put(role, starts_at=some(draw, st.sampled_from(["yard", "spot"]), 2))
        if "calendars" in document:
            names = [*document["calendars"], " + ".join(document["calendars"])]
            duty = st.lists(st.sampled_from(names), min_size=1, max_size=role["count"])
            put(role, calendar=some(draw, duty, 2))
        if "kinds" in document:
            put(
                role,
                set_up=some(draw, st.sampled_from(["1 min", {"times": {"blue-red": "2 min"}}]), 4),
            )
        put(role, efficiency=some(draw, st.sampled_from([0.7, 1.3, 2])))
        put(role, learning=some(draw, _learning(list(document["activities"])), 6))
        put(role, fatigue=some(draw, _fatigue(list(document["activities"])), 6))
        roles[f"role{k}"] = role
    return roles


@st.composite
def _learning(draw: Any, activities: list[str]) -> Document:
    learning: Document = {
        "curve": draw(st.sampled_from(["wright", "crawford"])),
        "rate": draw(st.sampled_from(["80 %", "55 %", 1])),
    }
    put(learning, plateau=some(draw, st.just("60 %"), 2))
    put(learning, until=some(draw, st.integers(1, 5), 2))
    put(learning, experience=some(draw, st.integers(1, 9), 2))
    put(learning, of=some(draw, st.sampled_from(activities), 2))
    return learning


@st.composite
def _fatigue(draw: Any, activities: list[str]) -> Document:
    fatigue: Document = {
        "most": draw(st.sampled_from(["50 %", 0, 2])),
        "half_tired": draw(st.sampled_from(["10 min", "1 min"])),
        "half_rested": draw(st.sampled_from(["3 min", "20 min"])),
    }
    put(fatigue, of=some(draw, st.sampled_from(activities), 2))
    return fatigue


@st.composite
def _terms(draw: Any, document: Document) -> Document:
    terms: Document = {}
    if draw(st.integers(1, 4)) > 1:
        terms["shift"] = "45 min"
        put(terms, horizon=some(draw, st.sampled_from(["60 min", "30 min", "45 min"]), 4))
        put(terms, overrun=some(draw, st.sampled_from(["finish", "pause", "stop", "hand_over"])))
    else:
        terms["horizon"] = "45 min"
    put(terms, warm_up=some(draw, st.sampled_from(["10 min", "7.5 min"]), 4))
    rests = []
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        rest: Document = {
            "at": draw(st.sampled_from(["10 min", "12 min", "43 min"])),
            "lasts": draw(st.sampled_from(["5 min", "7.3 min"])),
        }
        put(rest, work=some(draw, st.sampled_from(["pause", "finish"]), 2))
        put(rest, roles=some(draw, st.just(["role0"]), 2))
        rests.append(rest)
    if rests:
        terms["breaks"] = rests
    return terms


# Kinds, attributes, routes.

SIZES = (1, 2, "uniform(0, 3)", "discrete(0: 0.2, 1: 0.5, 2: 0.3)")
CHANGES = (
    {"size": "item.size + 1"}, {"size": "uniform(0, 2)"}, {"kind": "red"}, {"step": 1},
    {"step": "item.step"},
    {"kind": "blue", "step": 2}, {"due": "now"}, {"tries": "item.tries + 1"},
)  # fmt: skip


def _choices(document: Document) -> list[str]:
    rules = [*CHOICES, "shortest_processing_time", "longest_processing_time", "random", "weighted"]
    return [*rules, "earliest_due", "earliest_due"] if "kinds" in document else rules


def _describe(draw: Any, document: Document, members: int) -> None:
    """Give items kinds and attributes, some of them routes, and let the model read them."""
    document["kinds"] = {
        "red": {"attributes": {"size": draw(st.sampled_from(SIZES)), "due": "now + item.size * 4 min"}},
        "blue": {"attributes": {"size": draw(st.sampled_from(SIZES)), "tries": 0}},
    }
    put(document["kinds"]["red"], priority=some(draw, st.sampled_from([1, -1]), 2))
    for source in document["sources"].values():
        if source["to"].startswith("items"):
            kinds = ["red", "blue", "discrete(red: 0.6, blue: 0.4)"]
            put(source, kind=draw(st.sampled_from([*kinds, None])))
            put(source, attributes=some(draw, st.just({"size": "exponential(1)"}), 4))
    for name, stock in document["stocks"].items():
        if name.startswith("items"):
            put(stock, kind=draw(st.sampled_from(["red", "blue", None])))
            orders = ["smallest: item.due", "largest: item.size", "smallest: item.size + item.step"]
            order = some(draw, st.sampled_from(orders), 3)
            put(stock, order=order and dict([order.split(": ")]))
    if draw(st.integers(1, 3)) > 1:
        _route(draw, document, members)
    set_up = [
        "2 min",
        {"first": "1 min", "times": {"red-blue": "3 min"}},
        {"time": "30 s", "first": "1 min"},
    ]
    for tool in document["tools"].values():
        if "carried" in tool:
            continue
        if "fails" not in tool:
            put(tool, set_up=some(draw, st.sampled_from(set_up), 2))
    for name, activity in document["activities"].items():
        _read_items(draw, document, activity, name)


def _route(draw: Any, document: Document, members: int) -> None:
    """Put some activities into the routes of the kinds."""
    stocks = document["stocks"]
    single = single_stocks(document)
    names = draw(st.lists(st.sampled_from(list(document["activities"])), unique=True, min_size=1))
    if not single:
        return
    for name in names:
        activity = document["activities"][name]
        into_route(draw, activity, single)
        if "outcomes" in activity:
            put(activity["outcomes"]["bad"], gives=some(draw, st.just({}), 2))
    for kind in document["kinds"].values():
        steps = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4))
        times = st.sampled_from([None, "1 min", "exponential(2 min)", "item.size * 1 min"])
        kind["route"] = [[step, *filter(None, [draw(times)])] for step in steps]
        kind["to"] = "out" if stocks["out"].get("at") is None else draw(st.sampled_from(single))


def _read_items(draw: Any, document: Document, activity: Document, name: str) -> None:
    """Let an activity read the item at hand, and change what it gives."""
    routed = any(step[0] == name for kind in document["kinds"].values() for step in kind.get("route", ()))
    counted = [key for key in activity["takes"] if "items" in key]
    given = [key for key in activity["gives"] if "bulk" not in key]
    free = not (routed and any(o["gives"] for o in activity.get("outcomes", {}).values()))
    if (routed or given) and draw(st.booleans()):
        routes = any("route" in kind for kind in document["kinds"].values())
        activity["sets"] = draw(st.sampled_from([one for one in CHANGES if routes or "step" not in one]))
    if routed and (not free or activity["gives"] or {"kind", "step"} & set(activity.get("sets", ()))):
        activity["blocking"] = "after"
    if not counted:
        return
    put(
        activity,
        time=some(draw, st.sampled_from(["item.size * 2 min", "exponential(1 min + item.size * 1 min)"])),
    )
    put(
        activity,
        guard=some(draw, st.sampled_from(["item.size > 0.5", "item.kind == red", "item.step < 3"]), 6),
    )
    for key in activity["takes"]:
        if "bulk" in key:
            put(activity["takes"], **{key: some(draw, st.just("min(item.size, 1) * 1 t"), 2)})
    if "outcomes" in activity:
        put(
            activity["outcomes"]["good"],
            chance=some(draw, st.sampled_from(["min(0.3 * item.size, 0.7)"]), 2),
        )
