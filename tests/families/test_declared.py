"""Every family is declared in one way, and sampler and pages know the same families."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from hewer.distribution import Distribution, build
from hewer.engine.draws import Sampler
from hewer.errors import DistributionError
from hewer.families import FAMILIES, Family, Listed
from hewer.quantity import Quantity

DOCS = Path(__file__).resolve().parents[2] / "docs"
DECLARED = [family for family in FAMILIES.values() if isinstance(family, Family)]
VALUES = {"chance": 0.3, "phases": 3.0, "low": 1.0, "mode": 2.0, "high": 4.0, "sigma": 0.5, "second": 5.0}
OTHER_CV = {"exponential": 1.0, "erlang": 0.5, "hyperexponential": 1.5}


def examples() -> list[tuple[Family, Distribution]]:
    """One distribution of each form of each family."""
    found = []
    for family in DECLARED:
        cv = OTHER_CV.get(family.name, 0.4)
        for form in family.forms:
            given = {name: VALUES.get(name, 2.0) for name in form.names}
            given |= {name: value for name, value in (("cv", cv), ("sd", 2.0 * cv)) if name in given}
            named = {name: Quantity(value) for name, value in given.items()}
            found.append((family, build(family.name, (), named)))
    return found


EXAMPLES = examples()
IDS = [f"{family.name}-{number}" for number, (family, _) in enumerate(EXAMPLES)]


def test_the_sampler_knows_every_family() -> None:
    assert {sampler.name.lower() for sampler in Sampler} == set(FAMILIES)


def test_the_language_lists_every_family_in_its_own_words() -> None:
    section = (DOCS / "language.md").read_text(encoding="utf-8").partition("## Distributions\n\n")[2]
    lines = [f"| `{family.call}` | {family.also} |" for family in FAMILIES.values()]
    assert section.partition("\n\n")[0].splitlines() == ["| call | also |", "|---|---|", *lines]


def test_the_rules_of_draws_are_written_down() -> None:
    page = (DOCS / "semantics.md").read_text(encoding="utf-8").partition("| family | draws |")[2]
    told = page.partition("\n\n")[0]
    assert [name for name in FAMILIES if name not in told and name != "constant"] == []


@pytest.mark.parametrize("family", DECLARED, ids=lambda family: family.name)
def test_a_parameter_is_the_same_in_all_forms(family: Family) -> None:
    for form in family.forms:
        assert [family.parameters[name] for name in form.names] == list(form.parameters)
        assert form.scale == "" or form.scale in form.names


@pytest.mark.parametrize(("family", "found"), EXAMPLES, ids=IDS)
def test_what_is_declared_goes_together(family: Family, found: Distribution) -> None:
    """The mean is the integral of the chance to be above; draws lie in the support; phases have the mean."""
    assert found.family == family.name
    low, high = found.lower(), found.upper()
    if low < high:
        edges = np.linspace(low, min(high, found.mean() * 100.0), 200_001)
        below = np.array([family.below(special, edge, *found.numbers) for edge in edges[1:]])
        assert (np.diff(below) >= -1e-12).all()
        assert below[-1] == pytest.approx(1.0)
        assert low + np.sum(1.0 - below) * np.diff(edges)[0] == pytest.approx(found.mean(), rel=2e-3)
    phases = family.phases(*found.numbers) if family.phases is not None else None
    if phases is not None:
        assert math.fsum(chance for chance, _ in phases) == pytest.approx(1.0)
        assert math.fsum(chance * sum(means) for chance, means in phases) == pytest.approx(found.mean())


@pytest.mark.parametrize(("family", "found"), EXAMPLES, ids=IDS)
def test_what_is_left_is_bounded_as_declared(family: Family, found: Distribution) -> None:
    """The mean of what is left at an age, by integration, is at most what the family says."""
    left = family.left(special, *found.numbers) if family.left is not None else None
    most = min(found.upper(), found.mean() * 60.0)
    edges = np.linspace(0.0, most, 60_001)
    inside = [found.lower() <= edge for edge in edges]
    above = np.array(
        [
            1.0 - family.below(special, edge, *found.numbers) if within else 1.0
            for edge, within in zip(edges, inside, strict=True)
        ]
    )
    rest = np.cumsum(above[::-1])[::-1] * (edges[1] - edges[0])
    for age in (0.0, 0.5 * found.mean(), found.mean(), 2.0 * found.mean()):
        at = int(np.searchsorted(edges, age))
        if at < len(edges) - 1 and above[at] > 1e-3:
            told = left(age) if left is not None else found.mean()
            assert rest[at] / above[at] <= max(told, found.mean()) * 1.01


def test_a_listed_family_is_not_built_from_parameters() -> None:
    assert {name for name, family in FAMILIES.items() if isinstance(family, Listed)} == {
        "discrete",
        "empirical",
    }
    with pytest.raises(DistributionError, match="there is no distribution `discrete`"):
        build("discrete")


@pytest.mark.parametrize(("shape", "scale"), [(0.4, 2.0), (1.0, 3.0), (2.5, 3.0), (40.0, 0.1)])
def test_a_weibull_has_the_quantiles_of_scipy(shape: float, scale: float) -> None:
    family, peer = FAMILIES["weibull"], stats.weibull_min(shape, scale=scale)
    assert isinstance(family, Family)
    for chance in (1e-6, 0.01, 0.5, 0.99, 1 - 1e-9):
        assert family.below(special, peer.ppf(chance), shape, scale) == pytest.approx(chance, rel=1e-9)
    assert family.below(special, 1e9, 1e4, 1.0) == 1.0
