"""Numbers as text: as many figures as the error leaves meaning to, and no more."""

from __future__ import annotations

import math

UNDEFINED = "–"


def figure(value: float, error: float = math.nan) -> str:
    """Write a number with its last figure at the second figure of its error.

    Without an error (not known, or 0) the number has five figures, or all those of a whole number.
    """
    if math.isnan(value):
        return UNDEFINED
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if not math.isfinite(error) or error <= 0.0:
        return _exact(value)
    if _strange(max(abs(value), error)):
        return f"{value:.3g}"
    return _minus(f"{value:.{_decimals(error)}f}")


def width(error: float) -> str:
    """Write a half-width with two figures; 0 where there is none to know of."""
    if math.isnan(error):
        return UNDEFINED
    if math.isinf(error):
        return "∞"
    if error == 0.0:
        return "0"
    if _strange(error):
        return f"{error:.2g}"
    return f"{error:.{_decimals(error)}f}"


def plus_minus(value: float, error: float) -> str:
    """Write ``12.3 ±0.4``; only the number where the error is 0, not known, or the number undefined."""
    text = figure(value, error)
    if not math.isfinite(value) or math.isnan(error) or error == 0.0:
        return text
    return f"{text} ±{width(error)}"


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return UNDEFINED if math.isnan(share) else f"{100.0 * share:.0f} %"


def _decimals(error: float) -> int:
    """Decimals at which the error has two figures; none where it has more before the point."""
    return max(0, 1 - math.floor(math.log10(float(f"{error:.1e}"))))


def _strange(size: float) -> bool:
    return size >= 1e9 or size < 1e-5


def _exact(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.5g}"
    if "e" in text and 1e-5 <= abs(value) < 1e9:
        text = f"{value:.0f}"
    return text


def _minus(text: str) -> str:
    """Write no ``-0.0``."""
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def finite(value: float) -> float | None:
    """Return a number as JSON has it: null where it is undefined or infinite."""
    return value if math.isfinite(value) else None
