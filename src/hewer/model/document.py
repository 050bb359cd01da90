"""The model document: one frozen class for each part of the language.

A YAML file and these objects are two spellings of one thing: field names are the YAML keys, and
shorthands (``pick: 3`` for ``pick: {count: 3}``) are spelled out when an object is made. Quantities
and expressions are kept as they were given (:data:`~hewer.model.fields.Value`), so that a document
can be written back; they are parsed by :mod:`hewer.model.expression` and judged by
:mod:`hewer.model.check`.

Making a part from wrong data raises :class:`hewer.errors.ModelError` with every problem found.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, PrivateAttr

from hewer.model.document_base import Part
from hewer.model.document_people import Absent, Break, Calendar, Crew, Fatigue, Learning, Pause, Role, Terms
from hewer.model.document_site import (
    Balk,
    Draws,
    Kind,
    Leaves,
    Param,
    Place,
    Rate,
    Replay,
    Source,
    Stock,
    Timetable,
    Walk,
)
from hewer.model.document_work import Activity, Fails, Outcome, SetUp, Tool
from hewer.model.fields import (
    Changes,
    Flow,
    Name,
    Positive,
    Text,
    Value,
    WalkName,
    Words,
)
from hewer.model.position import Positions

__all__ = [
    "Absent",
    "Activity",
    "Balk",
    "Break",
    "Calendar",
    "Crew",
    "Draws",
    "Fails",
    "Fatigue",
    "Kind",
    "Learning",
    "Leaves",
    "Limits",
    "Measure",
    "Model",
    "Outcome",
    "Param",
    "Part",
    "Pause",
    "Place",
    "Rate",
    "Replay",
    "Role",
    "Scenario",
    "SetUp",
    "Source",
    "Stock",
    "Terms",
    "Timetable",
    "Tool",
    "Walk",
]


class Measure(Part):
    """A quantity that the user asks for."""

    _shorthand: ClassVar[str | None] = "value"
    value: Value = Field(description="An expression such as `arrivals(out) / heads()`.")
    unit: Text | None = Field(None, description="The unit to show it in.")
    about: Text | None = Field(None, description="A note for the reader.")


class Scenario(Part):
    """A named set of changes to the model."""

    crew: Name | None = Field(None, description="The crew at work.")
    set: Changes = Field(
        default_factory=dict,
        description="New values: of params by name, of anything else by its path (`tools.pony.count`).",
    )
    requires: Words = Field(
        (), description="Scenarios without which it cannot be, when scenarios are factors of an attribution."
    )
    about: Text | None = Field(None, description="A note for the reader.")


class Limits(Part):
    """Limits of a run."""

    starts_per_instant: Positive = Field(
        10_000, description="More starts of one activity at one instant are an endless loop (rule 5)."
    )


class Model(Part):
    """A whole model: the work, the site, the crews, the terms, and what is asked of them."""

    hewer: Literal[1] = Field(1, description="Version of the language.")
    title: Text = Field("", description="What the model is of, in one line.")
    about: Text | None = Field(None, description="A note for the reader.")
    params: dict[Name, Param] = Field(default_factory=dict, description="Named numbers.")
    places: dict[Name, Place] = Field(default_factory=dict, description="Where activities happen.")
    walk: dict[WalkName, Walk] = Field(
        default_factory=dict, description="Walking times by `first-second`, the same in both directions."
    )
    kinds: dict[Name, Kind] = Field(default_factory=dict, description="Kinds of item, and their routes.")
    stocks: dict[Name, Stock] = Field(default_factory=dict, description="Where material waits.")
    sources: dict[Name, Source] = Field(default_factory=dict, description="Where material comes from.")
    activities: dict[Name, Activity] = Field(default_factory=dict, description="The elements of work.")
    tools: dict[Name, Tool] = Field(default_factory=dict, description="What people use.")
    flow: Flow = Field(
        (), description="Sources, activities and stocks in sequence; the stocks between are implied."
    )
    calendars: dict[Name, Calendar] = Field(
        default_factory=dict, description="When people are on duty: times by name."
    )
    crews: dict[Name, Crew] = Field(default_factory=dict, description="The divisions of labour.")
    crew: Name | None = Field(
        None, description="The crew at work unless another is chosen; by default the first."
    )
    terms: Terms = Field(default_factory=Terms, description="How long the work goes on, and breaks.")
    measures: dict[Name, Measure] = Field(default_factory=dict, description="What is asked for.")
    scenarios: dict[Name, Scenario] = Field(default_factory=dict, description="Named sets of changes.")
    limits: Limits = Field(default_factory=Limits, description="Limits of a run.")

    _source: Positions = PrivateAttr(default_factory=Positions)

    @property
    def source(self) -> Positions:
        """Where each path of the document stands in its file; empty for a model built in Python.

        No part of the model's equality.
        """
        return self._source

    @property
    def flows(self) -> dict[str, tuple[str, ...]]:
        """The flows by name; a single unnamed flow is named ``""``."""
        if isinstance(self.flow, dict):
            return self.flow
        return {"": self.flow} if self.flow else {}

    @property
    def crew_name(self) -> str | None:
        """The crew at work: `crew`, else the first declared; None where there are no crews."""
        return self.crew if self.crew is not None else next(iter(self.crews), None)

    @property
    def roles(self) -> dict[str, Role]:
        """The roles of the crew at work."""
        name = self.crew_name
        return {} if name is None else self.crews.get(name, {})

    def __eq__(self, other: object) -> bool:
        """Two models are equal if all their fields are."""
        if not isinstance(other, Model):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def to_yaml(self) -> str:
        """Write the model as YAML; see :func:`hewer.model.writing.dump`."""
        from hewer.model.writing import dump

        return dump(self)
