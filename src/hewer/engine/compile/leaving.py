"""Compile how items leave a stock of themselves: after a time, or when something happens."""

from __future__ import annotations

from hewer.engine.codes import NONE
from hewer.engine.compile.base import Context, Row, located, refuse, stream
from hewer.engine.compile.code.clock import wakes
from hewer.engine.compile.code.expressions import Binding, duration, guard, stock_key, stock_member
from hewer.model.expression import parse


def leave_rows(context: Context, stocks: list[Row]) -> list[Row]:
    """Return one row for each stock that items leave of themselves; sets ``leave`` of its stock.

    Where the stock that they would go to does not exist (the last member has no next), nobody leaves.
    """
    rows: list[Row] = []
    for name, entry in context.stocks.items():
        leaves = context.model.stocks[name].leaves
        if leaves is None:
            continue
        path = f"stocks.{name}.leaves"
        if not entry.items or context.model.stocks[name].sink:
            refuse(context.model, path, "only items that wait in a stock can leave it of themselves")
        for member in range(entry.count):
            binding = Binding(context, entry.place, member)
            with located(context.model, f"{path}.to"):
                to = stock_member(binding, *stock_key(binding, leaves.to))
            if to is None:
                continue
            row = {"stock": entry.first + member, "to": to, "after": NONE, "when": NONE, "visit": NONE}
            row["stream"] = stream(f"patience:{name}", member)
            if leaves.after is not None:
                with located(context.model, f"{path}.after"):
                    row["after"] = duration(binding, leaves.after)
            if leaves.when is not None:
                with located(context.model, f"{path}.when"):
                    row["when"] = context.add_code(guard(binding, leaves.when))
                    context.wakes.update(wakes(binding, parse(leaves.when)))
            stocks[entry.first + member]["leave"] = len(rows)
            rows.append(row)
    return rows
