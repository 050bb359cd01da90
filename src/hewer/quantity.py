"""Quantities: numbers with a dimension, in base units.

The base units are second, kilogram, metre and each currency itself. ``units.txt`` beside this module
defines every unit there is, in the format of pint; ``unit_table.py`` holds what pint reads there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache

from hewer import tracing
from hewer.errors import DimensionError, UnitError, did_you_mean
from hewer.unit_table import UNITS

__all__ = ["DIMENSIONLESS", "TIME", "Dimension", "Quantity", "Unit", "is_unit_name", "unit", "unit_names"]

_BASE_UNITS = {"time": "s", "mass": "kg", "length": "m"}
_KINDS = {
    "m^2": "area",
    "m^3": "volume",
    "m/s": "speed",
    "1/s": "rate",
    "m^2*kg/s^2": "energy",
    "m^2*kg/s^3": "power",
}
_EXAMPLES = "write for example `min`, `min/t` or `m^2`"
_UNIT_NAMES = frozenset(UNITS)
_FACTORS = {**UNITS, "%": UNITS["percent"], "1": (1.0, ())}
_WORD = re.compile(r"[^\W\d]\w*")
_TERM = r"(?:1|%|[^\W\d]\w*)(?:(?:\^|\*\*)-?\d{1,2})?"
_FACTOR = re.compile(r"(?P<joint>[*/ ])?\s*(?P<name>1|%|[^\W\d]\w*)(?:(?:\^|\*\*)(?P<power>-?\d{1,2}))?")
_UNIT_TEXT = re.compile(rf"{_TERM}(?:\s*[*/ ]\s*{_TERM})*")


def _whole(power: Fraction | int) -> Fraction | int:
    """Return an int where it can be one: it is hashed much faster."""
    return int(power) if power == int(power) else power


@dataclass(frozen=True, slots=True)
class Dimension:
    """What kind of quantity a number is: a product of powers of base dimensions.

    Attributes
    ----------
    powers : tuple of (str, int or Fraction)
        Base dimensions (``time``, ``mass``, ``length`` or a currency) and their powers, none of them
        0, sorted by name.
    """

    powers: tuple[tuple[str, Fraction | int], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[str, Fraction | int]) -> Dimension:
        """Return the dimension with these powers."""
        return cls(tuple(sorted((base, _whole(power)) for base, power in powers.items() if power)))

    def __mul__(self, other: Dimension) -> Dimension:
        """Return the dimension of a product."""
        return _product(self, other, 1) if other.powers else self

    def __truediv__(self, other: Dimension) -> Dimension:
        """Return the dimension of a quotient."""
        return _product(self, other, -1) if other.powers else self

    def __pow__(self, exponent: Fraction | int) -> Dimension:
        """Return the dimension of a power."""
        return Dimension.of({base: power * exponent for base, power in self.powers})

    def __bool__(self) -> bool:
        """Tell whether this is a dimension at all; False for bare numbers."""
        return bool(self.powers)

    @property
    def base_unit(self) -> str:
        """The unit in which quantities of this dimension are counted, ``kg/s``; empty for bare numbers."""
        return _base_unit(self)

    def __str__(self) -> str:
        """Return words for people: ``time``, ``mass/time``, ``bare number``."""
        if not self.powers:
            return "bare number"
        return _KINDS.get(self.base_unit) or _product_text(dict(self.powers))


DIMENSIONLESS = Dimension()
TIME = Dimension.of({"time": 1})


@lru_cache(maxsize=1024)
def _product(left: Dimension, right: Dimension, exponent: int) -> Dimension:
    powers = dict(left.powers)
    for base, power in right.powers:
        powers[base] = powers.get(base, 0) + exponent * power
    return Dimension.of(powers)


@lru_cache(maxsize=1024)
def _base_unit(dimension: Dimension) -> str:
    return _product_text({_BASE_UNITS.get(base, base): power for base, power in dimension.powers})


def _product_text(powers: Mapping[str, Fraction | int]) -> str:
    above = "*".join(_power_text(name, power) for name, power in powers.items() if power > 0)
    below = "/".join(_power_text(name, -power) for name, power in powers.items() if power < 0)
    return (above or "1") + "/" + below if below else above


def _power_text(name: str, power: Fraction | int) -> str:
    return name if power == 1 else f"{name}^{power}"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: so many base units of a dimension.

    Attributes
    ----------
    factor : float
        Base units in one of this unit.
    dimension : Dimension
    text : str
        As written.
    """

    factor: float
    dimension: Dimension
    text: str = field(compare=False, default="")


def unit_names() -> frozenset[str]:
    """Return every name of a unit."""
    return _UNIT_NAMES


def is_unit_name(word: str) -> bool:
    """Tell whether `word` is the name of a unit."""
    return word in UNITS


@cache
def unit(text: str) -> Unit:
    """Look a unit up.

    Parameters
    ----------
    text : str
        A unit expression: ``min``, ``min/t``, ``m^2``, ``1/h``, ``%``; empty for bare numbers.

    Raises
    ------
    UnitError
        Where a name in it is no unit, or it cannot be read.
    """
    plain = text.strip().replace("²", "^2").replace("³", "^3")
    if plain in ("", "1"):
        return Unit(1.0, DIMENSIONLESS, "")
    for match in _WORD.finditer(plain):
        if match.group() not in UNITS:
            hint = did_you_mean(match.group(), UNITS)
            raise UnitError(f"there is no unit `{match.group()}`", hint, match.start())
    if not _UNIT_TEXT.fullmatch(plain):
        raise UnitError(f"`{text}` must be a unit", _EXAMPLES)
    return _product_of(plain, text.strip())


def _product_of(plain: str, text: str) -> Unit:
    """Multiply and divide units from left to right: ``t*m/h``."""
    factor = 1.0
    powers: dict[str, Fraction | int] = {}
    for match in _FACTOR.finditer(plain):
        power = int(match["power"] or 1) * (-1 if match["joint"] == "/" else 1)
        own, bases = _FACTORS[match["name"]]
        try:
            factor = factor * own**power if power > 0 else factor / own**-power
        except ArithmeticError:
            factor = math.inf
        for base, exponent in bases:
            powers[base] = powers.get(base, 0) + exponent * power
    if not 0.0 < factor < math.inf:
        raise UnitError(f"`{text}` must be a unit of a size that a number can hold", _EXAMPLES)
    return Unit(factor, Dimension.of(powers), text)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a dimension.

    Attributes
    ----------
    value : float
        In base units.
    dimension : Dimension
    shown : str
        Unit to show it in; the base unit where empty. Two quantities that differ in it are equal.
    """

    value: float
    dimension: Dimension = DIMENSIONLESS
    shown: str = field(default="", compare=False)

    @classmethod
    def of(cls, number: float, unit_text: str = "") -> Quantity:
        """Return so many of a unit: ``Quantity.of(4, "min/t")``."""
        found = unit(unit_text)
        return cls(float(number) * found.factor, found.dimension, found.text)

    def to(self, unit_text: str) -> float:
        """Return the number of `unit_text` in this.

        Raises
        ------
        DimensionError
            Where the unit is one of another dimension.
        """
        found = unit(unit_text)
        if found.dimension != self.dimension:
            raise DimensionError(f"{self.described} cannot be given in {_unit_described(found)}")
        return self.value / found.factor

    @property
    def unit_text(self) -> str:
        """The unit this is shown in."""
        return self.shown or self.dimension.base_unit

    @property
    def described(self) -> str:
        """The quantity and its kind: ``4 min (time)``."""
        return f"{self} ({self.dimension})"

    def __str__(self) -> str:
        """Return the number and its unit: ``4 min/t``."""
        text = self.unit_text
        number = self.value / unit(self.shown).factor if self.shown else self.value
        return f"{number:.6g} {text}" if text else f"{number:.6g}"

    def __add__(self, other: Quantity) -> Quantity:
        """Add a quantity of the same dimension."""
        self._agree(other, "add", "and")
        return Quantity(self.value + other.value, self.dimension, self.shown or other.shown)

    def __sub__(self, other: Quantity) -> Quantity:
        """Subtract a quantity of the same dimension."""
        self._agree(other, "subtract", "and")
        return Quantity(self.value - other.value, self.dimension, self.shown or other.shown)

    def __mul__(self, other: Quantity | float) -> Quantity:
        """Multiply by a quantity or a number."""
        if not isinstance(other, Quantity):
            return Quantity(self.value * other, self.dimension, self.shown)
        shown = other.shown if not self.dimension else self.shown if not other.dimension else ""
        return Quantity(self.value * other.value, self.dimension * other.dimension, shown)

    __rmul__ = __mul__

    def __truediv__(self, other: Quantity | float) -> Quantity:
        """Divide by a quantity or a number; raise ZeroDivisionError for 0."""
        if not isinstance(other, Quantity):
            return Quantity(self.value / other, self.dimension, self.shown)
        shown = "" if other.dimension else self.shown
        return Quantity(self.value / other.value, self.dimension / other.dimension, shown)

    def __pow__(self, exponent: Quantity | float) -> Quantity:
        """Raise to a power, which must be a bare number (a fraction, where this has a dimension)."""
        power = exponent
        if isinstance(power, Quantity):
            if power.dimension:
                raise DimensionError(f"an exponent must be a bare number; got {power.described}")
            power = power.value
        dimension = self.dimension ** exact_power(float(power)) if self.dimension else DIMENSIONLESS
        return Quantity(tracing.power(self.value, power), dimension)

    def __neg__(self) -> Quantity:
        """Change the sign."""
        return Quantity(-self.value, self.dimension, self.shown)

    def __abs__(self) -> Quantity:
        """Drop the sign."""
        return Quantity(abs(self.value), self.dimension, self.shown)

    def __lt__(self, other: Quantity) -> bool:
        """Compare with a quantity of the same dimension."""
        self._agree(other, "compare", "with")
        return self.value < other.value

    def __le__(self, other: Quantity) -> bool:
        """Compare with a quantity of the same dimension."""
        self._agree(other, "compare", "with")
        return self.value <= other.value

    def __gt__(self, other: Quantity) -> bool:
        """Compare with a quantity of the same dimension."""
        return other < self

    def __ge__(self, other: Quantity) -> bool:
        """Compare with a quantity of the same dimension."""
        return other <= self

    def _agree(self, other: Quantity, verb: str, joint: str) -> None:
        if self.dimension != other.dimension:
            raise DimensionError(f"cannot {verb} {self.described} {joint} {other.described}")


def exact_power(exponent: float) -> Fraction:
    """Return an exponent as a simple fraction.

    Raises
    ------
    DimensionError
        Where it is none, so that no unit could be given to the result.
    """
    power = Fraction(exponent).limit_denominator(12)
    if not math.isclose(float(power), exponent, rel_tol=1e-12):
        raise DimensionError(f"a quantity with a unit can only be raised to a simple power; got {exponent:g}")
    return power


def _unit_described(found: Unit) -> str:
    return f"{found.text or 'a bare number'} ({found.dimension})" if found.dimension else "a bare number"
