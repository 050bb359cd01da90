"""The command `replay`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hewer.cli.main import app


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["replay", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_text_and_chart(tmp_path: Path) -> None:
    code, out, _ = run("kitchen", "--from", "1 h", "--to", "2 h", "--chart", str(tmp_path / "a.svg"))
    assert code == 0
    assert out.startswith("An evening in a restaurant kitchen")
    assert "cook 1" in out
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<?xml")


def test_json() -> None:
    code, out, _ = run("kitchen", "-r", "2", "--seed", "5", "--json", "--to", "30 min")
    found = json.loads(out)
    assert code == 0
    assert (found["replication"], found["seed"], found["end"]) == (2, 5, 30.0)
    assert all(one["spells"][-1][1] == 30.0 for one in found["workers"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--chart", "a.pdf"), "ends in .svg or .png; got `a.pdf`"),
        (("--from", "9 h"), "must begin before it ends"),
        (("--from", "noon"), "begin must be a time such as `2 h`; got `noon`"),
        (("--replication", "-2"), "replication must be a number from 0 on"),
    ],
)
def test_mistakes(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = run("kitchen", *arguments)
    assert (code, out) == (2, "")
    assert message in err
