"""The settled workplace: a document with all that it leaves to be worked out, worked out once.

It is the one way from a document to whatever reads it: checks, compiler, picture and exact engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hewer.errors import ModelError, Problem, UnitError
from hewer.model.document import Model, Role
from hewer.model.settling.flow import expand
from hewer.model.settling.interruption import down_stock, most_urgent
from hewer.model.settling.resolve import settle_params, time_dimension, time_unit
from hewer.model.settling.work import posts_of
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

__all__ = ["Workplace", "settle"]


@dataclass(frozen=True, slots=True)
class Workplace:
    """A document, settled.

    Attributes
    ----------
    model : Model
        Flows expanded, routes followed, stocks of what waits for repair implied.
    params : mapping of str to Quantity
        Those that have a value, as declared.
    broken : frozenset of str
        The params that have none.
    problems : tuple of Problem
        What is wrong with params and with the time.
    time : Dimension or None
        Of time; None where it is not known.
    time_unit : str
        The unit in which the horizon is stated; empty where time is a bare number.
    dimensions : mapping of str to Dimension or None
        Of the amounts of each stock; None where its unit is none.
    posts : mapping of str to mapping of str to int
        People needed in each post, by activity; of those that need somebody.
    named : mapping of str to mapping of str to tuple of str
        Posts by activity, by what an entry of a role's `does` may say.
    down_stocks : frozenset of str
        Where units wait for repair, one for each tool.
    urgent : float
        The highest priority of the activities that preempt others; -inf where none does.
    """

    model: Model
    params: Mapping[str, Quantity]
    broken: frozenset[str]
    problems: tuple[Problem, ...]
    time: Dimension | None
    time_unit: str
    dimensions: Mapping[str, Dimension | None]
    posts: Mapping[str, Mapping[str, int]]
    named: Mapping[str, Mapping[str, tuple[str, ...]]]
    down_stocks: frozenset[str]
    urgent: float

    def known(self) -> Workplace:
        """Return the workplace, if params and the time are right.

        Raises
        ------
        ModelError
        """
        if self.problems:
            raise ModelError(self.problems)
        return self

    def filled_by(self, role: Role) -> dict[str, frozenset[str]]:
        """Return the posts that a role can fill, by activity."""
        found: dict[str, frozenset[str]] = {}
        for entry in role.does:
            for name, posts in self.named.get(entry, {}).items():
                found[name] = found.get(name, frozenset()) | frozenset(posts)
        return found


def settle(model: Model, world: Mapping[str, float] | None = None) -> Workplace:
    """Settle a document.

    Parameters
    ----------
    model : Model
        Any model, its scenario applied. What is wrong with its params is among ``problems``.
    world : mapping of str to float, optional
        Values, in base units, that replace those stated; params that depend on them follow.

    Raises
    ------
    ModelError
        Where its flows or routes are wrong: nothing can be said of the rest then.
    """
    expanded = expand(model)
    params, problems = settle_params(expanded, world)
    broken = frozenset(expanded.params) - frozenset(params)
    time, unit_text = None, ""
    try:
        time = time_dimension(expanded, params)
        unit_text = time_unit(expanded, params)
    except ModelError as error:
        if not (broken and error.problems[0].code == "unknown-name"):
            problems = (*problems, *error.problems)
    posts = {name: found for name, one in expanded.activities.items() if (found := posts_of(one))}
    return Workplace(
        expanded,
        params,
        broken,
        problems,
        time,
        unit_text,
        {name: _dimension(stock.unit) for name, stock in expanded.stocks.items()},
        posts,
        _named(posts),
        frozenset(down_stock(tool) for tool in expanded.tools),
        most_urgent(expanded),
    )


def _dimension(text: str | None) -> Dimension | None:
    try:
        return unit(text).dimension if text is not None else DIMENSIONLESS
    except UnitError:
        return None


def _named(posts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, tuple[str, ...]]]:
    """List what entries may name: an activity, one of its posts, or ``activity.post``."""
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, mine in posts.items():
        named.setdefault(name, {})[name] = tuple(mine)
        for post in mine:
            for entry in {post, f"{name}.{post}"} - {"", name} if post else ():
                named.setdefault(entry, {})[name] = (*named.get(entry, {}).get(name, ()), post)
    return named
