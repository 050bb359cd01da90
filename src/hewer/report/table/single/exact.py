"""An exact answer as tables and as plain data: the run's, without errors."""

from __future__ import annotations

import math
from typing import Any

from hewer.exact.chain.markov import ExactSolution
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite
from hewer.study.accounts import Account, Accounts, accounts, by_kind

Document = dict[str, Any]

_UNKNOWN = {"roles": (), "activities": (), "stocks": ("peak",)}  # columns that a chain does not tell


def exact_grids(solution: ExactSolution) -> list[Grid]:
    """Lay out an exact answer: measures, people, activities, stocks."""
    account = accounts(solution.expected)
    grids = [_measures(solution, account)]
    if account.roles.rows:
        grids.append(_people(account))
    for table, head in ((account.activities, "activity"), (account.stocks, "stock")):
        if table.rows:
            grids.append(_table(table, head, account, long_run=solution.span == "long_run"))
    return grids


def exact_document(solution: ExactSolution) -> Document:
    """Return an exact answer as plain data; numbers that the chain does not tell are null."""
    account, result = accounts(solution.expected), solution.expected
    return {
        "title": result.title,
        "scenario": result.scenario,
        "crew": result.crew,
        "version": result.version,
        "over": solution.span,
        "span": {"value": finite(account.span), "unit": account.time_unit},
        "states": solution.states,
        "transitions": solution.transitions,
        "residual": finite(solution.residual),
        "error": finite(solution.error),
        "endings": [
            {"chance": one.chance, "states": one.states, "deadlock": one.deadlock, "about": one.about or None}
            for one in solution.endings
        ],
        "measures": {
            name: {"value": finite(float(one.values[0, 0])), "unit": one.unit, "about": one.about}
            for name, one in result.measures.items()
        },
        "roles": _rows(by_kind(account.roles), "role"),
        "activities": _rows(account.activities, "activity"),
        "stocks": _rows(account.stocks, "stock"),
    }


def over(solution: ExactSolution, account: Accounts) -> str:
    """Say in words what time an answer is about."""
    span = f"{figure(account.span)} {account.time_unit}".strip()
    if solution.span == "long_run":
        return f"the long run; counts are those of {span}"
    return f"{span} from the start that the model states"


def remarks(solution: ExactSolution) -> tuple[str, ...]:
    """Say how the answer was found, how good it is, and where the long run may be caught."""
    found = [
        f"Exact: a Markov chain of {solution.states:,} states and {solution.transitions:,} transitions;"
        f" {_quality(solution)}."
    ]
    several = len(solution.endings) > 1
    for one in solution.endings:
        if one.about or several:
            kind = "a deadlock" if one.deadlock else "rest" if one.about else f"{one.states:,} states"
            chance = f"with probability {figure(one.chance)} " if several else ""
            found.append(f"The long run ends {chance}in {kind}{': ' if one.about else ''}{one.about}.")
    if any(math.isnan(float(one.values[0, 0])) for one in solution.expected.measures.values()):
        found.append(
            f"{UNDEFINED}: undefined, or not told by the chain (peaks, quantiles, probabilities; stays and"
            " flow times by the end; flow times where items merge, split or stay)."
        )
    return tuple(found)


def _quality(solution: ExactSolution) -> str:
    if solution.span == "long_run":
        return f"the balance equations hold to {solution.residual:.0e} of the flow"
    return f"at most {solution.error:.0e} of the time is misplaced"


def _measures(solution: ExactSolution, account: Accounts) -> Grid:
    result = solution.expected
    rows = [
        (name, figure(float(one.values[0, 0])), one.unit, one.about or "")
        for name, one in result.measures.items()
    ]
    header: tuple[str, ...] = ("measure", "exact", "unit", "what it is")
    words: tuple[int, ...] = (0, 2, 3)
    if not any(row[3] for row in rows):
        header, words = header[:3], (0, 2)
    parts = [result.title or "Untitled model"]
    parts += [
        f"{what} {name}" for what, name in (("scenario", result.scenario), ("crew", result.crew)) if name
    ]
    title = " · ".join([*parts, over(solution, account)])
    return Grid(title, header, tuple(row[: len(header)] for row in rows), remarks(solution), words=words)


def _people(account: Accounts) -> Grid:
    kinds = by_kind(account.roles)
    shown = [n for n in range(len(kinds.columns)) if kinds.values[0, :, n].any()]
    rows = tuple(
        (
            name if kinds.heads[row] == 1 else f"{name} ({kinds.heads[row]})",
            *(f"{100.0 * kinds.values[0, row, n] / account.span:.2f} %" for n in shown),
        )
        for row, name in enumerate(kinds.rows)
    )
    return Grid("Where each worker's time goes", ("role", *(kinds.columns[n][1] for n in shown)), rows)


def _table(table: Account, head: str, account: Accounts, *, long_run: bool) -> Grid:
    left_out = (*_UNKNOWN[table.name], *(("final",) if long_run else ()))
    shown = [
        n
        for n, (key, _) in enumerate(table.columns)
        if key not in left_out and any(v and not math.isnan(v) for v in table.values[0, :, n])
    ]
    labels = [
        table.columns[n][1]
        + (f", {account.time_unit}" if table.columns[n][0] == "wait" and account.time_unit else "")
        for n in shown
    ]
    rows = [
        (
            name,
            *((table.units[row][0] or "items",) if head == "stock" else ()),
            *(figure(float(table.values[0, row, n])) for n in shown),
        )
        for row, name in enumerate(table.rows)
    ]
    header = (head, *(("unit",) if head == "stock" else ()), *labels)
    return Grid(
        f"{head[:-1].capitalize()}ies" if head == "activity" else "Stocks",
        header,
        tuple(rows),
        words=(0, 1) if head == "stock" else (0,),
    )


def _rows(table: Account, head: str) -> list[Document]:
    return [
        {
            head: name,
            **({"heads": table.heads[row]} if head == "role" else {}),
            "values": {
                key: {"value": finite(float(table.values[0, row, n])), "unit": table.units[row][n]}
                for n, (key, _) in enumerate(table.columns)
                if key not in _UNKNOWN[table.name]
            },
        }
        for row, name in enumerate(table.rows)
    ]
