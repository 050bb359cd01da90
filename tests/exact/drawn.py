"""Small random workplaces whose times have exponential phases, and whose stocks have room for little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

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

TIMES = (
    "exponential(2 min)",
    "exponential(2 min)",
    "exponential(3 min)",
    "erlang(2, 3 min)",
    "hyperexponential(mean=2 min, cv=2)",
    "discrete(1: 0.5, 2: 0.5) * exponential(1 min)",
    "exponential(1 min) + exponential(2 min)",
    "gamma(shape=2, scale=1 min)",
)
COUNTS = ("1", "1", "1", "2", "discrete(0: 0.3, 1: 0.4, 2: 0.3)")
TAKEN = ["1", "1", "1", "2", "1 .. 3", "discrete(1: 0.5, 2: 0.5)"]
GRAINS = ("1 t", "0.5 t", "discrete(0.5 t: 0.5, 1 t: 0.5)")


def search(
    documents: st.SearchStrategy[Document], check: Callable[[Document], int], examples: int, start: int
) -> int:
    """Check workplaces drawn from a seed; return the sum of what each check counts."""
    counted = 0

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate],
    )
    @seed(start)
    @given(documents)
    def one(document: Document) -> None:
        nonlocal counted
        counted += check(document)

    one()
    return counted


@st.composite
def markovian(draw: Any) -> Document:
    """Draw a small valid document with a Markov chain."""
    members = draw(st.sampled_from([1, 1, 2]))
    spot: Document = {"count": members}
    put(spot, room=some(draw, st.integers(1, 3), 2))
    document: Document = {"title": "drawn", "places": {"spot": spot, "yard": {}}}
    document["stocks"] = draw(_stocks(members))
    document["tools"] = {
        f"tool{k}": {"count": draw(st.integers(1, 2))} for k in range(draw(st.integers(0, 2)))
    }
    line = draw(st.booleans())
    document["activities"] = {
        f"work{k}": draw(_activity(document, members, k if line else None))
        for k in range(draw(st.sampled_from([3, 2, 4, 1])))
    }
    document["sources"] = draw(_sources(document))
    hazards = draw(st.sampled_from([0, 0, 0, 1, 2, 3]))
    if hazards & 1:
        _let_fail(draw, document)
    if draw(st.integers(1, 4)) == 4:
        _preempt(draw, document)
    for name, stock in document["stocks"].items():
        if name.startswith("items"):
            put(stock, leaves=some(draw, _leaves(document, name), 4))
    if draw(st.integers(1, 3)) == 3:
        _describe(draw, document, members)
    document["crews"] = {"all": draw(_roles(document, members))}
    if hazards & 2:
        _let_be_absent(draw, document)
    if hazards or draw(st.booleans()):
        for activity in document["activities"].values():
            put(activity, interrupted=some(draw, st.sampled_from(["redraw", "lose"]), 2))
    _let_go_of_what_is_struck(document)
    document["terms"] = draw(_terms())
    document["limits"] = {"starts_per_instant": 60}
    document["measures"] = {"span": "horizon()"}
    return document


@st.composite
def _stocks(draw: Any, members: int) -> Document:
    stocks: Document = {}
    for k in range(draw(st.sampled_from([3, 2, 1]))):
        stock: Document = {"start": draw(st.integers(0, 3))}
        stock["capacity"] = max(1, stock["start"], draw(st.integers(1, 4)))
        put(stock, order=some(draw, st.sampled_from(["fifo", "lifo", "priority"]), 2))
        put(stock, at="spot" if members == 1 else some(draw, st.just("spot")))
        stocks[f"items{k}"] = stock
    if draw(st.booleans()):
        stocks["bulk"] = {"unit": "t", "start": draw(st.sampled_from(["0 t", "2 t"])), "capacity": "3 t"}
    stocks["out"] = {"sink": "yes"}
    return stocks


def _part(draw: Any, document: Document, activity: Document, members: int, *, takes: bool) -> Document:
    stocks = [name for name in sorted(document["stocks"]) if not (takes and name == "out")]
    found = {}
    for stock in draw(st.lists(st.sampled_from(stocks), unique=True, max_size=2)):
        bulk = "unit" in document["stocks"][stock]
        amounts = list(GRAINS if bulk else COUNTS)
        if takes:
            amounts = [*GRAINS, "0.5 t .. 1.5 t"] if bulk else TAKEN
        found[key_of(draw, document, activity, stock)] = draw(st.sampled_from(amounts))
    return found


@st.composite
def _activity(draw: Any, document: Document, members: int, k: int | None) -> Document:
    activity: Document = {}
    put(activity, at=draw(st.sampled_from([None, "spot", "spot", "yard"])))
    activity["takes"] = _part(draw, document, activity, members, takes=True)
    activity["gives"] = _part(draw, document, activity, members, takes=False)
    if k is not None:
        in_line(draw, document, activity, k)
    if draw(st.integers(1, 4)) == 4:
        activity["outcomes"] = {
            "good": {"chance": "60 %", "gives": _part(draw, document, activity, members, takes=False)},
            "bad": {"chance": "rest", "gives": _part(draw, document, activity, members, takes=False)},
        }
    activity["time"] = draw(st.sampled_from([*TIMES, "0 min"] if activity["takes"] else list(TIMES)))
    activity["people"] = draw(st.sampled_from([1, 1, 1, 2, 3, 0, {"lift": 1, "guide": 1}]))
    if activity["people"] == 0:
        _tame(activity)
    uses = {tool: draw(st.integers(1, made["count"])) for tool, made in document["tools"].items()}
    put(activity, uses={tool: units for tool, units in uses.items() if draw(st.booleans())} or None)
    put(activity, priority=some(draw, st.integers(-1, 1)), overtake=some(draw, st.just("yes"), 5))
    put(activity, guard=some(draw, _guards(document, activity, members), 8))
    if draw(st.booleans()):
        activity["blocking"] = "after"
        held = st.lists(st.sampled_from(["people", "tools", "room"]), unique=True)
        put(activity, holds=some(draw, held, 2))
    put(activity, overrun=some(draw, st.sampled_from(["finish", "pause", "stop"])))
    return activity


def _tame(activity: Document) -> None:
    """Keep automatic work, of which any number runs at once, from doubling what it takes."""
    activity.pop("outcomes", None)
    if "1" in activity["takes"].values():
        activity["gives"] = {key: "1 t" if "bulk" in key else "1" for key in list(activity["gives"])[:1]}
    else:
        activity["gives"] = {}


@st.composite
def _guards(draw: Any, document: Document, activity: Document, members: int) -> str:
    stock = draw(st.sampled_from(sorted(document["stocks"])))
    unit = " t" if "unit" in document["stocks"][stock] else ""
    key = key_of(draw, document, activity, stock)
    return f"{key} {draw(st.sampled_from(['<', '<=', '>', '>=']))} {draw(st.integers(0, 3))}{unit}"


def _let_fail(draw: Any, document: Document) -> None:
    """Let tools fail: by the clock or in use, to be repaired or by themselves."""
    document["tools"] = document["tools"] or {"tool0": {"count": draw(st.integers(1, 2))}}
    for name, tool in document["tools"].items():
        fails: Document = {"every": draw(st.sampled_from(["exponential(5 min)", "exponential(12 min)"]))}
        repair = ["exponential(2 min)", "erlang(2, 3 min)", "0 min"]
        put(fails, repair=some(draw, st.sampled_from(repair), 2))
        put(fails, counts=some(draw, st.just("use"), 2))
        tool["fails"] = fails
        for activity in document["activities"].values():
            if "uses" not in activity and draw(st.booleans()):
                activity["uses"] = {name: 1}
        if "repair" not in fails:
            mend: Document = {"takes": {f"down({name})": 1}, "gives": {}, "time": "exponential(2 min)"}
            put(mend, priority=some(draw, st.integers(0, 2), 2), people=some(draw, st.sampled_from([0, 2])))
            put(mend, preempts=some(draw, st.just("yes")))
            document["activities"][f"mend_{name}"] = {"people": 1, **mend}


def _let_be_absent(draw: Any, document: Document) -> None:
    """Let people be called away."""
    for role in document["crews"]["all"].values():
        absent: Document = {
            "every": draw(st.sampled_from(["exponential(9 min)", "exponential(15 min)"])),
            "lasts": draw(st.sampled_from(["exponential(3 min)", "erlang(2, 4 min)"])),
        }
        put(absent, counts=some(draw, st.just("work"), 2))
        put(role, absent=some(draw, st.just(absent), 2))


def _let_go_of_what_is_struck(document: Document) -> None:
    """Let no blocked work hold what may fail, or be called away, by the clock."""
    clocked = {
        name for name, tool in document["tools"].items() if "fails" in tool and "counts" not in tool["fails"]
    }
    called = any(
        "absent" in role and "counts" not in role["absent"] for role in document["crews"]["all"].values()
    )
    for activity in document["activities"].values():
        kept = set(activity.get("holds", ["people", "tools", "room"]))
        free = {"tools"} if clocked & activity.get("uses", {}).keys() else set()
        free |= {"people"} if called else set()
        if activity.get("blocking") == "after" and kept & free:
            activity["holds"] = sorted(kept - free)


def _preempt(draw: Any, document: Document) -> None:
    """Let some activities interrupt others."""
    for activity in document["activities"].values():
        activity["priority"] = draw(st.sampled_from([0, 0, -1, 1]))
        put(activity, preempts=some(draw, st.just("yes"), 2))


@st.composite
def _leaves(draw: Any, document: Document, stock: str) -> Document:
    """Draw when items leave a stock of themselves; half of them go for good."""
    other = draw(st.sampled_from(["out", *elsewhere(document, stock)]))
    leaves: Document = {"to": other}
    times = ["exponential(4 min)", "exponential(4 min)", "erlang(2, 4 min)", f"exponential(2 min) * {stock}"]
    put(leaves, after=some(draw, st.sampled_from(times), 1))
    conditions = [f"{stock} > 2", f"{other} < 1" if other != "out" else f"{stock} >= 2"]
    if draw(st.integers(1, 3)) == 3:
        leaves["when"] = draw(st.sampled_from(conditions))
        put(leaves, after=some(draw, st.just(leaves.pop("after")), 2))
    return leaves


def _describe(draw: Any, document: Document, members: int) -> None:
    """Give items kinds and attributes, some of them routes, and let the model read them."""
    sizes = ["1", "2", "discrete(0.5: 0.5, 2: 0.5)"]
    document["kinds"] = {
        "red": {"attributes": {"size": draw(st.sampled_from(sizes))}},
        "blue": {"attributes": {"size": draw(st.sampled_from(sizes))}},
    }
    put(document["kinds"]["red"], priority=some(draw, st.sampled_from([1, -1]), 2))
    for source in document["sources"].values():
        if source["to"].startswith("items"):
            put(source, kind=draw(st.sampled_from(["red", "blue", "discrete(red: 0.6, blue: 0.4)", None])))
            put(source, attributes=some(draw, st.just({"size": "discrete(1: 0.5, 3: 0.5)"}), 4))
    for name, stock in document["stocks"].items():
        if name.startswith("items"):
            put(stock, kind=draw(st.sampled_from(["red", "blue", None])))
            order = some(draw, st.sampled_from(["smallest: item.size", "largest: item.size + item.step"]))
            put(stock, order=order and dict([order.split(": ")]))
    if draw(st.booleans()):
        _route(draw, document, members)
    for name, activity in document["activities"].items():
        _read_items(draw, document, activity, name)


def _route(draw: Any, document: Document, members: int) -> None:
    """Put some activities into the routes of the kinds."""
    single = single_stocks(document)
    able = [name for name in document["activities"] if not name.startswith("mend")]
    names = draw(st.lists(st.sampled_from(able), unique=True, min_size=1, max_size=2))
    if not single:
        return
    for name in names:
        activity = document["activities"][name]
        into_route(draw, activity, single)
    for kind in document["kinds"].values():
        steps = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
        times = st.sampled_from([None, "exponential(3 min)", "exponential(item.size * 1 min)"])
        kind["route"] = [[step, *filter(None, [draw(times)])] for step in steps]
        kind["to"] = "out"
    for stock in document["stocks"].values():  # rule 16
        leaves = stock.get("leaves", {})
        leaves.pop("when", None)
        if "after" not in leaves or leaves["to"] != "out":
            stock.pop("leaves", None)


def _read_items(draw: Any, document: Document, activity: Document, name: str) -> None:
    """Let an activity read the item at hand, and change what it gives."""
    routes = any("route" in kind for kind in document["kinds"].values())
    routed = any(step[0] == name for kind in document["kinds"].values() for step in kind.get("route", ()))
    counted = [key for key in activity["takes"] if "items" in key]
    given = [key for key in activity["gives"] if "bulk" not in key]
    free = not (routed and any(one["gives"] for one in activity.get("outcomes", {}).values()))
    if (routed or given) and draw(st.booleans()):
        changes = [{"size": "min(item.size + 1, 3)"}, {"kind": "red"}, {"size": "discrete(1: 0.5, 2: 0.5)"}]
        activity["sets"] = draw(st.sampled_from([*changes, {"step": 1}] if routes else changes))
    if routed and (not free or activity["gives"] or {"kind", "step"} & set(activity.get("sets", ()))):
        activity["blocking"] = "after"
    if not counted:
        return
    times = ["exponential(item.size * 2 min)", "exponential(1 min + (item.kind == red) * 2 min)"]
    put(activity, time=some(draw, st.sampled_from(times), 2))
    guards = ["item.size > 0.5", "item.kind == red", "item.step < 3"]
    put(activity, guard=some(draw, st.sampled_from(guards), 6))
    for key in activity["takes"]:
        if "bulk" in key:
            put(activity["takes"], **{key: some(draw, st.just("min(item.size, 1) * 1 t"), 2)})
    if "outcomes" in activity:
        put(activity["outcomes"]["good"], chance=some(draw, st.just("min(0.3 * item.size, 0.7)"), 2))


@st.composite
def _sources(draw: Any, document: Document) -> Document:
    sources: Document = {}
    for k in range(draw(st.sampled_from([0, 1, 1, 2]))):
        stock = draw(st.sampled_from([name for name in sorted(document["stocks"]) if name != "out"]))
        bulk = "unit" in document["stocks"][stock]
        source: Document = {"to": stock, "when_full": "lose"}
        way = draw(st.sampled_from(["every", "every", "rate"]))
        state = f"20/h / (1 + {stock} / 1 t)" if bulk else f"20/h / (1 + {stock})"
        rates = ["15/h", {"value": state, "most": "20/h"}]
        source[way] = draw(st.sampled_from(list(TIMES) if way == "every" else rates))
        others = elsewhere(document, stock)
        if others and draw(st.integers(1, 4)) == 4:
            source["when_full"] = {"to": draw(st.sampled_from(others))}
        if draw(st.integers(1, 4)) == 4:
            source["balks"] = {
                "when": draw(st.sampled_from(["40 %", f"{stock} > 1 t" if bulk else f"{stock} > 1"]))
            }
            put(source["balks"], to=some(draw, st.sampled_from(others), 2) if others else None)
        source["amount"] = draw(st.sampled_from(GRAINS if bulk else ["1", "2", "discrete(1: 0.5, 3: 0.5)"]))
        put(source, limit=some(draw, st.integers(0, 5), 4))
        if not bulk:
            put(source, priority=some(draw, st.sampled_from([1, -1, "discrete(0: 0.5, 2: 0.5)"]), 2))
        sources[f"source{k}"] = source
    return sources


@st.composite
def _roles(draw: Any, document: Document, members: int) -> Document:
    roles: Document = {}
    for k in range(draw(st.sampled_from([2, 1, 3]))):
        role = role_begun(draw, tasks_of(document))
        put(role, choice=some(draw, st.sampled_from(["oldest", "listed", "longest_queue", "nearest"]), 2))
        put(role, keeps_to=some(draw, st.sampled_from(["own spot", "yard", "spot"]), 6))
        if role.get("keeps_to") == "own spot":
            role["count"] = min(role["count"], members)
        put(role, efficiency=some(draw, st.sampled_from([0.7, 1.3, 2])))
        roles[f"role{k}"] = role
    return roles


@st.composite
def _terms(draw: Any) -> Document:
    terms: Document = {"shift" if draw(st.booleans()) else "horizon": "45 min"}
    if "shift" in terms:
        put(terms, horizon=some(draw, st.sampled_from(["30 min", "45 min"]), 4))
        put(terms, overrun=some(draw, st.sampled_from(["finish", "pause", "stop"])))
    put(terms, warm_up=some(draw, st.just("10 min"), 2))
    return terms
