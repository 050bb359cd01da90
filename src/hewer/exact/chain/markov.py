"""The exact answer of a Markovian model: its long run, or what is expected by the end of its shift."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from hewer.engine.codes import TICKS
from hewer.engine.program import Compiled
from hewer.engine.result.measures import Kind
from hewer.engine.result.result import MeasureSamples, Result, gather, part_of
from hewer.errors import OptionError, RefusalError
from hewer.exact.chain.drawing import PlaceError
from hewer.exact.chain.expected import Times, expect
from hewer.exact.chain.refusal import has_shift, refuse
from hewer.exact.chain.search import Chain, TooManyStatesError, search
from hewer.exact.chain.solve import NotSolvedError, Stationary, stationary, transient
from hewer.exact.chain.state.inventory import read_plant
from hewer.exact.chain.state.plant import Instance, Leave, Plant, Source
from hewer.exact.opening import Refusals, opened, scipy_part
from hewer.model.document import Model
from hewer.model.document.position import parted

MOST_STATES = 200_000
_MOST = 50_000_000
_MANY_WORKS = 20  # in hand at once, from which their number is named as what grows

Span = Literal["long_run", "to_the_end"]


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """Where the long run may lead: a set of states that is never left again.

    Attributes
    ----------
    chance : float
    states : int
    about : str
        Empty where work goes on; else what stands still, by name.
    deadlock : bool
        Works are blocked, none is in progress, and nothing will start (rule 10).
    """

    chance: float
    states: int
    about: str
    deadlock: bool


@dataclass(frozen=True, slots=True, eq=False)
class ExactSolution:
    """The exact answer of a model.

    Attributes
    ----------
    span : str
        ``long_run``, or ``to_the_end`` of the shift or the horizon, from the start that the model states.
    states, transitions : int
        Of the chain.
    residual : float
        Of the balance equations: the imbalance of all states, as part of the flow. 0 in ``to_the_end``.
    error : float
        Bound on the share of the time, and on the chance at the end, that ``to_the_end`` leaves out; 0 in
        ``long_run``.
    endings : tuple of Ending
        In ``long_run``: one where the chain is never caught.
    expected : Result
        One replication that stands for all: every count, integral and measure as its expectation. Quotients
        are quotients of expectations. Not a number where the chain does not tell.
    """

    span: Span
    states: int
    transitions: int
    residual: float
    error: float
    endings: tuple[Ending, ...]
    expected: Result

    @property
    def measures(self) -> dict[str, float]:
        """The value of each measure, in the unit that ``expected`` says."""
        return {name: float(one.values[0, 0]) for name, one in self.expected.measures.items()}

    def __repr__(self) -> str:
        """Say in a line what this is."""
        over = self.span.replace("_", " ")
        return f"<ExactSolution of {self.expected.title!r}: {over}, {self.states} states>"


def exact_solution(
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    span: Span | None = None,
    max_states: int = MOST_STATES,
) -> ExactSolution:
    """Work a model out as a continuous-time Markov chain.

    Parameters
    ----------
    model : Model, str or Path
        A model, the path of one, or the name of a built-in case.
    scenario, crew : str, optional
    set : mapping, optional
        New values: of params by name, of anything else by its path.
    span : {"long_run", "to_the_end"}, optional
        By default to the end where there is a shift, else the long run.
    max_states : int
        The most states that are looked for.

    Raises
    ------
    RefusalError
        Where the model has no Markov chain, with all reasons, or one that is too large.
    OptionError, NotFoundError, ModelError, MissingExtraError
    """
    if span not in (None, "long_run", "to_the_end"):
        raise OptionError(f"span must be `long_run` or `to_the_end`; got `{span}`")
    if not isinstance(max_states, int) or not 1 <= max_states <= _MOST:
        raise OptionError(f"max_states must be between 1 and {_MOST:,}; got {max_states}")
    return solve_compiled(opened(model, scenario, crew, set), scenario, span, max_states)


def solve_compiled(
    compiled: Compiled, scenario: str | None = None, span: Span | None = None, max_states: int = MOST_STATES
) -> ExactSolution:
    """Work out a compiled model; see :func:`exact_solution`."""
    scipy_part("sparse")
    refuse(compiled)
    program = compiled.program
    over: Span = span or ("to_the_end" if has_shift(program) else "long_run")
    chain = _chain(compiled, max_states)
    scalar = program.scalar[0]
    horizon, warm_up = (float(scalar[name]) / TICKS for name in ("horizon", "warm_up"))
    try:
        if over == "long_run":
            found = stationary(chain.rates, chain.opening)
            window = found.shares * (horizon - warm_up)
            nothing = np.zeros(chain.rules.rows.total)
            times = Times(window, window, found.shares, nothing, long_run=True)
            endings, residual, error = _endings(compiled, chain, found), found.residual, 0.0
        else:
            ahead = transient(chain.rates, chain.opening, warm_up, horizon)
            # what happens at tick 0 is before the warm-up ends, and is not counted
            start = chain.opened if warm_up == 0.0 else np.zeros(chain.rules.rows.total)
            times = Times(ahead.window, ahead.whole, ahead.final, start, long_run=False)
            endings, residual = (), 0.0
            error = max(ahead.missing / (horizon - warm_up), ahead.lost)
    except NotSolvedError as problem:
        raise _refused(compiled, "", str(problem)) from None
    result = gather(
        compiled, [[part_of(compiled, cast(Any, expect(chain, times)))]], seed=0, scenario=scenario
    )
    return ExactSolution(
        span=over,
        states=len(chain.states),
        transitions=int(chain.rates.nnz),
        residual=residual,
        error=error,
        endings=endings,
        expected=replace(result, measures={name: _told(one) for name, one in result.measures.items()}),
    )


def _told(measure: MeasureSamples) -> MeasureSamples:
    """Leave out the probability of a condition: expectations do not tell it."""
    if measure.kind != Kind.CHANCE:
        return measure
    return replace(measure, values=np.full_like(measure.values, math.nan))


def _chain(compiled: Compiled, most: int) -> Chain:
    """Search the states; turn what stops the search to a problem of the document."""
    plant = read_plant(compiled.program)
    try:
        return search(plant, most)
    except PlaceError as place:
        path = _path(compiled, plant, place)
        raise _refused(compiled, path, place.reason) from None
    except TooManyStatesError as error:
        message, hint = _growth(compiled, plant, error)
        raise _refused(compiled, "", message, hint) from None


def _refused(compiled: Compiled, path: str, message: str, hint: str | None = None) -> RefusalError:
    reasons = Refusals(compiled.info["model"])
    reasons.add(parted(path), message, hint)
    return RefusalError(reasons.problems)


_FIELDS = {"time": "every", "balks": "balks.when"}
_FIELDS_OF_WORK = {"amount": "gives", "attributes": "sets"}


def _path(compiled: Compiled, plant: Plant, place: PlaceError) -> str:
    names, what = compiled.names, place.what
    if isinstance(place.thing, Instance):
        return f"activities.{names.activities[place.thing.activity]}.{_FIELDS_OF_WORK.get(what, what)}"
    if isinstance(place.thing, Source):
        name = names.sources[plant.sources.index(place.thing)].partition("[")[0]
        return f"sources.{name}.{_FIELDS.get(what, what)}"
    if isinstance(place.thing, Leave):
        stock = int(compiled.program.stock["declared"][place.thing.stock])
        return f"stocks.{names.stocks[stock]}.leaves.after"
    return "kinds"


def _growth(compiled: Compiled, plant: Plant, error: TooManyStatesError) -> tuple[str, str]:
    """Say what grows where there are too many states."""
    message = f"the chain has more than {error.limit:,} states"
    levels = {
        s: level
        for s, level in enumerate(error.last.levels[: len(plant.stocks)])
        if not plant.stocks[s].limited and level > plant.stocks[s].start
    }
    if levels:
        stock = max(levels, key=levels.__getitem__)
        name = compiled.names.stock_members[stock]
        message += f"; `{name}` has no capacity and went up to {levels[stock]:,}"
        return message, f"give `{name}` a capacity that it hardly ever reaches, or ask for more states"
    many = [(count, kind) for kind, count in error.last.works]
    if many and max(many)[0] > _MANY_WORKS:
        count, kind = max(many)
        name = compiled.names.instances[plant.instances[error.kinds[kind].instance].index]
        message += f"; `{name}` had {count:,} works in hand at once"
        return message, "limit them by people or a tool, or ask for more states with --max-states"
    return message, "ask for more with --max-states, or make capacities and counts smaller"


def _endings(compiled: Compiled, chain: Chain, found: Stationary) -> tuple[Ending, ...]:
    """Tell where the long run leads."""
    out = []
    for chance, states in found.classes:
        state = chain.states[int(states[0])]
        still = len(states) == 1 and chain.rates[int(states[0])].nnz == 0
        stuck = all(
            chain.states[int(n)].blocked and not chain.states[int(n)].works for n in states
        ) and not _starts(chain, states)
        about = ""
        if stuck:
            about = _blocked(compiled, chain, list(state.blocked))
        elif still:
            about = "all work is done, or what it needs has run out"
        out.append(Ending(chance, len(states), about, stuck))
    return tuple(out)


def _starts(chain: Chain, states: Any) -> bool:
    rows = chain.rules.rows
    return bool(chain.counts[states][:, rows.started : rows.ended].sum() > 0.0)


def _blocked(compiled: Compiled, chain: Chain, blocked: list[int]) -> str:
    """Name the works that wait for ever, and what for."""
    m = chain.rules.m
    lacks = np.full(len(compiled.program.instance), -1)
    # the one blocked first is written last, and named where one instance has several
    for number in reversed(blocked):
        kind = m.kinds[number]
        wanted = [stock for stock, _, _ in kind.gives or () if m.plant.stocks[stock].limited]
        lacks[m.plant.instances[kind.instance].index] = wanted[0]
    from hewer.engine.result.deadlock import ring

    return ring(compiled, lacks)


__all__ = ["MOST_STATES", "Ending", "ExactSolution", "exact_solution", "solve_compiled"]
