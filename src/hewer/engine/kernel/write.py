"""The results of a replication, written to the row of its index."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Phase
from hewer.engine.jit import apart
from hewer.engine.kernel.material.material import BINS
from hewer.engine.kernel.memory.state import (
    clocks,
    flows,
    hazards,
    histograms,
    instances,
    manners,
    out_deadlock,
    out_ended,
    out_flows,
    out_hazards,
    out_inside,
    out_instances,
    out_lacks,
    out_overtimes,
    out_pools,
    out_quantiles,
    out_sources,
    out_stocks,
    out_worker_times,
    pools,
    quantiles,
    sources,
    stocks,
    worker_times,
    workers,
    works,
)

_P_BLOCKED, _P_HELD = int(Phase.BLOCKED), int(Phase.HELD)


@apart
def _edge(bin_index: Any) -> Any:
    """Lower edge of a bin of the histogram, in ticks."""
    if bin_index < 256:
        return float(bin_index)
    shift = (bin_index >> 7) - 1
    return float(bin_index - (shift << 7)) * 2.0**shift


@apart
def _quantile(m: Any, q: Any) -> Any:
    """A quantile of flow times, linear within its bin (bins are 0.8 % wide, exact below 256 ticks)."""
    quantile = quantiles(m, q)
    flow = flows(m)[quantile["flow"]]
    count = flow["closed"] if quantile["of_family"] == 1 else flow["left"]
    if count == 0:
        return float("nan")
    largest = flow["closed_largest"] if quantile["of_family"] == 1 else flow["largest"]
    base = (2 * quantile["flow"] + quantile["of_family"]) * BINS
    target = quantile["probability"] * count
    below, b = 0.0, 0
    while b < BINS - 1 and below + histograms(m)[base + b] < target:
        below += histograms(m)[base + b]
        b += 1
    inside = histograms(m)[base + b]
    part = (target - below) / inside if inside > 0 else 0.0
    return min(float(largest), _edge(b) + part * (_edge(b + 1) - _edge(b)))


@apart
def _write_stocks(m: Any, row: Any) -> Any:
    n = clocks(m)["stock_n"]
    for s in range(n):
        stock, out = stocks(m, s), out_stocks(m)[row * n + s]
        out["arrived"] = stock["arrived"]
        out["departed"] = stock["departed"]
        out["final"] = stock["level"]
        out["peak"] = stock["peak"]
        out["left"] = stock["left"]
        out["integral"] = stock["integral"]
        out["waited"] = stock["waited"]
    clock = clocks(m)
    out_inside(m)[row] = clock["alive"]


@apart
def _write_works(m: Any, row: Any) -> Any:
    clock = clocks(m)
    for i in range(clock["instance_n"]):
        instance, out = instances(m, i), out_instances(m)[row * clock["instance_n"] + i]
        out["started"] = instance["n_started"]
        out["ended"] = instance["n_ended"]
        out["interrupted"] = instance["n_interrupted"]
        out["set_ups"] = manners(m, i)["set_ups"]
        out["set_up"] = manners(m, i)["set_up"]
        out["busy"] = instance["busy"]
        out["stuck"] = instance["stuck"]
        out_lacks(m)[row * clock["instance_n"] + i] = -1
    for w in range(clock["unused_work"]):
        work = works(m, w)
        if (work["phase"] == _P_BLOCKED or work["phase"] == _P_HELD) and work["lacks"] >= 0:
            out_lacks(m)[row * clock["instance_n"] + work["instance"]] = work["lacks"]
    for r in range(clock["pool_n"]):
        out_pools(m)[row * clock["pool_n"] + r] = pools(m, r)["busy"]
    for k in range(clock["source_n"]):
        source, came = sources(m, k), out_sources(m)[row * clock["source_n"] + k]
        came["arrived"] = source["arrived"]
        came["lost"] = source["lost"]
        came["balked"] = source["balked"]
        came["diverted"] = source["diverted"]


@apart
def _write_people(m: Any, row: Any) -> Any:
    clock = clocks(m)
    size = clock["worker_n"] * clock["column_n"]
    for k in range(size):
        out_worker_times(m)[row * size + k] = worker_times(m)[k]
    for h in range(clock["hazard_n"]):
        out = out_hazards(m)[row * clock["hazard_n"] + h]
        out["struck"] = hazards(m, h)["struck"]
        out["lost"] = hazards(m, h)["lost"]
    for w in range(clock["worker_n"]):
        out_overtimes(m)[row * clock["worker_n"] + w] = workers(m, w)["overtime"]


@apart
def write(m: Any) -> Any:
    """Write the results of the present replication."""
    clock = clocks(m)
    row = clock["index"]
    _write_stocks(m, row)
    _write_works(m, row)
    _write_people(m, row)
    for f in range(clock["flow_n"]):
        flow, went = flows(m)[f], out_flows(m)[row * clock["flow_n"] + f]
        went["declared"] = flow["declared"]
        went["left"] = flow["left"]
        went["sum"] = flow["sum"]
        went["largest"] = flow["largest"]
        went["closed"] = flow["closed"]
        went["closed_sum"] = flow["closed_sum"]
        went["closed_largest"] = flow["closed_largest"]
    for q in range(clock["quantile_n"]):
        out_quantiles(m)[row * clock["quantile_n"] + q] = _quantile(m, q)
    out_ended(m)[row] = clock["now"]
    out_deadlock(m)[row] = clock["deadlock"]
