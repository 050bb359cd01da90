"""The documents hold: their models load, their Python runs, their commands do what they show.

In the Markdown files:

- a `yaml` block is a complete model; with a file name after it, it is saved for the blocks below;
- a `yaml fragment` block is a part of a model and is only read as YAML;
- a `csv` block is saved under the name after it;
- `python` blocks of one document are executed in one namespace, in order; with a file name after it,
  the block is saved as well;
- of a `console` block each `$ hewer ...` is executed, and each line shown below it must be a line of
  what it prints (`...` stands for any lines). Other commands are for the reader.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from typer.testing import CliRunner

import hewer
from hewer.cli.main import app
from hewer.errors import ModelError

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
CASES = ("irmino", "kitchen", "queue")

NOT_YET: dict[str, set[str]] = {}
RUNS = (
    "assembly_rework",
    "bank_reneging",
    "cinema",
    "bucket_brigade",
    "call_centre",
    "car_wash",
    "coal_face",
    "flow_line",
    "gas_station",
    "job_shop",
    "print_shop",
    "machine_shop",
    "machine_shop_other_job",
    "kitchen_orders",
    "mm1",
    "night_shift",
    "own_rule",
    "packing_bench",
    "pony_haulage",
    "single_track",
    "replayed_log",
    "tandem",
    "two_shifts",
)


class Block(NamedTuple):
    """A fenced block of a Markdown file."""

    language: str
    word: str  # what follows the language
    line: int
    text: str


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document."""
    found: list[Block] = []
    fence: tuple[str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), start=1):
        if fence is None and line.startswith("```"):
            fence, lines = (line[3:].strip(), number), []
        elif fence is not None and line.startswith("```"):
            language, _, word = fence[0].partition(" ")
            found.append(Block(language, word.strip(), fence[1] + 1, "\n".join(lines) + "\n"))
            fence = None
        elif fence is not None:
            lines.append(line)
    assert fence is None, f"{document.name}: the block begun in line {fence and fence[1]} is not closed"
    return found


def run_yaml(block: Block, _namespace: dict[str, Any]) -> None:
    if block.word == "fragment":
        yaml.safe_load(block.text)
        return
    if block.word:
        Path(block.word).write_text(block.text, encoding="utf-8")
        hewer.load(block.word)
        return
    path = Path("block.yaml")
    path.write_text(block.text, encoding="utf-8")
    hewer.load(path)


def run_python(block: Block, namespace: dict[str, Any]) -> None:
    if block.word:
        Path(block.word).write_text(block.text, encoding="utf-8")
    exec(compile(block.text, f"line {block.line}", "exec"), namespace)


def run_console(block: Block, _namespace: dict[str, Any]) -> None:
    for command, shown in _commands(block.text):
        words = shlex.split(command)
        if words[0] != "hewer":
            continue
        result = CliRunner().invoke(app, words[1:])
        fails = any(line.startswith("Error") for line in shown)
        assert fails or result.exit_code == 0, f"{command}\n{result.output}\n{result.exception!r}"
        printed = [" ".join(line.split()) for line in result.output.splitlines()]
        for line in shown:
            text = " ".join(line.split())
            assert not text or text == "..." or text in printed, f"{command}\n{line}\n{result.output}"


def _commands(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def run_csv(block: Block, _namespace: dict[str, Any]) -> None:
    Path(block.word).write_text(block.text, encoding="utf-8")


RUNNERS = {"yaml": run_yaml, "python": run_python, "console": run_console, "csv": run_csv}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_document_holds(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    for block in blocks(document):
        if block.language in RUNNERS:
            try:
                RUNNERS[block.language](block, namespace)
            except (Exception, SystemExit) as error:
                pytest.fail(f"{document.name}, line {block.line}: {error}")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_corpus_is_whole() -> None:
    names = {path.stem for path in (ROOT / "examples").glob("*.yaml")}
    assert names == {*NOT_YET, *RUNS}


@pytest.mark.parametrize("name", sorted(NOT_YET))
def test_a_reserved_feature_is_named(name: str) -> None:
    path = ROOT / "examples" / f"{name}.yaml"
    with pytest.raises(ModelError) as caught:
        hewer.load(path)
    assert {problem.path for problem in caught.value.problems} == NOT_YET[name]
    assert {problem.code for problem in caught.value.problems} == {"not-yet"}
    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert "State: not yet" in header


@pytest.mark.parametrize("name", [*RUNS, *CASES])
def test_a_model_runs_in_every_scenario(name: str) -> None:
    path = ROOT / "examples" / f"{name}.yaml"
    model = hewer.load(path if name in RUNS else name)
    assert not [finding for finding in hewer.check(model) if finding.level == "error"]
    for scenario in (None, *model.scenarios):
        result = hewer.simulate(model, scenario=scenario, replications=2)
        assert result.measures
        for measure, samples in result.measures.items():
            assert samples.values.size == 2, (scenario, measure)
    for crew in model.crews:
        assert hewer.simulate(model, crew=crew, replications=1).measures
