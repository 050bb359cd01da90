"""The public names of hewer and where they are: the one list of them (PEP 562, through lazy_loader)."""

from .engine.result.result import Result as Result
from .errors import HewerError as HewerError
from .errors import ModelError as ModelError
from .exact.bound.ceiling import Bound as Bound
from .exact.bound.ceiling import bound as bound
from .exact.chain.markov import ExactSolution as ExactSolution
from .exact.chain.markov import exact_solution as exact_solution
from .experiment.attribute import Attribution as Attribution
from .experiment.attribute import attribute as attribute
from .experiment.compare import Comparison as Comparison
from .experiment.compare import compare as compare
from .experiment.explain import Explanation as Explanation
from .experiment.explain import explain as explain
from .experiment.fitting.fit import Fit as Fit
from .experiment.fitting.fit import fit as fit
from .experiment.precision import Precise as Precise
from .experiment.precision import simulate_until as simulate_until
from .experiment.regret import Robust as Robust
from .experiment.regret import regret as regret
from .experiment.select import Selected as Selected
from .experiment.select import select as select
from .experiment.sensitivity import Sensitivity as Sensitivity
from .experiment.sensitivity import sensitivity as sensitivity
from .experiment.steady import Steady as Steady
from .experiment.steady import steady as steady
from .experiment.verify import Verification as Verification
from .experiment.verify import verify as verify
from .model.checking.check import check as check
from .model.document import Model as Model
from .model.document.writing import dump as dump
from .model.reading.document import load as load
from .model.reading.document import loads as loads
from .model.reading.library import cases as cases
from .model.show import mermaid as mermaid
from .report.chart.draw import chart as chart
from .report.table.tables import table as table
from .study.replay import Replay as Replay
from .study.replay import replay as replay
from .study.simulate import simulate as simulate
from .study.summary import summarise as summarise

__version__: str
__all__: list[str]
