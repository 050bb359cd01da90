"""The command line: output, exit codes, errors without traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import hewer
import hewer.experiment.compare as compare_module
import hewer.study.simulate as simulate_module
from hewer.cli.main import app
from tests.study.fake import MODEL, fake_result

runner = CliRunner()
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(hewer.__file__).parents[1])}


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "bench.yaml"
    path.write_text(MODEL)
    return str(path)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a made result in place of the simulation; return what it was asked for."""
    calls: list[dict[str, Any]] = []

    def simulate(*args: Any, **options: Any) -> Any:
        calls.append({"args": args, **options})
        return fake_result()

    monkeypatch.setattr(simulate_module, "simulate", simulate)
    monkeypatch.setattr(compare_module, "simulate", simulate)
    monkeypatch.setattr(compare_module, "changed", lambda *args: None)
    return calls


def invoke(*arguments: str) -> Any:
    return runner.invoke(app, list(arguments))


def test_version() -> None:
    got = invoke("--version")
    assert (got.exit_code, got.output) == (0, f"hewer {hewer.__version__}\n")


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == hewer.__version__


def test_run_writes_plain_tables_in_a_pipe(model: str, asked: list[dict[str, Any]]) -> None:
    got = invoke("run", model, "--set", "tools.clamp.count=2", "--seed", "5", "-n", "7")
    assert got.exit_code == 0
    assert "Two at a bench" in got.stdout
    assert "\x1b" not in got.stdout
    assert asked[0]["args"] == (model, None, None, {"tools.clamp.count": 2})
    assert (asked[0]["seed"], asked[0]["replications"], asked[0]["log"]) == (5, 7, False)


def test_run_writes_json(model: str, asked: list[dict[str, Any]]) -> None:
    got = invoke("run", model, "--json")
    document = json.loads(got.stdout)
    assert document["measures"]["output"]["n"] == 5


def test_run_writes_csv(model: str, asked: list[dict[str, Any]], tmp_path: Path) -> None:
    assert invoke("run", model, "--csv", str(tmp_path / "out.csv")).exit_code == 0
    assert (tmp_path / "out.csv").read_text().startswith("alternative,world,replication,measure,value,unit\n")


def test_run_writes_a_log(model: str, asked: list[dict[str, Any]], tmp_path: Path) -> None:
    assert invoke("run", model, "--log", str(tmp_path / "log.csv")).exit_code == 0
    assert asked[0]["log"] is True
    assert (tmp_path / "log.csv").read_text().startswith("world,replication,time (min),event")


def test_a_file_that_cannot_be_written_is_refused_before_the_run(
    model: str, asked: list[dict[str, Any]]
) -> None:
    got = invoke("run", model, "--csv", "/nowhere/out.csv")
    assert got.exit_code == 2
    assert "cannot write /nowhere/out.csv" in got.stderr
    assert asked == []


def test_compare_refuses_before_anything_runs(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_module, "simulate", pytest.fail)
    got = invoke("compare", model, "--crew", "pair", "--crew", "trio")
    assert got.exit_code == 2
    assert "trio" in got.stderr


def test_compare(model: str, asked: list[dict[str, Any]]) -> None:
    got = invoke("compare", model, "--crew", "a", "--crew", "b")
    assert got.exit_code == 0
    assert "b against a" in got.stdout
    assert [call["args"][2] for call in asked] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nosuch"), "nosuch"),
        (("run", "nosuch.yaml"), "there is no file"),
        (("run", "MODEL", "--set", "x"), "NAME=VALUE"),
        (("run", "MODEL", "--set", "x=1", "--set", "x=2"), "twice"),
        (("run", "MODEL", "--set", "x=1"), "there is no param `x`"),
        (("run", "MODEL", "--crew", "trio"), "trio"),
        (("run", "MODEL", "--replications", "0"), "replications must be between 1 and 1,000,000,000; got 0"),
        (("run", "MODEL", "--worlds", "0"), "worlds must be between 1 and"),
        (("run", "MODEL", "--worlds", "2"), "the model has none"),
        (("run", "MODEL", "--threads", "0"), "threads must be between 1 and"),
        (("run", "MODEL", "--seed", "-1"), "seed must be between"),
        (("run", "MODEL", "--replications", "many"), "--replications"),
        (("compare", "MODEL"), "two alternatives"),
        (("compare", "MODEL", "--crew", "pair", "--crew", "trio"), "trio"),
        (("show", "nosuch"), "nosuch"),
        (("cases", "nosuch"), "nosuch"),
    ],
)
def test_mistakes_end_with_code_2_and_a_message(model: str, arguments: tuple[str, ...], message: str) -> None:
    got = invoke(*(model if argument == "MODEL" else argument for argument in arguments))
    assert got.exit_code == 2
    assert message in got.stderr
    assert "Traceback" not in got.stderr
    assert got.stdout == ""


def test_check_finds_nothing(model: str) -> None:
    got = invoke("check", model)
    assert got.exit_code == 0
    assert got.stdout.endswith("no problems found\n")


def test_check_lists_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        MODEL.replace("takes: {wood: 2 kg}", "takes: {wod: 2 kg}").replace("time: 5 min", "time: 5 kg")
    )
    got = invoke("check", str(path))
    assert got.exit_code == 2
    assert got.stdout.count("error: ") == 2
    assert "line 8" in got.stdout
    assert "wood" in got.stdout
    assert "2 errors" in got.stdout
    ran = invoke("run", str(path))
    assert ran.exit_code == 2
    assert ran.stderr.count("error: ") == 2
    assert "2 problems" in ran.stderr


def test_schema_and_show_and_cases(model: str, tmp_path: Path) -> None:
    assert "$schema" in json.loads(invoke("schema").stdout)
    assert invoke("schema", "--out", str(tmp_path / "schema.json")).stdout == ""
    assert "$schema" in json.loads((tmp_path / "schema.json").read_text())
    assert "flowchart" in invoke("show", model).stdout
    listed = invoke("cases").stdout
    assert "irmino" in listed
    assert "title:" in invoke("cases", "irmino").stdout


def test_ctrl_c_before_anything_is_complete(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate(*args: Any, **options: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate_module, "simulate", simulate)
    got = invoke("run", model)
    assert got.exit_code == 130
    assert "stopped before anything was complete" in got.stderr


def test_ctrl_c_shows_what_is_complete(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate(*args: Any, **options: Any) -> Any:
        result = fake_result()
        result.interrupted = True  # type: ignore[misc]
        return result

    monkeypatch.setattr(simulate_module, "simulate", simulate)
    got = invoke("run", model)
    assert got.exit_code == 130
    assert "Stopped early" in got.stdout
    assert "stopped early" in got.stderr


def test_import_is_light() -> None:
    code = (
        "import sys, hewer, hewer.cli.main;"
        "heavy = {'numba', 'rich', 'pint', 'numpy', 'yaml', 'pydantic', 'scipy'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)


def test_a_reader_that_goes_away_is_no_error() -> None:
    got = subprocess.run(
        f"{sys.executable} -m hewer schema | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert got.stderr == ""


@pytest.mark.parametrize("name", sorted(set(hewer.__all__)))
def test_exports_exist(name: str) -> None:
    assert getattr(hewer, name) is not None


def test_unknown_export() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        hewer.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_bound_shows_what_limits_and_what_it_is_worth(tmp_path: Path) -> None:
    path = tmp_path / "bench.yaml"
    path.write_text(MODEL)
    got = invoke("bound", str(path), "--set", "tools.clamp.count=2")
    assert got.exit_code == 0, got.output
    assert "that no mean over shifts can pass" in got.stdout
    assert "What limits it" in got.stdout


def test_bound_writes_json() -> None:
    got = invoke("bound", "queue", "--json", "--long-run")
    document = json.loads(got.stdout)
    assert (document["goal"], document["unit"], document["long_run"]) == ("done", "1/h", True)
    assert document["fluid"] == document["proven"] == pytest.approx(54)
    first = document["limits"][0]
    assert (first["kind"], first["name"], first["binding"]) == ("source", "customers", True)
    assert first["worth"] == pytest.approx(5.4)


def test_bound_is_per_shift_or_for_the_long_run() -> None:
    assert "a shift" in invoke("bound", "queue", "--to-the-end").stdout
    assert "in the long run" in invoke("bound", "kitchen", "--long-run").stdout


def test_bound_refuses_by_name(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.write_text(
        "title: loop\nstocks: {a: {start: 1}, out: {sink: yes}}\nactivities:\n"
        "  breed: {takes: {a: 1}, gives: {a: 2, out: 1}, time: 0 min, people: 0}\nterms: {shift: 1 h}\n"
    )
    got = invoke("bound", str(path))
    assert got.exit_code == 2
    assert "line 4" in got.stderr
    assert "`breed` can be repeated without end" in got.stderr
    assert "1 problem" in got.stderr
