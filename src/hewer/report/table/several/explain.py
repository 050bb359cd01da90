"""The tables of an explanation."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.explain import Explanation, Trialled
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite, plus_minus
from hewer.report.table.single.bound import bound_sentences

_CAUSES = 8


def explain_grids(found: Explanation) -> list[Grid]:
    """Lay out an explanation: what was tried, what people waited for, the ceiling."""
    return [_trials(found), *([_causes(found)] if found.causes else []), _ceiling(found)]


def _trials(found: Explanation) -> Grid:
    rows = tuple(_row(one, found) for one in found.trials)
    base = plus_minus(found.base.mean, found.base.half_width)
    notes = [
        f"{found.measure} as it stands: {base} {found.unit}".rstrip()
        + f". {found.replications} replications of"
        f" each, on common random numbers, seed {found.seed}; ±: 95 % for all of them together (Bonferroni).",
    ]
    notes += [f"{one.what}: not tried, {one.refused}." for one in found.trials if one.refused]
    if found.interrupted:
        notes.append("Stopped early: some changes were not tried.")
    header = ("change", "effect", "of it", "told apart from nothing")
    return Grid(f"What a little more would do for {found.measure}", header, rows, tuple(notes), words=(0, 3))


def _row(one: Trialled, found: Explanation) -> tuple[str, ...]:
    if one.refused:
        return one.what, UNDEFINED, UNDEFINED, "not tried"
    share = one.effect.mean / found.base.mean if found.base.mean else math.nan
    of_it = UNDEFINED if math.isnan(share) else f"{100.0 * share:+.1f} %"
    effect = f"{plus_minus(one.effect.mean, one.effect.half_width)} {found.unit}".rstrip()
    return one.what, effect, of_it, "yes" if one.helps else "no"


def _causes(found: Explanation) -> Grid:
    rows = tuple(
        (cause.role, cause.cause, plus_minus(cause.time.mean, cause.time.half_width))
        for cause in found.causes[:_CAUSES]
    )
    notes = ["All workers of a role together, a replication. What one waits for need not be worth more of."]
    if len(found.causes) > _CAUSES:
        notes.append(f"{len(found.causes) - _CAUSES} shorter ones are not shown.")
    header = ("role", "waited", found.time_unit or "time")
    return Grid("What people waited for", header, rows, tuple(notes), words=(0, 1))


def _ceiling(found: Explanation) -> Grid:
    if found.ceiling is None:
        return Grid("The ceiling", ("",), (), (f"None: {found.no_ceiling}",))
    bound = found.ceiling
    rows = tuple((sentence,) for sentence in bound_sentences(bound))
    per = "in the long run" if bound.long_run else "a shift"
    notes = (
        f"If nothing ever waited: {figure(bound.fluid)} {bound.unit} {per} of {bound.goal}. Each by itself.",
    )
    return Grid("The ceiling, and what more would be worth there", ("",), rows, notes)


def explain_document(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain data."""
    return {
        "measure": found.measure,
        "unit": found.unit,
        "base": {"mean": finite(found.base.mean), "half_width": finite(found.base.half_width)},
        "replications": found.replications,
        "seed": found.seed,
        "interrupted": found.interrupted,
        "changes": [
            {
                "what": one.what,
                "effect": None if one.refused else finite(one.effect.mean),
                "half_width": finite(one.effect.half_width),
                "told_apart": one.helps,
                "refused": one.refused or None,
            }
            for one in found.trials
        ],
        "causes": [
            {
                "role": cause.role,
                "cause": cause.cause,
                "mean": cause.time.mean,
                "half_width": finite(cause.time.half_width),
                "unit": found.time_unit,
            }
            for cause in found.causes
        ],
        "ceiling": None if found.ceiling is None else finite(found.ceiling.fluid),
        "no_ceiling": found.no_ceiling or None,
    }
