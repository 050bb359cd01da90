"""Measures: what the user asks of a run."""

from __future__ import annotations

from typing import NamedTuple

from hewer.model.document import Model
from hewer.model.expression import Call, Name, evaluate, parse, walk


class Request(NamedTuple):
    """A quantile of flow times (or family times) that a measure needs."""

    sink: str
    of_family: bool
    probability: float


def requests(model: Model) -> tuple[Request, ...]:
    """List the quantiles that the measures of a model need, each once."""
    found: dict[Request, None] = {}
    for measure in model.measures.values():
        for node in walk(parse(measure.value)):
            if isinstance(node, Call) and node.name in ("flow_time", "family_time") and len(node.args) == 2:
                sink, probability = node.args
                if isinstance(sink, Name) and sink.id in model.stocks:
                    asked = evaluate(probability, {}).value
                    found[Request(sink.id, node.name == "family_time", asked)] = None
    return tuple(found)
