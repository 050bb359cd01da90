"""Results as JSON: the same keys in the same order in every run of a version.

Numbers that are undefined or infinite are null. ``half_width`` is the Monte Carlo error of ``mean``;
``band`` is the 5-95 % range of the world means, or null with one world.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, cast

from hewer.exact.bound.ceiling import Bound
from hewer.experiment.compare import Comparison, Contrast
from hewer.experiment.precision import Precise
from hewer.report.form.number import finite
from hewer.report.table.several.compare import in_words
from hewer.report.table.single.precision import precision_document
from hewer.report.table.tables import LAID_OUT
from hewer.statistics import Band, Estimate, Ratio
from hewer.study.summary import MeasureSummary, QuantileSummary, Summary, TableSummary

Document = dict[str, Any]


def run_document(
    summary: Summary, precise: Precise | None = None, quantiles: Sequence[QuantileSummary] = ()
) -> Document:
    """Return one run as plain data; with what was asked of its precision, and quantiles, where they were."""
    besides: Document = {}
    if precise is not None:
        besides["precision"] = precision_document(precise)
    if quantiles:
        besides["quantiles"] = {one.name: _quantiles(one) for one in quantiles}
    return {**_run_document(summary), **besides}


def _quantiles(one: QuantileSummary) -> list[Document]:
    return [{"probability": p, "unit": one.unit, **_estimate(found)} for p, found in one.values]


def _run_document(summary: Summary) -> Document:
    return {
        "title": summary.title,
        "scenario": summary.scenario,
        "crew": summary.crew,
        "seed": summary.seed,
        "worlds": summary.worlds,
        "replications": summary.replications,
        "version": summary.version,
        "interrupted": summary.interrupted,
        "deadlocks": summary.deadlocks,
        "ring": summary.ring or None,
        "span": {"value": finite(summary.span), "unit": summary.time_unit},
        "measures": {measure.name: _measure(measure) for measure in summary.measures},
        "roles": _people(summary.roles, summary.role_kinds, "role"),
        "workers": _people(summary.workers, summary.worker_kinds, "worker"),
        "activities": _table(summary.activities, "activity"),
        "stocks": _table(summary.stocks, "stock"),
    }


def compare_document(comparison: Comparison) -> Document:
    """Return a comparison as plain data: the runs by label, and the contrasts with the first."""
    runs = zip(comparison.labels, comparison.summaries, strict=True)
    return {
        "base": comparison.labels[0],
        "version": comparison.summaries[0].version,
        "interrupted": comparison.interrupted,
        "runs": {label: run_document(summary) for label, summary in runs},
        "contrasts": [_contrast(contrast) for contrast in comparison.contrasts],
    }


def bound_document(found: Bound) -> Document:
    """Return a bound as plain data. A worth without bound is null."""
    return {
        "title": found.title,
        "scenario": found.scenario,
        "crew": found.crew,
        "goal": found.goal,
        "expression": found.expression,
        "unit": found.unit,
        "long_run": found.long_run,
        "fluid": finite(found.fluid),
        "proven": finite(found.proven),
        "limits": [
            {
                "kind": limit.kind,
                "name": limit.name,
                "available": finite(limit.available),
                "unit": limit.unit,
                "used": finite(limit.used),
                "binding": limit.binding,
                "more": limit.more,
                "worth": finite(limit.worth),
            }
            for limit in found.limits
        ],
        "notes": list(found.notes),
    }


def document_of(found: Any) -> Document:
    """Return what any other command found as plain data."""
    if isinstance(found, Bound):
        return bound_document(found)
    room = LAID_OUT[type(found).__name__]
    as_data = getattr(import_module(f"hewer.report.table.{room}"), f"{room.partition('.')[2]}_document")
    return cast(Document, as_data(found))


def text(document: Document) -> str:
    """Write a document as JSON text."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _measure(measure: MeasureSummary) -> Document:
    return {
        **_estimate(measure.estimate),
        "unit": measure.unit,
        "band": _band(measure.band),
        "about": measure.about,
    }


def _estimate(estimate: Estimate) -> Document:
    return {
        "mean": finite(estimate.mean),
        "half_width": finite(estimate.half_width),
        "low": finite(estimate.low),
        "high": finite(estimate.high),
        "confidence": estimate.confidence,
        "n": estimate.n,
        "missing": estimate.missing,
    }


def _ratio(ratio: Ratio) -> Document:
    return {
        "ratio": finite(ratio.ratio),
        "low": finite(ratio.low),
        "high": finite(ratio.high),
        "confidence": ratio.confidence,
        "n": ratio.n,
    }


def _band(band: Band | None) -> Document | None:
    if band is None:
        return None
    return {
        "low": finite(band.low),
        "high": finite(band.high),
        "low_error": finite(band.low_error),
        "high_error": finite(band.high_error),
        "worlds": band.worlds,
        "chance": finite(band.chance),
    }


def _people(table: TableSummary, kinds: TableSummary, head: str) -> list[Document]:
    """Return the rows of a table of workers: only the states that occur somewhere in it, and all kinds."""
    occurring = [
        number for number in range(len(table.columns)) if any(row[number].mean != 0.0 for row in table.cells)
    ]
    return [
        {
            head: name,
            "heads": table.heads[row],
            "states": _cells(table, row, occurring),
            "kinds": _cells(kinds, row, range(len(kinds.columns))),
        }
        for row, name in enumerate(table.rows)
    ]


def _table(table: TableSummary, head: str) -> list[Document]:
    every = range(len(table.columns))
    return [{head: name, "values": _cells(table, row, every)} for row, name in enumerate(table.rows)]


def _cells(table: TableSummary, row: int, columns: Iterable[int]) -> Document:
    return {
        table.columns[column].key: {
            "mean": finite(table.cells[row][column].mean),
            "half_width": finite(table.cells[row][column].half_width),
            "unit": table.units[row][column],
        }
        for column in columns
    }


def _contrast(contrast: Contrast) -> Document:
    return {
        "measure": contrast.measure,
        "unit": contrast.unit,
        "base": contrast.base,
        "other": contrast.other,
        "difference": _estimate(contrast.difference),
        "difference_band": _band(contrast.band),
        "ratio": _ratio(contrast.ratio),
        "ratio_band": _band(contrast.ratio_band),
        "verdict": contrast.verdict,
        "in_words": in_words(contrast),
        "needed": finite(contrast.needed),
        "correlation": None if contrast.pairing is None else finite(contrast.pairing.correlation),
        "saving": None if contrast.pairing is None else finite(contrast.pairing.saving),
    }
