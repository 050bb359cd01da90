"""What all parts of a document share: they are frozen, closed, and say what is wrong in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from hewer.model.document.fields import (
    got,
    problem,
)

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _Checked(ModelMetaclass):
    """Makes a part built in Python fail with a :class:`~hewer.errors.ModelError`.

    Validation of nested data does not pass here, so that all its problems are found together.
    """

    def __call__(self, *args: Any, **fields: Any) -> Any:
        try:
            return super().__call__(*args, **fields)
        except ValidationError as error:
            from hewer.errors import ModelError
            from hewer.model.document.explain import explain

            raise ModelError(tuple(explain(error, cast(type[BaseModel], self)))) from None


class Part(BaseModel, metaclass=_Checked):
    """What all parts of a document share: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    _shorthand: ClassVar[str | None] = None

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show what differs from the default."""
        fields = type(self).model_fields
        for name, value in super().__repr_args__():
            if name not in fields or value != fields[name].get_default(call_default_factory=True):
                yield name, value

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, data: Any) -> Any:
        """Read a bare value as the field it stands for, and nothing as no fields at all."""
        if isinstance(data, Mapping | BaseModel):
            return data
        if data is None and not any(field.is_required() for field in cls.model_fields.values()):
            return {}
        if cls._shorthand is not None:
            return {cls._shorthand: data}
        fields = ", ".join(f"`{name}`" for name in [*cls.model_fields][:4] if name != "hewer")
        raise problem(f"must be a mapping with fields such as {fields}; got {got(data)}")
