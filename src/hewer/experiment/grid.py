"""Alternatives to select from: scenarios and crews by name, or every point of a grid over decisions.

A decision is something one may choose: the number of a role's workers, a capacity, the order of work, a crew.
A param with a range is not known, and cannot be chosen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hewer.errors import ExpressionError, HewerError, ModelError, OptionError, did_you_mean, with_hint
from hewer.model.document import Model
from hewer.model.expression import evaluate, is_condition, names, parse
from hewer.model.reading.document import read_value
from hewer.model.settling.resolve import quantity
from hewer.quantity import Quantity
from hewer.study.dispatch import staged
from hewer.study.simulate import prepare, trial_of
from hewer.study.trial import Trial

if TYPE_CHECKING:
    from hewer.study.dispatch import Progress

MOST = 1_000_000
"""Points that a grid may have."""
_WORDS = ("crew", "scenario")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One alternative: its label, and the value of each decision as text."""

    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Alternatives, each with its trial.

    ``trials(seed, apart)`` makes the trials; with `apart` each has streams of its own, else all share the
    random numbers.
    """

    model: Model
    listed: tuple[Candidate, ...]
    changes: Mapping[str, Any]

    def trials(
        self, seed: int, *, apart: bool = False, ranged: bool = False, progress: Progress | None = None
    ) -> list[Trial]:
        """Make a trial of each candidate; `ranged` where params differ by world.

        Where paths differ each design is read and checked, which takes some milliseconds: `progress` tells.

        Raises
        ------
        ModelError
            Where one cannot be; the message names it.
        """
        trials = []
        with staged(progress, "designs set up") as report:
            for trial in self._trials(seed, apart=apart, ranged=ranged):
                trials.append(trial)
                report(len(trials), len(self.listed))
        return trials

    def _trials(self, seed: int, *, apart: bool, ranged: bool) -> Iterator[Trial]:
        kept = len(self.listed) <= 1000 and not ranged
        bases: dict[tuple[str | None, str | None], Trial] = {}
        for one in self.listed:
            key = seed_of(seed, one.label) if apart else seed
            where = (one.values.get("scenario"), one.values.get("crew"))
            own = {name: text for name, text in one.values.items() if name not in _WORDS}
            if where not in bases:
                bases[where] = trial_of(self.model, *where, self.changes, seed=seed, ranged=ranged)
            base = bases[where]
            fixed = {name: _number(text).value for name, text in own.items() if name in base.model.params}
            others = {name: read_value(text) for name, text in own.items() if name not in fixed}
            trial = base
            if others:
                with _naming(one):
                    merged = {**self.changes, **others}
                    trial = trial_of(self.model, *where, merged, seed=seed, ranged=ranged)
            yield Trial(one.label, trial.model, key, trial.unknown, fixed, kept)


class _naming:  # noqa: N801 - reads as a word where it is used
    """Name the candidate in a problem of its model."""

    def __init__(self, one: Candidate) -> None:
        self._label = one.label

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ModelError):
            raise OptionError(f"at {self._label}: {error.problems[0]}") from error


def seed_of(seed: int, label: str) -> int:
    """Return the seed of an alternative with streams of its own."""
    from hewer.engine.draws import name_key

    return name_key(f"{seed}/alternative:{label}") >> 1


def candidates(
    model: Model | str | Path,
    over: Mapping[str, Sequence[Any]] | None,
    where: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Candidates:
    """List every point of a grid over decisions, but for those that `where` leaves out.

    Parameters
    ----------
    model : Model or str
    over : mapping of str to sequence
        Values of each decision: of ``crew`` or ``scenario`` names, of a param or a path what it can be set
        to.
    where : str, optional
        A condition over the decisions that are numbers, such as ``r1 + r2 <= 20``.
    changes : mapping, optional
        Made to every alternative.

    Raises
    ------
    OptionError
        Where a decision is no decision, a value is no value, or fewer than two points are left.
    """
    document = prepare(model)
    if not over:
        raise OptionError(
            "select needs decisions to choose among, such as `crew=solo,crew` or `pony.count=1..4`"
        )
    texts = {name: [str(value) for value in values] for name, values in over.items()}
    for name, values in texts.items():
        _check(document, name, values)
    size = 1
    for values in texts.values():
        size *= len(values)
    if size > MOST:
        raise OptionError(f"the grid has {size:,} points; {MOST:,} at most")
    holds = _condition(document, where, texts)
    listed = []
    for point in itertools.product(*texts.values()):
        chosen = dict(zip(texts, point, strict=True))
        if holds is None or holds(chosen):
            label = ", ".join(text if name in _WORDS else f"{name}={text}" for name, text in chosen.items())
            listed.append(Candidate(label, chosen))
    if len(listed) < 2:
        raise OptionError(f"select needs two alternatives at least; the grid has {len(listed)}")
    return Candidates(document, tuple(listed), dict(changes or {}))


def _check(model: Model, name: str, values: Sequence[str]) -> None:
    """Refuse what is not known, and values given twice."""
    if name.startswith("params."):
        raise OptionError(f"choose among values of a param by its name: `{name.split('.')[1]}=1..4`")
    param = model.params.get(name)
    if param is not None and (param.range is not None or param.draws is not None):
        has = "a range" if param.range is not None else "draws"
        raise OptionError(
            f"`{name}` has {has}: it is not known, so it cannot be chosen. Select over decisions only;"
            " `--worlds` shows what is best in how many of the worlds that are possible"
        )
    if name in _WORDS:
        known = list(model.crews if name == "crew" else model.scenarios)
        for value in values:
            if value not in known:
                raise OptionError(with_hint(f"there is no {name} `{value}`", did_you_mean(value, known)))
    elif param is None and "." not in name:
        hint = did_you_mean(name, [*model.params, *_WORDS])
        raise OptionError(with_hint(f"there is no decision `{name}`; name a param or a path", hint))
    if not values:
        raise OptionError(f"`{name}` has no value to choose")
    if len({*values}) < len(values):
        raise OptionError(f"`{name}` has a value twice")


class _condition_of:  # noqa: N801 - made by `_condition`
    """A condition over the decisions of a point."""

    def __init__(self, text: str, names_used: Sequence[str]) -> None:
        self._node = parse(text)
        self._names = names_used

    def __call__(self, chosen: Mapping[str, str]) -> bool:
        scope: dict[str, Quantity] = {name: _number(chosen[name]) for name in self._names}
        return evaluate(self._node, scope).value != 0.0


@lru_cache(maxsize=1 << 12)
def _number(text: str) -> Quantity:
    """Evaluate a value of a decision: each stands in thousands of points of a grid."""
    return quantity(text, {})


def _condition(model: Model, where: str | None, texts: Mapping[str, Sequence[str]]) -> _condition_of | None:
    if where is None:
        return None
    try:
        node = parse(where)
        used = sorted(names(node))
        for name in used:
            if name not in texts or name not in model.params:
                hint = did_you_mean(name, texts)
                raise ExpressionError(f"`{name}` is no param that is chosen among", hint)
        if not is_condition(node):
            raise ExpressionError("it must compare, such as `r1 + r2 <= 20`", None)
        found = _condition_of(where, used)
        found({name: values[0] for name, values in texts.items()})
    except HewerError as error:
        raise OptionError(f"where `{where}`: {error}") from error
    return found


def read_over(entries: Sequence[str]) -> dict[str, list[str]]:
    """Read decisions as the command line gives them: ``crew=solo,crew``, ``pony.count=1..4``.

    Raises
    ------
    OptionError
    """
    found: dict[str, list[str]] = {}
    for entry in entries:
        name, equals, text = entry.partition("=")
        name = name.strip()
        if not equals or not name or not text.strip():
            raise OptionError(
                f"--over must be NAME=VALUES, such as `r1=1..18` or `crew=solo,crew`; got `{entry}`"
            )
        if name in found:
            raise OptionError(f"--over names `{name}` twice")
        found[name] = [value for part in text.split(",") for value in _values(name, part.strip())]
    return found


def _values(name: str, text: str) -> list[str]:
    """Read a value, or whole numbers ``a..b``."""
    low, dots, high = text.partition("..")
    if not dots:
        return [text]
    try:
        first, last = int(low), int(high)
    except ValueError:
        raise OptionError(
            f"--over {name}: `{text}` must be whole numbers, such as `1..4`; or list the values"
        ) from None
    if last < first:
        raise OptionError(f"--over {name}: `{text}` ends before it begins")
    if last - first >= MOST:
        raise OptionError(f"--over {name}: `{text}` has more than {MOST:,} values")
    return [str(value) for value in range(first, last + 1)]
