"""Worlds: one draw of what is not known about the params (rule 15).

A draw is keyed by seed, world, and the name of the param, of the whole that shares make up, or of the file of
draws. Adding, removing or fixing one param moves no other (but for those it makes up a whole with), and two
crews or scenarios meet the same worlds.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from hewer.errors import RunError

if TYPE_CHECKING:
    from hewer.model.settling.ignorance import Ignorance, Shares
    from hewer.model.settling.resolve import Spread

_MOST_TRIES = 20_000


def draw_world(unknown: Ignorance, seed: int, world: int) -> dict[str, float]:
    """Draw the params of one world, in base units."""
    drawn = {name: quantile(spread, uniform(seed, name, world)) for name, spread in unknown.ranges.items()}
    for whole, shares in unknown.simplexes.items():
        drawn.update(draw_shares(shares, seed, whole, world))
    for file, rows in unknown.draws.items():
        row = row_of(seed, file, world, rows.count)
        drawn.update((name, values[row]) for name, values in rows.columns.items())
    return drawn


def uniform(seed: int, name: str, world: int, kind: str = "param") -> float:
    """Return a number strictly between 0 and 1 that depends on nothing but the arguments."""
    # by name, not by position: a param that is added or fixed moves no other
    digest = hashlib.blake2b(f"{seed}/{world}/{kind}:{name}".encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "little") >> 12) + 0.5) / 2.0**52


def quantile(spread: Spread, u: float) -> float:
    """Evaluate the inverse distribution function of a spread, in base units, inside its range."""
    low, high, mode = spread.low.value, spread.high.value, spread.mode.value
    if spread.kind == "loguniform":
        drawn = low * math.pow(high / low, u)
    elif spread.kind == "triangular" and high > low:
        if u < (mode - low) / (high - low):
            drawn = low + math.sqrt(u * (high - low) * (mode - low))
        else:
            drawn = high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    else:
        drawn = low + u * (high - low)
    # rounding may pass an end by a bit, and the checker promised the range
    return min(max(drawn, low), high)


def row_of(seed: int, file: str, world: int, count: int) -> int:
    """Return the row, from 0, of a file of draws that a world has: each once before any comes again."""
    return _shuffled(seed, file, count)[world % count]


@lru_cache(maxsize=64)
def _shuffled(seed: int, file: str, count: int) -> tuple[int, ...]:
    # a shuffle that is the same everywhere: random.shuffle may change between versions
    return tuple(sorted(range(count), key=lambda row: uniform(seed, file, row, "draws")))


def draw_shares(shares: Shares, seed: int, whole: str, world: int) -> dict[str, float]:
    """Draw shares uniformly from all that add up to the total, each inside its range.

    By rejection, from proposals that take turns: some of the tightest shares uniform over their ranges, the
    others uniform on the simplex of what is left, and kept with a probability that makes every point equally
    likely. Whichever is kept, it is uniform; one of them is likely to be, whether ranges are tight or wide.
    Where the total is near the highest values, what is missing to them is drawn instead.

    Raises
    ------
    RunError
        Where the ranges leave so little room that no try is kept.
    """
    # by width and name, so that the order in the document does not matter
    names = sorted(shares.bounds, key=lambda name: (_width(shares.bounds[name]), name))
    widths = [_width(shares.bounds[name]) for name in names]
    room = shares.total - math.fsum(shares.bounds[name][0] for name in names)
    # near the highest values hardly a point of the simplex would be kept
    mirrored = room > math.fsum(widths) / 2
    if mirrored:
        room = math.fsum(widths) - room
    # the ranges leave one point only, up to rounding
    if room <= 1e-12:
        return {name: shares.bounds[name][mirrored] for name in names}
    for attempt in range(_MOST_TRIES):
        numbers = [uniform(seed, f"{whole}/{attempt}/{k}", world, "simplex") for k in range(len(names) + 1)]
        found = _attempt(widths, room, attempt % len(names), numbers)
        if found is not None:
            return {
                name: shares.bounds[name][1] - part if mirrored else shares.bounds[name][0] + part
                for name, part in zip(names, found, strict=True)
            }
    raise RunError(f"the ranges of the shares of `{whole}` leave hardly any room; widen one of them")


def _width(bounds: tuple[float, float]) -> float:
    return bounds[1] - bounds[0]


def _attempt(widths: list[float], room: float, tight: int, numbers: list[float]) -> list[float] | None:
    """Return parts of `room`, each up to its width, or None: the first `tight` uniform, the rest flat."""
    parts = [width * u for width, u in zip(widths[:tight], numbers, strict=False)]
    rest = room - math.fsum(parts)
    others = len(widths) - tight
    # the density of what is left of a simplex of so many others: it makes all points equally likely
    if rest < 0.0 or numbers[-1] > (rest / room) ** (others - 1):
        return None
    spacings = [-math.log(u) for u in numbers[tight:-1]]
    scale = rest / math.fsum(spacings)
    parts += [scale * spacing for spacing in spacings]
    return parts if all(part <= width for part, width in zip(parts, widths, strict=True)) else None
