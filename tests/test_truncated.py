import pytest
from scipy import stats

from hewer import truncated


@pytest.mark.parametrize(
    ("mu", "sigma"), [(8, 1), (1, 1), (0, 2), (-1, 1), (-5.5, 1), (480, 60), (-3e-4, 1e-4)]
)
def test_moments_are_those_of_scipy(mu, sigma):
    mean, variance = truncated.moments(mu, sigma)
    peer = stats.truncnorm(-mu / sigma, float("inf"), loc=mu, scale=sigma)
    assert mean == pytest.approx(peer.mean(), rel=1e-8)
    assert variance == pytest.approx(peer.var(), rel=1e-6)
    assert truncated.probability_below(mu, sigma) == pytest.approx(stats.norm.cdf(0, mu, sigma), rel=1e-12)


@pytest.mark.parametrize("mean", [1e-9, 1, 480, 1e9])
@pytest.mark.parametrize("cv", [1e-6, 0.01, 0.125, 0.3, 0.5, 0.7, 0.9, 0.96, truncated.MOST_CV])
def test_the_parent_has_the_moments_asked_for(mean, cv):
    got, variance = truncated.moments(*truncated.parent(mean, cv))
    assert got == pytest.approx(mean, rel=1e-9)
    assert variance**0.5 / got == pytest.approx(cv, rel=1e-9)


def test_far_from_0_the_parent_is_what_is_drawn():
    assert list(truncated.parent(100, 0.01)) == pytest.approx([100, 1], rel=1e-12)
