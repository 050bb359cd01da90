"""Find the streams that an item can meet more than once, which must count its visits (rule 7)."""

from __future__ import annotations

from collections import Counter

from hewer.engine.codes import BY_STEP, NONE
from hewer.engine.compile.base import Row, Work

_ROUTE = -1  # the column that all works by step share


def number_visits(work: Work, leaves: list[Row]) -> int:
    """Set ``visit`` of the instances, and leaves, whose items may come back; return the number of columns.

    An item may meet a stream again where its instance lies on a ring of the graph of item flow, or
    where several instances share the stream. Instances between two rings are counted as well: it does
    no harm. Works by step are numbered through, whatever their streams.

    Parameters
    ----------
    work : Work
        As compiled; ``visit`` of its instances is written.
    leaves : list of rows
        As compiled; ``visit`` is written.
    """
    instances, takes, gives, outcomes = work.instances, work.takes, work.gives, work.outcomes
    taken = [_stocks(takes, row["take0"], row["take1"]) for row in instances]
    given = [_stocks(gives, row["give0"], row["give1"]) for row in instances]
    for i, row in enumerate(instances):
        for outcome in outcomes[row["outcome0"] : row["outcome1"]]:
            given[i] |= _stocks(gives, outcome["give0"], outcome["give1"])
        given[i] |= work.onward[i]
    edges = [(i, stock) for i, stocks in enumerate(given) for stock in stocks]
    edges += [(-1 - stock, i) for i, stocks in enumerate(taken) for stock in stocks]
    links = [(i, -1 - stock) if i >= 0 else (i, stock) for i, stock in edges]
    links += [(-1 - row["stock"], -1 - row["to"]) for row in leaves]
    on_ring = _without_ends(links)
    shared = Counter(row["stream"] for row in instances if row["keyed"] and row["origin"] == NONE)
    columns: dict[int, int] = {}
    for i, row in enumerate(instances):
        if row["origin"] != NONE:
            row["visit"] = NONE
        elif row["traits"] & BY_STEP:
            row["visit"] = columns.setdefault(_ROUTE, len(columns))
        elif row["keyed"] and (i in on_ring or shared[row["stream"]] > 1):
            row["visit"] = columns.setdefault(row["stream"], len(columns))
        else:
            row["visit"] = NONE
    for row in leaves:
        again = row["after"] != NONE and -1 - row["stock"] in on_ring
        row["visit"] = columns.setdefault(row["stream"], len(columns)) if again else NONE
    return len(columns)


def _stocks(rows: list[Row], start: int, stop: int) -> set[int]:
    return {row["stock"] for row in rows[start:stop] if row["items"] and row["stock"] >= 0}


def _without_ends(links: list[tuple[int, int]]) -> set[int]:
    """Peel off nodes that nothing leads to or that lead nowhere, until only rings are left."""
    forward: dict[int, set[int]] = {}
    backward: dict[int, set[int]] = {}
    for start, stop in links:
        forward.setdefault(start, set()).add(stop)
        backward.setdefault(stop, set()).add(start)
    left = forward.keys() | backward.keys()
    ends = [node for node in left if node not in forward or node not in backward]
    while ends:
        node = ends.pop()
        if node not in left:
            continue
        left.discard(node)
        for there, back in ((forward, backward), (backward, forward)):
            for other in there.pop(node, ()):
                others = back.get(other, set())
                others.discard(node)
                if not others and other in left:
                    ends.append(other)
    return left
