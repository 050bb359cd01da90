"""What is asked of a model: measures, scenarios, and the limits of a run."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hewer.model.document.base import Part
from hewer.model.document.fields import Changes, Name, Positive, Text, Value, Words


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
