"""What is declared of a family, and the parameters that several families share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

MOST_PHASES = 1000
Numbers: TypeAlias = tuple[float, ...]
"""The parameters that the engine draws with: up to three, in base units."""

Left: TypeAlias = Callable[[float], float]
"""Of an age: the largest mean of what is left of a draw that has lasted, at any age up to this."""


class Rule(NamedTuple):
    """What a parameter must be: in words, and as a test; how to put it right."""

    words: str
    holds: Callable[[float], bool]
    hint: str | None = None


class Parameter(NamedTuple):
    """A parameter as people state it.

    Attributes
    ----------
    name : str
    rule : Rule or None
    plain : bool
        Whether it is a bare number, whatever is drawn; else it has the unit of what is drawn.
    inverse : bool
        Whether it has one over that unit.
    """

    name: str
    rule: Rule | None = None
    plain: bool = False
    inverse: bool = False


_POSITIVE = Rule("more than 0", lambda value: value > 0)
_NOT_NEGATIVE = Rule("0 or more", lambda value: value >= 0)
_CHANCE = Rule("from 0 to 1", lambda value: 0.0 <= value <= 1.0)
_WHOLE = Rule(
    f"a whole number from 1 to {MOST_PHASES}",
    lambda value: value == int(value) and 1 <= value <= MOST_PHASES,
    "use `gamma(mean, cv)` for any other",
)

MEAN, SD, CV = (
    Parameter("mean", _POSITIVE), Parameter("sd", _NOT_NEGATIVE), Parameter("cv", _NOT_NEGATIVE, plain=True),
)  # fmt: skip
VALUE, LOW, MODE, HIGH, MU = (Parameter(name) for name in ("value", "low", "mode", "high", "mu"))
SIGMA, MEDIAN, SCALE = (
    Parameter("sigma", _NOT_NEGATIVE), Parameter("median", _POSITIVE), Parameter("scale", _POSITIVE),
)  # fmt: skip
RATE, SHAPE = Parameter("rate", _POSITIVE, inverse=True), Parameter("shape", _POSITIVE, plain=True)
CHANCE, PHASES = Parameter("chance", _CHANCE, plain=True), Parameter("phases", _WHOLE, plain=True)
FIRST, SECOND = Parameter("first", _POSITIVE), Parameter("second", _POSITIVE)
LOG_MU, LOG_SIGMA = MU._replace(plain=True), SIGMA._replace(plain=True)  # of a logarithm


class Parts(NamedTuple):
    """A family and its numbers; a form may come out at a simpler family, such as a constant."""

    family: str
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0


@dataclass(frozen=True)
class Form:
    """One way to state a family.

    Attributes
    ----------
    parameters : tuple of Parameter
        In the order of positional arguments.
    make : callable
        Of their values, in base units: the Parts. May raise DistributionError.
    scale : str
        The parameter that draws are proportional to (``rate``: inversely); empty where there is none. It
        may depend on what happens in a run.
    rising : bool
        Whether no parameter may be below the one before it; draws then lie between the first and the last.
    """

    parameters: tuple[Parameter, ...]
    make: Callable[..., Parts]
    scale: str = ""
    rising: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(parameter.name for parameter in self.parameters)


def by_moments(make: Callable[[float, float], Parts]) -> tuple[Form, Form]:
    """Return the forms ``(mean, sd)`` and ``(mean, cv)``; `make` is given a mean and a cv."""
    return Form((MEAN, SD), lambda mean, sd: make(mean, sd / mean)), Form((MEAN, CV), make, scale="mean")


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family whose distributions are told by up to three numbers.

    Every function is given those numbers as its last arguments. Where it is given ``special`` too, that is
    the module of SciPy, which only the exact engines need.

    Attributes
    ----------
    name : str
    call, also : str
        Its line of ``docs/language.md``.
    numbers : tuple of str
        What a, b and c of a :class:`hewer.distribution.Distribution` are.
    forms : tuple of Form
        Positional arguments follow the first that fits.
    moments : callable
        Mean and variance.
    support : callable
        The least and the most that can be drawn.
    scaled : callable
        Of a factor above 0: the numbers of the distribution of `factor` times a draw.
    below : callable
        Of ``special`` and x, inside the support: the chance that a draw is at most x.
    left : callable or None
        Of ``special``: see ``Left``; None where nothing that is left is longer on average than the whole,
        which is true of every density whose logarithm is concave.
    phases : callable or None
        Pairs of a chance and the means of exponential phases that follow each other; None where a
        distribution (or the whole family) has no phases.
    """

    name: str
    call: str
    also: str
    numbers: tuple[str, ...]
    forms: tuple[Form, ...]
    moments: Callable[..., tuple[float, float]]
    support: Callable[..., tuple[float, float]]
    scaled: Callable[..., Numbers]
    below: Callable[..., float]
    left: Callable[..., Left | None] | None = None
    phases: Callable[..., tuple[tuple[float, Numbers], ...] | None] | None = None

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name; they are the same in all forms."""
        return {one.name: one for form in self.forms for one in form.parameters}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A family whose distributions are told by a table of values.

    Attributes
    ----------
    name, call, also : str
        As in :class:`Family`.
    weights : callable
        Of the table: the probabilities of the values.
    width : int
        Entries of the table for each value; the values are the last of them.
    """

    name: str
    call: str
    also: str
    weights: Callable[[Numbers], Numbers]
    width: int

    def values(self, table: Numbers) -> Numbers:
        """Return the values in a table."""
        return table[len(table) - len(table) // self.width :]


Special: TypeAlias = Any
"""The module ``scipy.special``."""
