"""Compile rules of choice of the user's own: what each of their numbers is, of each instance."""

from __future__ import annotations

from collections.abc import Callable

from hewer.engine.codes import NONE, TICKS, UNLIMITED, Number, Op
from hewer.engine.compile.base import Context, Row, Work, located
from hewer.engine.compile.code.code import Binding, Code, lower
from hewer.engine.compile.people import People
from hewer.engine.own_rules import number_of
from hewer.model.expression import Call, Name
from hewer.model.settling.own_rule import OwnRule, load_rule


def compile_rules(context: Context, work: Work, people: People, end: int) -> tuple[list[Row], list[int]]:
    """Compile the rules of the crew at work; completes ``rule`` of the groups.

    Parameters
    ----------
    context, work, people
        The site, the activities and the crew as compiled.
    end : int
        Tick of the end of the shift, or else of the horizon.

    Returns
    -------
    rules : list of Row
        RULE, by role that has one.
    asked : list of int
        For each join, ``width`` entries: :class:`Number`, or code that yields the number; as wide as the rule
        that asks for most. Empty where there is no rule.
    """
    rules: list[Row] = []
    loaded: dict[int, OwnRule] = {}
    for group in people.groups:
        group["rule"] = NONE
        role = group["role"]
        if role == NONE or (own := list(context.model.roles.values())[role].own_rule) is None:
            continue
        if role not in loaded:
            path = f"crews.{context.model.crew_name}.{list(context.model.roles)[role]}.choice"
            with located(context.model, path):
                loaded[role] = load_rule(context.model, own)
            rule = loaded[role]
            rules.append({"function": number_of(rule), "size": len(rule.numbers), "role": role})
        group["rule"] = list(loaded).index(role)
    width = max((len(rule.numbers) for rule in loaded.values()), default=0)
    asked: list[int] = []
    for join in people.joins if width else ():
        role = people.groups[join["group"]]["role"]
        numbers = loaded[role].numbers if role in loaded else ()
        option = _Option(context, work, join, end)
        asked.extend(option.number(name) for name in numbers)
        asked.extend([NONE] * (width - len(numbers)))
    return rules, asked


class _Option:
    """What a worker of a group could do: an instance."""

    def __init__(self, context: Context, work: Work, join: Row, end: int) -> None:
        self.context, self.work, self.join, self.end = context, work, join, end
        row = work.instances[join["instance"]]
        self.row = row if row["origin"] == NONE else work.instances[row["origin"]]

    def number(self, name: str) -> int:
        """Return where a number comes from: :class:`Number`, or the place of its code."""
        if name in _IN_THE_KERNEL:
            return int(_IN_THE_KERNEL[name])
        code = _CODES[name](self) if name in _CODES else self._named(name)
        return self.context.add_code(code)

    def _named(self, name: str) -> Code:
        """Code of the level of a stock (the member's own, else of the whole set), a param, an attribute."""
        place = list(self.context.model.activities.values())[self.row["activity"]].at
        home = self.context.set_size(place) > 1
        binding = Binding(self.context, place if home else None, self.row["member"])
        stock = self.context.stocks.get(name)
        if stock is not None and stock.place is not None and stock.place != binding.place:
            return lower(Call("sum", (Name(name),)), binding).code
        described = stock is None and name not in self.context.params
        return lower(Name(f"item.{name}" if described else name), binding).code

    def queue(self) -> Code:
        """Level of the stock of the first take."""
        if self.row["take0"] == self.row["take1"]:
            return _constant(0.0)
        stock = self.work.takes[self.row["take0"]]["stock"]
        return ((int(Op.LEVEL), stock, self.context.owners[stock].scale),)

    def left(self) -> Code:
        """Time to the end."""
        end = self.end / TICKS if self.end < UNLIMITED else float("inf")
        return (int(Op.CONST), 0, end), *_NOW, (int(Op.SUB), 0, 0.0)


_NOW: Code = ((int(Op.NOW), 0, 1.0), (int(Op.CONST), 0, TICKS), (int(Op.DIV), 0, 0.0))


def _constant(value: float) -> Code:
    return ((int(Op.CONST), 0, float(value)),)


_IN_THE_KERNEL = {"waiting": Number.WAITING, "distance": Number.DISTANCE, "duration": Number.DURATION}
_CODES: dict[str, Callable[[_Option], Code]] = {
    "queue": _Option.queue,
    "preference": lambda option: _constant(option.join["preference"] + 1),
    "priority": lambda option: _constant(option.row["priority"]),
    "people": lambda option: _constant(option.row["post1"] - option.row["post0"]),
    "member": lambda option: _constant(option.row["member"] + 1),
    "now": lambda option: _NOW,
    "left": _Option.left,
}
