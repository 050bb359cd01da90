"""The command `steady`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from hewer.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
MM1 = str(ROOT / "examples" / "mm1.yaml")


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["steady", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_tables_and_chart(tmp_path: Path) -> None:
    code, out, _ = run(MM1, "level(serve_queue)", "-n", "3", "--chart", str(tmp_path / "a.png"))
    assert code == 0
    assert "One queue, one clerk · crew one · in the long run" in out
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_json() -> None:
    code, out, _ = run(MM1, "-n", "2", "--windows", "100", "--json")
    assert code == 0
    assert json.loads(out)["windows"] == 100


def test_a_shift_is_refused() -> None:
    code, out, err = run("irmino")
    assert (code, out) == (2, "")
    assert "give `terms.horizon` and no `terms.shift`" in err


def test_a_chart_is_refused_at_once(tmp_path: Path) -> None:
    code, _, err = run(MM1, "--chart", str(tmp_path / "a.gif"), "-n", "100000")
    assert code == 2
    assert "ends in .svg or .png" in err
