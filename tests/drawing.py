"""What small random workplaces are drawn with, whichever engines they are drawn for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
NEAR = ("{}", "{}", "next({})")  # how an activity names stocks at its own place


def some(draw: Any, strategy: st.SearchStrategy[Any], chance: int = 3) -> Any:
    """Draw from `strategy` once in `chance` times, else None."""
    return draw(strategy) if draw(st.integers(1, chance)) == chance else None


def put(target: Document, **fields: Any) -> None:
    """Set the fields that have a value."""
    target.update({name: value for name, value in fields.items() if value is not None})


def key_of(draw: Any, document: Document, activity: Document, stock: str, near: Sequence[str] = NEAR) -> str:
    """Name a stock as this activity may: with a selector where it needs one; `near` at the place itself."""
    if document["stocks"][stock].get("at") != "spot" or document["places"]["spot"]["count"] == 1:
        return stock
    forms = near if activity.get("at") == "spot" else ("first({})", "last({})")
    return str(draw(st.sampled_from([form.format(stock) for form in forms])))


def in_line(draw: Any, document: Document, activity: Document, k: int, near: Sequence[str] = NEAR) -> None:
    """Let the `k`-th activity take from one stock and give to the next: work that flows, and blocks."""
    stocks = [name for name in document["stocks"] if name.startswith("items")]
    before, after = stocks[k % len(stocks)], stocks[(k + 1) % len(stocks)]
    if k + 1 >= len(stocks) and draw(st.booleans()):
        after = "out"
    if k > 0 or draw(st.booleans()):
        activity["takes"] = {key_of(draw, document, activity, before, near): "1"}
    activity["gives"] = {key_of(draw, document, activity, after, near): "1"}


def elsewhere(document: Document, stock: str) -> list[str]:
    """Stocks that can take what finds no room in `stock`, or leaves it."""
    stocks = document["stocks"]
    several = document["places"]["spot"]["count"] > 1
    home = stocks[stock].get("at") == "spot" and several
    found = []
    for name, other in stocks.items():
        alike = all(other.get(field) == stocks[stock].get(field) for field in ("unit", "grain"))
        if name != stock and alike:
            apart = other.get("at") == "spot" and several
            found.append(f"first({name})" if apart and not home else name)
    return found


def tasks_of(document: Document) -> list[str]:
    """Name what a role can do: activities, and their posts."""
    tasks = []
    for name, activity in document["activities"].items():
        if activity["people"] != 0:
            tasks.append(name)
        if isinstance(activity["people"], dict):
            tasks += [f"{name}.{post}" for post in activity["people"]]
    return tasks


def role_begun(draw: Any, tasks: list[str]) -> Document:
    """Draw how many there are of a role, and what they do."""
    does = draw(st.permutations(tasks))
    if tasks and draw(st.integers(1, 3)) == 3:
        does = draw(st.lists(st.sampled_from(tasks), unique=True, max_size=5))
    return {"count": draw(st.sampled_from([2, 3, 1])), "does": does}


def single_stocks(document: Document) -> list[str]:
    """Stocks of items that stand once, not at each member of a set."""
    stocks, members = document["stocks"], document["places"]["spot"]["count"]
    return [n for n in stocks if n.startswith("items") and (members == 1 or stocks[n].get("at") != "spot")]


def into_route(draw: Any, activity: Document, single: Sequence[str]) -> None:
    """Let an activity take one item of a single stock, besides bulk, and give none but by the route."""
    activity["takes"] = {draw(st.sampled_from(single)): 1, **_bulk(activity["takes"])}
    if "outcomes" in activity:
        activity["gives"] = _bulk(activity["gives"])


def _bulk(moved: Document) -> Document:
    return {key: value for key, value in moved.items() if "bulk" in key}
