"""Tables of runs and comparisons: what stands in them, with units and uncertainty."""

from __future__ import annotations

import io
import json
import re
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import hewer
from hewer.experiment.compare import Comparison, compare, contrast
from hewer.report.form.grid import draw
from hewer.report.table.single.time import _shown
from hewer.report.table.tables import LAID_OUT, grids, table
from hewer.report.text.document import compare_document, run_document, text
from hewer.report.text.rows import write_rows
from hewer.study.summary import summarise
from tests.study.fake import fake_result


def test_a_run_shows_means_units_and_uncertainty() -> None:
    shown = table(fake_result())
    assert "Two at a bench · crew pair · seed 1" in shown
    assert re.search(r"rate +\d+\.\d+ +\d\.\d+ +1/h +5\n", shown)
    assert "95 % interval of the mean (Monte Carlo error only), 5 replications" in shown
    assert "never: undefined in 5 replications" in shown
    assert "band" not in shown


@pytest.mark.parametrize("result", [fake_result(), fake_result(4, 3)])
def test_every_table_states_its_uncertainty(result: Any) -> None:
    for grid in grids(result):
        assert any("Monte Carlo error" in note for note in grid.notes), grid.title


def test_worlds_have_a_band_of_their_own() -> None:
    shown = table(fake_result(30, 5))
    assert "5–95 % band over worlds" in shown
    assert "not part of ±" in shown
    assert "30 worlds of 5 replications" in shown


def test_few_worlds_are_remarked_on() -> None:
    assert "4 worlds are too few" in table(fake_result(4, 3))


def test_time_is_by_role_and_adds_up() -> None:
    shown = table(fake_result())
    assert "Where each worker's 120 min went" in shown
    assert "sawyer ×2" in shown
    assert "Each row adds up to 120 min" in shown
    assert "blocked" not in shown  # a state that never occurs has no column
    assert "other: states below 0.5 %" in shown


def test_time_by_worker() -> None:
    shown = table(fake_result(), workers=True)
    assert "sawyer 1" in shown
    assert "sawyer 2" in shown


def test_kinds_add_up_to_the_span() -> None:
    summary = summarise(fake_result())
    for row in summary.role_kinds.cells:
        assert sum(cell.mean for cell in row) == pytest.approx(summary.span)


def test_many_states_have_a_table_by_state() -> None:
    summary = summarise(fake_result())
    assert list(_shown([summary.role_kinds], [summary.span])) == ["working", "idle", "other"]


def test_one_replication_has_no_error() -> None:
    shown = table(fake_result(1, 1))
    assert "1 replication: no error can be given" in shown
    assert "nan" not in shown


def test_comparison() -> None:
    shown = table(contrast(["a", "b"], [fake_result(), fake_result(gain=1.2)]))
    assert "b against a" in shown
    assert re.search(r"output +4\.\d+ ±0\.\d+ +1\.2 +1\.2 \.\. 1\.2 +told apart", shown)
    assert "Equal in every replication, not shown: heads." in shown
    assert re.search(r"a +sawyer ×2", shown)


def test_several_alternatives_are_set_against_the_first() -> None:
    results = [fake_result(30, 5, gain=gain) for gain in (1.0, 1.2, 0.9)]
    shown = table(contrast(["a", "b", "c"], results))
    assert "against a" in shown
    assert "5–95 % band over 30 worlds" in shown
    assert "ratio: band" in shown


def test_a_terminal_shows_the_same_numbers() -> None:
    stream = io.StringIO()
    draw(grids(fake_result()), Console(file=stream, width=100, force_terminal=True, color_system=None))
    assert "sawyer ×2" in stream.getvalue()
    assert max(map(len, stream.getvalue().splitlines())) <= 100


def test_json_of_a_run() -> None:
    document = json.loads(text(run_document(summarise(fake_result(4, 3)))))
    assert list(document)[:8] == [
        "title", "scenario", "crew", "seed", "worlds", "replications", "version", "interrupted"
    ]  # fmt: skip
    output = document["measures"]["output"]
    assert {"mean", "half_width", "confidence", "unit", "n"} <= set(output)
    assert (output["confidence"], output["n"], output["unit"]) == (0.95, 12, "")
    assert output["band"]["worlds"] == 4
    assert document["measures"]["never"]["mean"] is None
    assert document["roles"][0]["states"]["working.saw"]["unit"] == "min"
    assert document["workers"][2]["worker"] == "joiner"
    assert document["stocks"][0]["values"]["final"] == {"mean": 60.0, "half_width": 0.0, "unit": "kg"}
    assert document["activities"][0]["values"]["starts"]["mean"] == 20.0


def test_json_of_a_comparison() -> None:
    document = json.loads(text(compare_document(contrast(["a", "b"], [fake_result(), fake_result()]))))
    assert set(document["runs"]) == {"a", "b"}
    assert document["contrasts"][0]["verdict"] == "equal"


def test_csv_has_a_row_for_each_value() -> None:
    result = fake_result(2, 3)
    stream = io.StringIO()
    write_rows(stream, [("pair", result)])
    lines = stream.getvalue().splitlines()
    assert lines[0] == "alternative,world,replication,measure,value,unit"
    assert len(lines) == 1 + 2 * 3 * 4
    first = lines[1].split(",")
    assert first[:4] == ["pair", "0", "0", "output"]
    assert float(first[4]) == result.measures["output"].values[0, 0]
    assert "pair,0,0,never,,min" in lines


def test_the_event_log_has_names() -> None:
    from hewer.report.text.event_log import write_log

    result = fake_result(1, 1)
    events = [[0, 2, 0, 0, 7], [60_000_000_000, 5, 0, -1, 7], [60_000_000_000, 11, 2, -1, 30_000_000_000]]
    events += [[61_000_000_000, 0, 0, 0, 2_500_000], [62_000_000_000, 13, 0, 1, 0]]
    events += [[63_000_000_000, 27, 0, 1, 30_000_000_000]]
    events += [[63_000_000_000, 20, 0, what, 0] for what in (2, 4, 0, 1)]
    events += [[64_000_000_000, 21, 0, 0, 7], [64_000_000_000, 16, 0, 3, 7]]
    named: dict[str, Any] = {"sources": ("forest",), "kinds": ("oak", "pine"), "duties": ("early + late",)}
    result.data.log = [np.array(events)]  # type: ignore[misc]
    result.compiled = result.compiled._replace(  # type: ignore[misc]
        names=result.compiled.names._replace(**named)
    )
    stream = io.StringIO()
    write_log(stream, result)
    assert stream.getvalue().splitlines() == [
        "world,replication,time (min),event,subject,detail,number,unit",
        "0,0,0,start,saw,sawyer 1,7,",
        "0,0,1,end,saw,,7,",
        "0,0,1,leave,chairs,,0.5,min",
        "0,0,1.01666666667,arrive,forest,wood,2.5,kg",
        "0,0,1.03333333333,break,break 1,ends,,",
        "0,0,1.05,set up,saw,pine,0.5,min",
        "0,0,1.05,duty,early + late,comes,,",
        "0,0,1.05,duty,early + late,break begins,,",
        "0,0,1.05,duty,early + late,break ends,,",
        "0,0,1.05,duty,early + late,goes,,",
        "0,0,1.06666666667,take over,saw,sawyer 1,7,",
        "0,0,1.06666666667,suspend,saw,duty,7,",
    ]


@pytest.fixture(scope="module")
def irmino() -> Comparison:
    return compare("irmino", ["solo", "crew"], replications=2)


def test_a_comparison_names_what_the_idle_lacked_and_leaves_single_states_out(irmino: Comparison) -> None:
    shown = table(irmino, width=None)
    (driver,) = re.findall(r"^crew +driver .*$", shown, re.MULTILINE)
    assert re.search(r" no full_tubs \d+$", driver)
    assert "the same by state" not in shown
    assert "--states" in shown
    assert "coal for each person on the shift" in shown


def test_a_comparison_shows_every_state_when_asked(irmino: Comparison) -> None:
    shown = table(irmino, width=None, states=True)
    assert "solo: the same by state" in shown
    assert "idle: no full_tubs" in shown
    assert "--states" not in shown


def test_the_measure_stands_once_beside_its_contrasts() -> None:
    labels = ["one", "two", "three"]
    shown = table(contrast(labels, [fake_result(gain=1.0 + 0.1 * n) for n in range(3)]), width=None)
    against = shown[shown.index("Against one") :]
    assert len(re.findall(r"^output ", against, re.MULTILINE)) == 1
    assert len(re.findall(r"^ +three ", against, re.MULTILINE)) >= 1


def test_results_are_short_where_they_are_echoed(irmino: Comparison) -> None:
    assert repr(irmino) == (
        "<Comparison of solo, crew in 'One shift at a steep face, worked in several ways':"
        " 1 x 2 replications, seed 1>"
    )
    assert len(repr(irmino.results[0])) < 400


def test_whatever_is_found_has_a_table() -> None:
    # each class of LAID_OUT is a public one, and has its module and function
    for name, room in LAID_OUT.items():
        assert hasattr(hewer, name)
        lay_out = getattr(import_module(f"hewer.report.table.{room}"), f"{room.partition('.')[2]}_grids")
        assert callable(lay_out)
        module = import_module(f"hewer.report.table.{room}")
        assert callable(getattr(module, f"{room.partition('.')[2]}_document"))
    pytest.importorskip("scipy")
    fitted = hewer.fit({"cut": [3.1, 4.4, 2.6, 5.2, 3.7, 2.9]}, unit="min", draws=199)
    assert table(fitted).startswith("Fitted\nelement")
