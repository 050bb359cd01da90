"""Errors: what went wrong, where, and the remedy.

The tree::

    HewerError
    ├── ModelError            a document is wrong: all its problems at once
    │   └── RefusalError      an exact engine cannot answer for it: all reasons at once
    ├── ValueProblem          one value is wrong; the reader of the document makes a Problem of it
    │   ├── ExpressionError   its text cannot be read or evaluated
    │   ├── UnitError         it names a unit that does not exist
    │   ├── DimensionError    it mixes units that do not go together
    │   ├── DistributionError its distribution cannot exist
    │   ├── DataError         it names a data file that is missing or wrong
    │   └── NotYetError       it uses reserved syntax
    ├── NotFoundError         no such case, file, scenario, crew, measure
    ├── OptionError           an argument of a command or function is wrong
    ├── RunError              a run came to grief
    │   ├── EndlessError      work that takes no time never ends (rule 5)
    │   ├── BadNumberError    a drawn number is negative, not a number or too large
    │   └── RuleError         a choice rule of the user's own raises, or returns no number
    └── MissingExtraError     an optional dependency is not installed

Messages name objects by their names and say what was expected; the hint says what to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = [
    "BadNumberError",
    "DataError",
    "DimensionError",
    "DistributionError",
    "EndlessError",
    "ExpressionError",
    "HewerError",
    "HewerWarning",
    "MissingExtraError",
    "ModelError",
    "NotFoundError",
    "NotYetError",
    "OptionError",
    "Problem",
    "RefusalError",
    "RuleError",
    "RunError",
    "UnitError",
    "ValueProblem",
    "did_you_mean",
]


class HewerError(Exception):
    """Base of all errors that hewer raises on purpose."""


class HewerWarning(UserWarning):
    """Something goes on, but not as well as it could."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a document.

    Attributes
    ----------
    path : str
        Path in the document, ``activities.prop.takes``; empty for the document as a whole.
    message : str
        What is wrong: *must be rule; got value*, without a full stop.
    hint : str or None
        What to do about it.
    line, column : int or None
        Position in the file, counted from 1.
    file : str or None
        Name of the file as the user gave it.
    code : str
        Kind of problem for machines: ``unknown-name``, ``dimension``, ``not-yet``...
    """

    path: str
    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    file: str | None = None
    code: str = "invalid"

    def __str__(self) -> str:
        """Return ``file, line 14, column 3, `path`: message. Hint``."""
        where = [self.file] if self.file else []
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column is not None:
            where.append(f"column {self.column}")
        if self.path:
            where.append(f"`{self.path}`")
        text = f"{', '.join(where)}: {self.message}" if where else self.message
        return with_hint(text, self.hint)


class ModelError(HewerError):
    """A model document is wrong; ``problems`` lists everything that is, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return one line per problem."""
        return "\n".join(str(problem) for problem in self.problems)


class RefusalError(ModelError):
    """An exact engine cannot answer for a model that is right; ``problems`` lists every reason."""


class ValueProblem(HewerError):
    """One value is wrong, wherever it may stand.

    Parameters
    ----------
    message : str
        What is wrong.
    hint : str, optional
        What to do about it.
    offset : int, optional
        Position in the text of the value, counted from 0.
    code : str, optional
        Kind of problem; each subclass has its own default.
    """

    default_code = "invalid"

    def __init__(
        self, message: str, hint: str | None = None, offset: int | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, hint, offset, code)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.code = code or self.default_code

    def __str__(self) -> str:
        """Return the message and the hint."""
        return with_hint(self.message, self.hint)

    def problem(
        self, path: str, line: int | None = None, column: int | None = None, file: str | None = None
    ) -> Problem:
        """Return this as a problem of the document at `path`; `column` is that of the value's text."""
        if column is not None and self.offset is not None:
            column += self.offset
        return Problem(path, self.message, self.hint, line, column, file, self.code)


class ExpressionError(ValueProblem):
    """The text of a value cannot be read or evaluated."""

    default_code = "expression"


class UnitError(ValueProblem):
    """A unit that does not exist."""

    default_code = "unit"


class DimensionError(ValueProblem):
    """Units that do not go together; the message names both."""

    default_code = "dimension"


class DistributionError(ValueProblem):
    """A distribution that cannot exist."""

    default_code = "distribution"


class DataError(ValueProblem):
    """A data file is missing, or what stands in it is wrong."""

    default_code = "data"


class NotYetError(ValueProblem):
    """Syntax that is reserved for a feature to come."""

    default_code = "not-yet"


class NotFoundError(HewerError):
    """There is no case, file, scenario, crew or measure of that name."""


class OptionError(HewerError):
    """An argument of a command or a function is wrong."""


class RunError(HewerError):
    """A run came to grief."""


class EndlessError(RunError):
    """Work that takes no time starts again and again at one instant (rule 5)."""


class BadNumberError(RunError):
    """A drawn time or amount is negative, not a number or too large."""


class RuleError(RunError):
    """A choice rule of the user's own raises, or returns no number (rule 4)."""


class MissingExtraError(HewerError):
    """An optional dependency is not installed; the message names the extra to install."""


def with_hint(message: str, hint: str | None) -> str:
    """Join a message and its hint: ``message. Hint``."""
    return f"{message}. {hint[0].upper()}{hint[1:]}" if hint else message


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Suggest the name that was probably meant.

    Parameters
    ----------
    word : str
        The name that was found.
    candidates : iterable of str
        The names that exist.

    Returns
    -------
    str or None
        ``did you mean `bare_roof`?``; where no name is near, the names themselves if they are few;
        None where there is nothing to suggest.
    """
    names = sorted(set(candidates))
    lowered = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    if near:
        return f"did you mean `{lowered[near[0]]}`?"
    if 0 < len(names) <= 8:
        return f"there is {_listing(names)}"
    return None


def _listing(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    if len(quoted) == 1:
        return f"only {quoted[0]}"
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
