"""Maximum likelihood: SciPy's answers, one sample or many, censored or not, in groups or not."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import stats

from hewer.statistics.fitting.families import FAMILIES
from hewer.statistics.fitting.likelihood import Sample, maximise

NAMES = sorted(FAMILIES)
WHOLE = np.zeros(60, dtype=bool)


def _times(name: str, seed: int = 4, size: tuple[int, ...] = (60,)) -> np.ndarray:
    shape = {"lognormal": -0.6, "gamma": 1.2, "normal": 2.2, "hyperexponential": 2.0}.get(name, 0.0)
    return 3.0 * FAMILIES[name].draw(np.random.default_rng(seed), shape, size)


def test_gamma_and_lognormal_agree_with_scipy() -> None:
    times = _times("gamma")
    limit = float(np.quantile(times, 0.7))
    for censored in (WHOLE, times > limit):
        cut = np.where(censored, limit, times)
        data = stats.CensoredData(uncensored=cut[~censored], right=cut[censored])
        found = maximise(FAMILIES["gamma"], Sample.single(cut, censored))
        shape, _, scale = stats.gamma.fit(data, floc=0)
        assert float(np.exp(found.shape[0])) == pytest.approx(shape, rel=2e-4)
        assert float(np.exp(found.scale[0, 0])) == pytest.approx(shape * scale, rel=2e-4)
        found = maximise(FAMILIES["lognormal"], Sample.single(cut, censored))
        sigma, _, scale = stats.lognorm.fit(data, floc=0)
        assert float(np.exp(found.shape[0])) == pytest.approx(sigma, rel=2e-4)
        assert float(np.exp(found.scale[0, 0])) == pytest.approx(scale, rel=2e-4)


def test_the_exponential_is_total_time_over_what_ended() -> None:
    times = _times("exponential")
    censored = np.arange(60) % 4 == 0
    found = maximise(FAMILIES["exponential"], Sample.single(times, censored))
    assert float(np.exp(found.scale[0, 0])) == pytest.approx(times.sum() / 45, rel=1e-6)
    assert float(found.factor[0, 0, 0]) == pytest.approx(45**-0.5, rel=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cut", [False, True])
def test_nothing_near_is_more_likely(name: str, cut: bool) -> None:
    family, times = FAMILIES[name], _times(name)
    limit = float(np.quantile(times, 0.8)) if cut else np.inf
    sample = Sample.single(np.minimum(times, limit), times > limit)
    found = maximise(family, sample)
    assert found.settled[0]

    def likelihood(b: float, s: float) -> float:
        y = sample.times[0] * np.exp(-b)
        wide = np.full(y.shape, s)
        ended = family.density(y, np.log(y), wide) - b
        return float(np.where(sample.censored[0], family.survival(y, np.log(y), wide), ended).sum())

    b, s = float(found.scale[0, 0]), float(found.shape[0])
    best = likelihood(b, s)
    assert best == pytest.approx(float(found.likelihood[0]), rel=1e-12)
    for away in (1e-3, -1e-3, 0.1, -0.1):
        assert likelihood(b + away, s) < best
        assert family.held or likelihood(b, s + away) < best


@pytest.mark.parametrize("name", NAMES)
def test_many_samples_at_once_are_each_fitted_as_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "hewer.statistics.fitting.likelihood._MOST_AT_ONCE", 130
    )  # two blocks of two samples, and one
    times = _times(name, size=(5, 60))
    none = np.zeros(times.shape, dtype=bool)
    together = maximise(FAMILIES[name], Sample.single(times, none))
    for row in range(5):
        alone = maximise(FAMILIES[name], Sample.single(times[row], none[row]))
        assert alone.scale[0] == pytest.approx(together.scale[row], abs=1e-7)
        assert alone.shape[0] == pytest.approx(together.shape[row], abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_groups_share_the_shape(name: str) -> None:
    # a factor between the groups, taken out, leaves the fit of one group
    times = _times(name)
    groups = np.stack([np.arange(60) < 20, np.arange(60) >= 20])
    apart = maximise(FAMILIES[name], Sample(times[None], WHOLE[None], groups))
    moved = times * np.where(groups[0], 5.0, 1.0)
    again = maximise(FAMILIES[name], Sample(moved[None], WHOLE[None], groups))
    assert again.shape[0] == pytest.approx(apart.shape[0], abs=1e-5)
    assert again.scale[0] - apart.scale[0] == pytest.approx([np.log(5.0), 0.0], abs=1e-5)
    one = maximise(FAMILIES[name], Sample.single(times, WHOLE))
    assert apart.likelihood[0] >= one.likelihood[0] - 1e-9


@pytest.mark.parametrize("name", ["gamma", "lognormal", "normal"])
def test_the_factor_is_that_of_the_covariance(name: str) -> None:
    # of many samples; the observed information differs from sample to sample
    times = _times(name, size=(4000, 60))
    found = maximise(FAMILIES[name], Sample.single(times, np.zeros(times.shape, dtype=bool)))
    stated = np.median(found.factor @ found.factor.transpose(0, 2, 1), axis=0)
    seen = np.cov(np.stack([found.scale[:, 0], found.shape]))
    assert np.diag(stated) == pytest.approx(np.diag(seen), rel=0.12)
    sizes = np.sqrt(np.outer(np.diag(seen), np.diag(seen)))
    assert (np.abs(stated - seen) / sizes).max() < 0.12


def test_what_varies_too_little_has_no_maximum_as_a_mixture() -> None:
    times = _times("normal")
    assert not maximise(FAMILIES["hyperexponential"], Sample.single(times, WHOLE)).settled[0]
    wild = _times("hyperexponential")
    assert not maximise(FAMILIES["normal"], Sample.single(wild, WHOLE)).settled[0]


def test_censoring_as_if_it_were_an_end_is_biased_and_the_likelihood_is_not() -> None:
    rng = np.random.default_rng(3)
    for name in NAMES:
        family = FAMILIES[name]
        times = _times(name, 9, (300, 40))
        truth = float(_times(name, 10, (400_000,)).mean())
        limits = rng.exponential(1.5 * truth, times.shape)
        censored = times > limits
        cut = np.minimum(times, limits)
        found = maximise(family, Sample.single(cut, censored))
        kept = found.settled
        means = np.exp(found.scale[kept, 0]) * family.mean(found.shape[kept])
        assert cut.mean() < 0.8 * truth, name
        assert kept.mean() > (0.5 if name == "hyperexponential" else 0.97)
        if name != "hyperexponential":  # its maxima inside the limits are no fair sample
            assert np.median(means) == pytest.approx(truth, rel=0.05), name
