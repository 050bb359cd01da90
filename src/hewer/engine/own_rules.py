"""Rules of choice of the user's own, ready to be called by the kernel: compiled, or by way of Python.

The kernel calls an address and gives it the address of the numbers; so a rule is compiled without the kernel
being compiled again. What cannot be compiled is called through ctypes, which takes Python's lock, and is some
hundred times slower. A rule is made ready once in a process.
"""

from __future__ import annotations

import ctypes
import math
import threading
import traceback
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numba

from hewer.engine.jit import COMPILED
from hewer.errors import HewerWarning
from hewer.model.settling.own_rule import OwnRule, returns_number

_RULES: list[OwnRule] = []
_NUMBERS: dict[tuple[Callable[..., Any], tuple[str, ...]], int] = {}
_READY: dict[int, tuple[int, Any]] = {}  # address, and what must be kept alive for it
_LOCK = threading.RLock()
_POINTER = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.POINTER(ctypes.c_double))
_LONGEST = 200


def number_of(rule: OwnRule) -> int:
    """Return the number of a rule in this process; a Program holds it."""
    with _LOCK:
        key = rule.function, rule.numbers
        if key not in _NUMBERS:
            _NUMBERS[key] = len(_RULES)
            _RULES.append(rule)
        return _NUMBERS[key]


def rule_of(number: int) -> OwnRule:
    """Return the rule of a number."""
    return _RULES[number]


def ask(number: int, numbers: Any) -> float:
    """Ask a rule in Python; nan where it raises, or returns no number."""
    rule = _RULES[number]
    try:
        value = rule.function(**{name: float(numbers[k]) for k, name in enumerate(rule.numbers)})
    except Exception:
        return math.nan
    return float(value) if returns_number(value) else math.nan


def failure(rule: OwnRule, given: Mapping[str, float]) -> str:
    """Say what a rule does that yields no number: ``raised ValueError: ... (line 4)``."""
    try:
        value = rule.function(**given)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if len(frames) > 1 else ""
        return f"raised {type(error).__name__}: {error}{where}"
    if returns_number(value):
        return f"returned {float(value):g}" if math.isnan(value) else "failed"
    return f"returned {'nothing' if value is None else f'`{value!r}`'}"


def address_of(number: int) -> int:
    """Return what the kernel calls for a rule: the address of a function of the address of its numbers.

    Warns
    -----
    HewerWarning
        Once, where the rule cannot be compiled.
    """
    if not COMPILED:
        return number
    with _LOCK:
        if number not in _READY:
            _READY[number] = _made_ready(number)
        return _READY[number][0]


def _made_ready(number: int) -> tuple[int, Any]:
    rule = _RULES[number]
    try:
        compiled = _compiled(rule)
    except Exception as error:  # whatever Numba objects to; Python can still run it
        slow = _POINTER(lambda numbers: ask(number, numbers))
        address = ctypes.cast(slow, ctypes.c_void_p).value or 0
        _READY[number] = address, slow
        warnings.warn(
            f"the choice rule `{rule.name}` cannot be compiled and is called in Python, which is much slower "
            f"({_reason(error)})",
            HewerWarning,
            stacklevel=2,
        )
        return address, slow
    return compiled.address, compiled


def _compiled(rule: OwnRule) -> Any:
    """Compile a function of a pointer to the numbers; nan where the rule raises."""
    given = ", ".join(f"{name}=numbers[{k}]" for k, name in enumerate(rule.numbers))
    text = (
        "def asked(numbers):\n    try:\n"
        f"        return 1.0 * rule({given})\n"
        "    except Exception:\n        return nan\n"
    )
    plain = getattr(rule.function, "py_func", rule.function)
    names: dict[str, Any] = {"rule": numba.njit(plain), "nan": math.nan}
    exec(text, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return numba.cfunc("float64(CPointer(float64))")(names["asked"])


def _reason(error: Exception) -> str:
    """First line of what Numba says that tells something."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith("Failed in nopython mode")]
    return (telling or lines or [type(error).__name__])[0][:_LONGEST]
