"""Families of distributions: each is declared once, and everything that knows families reads that.

A :class:`~hewer.families.declared.Family` says how people state it (its forms, with the unit and the rule of
each parameter), what is known of it (moments, support, phases, what is left of it with age) and its line of
``docs/language.md``. The reader of expressions, the checks, the compiler and the exact engines ask the
declaration. How it is sampled stands beside the other samplers, in ``engine/draws.py``.

Begin reading at ``declared``; ``bounded``, ``positive``, ``phased`` and ``listed`` hold the families. Their
functions are plain arithmetic on numbers in base units, with the functions of :mod:`hewer.tracing`.
"""

from __future__ import annotations

from hewer.families import bounded, listed, phased, positive
from hewer.families.declared import Family, Form, Listed, Parts

__all__ = ["FAMILIES", "Family", "Form", "Listed", "Parts"]

FAMILIES: dict[str, Family | Listed] = {
    family.name: family
    for family in (*bounded.FAMILIES, *phased.FAMILIES, *positive.FAMILIES, *listed.FAMILIES)
}
"""All families by name, as ``docs/language.md`` lists them."""
