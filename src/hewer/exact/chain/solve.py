"""Linear algebra of Markov chains: recurrent classes, long-run shares, and what becomes of a start by a time.

Nothing is taken on trust: a stationary distribution comes with its residual, a transient one with a bound.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

RESIDUAL = 1e-10
"""Largest imbalance of a stationary distribution that is accepted, as part of the flow through all states."""

_DIRECT = 3000  # states up to which the equations are solved by elimination
_CHEAP = 3e9  # states times bandwidth squared up to which they are as well
_MOST_FILLED = 3e8  # states times bandwidth up to which elimination is tried at last
_RESTART = 40
_ROUNDS = 60
_MOST_STEPS = 20_000_000
_NEGLECTED = 1e-12  # of the Poisson distribution, by its tail


class NotSolvedError(Exception):
    """No way of solving came near enough; the message says how near."""


class Stationary(NamedTuple):
    """A long-run distribution, or a mixture of several.

    Attributes
    ----------
    shares : array [state]
        Long-run share of the time in each state.
    residual : float
        Sum of the imbalances of all states, as part of the flow through them.
    classes : list of (chance, array of states)
        Recurrent classes that can be reached, with the chance of ending up there.
    """

    shares: Floats
    residual: float
    classes: list[tuple[float, NDArray[np.int64]]]


class Transient(NamedTuple):
    """What becomes of a start.

    Attributes
    ----------
    final : array [state]
        Distribution at the end.
    whole, window : array [state]
        Expected time in each state, from 0 and from the warm-up to the end.
    missing : float
        Bound on the time that `whole` and `window` leave out or misplace.
    lost : float
        Bound on the chances that `final` leaves out or misplaces.
    """

    final: Floats
    whole: Floats
    window: Floats
    missing: float
    lost: float


def stationary(rates: csr_matrix, opening: Floats) -> Stationary:
    """Return the long-run shares of the time, from a start.

    Parameters
    ----------
    rates : csr_matrix [state, state]
        Without a diagonal.
    opening : array [state]

    Raises
    ------
    NotSolvedError
    """
    classes = _recurrent(rates)
    chances = [1.0] if len(classes) == 1 else _absorbed(rates, opening, classes)
    shares = np.zeros(len(opening))
    residual = 0.0
    for chance, states in zip(chances, classes, strict=True):
        found, off = _balance(rates[states][:, states].tocsr())
        shares[states] = chance * found
        residual = max(residual, off)
    return Stationary(
        shares, residual, [pair for pair in zip(chances, classes, strict=True) if pair[0] > 0.0]
    )


def _recurrent(rates: csr_matrix) -> list[NDArray[np.int64]]:
    """Return the classes of states that are never left."""
    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(rates, directed=True, connection="strong")
    left = np.zeros(count, np.bool_)
    sources = np.repeat(np.arange(rates.shape[0]), np.diff(rates.indptr))
    left[label[sources[label[sources] != label[rates.indices]]]] = True
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
    return [groups[k] for k in range(count) if not left[k]]


def _absorbed(rates: csr_matrix, opening: Floats, classes: list[NDArray[np.int64]]) -> list[float]:
    """Return the chance of ending up in each class: by the expected time in states that are left."""
    from scipy.sparse import diags
    from scipy.sparse.linalg import splu

    passing = np.ones(len(opening), np.bool_)
    for states in classes:
        passing[states] = False
    transient = np.flatnonzero(passing)
    if not len(transient):
        return [float(opening[states].sum()) for states in classes]
    exits = np.asarray(rates.sum(axis=1)).ravel()[transient]
    inner = rates[transient][:, transient]
    time = splu((diags(exits) - inner.T).tocsc()).solve(opening[transient])
    flow = rates[transient].T @ time
    return [float(opening[states].sum() + flow[states].sum()) for states in classes]


def _balance(rates: csr_matrix) -> tuple[Floats, float]:
    """Solve the balance equations of an irreducible chain; return the shares and the residual."""
    from scipy.sparse import diags

    size = rates.shape[0]
    if size == 1:
        return np.ones(1), 0.0
    exits = np.asarray(rates.sum(axis=1)).ravel()
    # columns scaled by their exits: the unknown is the flow out of each state
    equations = (diags(np.ones(size)) - rates.T @ diags(1.0 / exits)).tocsr()
    best: tuple[float, Floats] | None = None
    for way in _ways(equations):
        flow = way(equations)
        if flow is None:
            continue
        off = float(np.abs(equations @ flow).sum() / np.abs(flow).sum())
        if best is None or off < best[0]:
            best = off, flow
        if off <= RESIDUAL:
            break
    if best is None or best[0] > RESIDUAL or best[1].min() < -RESIDUAL * best[1].max():
        found = "no solution" if best is None else f"a residual of {best[0]:.1e}"
        raise NotSolvedError(f"the balance equations of {size:,} states gave {found}")
    shares = np.maximum(best[1], 0.0) / exits
    return shares / shares.sum(), best[0]


Way = Callable[[Any], "Floats | None"]


def _ways(equations: csr_matrix) -> tuple[Way, ...]:
    """Order the ways of solving: elimination first where it is cheap, last or never where it fills memory."""
    size = equations.shape[0]
    width = _bandwidth(equations)
    if size <= _DIRECT or size * width**2 <= _CHEAP:
        return _eliminated, _swept, _factored
    return (_swept, _factored, _eliminated) if size * width <= _MOST_FILLED else (_swept, _factored)


def _bandwidth(equations: csr_matrix) -> int:
    """Return the width of the band about the diagonal when the states are put in their best order."""
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    order = reverse_cuthill_mckee(equations, symmetric_mode=False)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rows = np.repeat(place, np.diff(equations.indptr))
    return int(np.abs(rows - place[equations.indices]).max(initial=0))


def _eliminated(equations: csr_matrix) -> Floats | None:
    """Solve by elimination, one flow held at 1."""
    from scipy.sparse.linalg import splu

    try:
        rest = splu(equations[1:, 1:].tocsc()).solve(-equations[1:, [0]].toarray().ravel())
    except (RuntimeError, MemoryError):
        return None
    return np.concatenate([[1.0], rest])


def _swept(equations: csr_matrix) -> Floats | None:
    """Solve by GMRES, each step preceded by a sweep of Gauss and Seidel."""
    from scipy.sparse import tril
    from scipy.sparse.linalg import splu

    lower = splu(
        tril(equations).tocsc(),
        permc_spec="NATURAL",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True, "Equil": False},
    )
    return _improved(equations, lower.solve)


def _factored(equations: csr_matrix) -> Floats | None:
    """Solve by GMRES, each step preceded by an incomplete elimination: for rates of very different size."""
    from scipy.sparse import identity
    from scipy.sparse.linalg import spilu

    try:
        near = spilu((equations + 1e-8 * identity(equations.shape[0])).tocsc(), drop_tol=1e-4, fill_factor=8)
    except (RuntimeError, MemoryError):
        return None
    return _improved(equations, near.solve)


def _improved(equations: csr_matrix, sweep: Callable[[Floats], Floats]) -> Floats:
    """Solve by GMRES from an even start; stop where it comes no nearer."""
    from scipy.sparse.linalg import LinearOperator, gmres

    size = equations.shape[0]
    before = LinearOperator((size, size), sweep)
    flow = np.full(size, 1.0 / size)
    for _ in range(3):  # a few plain sweeps set out the magnitudes
        flow = flow - sweep(equations @ flow)
    offs: list[float] = []
    for _ in range(_ROUNDS):
        off = equations @ flow
        offs.append(float(np.abs(off).sum() / np.abs(flow).sum()))
        if offs[-1] <= 0.3 * RESIDUAL or (len(offs) > 4 and offs[-1] > 0.5 * offs[-4]):
            return flow
        step, _ = gmres(equations, -off, rtol=1e-6, atol=0.0, restart=_RESTART, maxiter=5, M=before)
        flow = flow + step
        flow = flow - sweep(equations @ flow)
        flow /= flow.sum()
    return flow


def transient(
    rates: csr_matrix,
    opening: Floats,
    warm_up: float,
    end: float,
    tell: Callable[[int, int], None] | None = None,
) -> Transient:
    """Follow a start to a time by uniformisation.

    The chain is watched at the events of a Poisson stream that is faster than any state; the sum over their
    number is cut where the rest is below 1e-12. Where a step no longer changes the distribution the rest of
    the sum is taken as constant, and its error bounded by that change (steps are contractions).

    Parameters
    ----------
    rates : csr_matrix [state, state]
    opening : array [state]
    warm_up, end : float
        In the unit of the rates.
    tell : callable, optional
        Called with steps done and steps in all.

    Raises
    ------
    NotSolvedError
        Where it would take too many steps.
    """
    from scipy.sparse import diags

    exits = np.asarray(rates.sum(axis=1)).ravel()
    # a bit faster than the fastest state: with no state left at every event the chain could alternate for
    # ever
    fastest = float(exits.max(initial=0.0)) * 1.0001
    if fastest == 0.0:
        return Transient(opening, opening * end, opening * (end - warm_up), 0.0, 0.0)
    steps = _steps(fastest * end)
    if steps > _MOST_STEPS:
        raise NotSolvedError(f"it would take {steps:,} steps, for the fastest state lasts so short a time")
    forward = (diags(1.0 - exits / fastest) + rates.T / fastest).tocsr()
    at_end, reached, warmed = _weights(steps, fastest, warm_up, end)
    state, change = opening.copy(), math.inf
    final, whole, window = (np.zeros(len(opening)) for _ in range(3))
    done = 0
    for k in range(steps + 1):
        done = k
        final += at_end[k] * state
        whole += reached[k] * state
        window += warmed[k] * state
        following = forward @ state
        change = float(np.abs(following - state).sum())
        state = following
        # steps are contractions: what is left can change no more than this step did, each time
        if change * (steps - k) < _NEGLECTED:
            break
        if tell is not None and k % 1000 == 0:
            tell(k, steps)
    rest = [float(part[done + 1 :].sum()) for part in (at_end, reached, warmed)]
    final, whole, window = final + rest[0] * state, whole + rest[1] * state, window + rest[2] * state
    drift = change * (steps - done)
    missing = max(end - float(whole.sum()), 0.0) + drift * rest[1] + _rounding(steps, done) * end
    lost = max(1.0 - float(final.sum()), 0.0) + drift + _rounding(steps, done)
    return Transient(final, whole, window, missing, lost)


def _rounding(steps: int, done: int) -> float:
    """Bound what rounding can have added up to: one unit in the last place at each step that was taken."""
    return float(min(steps, done + 1)) * float(np.finfo(np.float64).eps)


def _steps(mean: float) -> int:
    """Return the number of Poisson events that is passed with a chance below 1e-12."""
    return math.ceil(mean + 8.0 * math.sqrt(mean) + 30.0)


def _weights(steps: int, fastest: float, warm_up: float, end: float) -> tuple[Floats, Floats, Floats]:
    """Return the weights of the distributions, by the number of events so far.

    They are the chance of so many at the end, and the expected time until there are more: from 0 to the end,
    and from the warm-up to the end.
    """
    from scipy.special import pdtrc

    k: Any = np.arange(steps + 1, dtype=np.float64)
    mean = fastest * end
    more = pdtrc(k, mean)
    # as differences of tails: single Poisson chances of a large mean underflow
    at_end = -np.diff(more, prepend=1.0)
    reached = more / fastest
    before = pdtrc(k, fastest * warm_up) / fastest if warm_up > 0.0 else np.zeros(steps + 1)
    return at_end, reached, reached - before
