"""Features that the bound does not know of are refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hewer
from hewer.engine.program import Compiled
from hewer.errors import RefusalError
from hewer.exact.bound import bound_compiled
from hewer.exact.known import LEFT_OUT, OBEYED
from hewer.exact.opening import opened


def widened(compiled: Compiled, name: str, field: str, value: int) -> Compiled:
    """Add a field to a record, as a feature to come would."""
    old = getattr(compiled.program, name)
    new = np.zeros(len(old), np.dtype([*old.dtype.descr, (field, "i8")], align=False))
    for known in old.dtype.names:
        new[known] = old[known]
    new[field] = value
    return compiled._replace(program=compiled.program._replace(**{name: new}))


@pytest.mark.parametrize(("value", "refused"), [(0, False), (-1, False), (1, True)])
def test_a_field_that_is_used_and_not_known_is_refused(value: int, refused: bool) -> None:
    made = widened(opened(hewer.load("kitchen")), "pool", "haunted", value)
    if not refused:
        assert bound_compiled(made).fluid > 0
        return
    with pytest.raises(RefusalError, match="knows nothing of `haunted` of a pool"):
        bound_compiled(made)


def test_an_array_that_is_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = opened(hewer.load("kitchen"))

    class Wider:
        def __init__(self, program: Any) -> None:
            self.program = program

        def __getattr__(self, name: str) -> Any:
            return getattr(self.program, name)

        def _asdict(self) -> dict[str, Any]:
            return {**self.program._asdict(), "ghosts": np.ones(1)}

    with pytest.raises(RefusalError, match="knows nothing of `ghosts`"):
        bound_compiled(compiled._replace(program=Wider(compiled.program)))  # type: ignore[arg-type]


def test_every_field_that_is_named_exists() -> None:
    program = opened(hewer.load("kitchen")).program
    for named in (OBEYED, LEFT_OUT):
        for name, fields in named.items():
            assert set(fields.split()) <= set(getattr(program, name).dtype.names), name
