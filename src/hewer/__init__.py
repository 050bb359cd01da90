"""hewer: a work-design laboratory.

Describe a workplace once (the work, the place, the people and tools, the terms of the shift), then
ask what it yields and which division of the labour is better::

    import hewer

    model = hewer.load("irmino")
    result = hewer.simulate(model, crew="solo", replications=50)
    print(hewer.table(result))
    print(hewer.table(hewer.compare(model, crews=["solo", "crew"])))

Names are imported when they are first used, so that ``import hewer`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from hewer.engine.result.result import Result as Result
    from hewer.errors import HewerError as HewerError
    from hewer.errors import ModelError as ModelError
    from hewer.exact.bound.ceiling import Bound as Bound
    from hewer.exact.bound.ceiling import bound as bound
    from hewer.exact.chain.markov import ExactSolution as ExactSolution
    from hewer.exact.chain.markov import exact_solution as exact_solution
    from hewer.experiment.attribute import Attribution as Attribution
    from hewer.experiment.attribute import attribute as attribute
    from hewer.experiment.compare import Comparison as Comparison
    from hewer.experiment.compare import compare as compare
    from hewer.experiment.explain import Explanation as Explanation
    from hewer.experiment.explain import explain as explain
    from hewer.experiment.fitting.fit import Fit as Fit
    from hewer.experiment.fitting.fit import fit as fit
    from hewer.experiment.precision import Precise as Precise
    from hewer.experiment.precision import simulate_until as simulate_until
    from hewer.experiment.regret import Robust as Robust
    from hewer.experiment.regret import regret as regret
    from hewer.experiment.select import Selected as Selected
    from hewer.experiment.select import select as select
    from hewer.experiment.sensitivity import Sensitivity as Sensitivity
    from hewer.experiment.sensitivity import sensitivity as sensitivity
    from hewer.experiment.steady import Steady as Steady
    from hewer.experiment.steady import steady as steady
    from hewer.experiment.verify import Verification as Verification
    from hewer.experiment.verify import verify as verify
    from hewer.model.checking.check import check as check
    from hewer.model.document import Model as Model
    from hewer.model.document.writing import dump as dump
    from hewer.model.reading.document import load as load
    from hewer.model.reading.document import loads as loads
    from hewer.model.reading.library import cases as cases
    from hewer.model.show import mermaid as mermaid
    from hewer.report.chart.draw import chart as chart
    from hewer.report.table.tables import table as table
    from hewer.study.replay import Replay as Replay
    from hewer.study.replay import replay as replay
    from hewer.study.simulate import simulate as simulate
    from hewer.study.summary import summarise as summarise

_HOME = {
    "Bound": "hewer.exact.bound.ceiling",
    "Attribution": "hewer.experiment.attribute",
    "Comparison": "hewer.experiment.compare",
    "ExactSolution": "hewer.exact.chain.markov",
    "Fit": "hewer.experiment.fitting.fit",
    "HewerError": "hewer.errors",
    "Model": "hewer.model.document",
    "ModelError": "hewer.errors",
    "Precise": "hewer.experiment.precision",
    "Replay": "hewer.study.replay",
    "Result": "hewer.engine.result.result",
    "Robust": "hewer.experiment.regret",
    "Selected": "hewer.experiment.select",
    "bound": "hewer.exact.bound.ceiling",
    "attribute": "hewer.experiment.attribute",
    "Verification": "hewer.experiment.verify",
    "Sensitivity": "hewer.experiment.sensitivity",
    "sensitivity": "hewer.experiment.sensitivity",
    "Explanation": "hewer.experiment.explain",
    "explain": "hewer.experiment.explain",
    "Steady": "hewer.experiment.steady",
    "steady": "hewer.experiment.steady",
    "fit": "hewer.experiment.fitting.fit",
    "cases": "hewer.model.reading.library",
    "chart": "hewer.report.chart.draw",
    "check": "hewer.model.checking.check",
    "compare": "hewer.experiment.compare",
    "dump": "hewer.model.document.writing",
    "exact_solution": "hewer.exact.chain.markov",
    "load": "hewer.model.reading.document",
    "loads": "hewer.model.reading.document",
    "mermaid": "hewer.model.show",
    "replay": "hewer.study.replay",
    "regret": "hewer.experiment.regret",
    "select": "hewer.experiment.select",
    "simulate": "hewer.study.simulate",
    "simulate_until": "hewer.experiment.precision",
    "summarise": "hewer.study.summary",
    "table": "hewer.report.table.tables",
    "verify": "hewer.experiment.verify",
}

__all__ = [
    "Attribution",
    "Bound",
    "Comparison",
    "ExactSolution",
    "Explanation",
    "Fit",
    "HewerError",
    "Model",
    "ModelError",
    "Precise",
    "Replay",
    "Result",
    "Robust",
    "Selected",
    "Sensitivity",
    "Steady",
    "Verification",
    "__version__",
    "attribute",
    "bound",
    "cases",
    "chart",
    "check",
    "compare",
    "dump",
    "exact_solution",
    "explain",
    "fit",
    "load",
    "loads",
    "mermaid",
    "regret",
    "replay",
    "select",
    "sensitivity",
    "simulate",
    "simulate_until",
    "steady",
    "summarise",
    "table",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'hewer' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
