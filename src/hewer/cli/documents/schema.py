"""``hewer schema``: write the JSON Schema of the language."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import emit


def schema(
    out: options.OutFile = None,
) -> None:
    """Write the JSON Schema of the language."""
    import json

    from hewer.model.document.schema import json_schema

    emit(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", out)
