"""A bound in the making: a plan, its linear programme and what is asked of it."""

from __future__ import annotations

from typing import Any

from hewer.engine.program import Compiled
from hewer.errors import OptionError, RunError
from hewer.exact.bound.assembled import Assembled
from hewer.exact.bound.linear import OPTIMAL, UNBOUNDED, Solution, Terms
from hewer.exact.bound.objective import Form, Goal, form_of
from hewer.exact.bound.reading.plan import Plan
from hewer.exact.bound.reading.reader import read_plan
from hewer.exact.opening import Refusals
from hewer.quantity import unit

TINY = 1e-7


class Case:
    """A plan, its programme and what is asked of it.

    Parameters
    ----------
    compiled : Compiled
    goal : Goal
    long_run : bool
    plan : Plan, optional
        Read before, of this model: what most of the time goes into.
    """

    def __init__(
        self,
        compiled: Compiled,
        goal: Goal,
        long_run: bool,
        plan: Plan | None = None,
    ) -> None:
        self.compiled, self.goal = compiled, goal
        self.plan: Plan = read_plan(compiled, long_run=long_run) if plan is None else plan
        self.built = Assembled(self.plan)
        self.form: Form = form_of(goal, self.built)
        if compiled.program.scalar[0]["warm_up"] and not long_run and _falls(self.form):
            raise OptionError(
                f"`{goal.name}` subtracts counts, which a warm-up cuts short: leave the warm-up out, "
                "or ask for the long run"
            )
        self.terms: Terms = {c: v for c, v in (self.form.high or {}).items() if v}
        # a programme in the units of the answer is better scaled than one in base units
        self.unit = unit(self._unit_text())
        self.terms = {column: value / self.unit.factor for column, value in self.terms.items()}

    def _unit_text(self) -> str:
        asked = self.goal.unit
        if asked and unit(asked).dimension == self.form.dimension:
            return asked
        shown = self.form.shown
        if shown and unit(shown).dimension == self.form.dimension:
            return shown
        return self.form.dimension.base_unit

    def shown(self, value: float) -> float:
        """Return the figure for a value of the programme: with what is constant in the measure."""
        return value + self.form.constant / self.unit.factor

    def solve(self, **options: Any) -> Solution:
        """Solve.

        Raises
        ------
        RefusalError
            Where the figure has no bound.
        """
        found = self.built.linear.solve(self.terms, **options)
        if found.status == UNBOUNDED:
            self._refuse()
        if found.status != OPTIMAL:
            raise RunError(f"the linear programme was not solved (HiGHS status {found.status})")
        return found

    def _refuse(self) -> None:
        """Name the works that can be repeated without end."""
        ray = self.built.linear.ray(self.terms)
        names, program = self.compiled.names, self.plan.program
        refusals = Refusals(self.compiled.info["model"])
        growing: dict[str, None] = {}
        net: dict[int, float] = {}
        for way, columns in zip(self.plan.ways, self.built.ways, strict=True):
            if ray[columns.starts] > TINY:
                growing[names.activities[int(program.instance[way.instance]["activity"])]] = None
                for sign, flows in ((-1.0, way.takes), (1.0, way.gives)):
                    for flow in flows:
                        stock = int(program.stock[flow.stock]["declared"])
                        net[stock] = net.get(stock, 0.0) + sign * flow.high * ray[columns.starts]
        gained = [names.stocks[stock] for stock, value in net.items() if value > TINY]
        together = ", ".join(f"`{name}`" for name in growing)
        fed = f" and make ever more of {', '.join(f'`{name}`' for name in gained)}" if gained else ""
        for name in growing:
            refusals.add(
                ("activities", name),
                f"{together} can be repeated without end{fed}: no people, tools, time or material stop them",
                "give them a time and people or a tool, or let them take what is limited",
            )
        self._refuse_leaving(ray, refusals)
        refusals.settle()
        raise RunError("the linear programme has no bound, and no work to name for it")  # pragma: no cover

    def _refuse_leaving(self, ray: Any, refusals: Refusals) -> None:
        """Name the stocks whose items may leave for each other, round and round."""
        declared, names = self.plan.program.stock["declared"], self.compiled.names.stocks
        for stock, stream in self.built.leaving:
            if ray[stream.column] > TINY:
                refusals.add(
                    ("stocks", names[int(declared[stock])], "leaves"),
                    "what leaves comes back: it can be repeated without end",
                    "let them leave for a stock from which they do not come back",
                )


def _falls(form: Form) -> bool:
    return any(value < 0.0 for value in (form.high or {}).values())
