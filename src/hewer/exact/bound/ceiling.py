"""The most that a crew could yield if nothing ever waited: a linear programme, and what each limit is worth.

What is bounded, and the proof: ``docs/bound.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hewer.engine.codes import NONE, UNLIMITED, Requirement
from hewer.engine.program import Compiled
from hewer.errors import ModelError, OptionError, RefusalError
from hewer.exact.bound.case import Case
from hewer.exact.bound.limits import Limit, limits_of
from hewer.exact.bound.objective import chosen
from hewer.exact.bound.reading.reader import read_plan
from hewer.exact.bound.reading.uptime import uptime_of
from hewer.exact.opening import opened
from hewer.model.document import Model

__all__ = ["Bound", "Limit", "bound", "bound_compiled", "proven_figures"]


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a crew could yield.

    Attributes
    ----------
    title, scenario, crew : str or None
    goal : str
        The measure or stock that is bounded; ``expression`` says it in full.
    unit : str
        Of both figures and of every worth; in the long run, for an hour (or the model's bare unit of time).
    long_run : bool
    fluid : float
        The most if nothing ever waited and work could be stopped and shared at will.
    proven : float
        What no mean over shifts can pass: the fluid figure, and what chance and work in hand at the end
        may add. In the long run both are the same.
    limits : tuple of Limit
        Binding ones first, the most valuable first.
    notes : tuple of str
        What is left out, and where the proof does not reach.
    """

    title: str | None
    scenario: str | None
    crew: str | None
    goal: str
    expression: str
    unit: str
    long_run: bool
    fluid: float
    proven: float
    limits: tuple[Limit, ...]
    notes: tuple[str, ...]

    @property
    def binding(self) -> tuple[Limit, ...]:
        """The limits that bind."""
        return tuple(limit for limit in self.limits if limit.binding)


def bound(
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    of: str | None = None,
    long_run: bool | None = None,
) -> Bound:
    """Find the most that a crew could yield if nothing ever waited.

    Parameters
    ----------
    model : Model, str or Path
        A model, the path of one, or the name of a built-in case.
    scenario, crew, set
        As in :func:`hewer.simulate`. Params have their stated values.
    of : str, optional
        A stock (what arrives there) or a measure that counts; by default the first measure that does, else
        the first sink.
    long_run : bool, optional
        Per hour, without end, instead of per shift; by default where the model has neither a
        shift nor calendars.

    Raises
    ------
    NotFoundError, OptionError, ModelError
    RefusalError
        Where something has no bound, or none that can be told; names each place.
    MissingExtraError
        Where SciPy is not installed.
    """
    compiled = opened(model, scenario, crew, set)
    return bound_compiled(compiled, of=of, long_run=long_run, scenario=scenario)


def bound_compiled(
    compiled: Compiled, *, of: str | None = None, long_run: bool | None = None, scenario: str | None = None
) -> Bound:
    """Find the bound of a compiled model; see :func:`bound`."""
    if long_run is None:
        program = compiled.program
        long_run = bool(program.scalar[0]["shift"] >= UNLIMITED) and not len(program.duty)
    model: Model = compiled.info["model"]
    goal = chosen(model, of)
    case = Case(compiled, goal, long_run)
    fluid = case.solve(fluid=True)
    proven = fluid if long_run else case.solve()
    return Bound(
        title=model.title,
        scenario=scenario,
        crew=compiled.info["crew"],
        goal=goal.name,
        expression=goal.text,
        unit=case.unit.text,
        long_run=long_run,
        fluid=case.shown(fluid.value),
        proven=case.shown(proven.value),
        limits=limits_of(case, fluid),
        notes=notes_of(case),
    )


def proven_figures(compiled: Compiled, names: Iterable[str]) -> dict[str, float]:
    """Return what no mean over shifts of each measure can pass, of those that have such a bound."""
    model: Model = compiled.info["model"]
    try:
        plan = read_plan(compiled, long_run=False)
    except RefusalError:
        return {}
    found = {}
    for name in names:
        try:
            case = Case(compiled, chosen(model, name), False, plan=plan)
            if shared_draws(case):
                return {}
            found[name] = case.shown(case.solve().value)
        except (OptionError, ModelError):
            continue
    return found


def notes_of(case: Case) -> tuple[str, ...]:
    """Say what the bound leaves out of this model, and where the proof does not reach."""
    program = case.plan.program
    notes = []
    left_out = []
    if program.walk.any():
        left_out.append("walking takes no time")
    if len(program.change_over):
        left_out.append("changing over takes no time")
    if len(program.fatigue):
        left_out.append("nobody tires")
    if program.pace.size and program.pace["exponent"].any():
        left_out.append("all have learnt all that they can")
    if len(program.leave):
        left_out.append("nobody loses patience but where that brings more")
    if (program.requirement["kind"] == Requirement.GUARD).any():
        left_out.append("guards always hold")
    left_out.append("nobody waits for a choice, a partner or a full stock")
    notes.append(f"Left out, so that the true yield is less: {'; '.join(left_out)}.")
    notes.extend(_in_service(case))
    if program.scalar[0]["warm_up"] and not case.plan.long_run:
        notes.append("What is made before the warm-up is over is counted with the rest.")
    if case.plan.long_run and len(program.breaks):
        notes.append("Breaks happen once, and count for nothing in the long run.")
    if case.plan.long_run and any(case.plan.start):
        notes.append(
            "In the long run what the stocks hold at the start counts for nothing, except what comes back."
        )
    shared = shared_draws(case)
    if shared:
        notes.append(
            f"Not proven to the last: {', '.join(shared)} draw the same numbers (`stream`): "
            "who has done the one may know how long the other takes."
        )
    return tuple(notes)


def _in_service(case: Case) -> Iterator[str]:
    """Say what part of the time what fails, or is called away, is there in the long run."""
    program, names = case.plan.program, case.compiled.names
    shares: dict[str, str] = {}
    for pool in program.pool:
        up = uptime_of(case.plan, int(pool["hazard0"])) if pool["hazard0"] < pool["hazard1"] else None
        if up is not None:
            share = f"{100.0 * up.share:.3g} %" if up.stock == NONE else "as repairs allow"
            shares[names.tools[int(pool["declared"])]] = share
    for worker in program.worker:
        up = uptime_of(case.plan, int(worker["hazard"]))
        if up is not None:
            shares[names.roles[worker["role"]]] = f"{100.0 * up.share:.3g} %"
    if shares:
        yield f"In service, of the time: {', '.join(f'{name} {share}' for name, share in shares.items())}."


def shared_draws(case: Case) -> list[str]:
    """Name the activities that share a stream and count their starts apart: equal numbers, drawn twice."""
    program, names = case.plan.program, case.compiled.names
    owners: dict[int, list[int]] = {}
    for instance in {way.instance for way in case.plan.ways}:
        row = program.instance[instance]
        if not row["keyed"]:
            owners.setdefault(int(row["stream"]), []).append(int(row["activity"]))
    shared = {activity for several in owners.values() if len(several) > 1 for activity in several}
    return [f"`{names.activities[activity]}`" for activity in sorted(shared)]
