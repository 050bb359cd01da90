"""The `flow` shorthand: a sequence of activities, with the stocks between them implied.

Between two activities that follow each other (or a source and an activity) with no stock named between
them, an items stock ``<activity>_queue`` is implied before the later one; after a last activity, a sink
``done`` (``<flow>_done`` where there are several flows). An implied stock that the model declares is
used as declared. An amount that an activity states itself is kept; else a flow takes and gives 1. Where
an activity has outcomes, those that give nothing themselves go on along the flow. An activity that
comes first takes nothing: its supply is endless.
"""

from __future__ import annotations

from collections.abc import Mapping

from hewer.errors import ModelError, Problem, did_you_mean
from hewer.model.document import Activity, Model, Source, Stock
from hewer.model.document.explain import sentence
from hewer.model.document.position import Step, dotted
from hewer.model.settling.interruption import imply_down_stocks
from hewer.model.settling.route import follow_routes

_ARTICLES = {"source": "a source", "activity": "an activity", "stock": "a stock"}


def expand(model: Model) -> Model:
    """Replace the flows of a model by explicit stocks, takes and gives.

    Parameters
    ----------
    model : Model
        Any model; one without flows, routes and tools that wait for repair is returned as it is.

    Returns
    -------
    Model
        The same model without `flow`, with what its routes imply (:mod:`hewer.model.settling.route`). Implied
        stocks follow the declared ones.

    Raises
    ------
    ModelError
        Where an entry of a flow is not a source, activity or stock, or cannot stand where it does.
    """
    model = imply_down_stocks(model)
    if not model.flow:
        return follow_routes(model)
    expansion = _Expansion(model)
    flows = list(model.flows.items())
    for name, entries in flows:
        expansion.check(name, entries)
    if expansion.problems:
        raise ModelError(expansion.problems)
    for name, entries in flows:
        expansion.follow(name, entries, sink=f"{name}_done" if len(flows) > 1 else "done")
    if expansion.problems:
        raise ModelError(expansion.problems)
    return follow_routes(
        model.model_copy(
            update={
                "flow": (),
                "stocks": expansion.stocks,
                "sources": expansion.sources,
                "activities": expansion.activities,
            }
        )
    )


class _Expansion:
    """The stocks, sources and activities of a model while its flows are followed."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.stocks: dict[str, Stock] = dict(model.stocks)
        self.sources: dict[str, Source] = dict(model.sources)
        self.activities: dict[str, Activity] = dict(model.activities)
        self.problems: list[Problem] = []
        self.ended: set[str] = {
            earlier
            for entries in model.flows.values()
            for earlier in entries[:-1]
            if earlier in model.activities
        }

    def path(self, flow: str, index: int) -> tuple[Step, ...]:
        return ("flow", flow, index) if flow else ("flow", index)

    def problem(self, flow: str, index: int, message: str, hint: str | None, code: str = "flow") -> None:
        path = self.path(flow, index)
        line, column = self.model.source.at(path) or (None, None)
        file = self.model.source.file
        self.problems.append(Problem(dotted(path), message, hint, line, column, file, code))

    def kind(self, entry: str) -> list[str]:
        tables: dict[str, Mapping[str, object]] = {
            "source": self.sources,
            "activity": self.activities,
            "stock": self.stocks,
        }
        return [kind for kind, table in tables.items() if entry in table]

    def check(self, flow: str, entries: tuple[str, ...]) -> None:
        """Note each entry that is unknown, ambiguous, repeated or out of place."""
        seen: set[str] = set()
        before = ""
        for index, entry in enumerate(entries):
            kinds = self.kind(entry)
            if not kinds:
                hint = did_you_mean(entry, [*self.sources, *self.activities, *self.stocks])
                message = f"there is no source, activity or stock `{entry}`"
                self.problem(flow, index, message, sentence(hint), "unknown-name")
                return
            if len(kinds) > 1:
                message = f"`{entry}` is the name of {' and of '.join(_ARTICLES[one] for one in kinds)}"
                self.problem(flow, index, message, "Give them different names.", "ambiguous")
            elif entry in seen:
                self.problem(
                    flow, index, f"`{entry}` stands twice in this flow", "Use `takes` and `gives` instead."
                )
            else:
                self.check_order(flow, index, entry, (before, kinds[0]))
            seen.add(entry)
            before = kinds[0]
        if len(entries) == 1 and before == "source":
            self.problem(flow, 0, "a flow cannot end with a source", None)

    def check_order(self, flow: str, index: int, entry: str, kinds: tuple[str, str]) -> None:
        before, kind = kinds
        if kind == "source" and index > 0:
            hint = "A source begins a flow; give a second source a flow of its own."
            self.problem(flow, index, f"the source `{entry}` must come first", hint)
        if before == kind == "stock":
            hint = "Name the activity that moves items from one to the other."
            self.problem(flow, index, "two stocks cannot follow each other", hint)

    def follow(self, flow: str, entries: tuple[str, ...], sink: str) -> None:
        """Add what one flow says to the stocks, sources and activities."""
        for index in range(1, len(entries)):
            before, entry = entries[index - 1], entries[index]
            if entry in self.stocks:
                self.give(flow, index - 1, before, entry)
            elif before in self.stocks:
                self.take(flow, index, entry, before)
            else:
                queue = f"{entry}_queue"
                self.stocks.setdefault(queue, Stock())
                self.give(flow, index - 1, before, queue)
                self.take(flow, index, entry, queue)
        if entries and entries[-1] in self.activities and entries[-1] not in self.ended:
            self.ended.add(entries[-1])
            self.stocks.setdefault(sink, Stock(sink=True))
            self.give(flow, len(entries) - 1, entries[-1], sink)

    def give(self, flow: str, index: int, giver: str, stock: str) -> None:
        """Let a source or an activity give to a stock."""
        if giver in self.sources:
            source = self.sources[giver]
            if source.to not in (None, stock):
                message = f"the flow sends `{giver}` to `{stock}`, but its own `to` is `{source.to}`"
                self.problem(flow, index, message, "Leave out one of them.")
            self.sources[giver] = source.model_copy(update={"to": stock})
            return
        activity = self.activities[giver]
        silent = [name for name, outcome in activity.outcomes.items() if not outcome.gives]
        if stock in activity.gives or (activity.outcomes and not silent):
            return
        self.check_bulk(flow, index, stock, "gives")
        if not activity.outcomes:
            given = {**activity.gives, stock: 1}
            self.activities[giver] = activity.model_copy(update={"gives": given})
            return
        outcomes = dict(activity.outcomes)
        for name in silent:
            outcomes[name] = outcomes[name].model_copy(update={"gives": {stock: 1}})
        self.activities[giver] = activity.model_copy(update={"outcomes": outcomes})

    def take(self, flow: str, index: int, taker: str, stock: str) -> None:
        """Let an activity take from a stock."""
        activity = self.activities[taker]
        if stock in activity.takes:
            return
        self.check_bulk(flow, index, stock, "takes")
        self.activities[taker] = activity.model_copy(update={"takes": {**activity.takes, stock: 1}})

    def check_bulk(self, flow: str, index: int, stock: str, field: str) -> None:
        unit = self.stocks[stock].unit
        if unit is not None:
            message = f"the stock `{stock}` holds bulk: the flow cannot tell how much"
            self.problem(flow, index, message, f"Write it out: `{field}: {{{stock}: 1 {unit}}}`.")
