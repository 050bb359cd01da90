"""Completion in a shell: names of models and of what is in them; never an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hewer
from hewer.cli import completion

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(hewer.__file__).parents[1])}
BROKEN = "title: [\n"


def completed(line: str, shell: str = "bash", folder: Path | None = None) -> list[str]:
    """What a shell is offered at the end of a line."""
    words = line.split(" ")
    asked = {
        "_HEWER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
    }
    program = "import sys; sys.argv[0] = 'hewer'; from hewer.cli.main import main; main()"
    got = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**ENVIRONMENT, **asked},
        cwd=folder,
    )
    assert got.stderr == ""
    if shell == "zsh":
        return [row.split('"')[1].replace("\\", "") for row in got.stdout.splitlines() if '"' in row]
    return got.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_commands_and_cases_are_completed(shell: str) -> None:
    assert "sensitivity" in completed("hewer se", shell)
    assert completed("hewer run irm", shell) == ["irmino"]


def test_names_of_the_model_that_is_typed_already() -> None:
    assert completed("hewer compare irmino --scenario rec") == ["record", "record_crew_only"]
    assert "solo" in completed("hewer run irmino --crew s")
    assert "output" in completed("hewer explain irmino --measure out")


def test_files_are_completed_and_folders_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("title: x")
    (tmp_path / "shop.txt").write_text("")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ward.yml").write_text("")
    assert completed("hewer run sh", folder=tmp_path) == ["shop.yaml"]
    assert completed("hewer run models/", folder=tmp_path) == ["models/ward.yml"]


def test_a_model_that_cannot_be_read_completes_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(BROKEN)
    for name in ("bad.yaml", "missing.yaml", "nocase"):
        assert completed(f"hewer run {name} --crew a", folder=tmp_path) == []


class Context:
    """A command line in the making."""

    def __init__(self, model: object) -> None:
        self.params = {"model": model}


def test_params_by_what_they_are_for() -> None:
    line: object = Context("irmino")
    changes = completion.changes(line, "")  # type: ignore[arg-type]
    ranged = completion.ranged(line, "")  # type: ignore[arg-type]
    decisions = completion.decisions(line, "")  # type: ignore[arg-type]
    assert all(name.endswith("=") for name in changes + decisions)
    assert {"crew=", "scenario="} <= set(decisions)
    assert {f"{name}=" for name in ranged} <= set(changes)
    assert not {f"{name}=" for name in ranged} & set(decisions)


@pytest.mark.parametrize("model", [None, 3, "nothing", "no/such/file.yaml", "\0"])
def test_nothing_is_said_of_what_is_no_model(model: object) -> None:
    line: object = Context(model)
    for complete in (
        completion.crews, completion.scenarios, completion.measures, completion.ranged,
        completion.changes, completion.decisions,
    ):  # fmt: skip
        assert complete(line, "") == []  # type: ignore[arg-type]


@pytest.mark.parametrize("begun", ["", "/", "~", "\0", "no/such/folder/", "**", "["])
def test_whatever_is_typed_of_a_file_is_no_error(begun: str) -> None:
    assert isinstance(completion.models(begun), list)
