"""`hewer fit`: tables, JSON, and a model with its draws."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

pytest.importorskip("scipy")

from hewer.cli.main import app
from hewer.experiment.fitting import fit as fitting

STUDY = "element,worker,time [min]\n" + "".join(
    f"serve,{worker},{time}\n"
    for worker, times in {
        "Ana": (1.2, 2.4, 0.7, 1.9, 3.3, 1.1),
        "Ben": (0.9, 2.2, 1.4, 4.1, 0.8, 1.7),
    }.items()
    for time in times
)
MODEL = """title: A counter
flow: [customers, serve]
sources: {customers: {every: exponential(2 min)}}
activities: {serve: {time: exponential(1.5 min)}}
crews: {one: {clerk: {does: serve}}}
terms: {shift: 4 h}
"""
RUN = ["--draws", "199"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.csv").write_text(STUDY, encoding="utf-8")
    Path("model.yaml").write_text(MODEL, encoding="utf-8")


def _hewer(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_tables_and_json_say_the_same() -> None:
    code, shown = _hewer("fit", "study.csv", *RUN)
    assert code == 0, shown
    code, text = _hewer("fit", "study.csv", *RUN, "--json")
    found = json.loads(text)["elements"][0]
    assert f"12  {found['family']}" in shown
    assert [one["worker"] for one in found["workers"]] == ["Ana", "Ben"]


def test_a_model_is_written_with_its_draws() -> None:
    code, output = _hewer(
        "fit", "study.csv", "model.yaml", *RUN, "--family", "gamma", "--write", "fitted.yaml"
    )
    assert code == 0, output
    assert "wrote fitted.yaml, and 199 joint draws to fitted_draws.csv" in output
    text = Path("fitted.yaml").read_text(encoding="utf-8")
    assert "time: gamma(mean=serve_mean, cv=serve_cv)" in text
    assert Path("fitted_draws.csv").read_text(encoding="utf-8").startswith("serve_mean [min],serve_cv\n")
    code, output = _hewer("check", "fitted.yaml")
    assert (code, output) == (0, "fitted.yaml: no problems found\n")
    code, output = _hewer("run", "fitted.yaml", "--worlds", "5", "-n", "2")
    assert code == 0, output
    assert "band over 5 worlds" in " ".join(output.split()) or "over worlds" in output


def test_without_a_model_params_and_times_are_written() -> None:
    code, output = _hewer("fit", "study.csv", *RUN, "--write", "params.yaml")
    assert code == 0, output
    text = Path("params.yaml").read_text(encoding="utf-8")
    assert text.startswith("params:\n  serve_mean:\n    value: ")
    assert "draws: params_draws.csv" in text


WRONG = [
    (["study.csv", "model.yaml"], "a MODEL goes with --write"),
    (["study.csv", "model.yaml", "--write", "model.yaml"], "--write would write over model.yaml"),
    (["study_draws.csv", "--write", "study.yaml"], "--write would write over study_draws.csv"),
    (["study.csv", "model.yaml", "--write", "sub/out.yaml"], "a model finds its files from its own folder"),
    (["study.csv", "--write", "gone/out.yaml"], "there is no folder gone"),
    (["study.csv", "--family", "serve=gama"], "there is no family `gama`"),
    (["study.csv", "--family", "gamma", "--family", "serve=gamma"], "--family must be such as `cut=gamma`"),
    (["study.csv", "--column", "time"], "--column must be such as `time=Dauer`; got `time`"),
    (["gone.csv"], "there is no file `gone.csv`"),
    (["study.csv", "queue", "--write", "out.yaml", "--element", "serv"], "there is no element `serv`"),
]


@pytest.mark.parametrize(("words", "message"), WRONG, ids=[row[1][:40] for row in WRONG])
def test_mistakes_are_told(words: list[str], message: str) -> None:
    Path("sub").mkdir()
    Path("study_draws.csv").write_text(STUDY, encoding="utf-8")
    code, output = _hewer("fit", *words)
    assert code == 2
    assert message in output
    assert not Path("out.yaml").exists()


def test_stopped_early_it_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = fitting.fit

    def stopped(*args: Any, **options: Any) -> Any:
        return replace(real(*args, **options), interrupted=True)

    monkeypatch.setattr(fitting, "fit", stopped)
    code, output = _hewer("fit", "study.csv", *RUN, "--write", "params.yaml")
    assert code == 130
    assert "stopped early; the elements that are shown are complete, nothing is written" in output
    assert "Fitted: study.csv" in output
    assert not Path("params.yaml").exists()


def test_all_wrong_cells_are_told() -> None:
    Path("study.csv").write_text(STUDY.replace("1.2", "0").replace("0.9", "-1"), encoding="utf-8")
    code, output = _hewer("fit", "study.csv")
    assert code == 2
    assert "error: study.csv, line 2, `time [min]`: must be above 0; got 0." in output
    assert "error: study.csv, line 8, `time [min]`: must be above 0; got -1" in output
    assert "2 problems" in output
