"""The model document: one frozen class for each part of the language.

A YAML file and these objects are two spellings of one thing: field names are the YAML keys, and
shorthands (``pick: 3`` for ``pick: {count: 3}``) are spelled out when an object is made. Quantities
and expressions are kept as they were given (:data:`~hewer.model.document.fields.Value`), so that a document
can be written back; they are parsed by :mod:`hewer.model.expression` and judged by
:mod:`hewer.model.checking.check`.

Making a part from wrong data raises :class:`hewer.errors.ModelError` with every problem found.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PrivateAttr

from hewer.model.document.asked import Limits, Measure, Scenario
from hewer.model.document.base import Part
from hewer.model.document.fields import (
    Flow,
    Name,
    Text,
    WalkName,
)
from hewer.model.document.people import Calendar, Crew, Role, Terms
from hewer.model.document.position import Positions
from hewer.model.document.site import (
    Kind,
    Param,
    Place,
    Source,
    Stock,
    Walk,
)
from hewer.model.document.work import Activity, Tool
from hewer.model.document.writing import dump


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
        """Write the model as YAML; see :func:`hewer.model.document.writing.dump`."""
        return dump(self)
