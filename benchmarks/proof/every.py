"""Every section of the page, in its order."""

from __future__ import annotations

from benchmarks.proof import best, further, several, single, whole
from benchmarks.proof.claim import Section


def every_section() -> tuple[Section, ...]:
    return (*single.sections(), *further.sections(), *several.sections(), *best.sections(), *whole.sections())
