"""Small models run to the tick as they did before: ``pytest tests/golden --update`` renews the traces.

A change here is a change of what models mean, or of the draws: it belongs in the CHANGELOG. Both engines are
held to the same files, so that they cannot drift together.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hewer.engine.compile.program import compile_model
from hewer.engine.program import Compiled
from hewer.model.reading.document import load
from hewer.study.simulate import changed
from tests.golden.trace import told
from tests.oracle import compare, engine

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in (HERE / "models").glob("*.yaml"))
SEED = 20261123


def compiled(name: str) -> Compiled:
    return compile_model(changed(load(HERE / "models" / f"{name}.yaml"), None, None, None))


@pytest.mark.parametrize("by", ["kernel", "oracle"])
@pytest.mark.parametrize("name", NAMES)
def test_trace_is_as_before(name: str, by: str, request: pytest.FixtureRequest) -> None:
    made = compiled(name)
    simulate = compare.kernel if by == "kernel" else engine.simulate
    found = told(made, simulate(made.program, seed=SEED))
    golden = HERE / "traces" / f"{name}.txt"
    if request.config.getoption("--update") and by == "kernel":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_every_trace_has_a_model() -> None:
    assert sorted(path.stem for path in (HERE / "traces").glob("*.txt")) == NAMES
