"""Reading time studies: what is read, and every way in which a file can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from hewer.errors import DataError, ModelError, NotFoundError
from hewer.experiment.fitting.time_study import given_study, read_study

WHOLE = """element,worker,time [min],rating,censored,note
cut,Ana,4.0,110,,first
cut,Ben,5.0,100,no,
load,Ana,2.5,90,yes,tub full
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_is_read(tmp_path: Path) -> None:
    study = read_study(_file(tmp_path, WHOLE))
    assert (study.name, study.unit.text, study.rated) == ("study.csv", "min", True)
    assert list(study.elements) == ["cut", "load"]
    first, second = study.elements["cut"]
    assert first.observed == 240.0
    assert first.time == pytest.approx(264.0)  # observed x rating / 100
    assert (first.worker, first.censored, first.where) == ("Ana", False, "line 2")
    assert second.time == 300.0
    assert study.elements["load"][0].censored


@pytest.mark.parametrize("header", ["time [s]", "time (s)", '"time, s"'])
def test_the_header_may_have_the_unit(tmp_path: Path, header: str) -> None:
    study = read_study(_file(tmp_path, f"{header}\n7.5\n8\n"))
    assert [one.time for one in study.elements["time"]] == [7.5, 8.0]
    assert study.unit.text == "s"
    assert not study.rated


def test_each_row_may_have_its_unit(tmp_path: Path) -> None:
    study = read_study(_file(tmp_path, "time,unit\n2,min\n30,s\n"))
    assert [one.time for one in study.elements["time"]] == [120.0, 30.0]
    assert study.unit.text == "min"


def test_columns_may_be_called_otherwise(tmp_path: Path) -> None:
    text = "Vorgang,Dauer [s],Datum\nschneiden,7.5,Montag\nschneiden,8,Montag\n"
    study = read_study(_file(tmp_path, text), columns={"element": "Vorgang", "time": "Dauer"}, skip=["Datum"])
    assert [one.time for one in study.elements["schneiden"]] == [7.5, 8.0]


def test_a_parquet_file_is_read(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = {"element": ["a", "a"], "time [min]": [1.0, 2.0], "censored": [False, True]}
    parquet.write_table(arrow.table(rows), tmp_path / "study.parquet")
    found = read_study(tmp_path / "study.parquet").elements["a"]
    assert [(one.time, one.censored, one.where) for one in found] == [
        (60.0, False, "row 1"),
        (120.0, True, "row 2"),
    ]
    rows["time [min]"] = [1.0, -2.0]
    parquet.write_table(arrow.table(rows), tmp_path / "wrong.parquet")
    with pytest.raises(ModelError, match=r"wrong.parquet, `time \[min\]`: row 2: must be above 0; got -2"):
        read_study(tmp_path / "wrong.parquet")


CELLS = [
    ("4.0,110", "0,110", "study.csv, line 2, `time [min]`: must be above 0; got 0. Leave the row out"),
    ("4.0,110", "-4.0,110", "line 2, `time [min]`: must be above 0; got -4.0"),
    ("4.0,110", ",110", "line 2, `time [min]`: the time is missing"),
    ("4.0,110", "4 min,110", "line 2, `time [min]`: must be a number; got `4 min`. Numbers only; the unit"),
    ("4.0,110", '"4,5",110', "must be a number; got `4,5`. Write a point: `4.5`"),
    ("4.0,110", "nan,110", "must be a number; got `nan`"),
    ("4.0,110", "inf,110", "must be a number; got `inf`"),
    (
        "4.0,110",
        "4.0,1.1",
        "line 2, `rating`: must lie between 20 and 300 %; got 1.1. A rating is in percent",
    ),
    ("4.0,110", "4.0,", "line 2, `rating`: the rating is missing. Write 100 where the pace was normal"),
    ("4.0,110", "4.0,fast", "line 2, `rating`: must be a number; got `fast`"),
    ("yes,tub", "maybe,tub", "line 4, `censored`: must be yes or no; got `maybe`"),
    ("cut,Ben", ",Ben", "line 3, `element`: the element is missing"),
    ("cut,Ben", "cut,", "line 3, `worker`: the worker is missing"),
]


@pytest.mark.parametrize(("old", "new", "message"), CELLS, ids=[row[2][-40:] for row in CELLS])
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert WHOLE.count(old) == 1
    path = _file(tmp_path, WHOLE.replace(old, new))
    with pytest.raises(ModelError) as caught:
        read_study(path)
    assert len(caught.value.problems) == 1
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_all_wrong_cells_are_told_at_once(tmp_path: Path) -> None:
    rows = "".join(f"{-number}\n" for number in range(1, 31))
    with pytest.raises(ModelError, match="and 10 problems more") as caught:
        read_study(_file(tmp_path, "time [s]\n" + rows))
    assert len(caught.value.problems) == 21


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        ("kg", "must be a unit of time; got `kg` (mass)"),
        ("mim", "there is no unit `mim`"),
        ("", "the unit is missing"),
    ],
)
def test_a_wrong_unit_of_a_row_is_named(tmp_path: Path, unit: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_study(_file(tmp_path, f"time,unit\n2,min\n30,{unit}\n"))
    assert f"line 3, `unit`: {message}" in str(caught.value)


FILES = [
    ("time\n1\n2\n", "does not say in which unit its times are. Head the column `time [min]`"),
    ("time [min],unit\n1,min\n", "the header `time [min]` has the unit, and so has a column `unit`"),
    ("time [kg]\n1\n", "the header `time [kg]` must be a unit of time; got `kg` (mass)"),
    ("element,tim [s]\na,1\n", "the column `tim [s]` is not known. Did you mean `time`?"),
    ("time [s],wether\n1,dry\n", "the column `wether` is not known. Columns are element, worker, time, unit"),
    ("time [s],datum\n1,dry\n", "`--skip datum` leaves it alone"),
    ("element\na\n", "has no column `time`. Head it `time [min]`, or give `--column time=NAME`"),
    ("time [s],time (s)\n1,1\n", "has two columns `time`"),
    ("time [s]\n", "has no rows"),
    ("", "is empty"),
]


@pytest.mark.parametrize(("text", "message"), FILES, ids=[row[1][:30] for row in FILES])
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_study(_file(tmp_path, text))
    assert message in str(caught.value)


def test_a_unit_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has the unit, and so has `--unit`"):
        read_study(_file(tmp_path, WHOLE), "min")
    with pytest.raises(DataError, match="`--unit` must be a unit of time"):
        read_study(_file(tmp_path, "time\n1\n"), "kg")


def test_names_that_are_not_there_are_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, WHOLE)
    with pytest.raises(NotFoundError, match=r"there is no file `gone\.csv`"):
        read_study("gone.csv")
    with pytest.raises(NotFoundError, match=r"has no column `werker`\. Did you mean `worker`"):
        read_study(path, columns={"worker": "werker"})
    with pytest.raises(NotFoundError, match=r"a time study has no column `wrker`\. Did you mean `worker`"):
        read_study(path, columns={"wrker": "worker"})
    with pytest.raises(NotFoundError, match=r"has no column `nte`\. Did you mean `note`"):
        read_study(path, skip=["nte"])


def test_plain_times_are_a_study() -> None:
    study = given_study({"cut": [4, 5.0]}, "min")
    assert [one.time for one in study.elements["cut"]] == [240.0, 300.0]
    with pytest.raises(ModelError, match=r"`cut\[2\]`: must be a time above 0; got 0"):
        given_study({"cut": [4, 0]}, "min")
    with pytest.raises(DataError, match="`unit` must be a unit of time"):
        given_study({"cut": [4]}, "kg")
