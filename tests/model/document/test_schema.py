"""The JSON Schema."""

from __future__ import annotations

import json

from hewer.model.document import Activity, Model
from hewer.model.document.schema import json_schema


def test_every_field_has_a_description() -> None:
    schema = json_schema()
    parts = {"Model": schema, **schema["$defs"]}
    for name, part in parts.items():
        spelled_out = next(one for one in [part, *part.get("anyOf", [])] if one.get("type") == "object")
        for field, entry in spelled_out["properties"].items():
            assert entry.get("description"), f"{name}.{field}"
        assert spelled_out["additionalProperties"] is False
        assert part["description"]


def test_it_covers_the_language() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(Model.model_fields)
    assert set(schema["$defs"]["Activity"]["properties"]) == set(Activity.model_fields)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_shorthands_are_alternatives() -> None:
    parts = json_schema()["$defs"]
    assert {"type": ["string", "number"]} in parts["Param"]["anyOf"]
    assert parts["Tool"]["anyOf"][0]["type"] == ["integer", "null"]
    assert {"type": "null"} in parts["Place"]["anyOf"]


def test_it_is_json_and_stable() -> None:
    assert json.dumps(json_schema()) == json.dumps(json_schema())
