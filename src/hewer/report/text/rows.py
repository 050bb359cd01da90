"""Results as CSV: one row for each world, replication and measure."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from hewer.engine.result.result import Result

HEADER = ("alternative", "world", "replication", "measure", "value", "unit")


def write_rows(stream: TextIO, results: Iterable[tuple[str, Result]]) -> None:
    """Write every value of every measure; an undefined value is an empty field.

    Parameters
    ----------
    stream : text stream
        Opened with ``newline=""``.
    results : iterable of (label, Result)
        The label stands in the column ``alternative``.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    for label, result in results:
        for world in range(result.worlds):
            for replication in range(result.replications):
                for name, samples in result.measures.items():
                    value = float(samples.values[world, replication])
                    shown = repr(value) if math.isfinite(value) else ""
                    writer.writerow((label, world, replication, name, shown, samples.unit))
