"""Params that are not known: shares of a whole, joint draws from a file, hints about ranges."""

from __future__ import annotations

from pathlib import Path

import pytest

import hewer
from hewer.errors import ModelError, NotFoundError, OptionError
from hewer.model.checking.check import check
from hewer.model.document.writing import dump
from hewer.model.reading.document import load, loads
from hewer.model.settling.ignorance import ignorance_of
from hewer.model.settling.scenario import apply

TEXT = """
params:
  work: {value: 4 min, draws: fit.csv}
  cv: {value: 0.3, draws: {file: ./fit.csv, column: spread}}
  plain: {value: 60 %, range: [40 %, 80 %], simplex: mix}
  fancy: {value: 30 %, range: [0 %, 100 %], simplex: mix}
  odd: {value: 10 %, simplex: mix}
flow: [jobs, do]
sources: {jobs: {every: exponential(5 min)}}
activities:
  do:
    takes: {do_queue: 1}
    time: "gamma(mean=work, cv=cv)"
    outcomes:
      ok: {chance: plain}
      again: {chance: fancy, gives: {do_queue: 1}}
      lost: {chance: odd}
crews: {one: {worker: {count: 2, does: do}}}
terms: {shift: 8 h}
measures: {done: arrivals(done)}
"""
ROWS = "work [min],spread\n3.5,0.25\n4.0,0.30\n4.5,0.35\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fit.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "model.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _found(*changes: tuple[str, str]) -> list[str]:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return [str(one) for one in check(loads(text)) if one.level != "note"]


def test_a_clean_model_has_no_findings() -> None:
    assert check(loads(TEXT)) == ()


def test_what_is_not_known_by_kind() -> None:
    unknown = ignorance_of(load("model.yaml"))
    assert not unknown.ranges
    assert unknown.simplexes["mix"].bounds == {"plain": (0.4, 0.8), "fancy": (0.0, 1.0)}
    assert unknown.simplexes["mix"].total == pytest.approx(0.9)
    assert unknown.draws["fit.csv"].columns == {"work": (210.0, 240.0, 270.0), "cv": (0.25, 0.30, 0.35)}
    assert unknown.dependent == {"work", "cv", "plain", "fancy"}


def test_it_is_written_and_read_back() -> None:
    model = loads(TEXT)
    text = dump(model)
    assert "draws: fit.csv\n" in text
    assert loads(text) == model


def test_a_param_that_is_set_is_known() -> None:
    unknown = ignorance_of(apply(load("model.yaml"), set={"work": "5 min"}))
    assert list(unknown.draws["fit.csv"].columns) == ["cv"]
    kept = ignorance_of(apply(load("model.yaml"), set={"params.work.value": "5 min"}))
    assert list(kept.draws["fit.csv"].columns) == ["work", "cv"]


def test_shares_that_are_set_still_make_up_the_whole() -> None:
    model = apply(load("model.yaml"), set={"odd": "20 %", "plain": "50 %"})
    with pytest.raises(ModelError, match="`mix` needs two shares with ranges"):
        ignorance_of(model)
    with pytest.raises(
        ModelError, match=r"must add up to 100 %; got 110 % \(plain 60 %, fancy 30 %, odd 20 %\)"
    ):
        ignorance_of(apply(load("model.yaml"), set={"odd": "20 %"}))
    assert not ignorance_of(
        apply(load("model.yaml"), set={"odd": "20 %", "plain": "50 %", "fancy": "30 %"})
    ).simplexes


WRONG = [
    (
        "draws: fit.csv",
        "draws: fat.csv",
        "line 3, column 31, `params.work.draws`: there is no file `fat.csv`",
    ),
    ("column: spread", "column: sprad", "`./fit.csv` has no column `sprad`"),
    ("column: spread", "column: spread, unit: min", "must be in the unit of the value, 0.3 (bare number)"),
    (
        "draws: fit.csv",
        "draws: {file: fit.csv, unit: min}",
        "the header `work [min]` of `fit.csv` has the unit",
    ),
    (
        "value: 4 min, draws",
        "value: 4 t, draws",
        "must be in the unit of the value, 4 t (mass); got a number in",
    ),
    (
        "value: 4 min, draws",
        "value: 4 min, range: [3 min, 5 min], draws",
        "has `draws` or a `range`, not both",
    ),
    ("value: 4 min, draws", "value: 4 min, simplex: mix, draws", "has `draws` or a `simplex`, not both"),
    (
        "value: 4 min, draws",
        "value: 5 min, draws",
        "the value, 5 min, lies outside its draws, 3.5 min to 4.5 min",
    ),
    ("[40 %, 80 %]", "[40 %, 80 %], spread: triangular", "a share of a simplex has no `spread`"),
    ("[40 %, 80 %]", "[-40 %, 80 %]", "a share lies between 0 and 100 %; got -40 to 80 %"),
    ("value: 10 %, simplex", "value: 12 %, simplex", "must add up to 100 %; got 102 %"),
    ("value: 10 %, simplex: mix", "value: 10 %, simplex: 3", "`3` is not a name"),
    (
        ", range: [0 %, 100 %]",
        "",
        "`mix` needs two shares with ranges at least, or none; only `plain` has a range",
    ),
    ("value: 10 %, simplex: mix", "value: 10 %, simplex: mox", "only `odd` is a share"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG, ids=[row[2][:40] for row in WRONG])
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, message: str) -> None:
    try:
        found = _found((old, new))
    except ModelError as error:
        found = [str(error)]
    assert any(message in one for one in found), found


def test_shares_have_no_unit() -> None:
    found = _found(("value: 10 %, simplex: mix", "value: 10 min, simplex: mix"))
    assert any("a share must be a bare number or in %; got 10 min (time)" in one for one in found)


FILES = [
    ("", "`fit.csv` is empty"),
    ("work [min],spread\n3.5,0.25\n", "must have two rows of draws at least; got 1"),
    ("work [min],spread\n3.5,0.25\n,0.3\n", "`fit.csv`, line 3, column `work [min]`: a number is missing"),
    (
        "work [min],spread\n3.5,0.25\n4;2,0.3\n",
        "line 3, column `work [min]`: must be a finite number; got `4;2`",
    ),
    ("work [mim],spread\n3.5,0.25\n4,0.3\n", "there is no unit `mim`"),
    ("work,spread\n3.5,0.25\n4,0.3\n", "Head the column `work [min]`, or write `unit: min`"),
    ("work [min],work [h],spread\n3.5,2,0.25\n4,3,0.3\n", "has 2 columns `work`"),
]


@pytest.mark.parametrize(("text", "message"), FILES)
def test_what_is_wrong_in_the_file_is_said(text: str, message: str) -> None:
    Path("fit.csv").write_text(text, encoding="utf-8")
    assert any(message in one for one in _found())


def test_draws_may_stand_in_a_parquet_file() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    arrow = pytest.importorskip("pyarrow")
    parquet.write_table(arrow.table({"work (min)": [3.5, 4.5], "spread": [0.25, 0.35]}), "fit.parquet")
    text = TEXT.replace("./fit.csv", "fit.parquet").replace("fit.csv", "fit.parquet")
    assert ignorance_of(loads(text)).draws["fit.parquet"].count == 2


def test_a_changed_file_is_read_again() -> None:
    assert _found() == []
    Path("fit.csv").write_text(ROWS + "6.0,0.30\n", encoding="utf-8")
    assert ignorance_of(loads(TEXT)).draws["fit.csv"].count == 4


def test_worlds_draw_what_is_not_known() -> None:
    result = hewer.simulate("model.yaml", replications=1, worlds=6, seed=4)
    again = hewer.simulate("model.yaml", replications=1, worlds=6, seed=4)
    values = [float(x) for x in result.measures["done"].values[:, 0]]
    assert values == [float(x) for x in again.measures["done"].values[:, 0]]
    assert len(set(values)) > 1


def test_a_param_with_draws_cannot_be_chosen() -> None:
    with pytest.raises(OptionError, match="`work` has draws: it is not known"):
        hewer.select("model.yaml", {"work": ["4 min", "5 min"]}, delta="1")


def test_sensitivity_refuses_what_is_drawn_together() -> None:
    text = TEXT.replace("flow:", "  p: {value: 1, range: [0, 2]}\n  q: {value: 1, range: [0, 2]}\nflow:", 1)
    with pytest.raises(OptionError, match="`cv` is drawn together with others"):
        hewer.sensitivity(loads(text), params=["cv", "p"], points=16)
    with pytest.raises(NotFoundError, match="there is no param `pp` with a range"):
        hewer.sensitivity(loads(text), params=["pp", "p"], points=16)


@pytest.mark.parametrize(
    ("field", "noted"),
    [
        ("range: [1 min, 5 min]", True),
        ("range: [1 min, 4 min]", False),
        ("range: [0 min, 4 min]", False),
        ("range: [1 min, 5 min], spread: uniform", False),
        ("range: [1 min, 5 min], spread: loguniform", False),
    ],
)
def test_a_range_over_a_factor_above_4_may_be_loguniform(field: str, noted: bool) -> None:
    found = check(loads(TEXT.replace("draws: fit.csv", field, 1)))
    notes = [one for one in found if one.code == "spread"]
    assert len(notes) == len(found) == int(noted)
    if noted:
        assert notes[0].level == "note"
        assert notes[0].path == "params.work.range"
        assert "5 times the lowest, and half of the draws are above 3 min" in notes[0].message
        assert notes[0].hint is not None
        assert "spread: loguniform" in notes[0].hint
