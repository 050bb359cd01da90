import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hewer.distribution import Distribution, build, discrete, form_of, is_family
from hewer.errors import DimensionError, DistributionError
from hewer.families import FAMILIES, Family
from hewer.quantity import TIME, Quantity


def q(number, text=""):
    return Quantity.of(number, text)


def made(family, *args, unit_text="", **kwargs):
    return build(family, [q(a) for a in args], {name: q(value) for name, value in kwargs.items()}, unit_text)


PEERS = [
    (made("exponential", 3), stats.expon(scale=3)),
    (made("exponential", rate=4), stats.expon(scale=0.25)),
    (made("uniform", 1, 5), stats.uniform(1, 4)),
    (made("triangular", 2, 3, 6), stats.triang(0.25, loc=2, scale=4)),
    (made("normal", mu=1, sigma=2), stats.truncnorm(-0.5, math.inf, loc=1, scale=2)),
    (made("lognormal", mu=0.3, sigma=0.5), stats.lognorm(0.5, scale=math.exp(0.3))),
    (made("lognormal", median=4, sigma=0.5), stats.lognorm(0.5, scale=4)),
    (made("gamma", shape=2.5, scale=3), stats.gamma(2.5, scale=3)),
    (made("weibull", 2.5, 3), stats.weibull_min(2.5, scale=3)),
    (made("weibull", shape=0.7, scale=3), stats.weibull_min(0.7, scale=3)),
    (made("erlang", 3, 6), stats.gamma(3, scale=2)),
    (made("erlang", phases=3, rate=0.5), stats.gamma(3, scale=2)),
]


@pytest.mark.parametrize(("ours", "peer"), PEERS, ids=lambda value: getattr(value, "family", ""))
def test_moments_and_support_are_those_of_scipy(ours, peer):
    assert ours.mean() == pytest.approx(peer.mean(), rel=1e-9)
    assert ours.variance() == pytest.approx(peer.var(), rel=1e-9)
    assert (ours.lower(), ours.upper()) == pytest.approx(peer.support())


@pytest.mark.parametrize(
    ("family", "cv"),
    [
        ("exponential", 1),
        ("uniform", 0.3),
        ("uniform", 1 / math.sqrt(3)),
        ("triangular", 0.4),
        ("normal", 0.1),
        ("normal", 0.8),
        ("lognormal", 0.4),
        ("lognormal", 3),
        ("gamma", 0.3),
        ("gamma", 4),
        ("weibull", 0.05),
        ("weibull", 1),
        ("weibull", 2.5),
        ("erlang", 0.5),
        ("erlang", 1 / math.sqrt(3)),
        ("hyperexponential", 1.2),
        ("hyperexponential", 3),
    ],
)
def test_mean_and_cv_or_sd_are_those_of_what_is_drawn(family, cv):
    by_cv = build(family, (), {"mean": q(8, "min"), "cv": q(cv)})
    assert by_cv.family == family
    assert by_cv.mean() == pytest.approx(480, rel=1e-9)
    assert by_cv.cv() == pytest.approx(cv, rel=1e-9)
    assert by_cv.dimension == TIME
    assert by_cv.lower() >= 0
    if family != "exponential":
        by_sd = build(family, (), {"mean": q(8, "min"), "sd": q(8 * cv, "min")})
        assert by_sd.mean() == pytest.approx(480, rel=1e-9)
        assert by_sd.cv() == pytest.approx(cv, rel=1e-6)


def test_two_positional_numbers_are_mean_and_sd():
    for family in ("normal", "gamma", "lognormal"):
        drawn = build(family, [q(8, "min"), q(60, "s")])
        assert drawn.mean() == pytest.approx(480)
        assert math.sqrt(drawn.variance()) == pytest.approx(60)


@pytest.mark.parametrize(
    "family", ["uniform", "triangular", "normal", "lognormal", "gamma", "weibull", "erlang"]
)
def test_without_spread_every_family_is_constant(family):
    assert made(family, mean=3, cv=0) == Distribution("constant", 3.0)


def test_bounds_that_meet_are_constant():
    assert made("uniform", 2, 2) == made("triangular", 2, 2, 2) == made("constant", 2)
    assert made("normal", mu=2, sigma=0) == made("constant", 2)
    assert made("lognormal", median=2, sigma=0).mean() == pytest.approx(2)


def test_hyperexponential_is_one_of_two_exponentials():
    balanced = made("hyperexponential", mean=6, cv=2)
    chance, first, second = balanced.a, balanced.b, balanced.c
    assert chance * first == pytest.approx((1 - chance) * second) == pytest.approx(3)
    stated = made("hyperexponential", chance=0.25, first=1, second=3)
    assert stated.mean() == pytest.approx(2.5)
    assert stated.variance() == pytest.approx(2 * (0.25 + 0.75 * 9) - 2.5**2)
    assert made("hyperexponential", mean=6, cv=1) == made("exponential", 6)
    assert made("hyperexponential", 0, 4, 6) == made("hyperexponential", 1, 6, 4) == made("exponential", 6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("hyperexponential", (), {"mean": q(1), "cv": q(0.9)}),
            "cv must be at least 1; got 0.9. Use `erlang",
        ),
        (("hyperexponential", [q(2), q(1), q(1)]), "hyperexponential: chance must be from 0 to 1; got 2"),
        (("hyperexponential", [q(0.5), q(0), q(1)]), "hyperexponential: first must be more than 0; got 0"),
        (
            ("uniform", [q(5, "min"), q(2, "min")]),
            "uniform: high must be at least low; got low 5 min, high 2 min",
        ),
        (("triangular", [q(1), q(5), q(3)]), "triangular: high must be at least mode; got mode 5, high 3"),
        (("triangular", [q(3), q(2), q(5)]), "triangular: mode must be at least low"),
        (("exponential", [q(0)]), "exponential: mean must be more than 0; got 0"),
        (("exponential", [q(-1, "min")]), "mean must be more than 0; got -1 min"),
        (("exponential", (), {"rate": q(0)}), "rate must be more than 0"),
        (("exponential", (), {"mean": q(1), "cv": q(2)}), "cv is always 1; got 2. Use `gamma(mean, cv)`"),
        (("normal", [q(8), q(-1)]), "normal: sd must be 0 or more; got -1"),
        (("normal", (), {"mean": q(1), "cv": q(0.99)}), "normal: cv must be at most 0.97"),
        (("normal", (), {"mu": q(-6), "sigma": q(1)}), "normal: mu is 6 sigma below 0"),
        (("normal", (), {"mu": q(-6), "sigma": q(0)}), "mu must be 0 or more where sigma is 0"),
        (("uniform", (), {"mean": q(1), "cv": q(0.6)}), "uniform: cv must be at most 0.5774"),
        (("triangular", (), {"mean": q(1), "cv": q(0.5)}), "triangular: cv must be at most 0.4082"),
        (
            ("weibull", (), {"mean": q(1), "cv": q(1e-5)}),
            "from 0.00013 to 430; got 1e-05",
        ),
        (
            ("weibull", (), {"mean": q(1), "cv": q(500)}),
            "from 0.00013 to 430; got 500",
        ),
        (("weibull", [q(0.001), q(1)]), "weibull: parameters are too large or too small to compute with"),
        (("gamma", (), {"shape": q(0), "scale": q(1)}), "gamma: shape must be more than 0; got 0"),
        (("erlang", [q(2.5), q(1)]), "erlang: phases must be a whole number from 1 to 1000; got 2.5"),
        (("erlang", [q(0), q(1)]), "phases must be a whole number"),
        (("erlang", (), {"mean": q(1), "cv": q(0.6)}), "got 2.778. Write `erlang(3, mean)`"),
        (("gamma", [q(float("nan")), q(1)]), "gamma: mean must be a finite number; got nan"),
        (("constant", [q(float("inf"))]), "constant: value must be a finite number; got inf"),
        (("gama", [q(1)]), "there is no distribution `gama`. Did you mean `gamma`?"),
        (("gamma", (), {"mean": q(1), "cvv": q(1)}), "gamma has no parameter `cvv`. Did you mean `cv`?"),
        (("gamma", [q(1)]), "Write `gamma(mean, sd)` or `gamma(mean, cv)` or `gamma(shape, scale)`"),
        (("gamma", [q(1)], {"mean": q(1)}), "`gamma(..., mean=...)` does not state a distribution"),
        (("constant", [q(1), q(2)]), "`constant(..., ...)` does not state a distribution"),
        (
            ("gamma", (), {"shape": q(1e200), "scale": q(1e308)}),
            "gamma: parameters are too large or too small",
        ),
        (("gamma", (), {"mean": q(1), "cv": q(1e-200)}), "too small to compute with; got mean 1, cv 1e-200"),
        (("lognormal", (), {"mu": q(1e4), "sigma": q(1)}), "lognormal: parameters are too large"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, message):
    with pytest.raises(DistributionError) as caught:
        build(*arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gamma", [q(4, "min"), q(1, "t")]), "gamma: mean is 4 min (time), but sd is 1 t (mass)"),
        (("uniform", [q(2), q(3, "min")]), "low is 2 (bare number), but high is 3 min (time)"),
        (
            ("gamma", (), {"mean": q(4, "min"), "cv": q(1, "min")}),
            "gamma: cv must be a bare number; got 1 min (time)",
        ),
        (("lognormal", (), {"mu": q(1, "h"), "sigma": q(1)}), "mu must be a bare number"),
        (("gamma", [q(1, "h"), q(1, "h")], {}, "min"), "`unit=` is one too many"),
    ],
)
def test_mixed_units_are_named(arguments, message):
    with pytest.raises(DimensionError) as caught:
        build(*arguments)
    assert message in str(caught.value)


def test_a_rate_is_the_inverse_of_what_is_drawn():
    drawn = build("exponential", (), {"rate": q(6, "1/h")})
    assert drawn.dimension == TIME
    assert drawn.mean() == pytest.approx(600)


def test_the_logarithm_of_a_unit_must_be_stated():
    assert made("lognormal", mu=1, sigma=0.3, unit_text="min").mean() == pytest.approx(60 * math.exp(1.045))


def test_discrete():
    drawn = discrete([(q(1, "min"), q(30, "%")), (q(2, "min"), q(0)), (q(4, "min"), q(0.7))])
    assert drawn == Distribution("discrete", table=(0.3, 1.0, 60.0, 240.0), dimension=TIME)
    assert drawn.values() == (60.0, 240.0)
    assert drawn.weights() == pytest.approx((0.3, 0.7))
    assert drawn.mean() == pytest.approx(186)
    assert drawn.variance() == pytest.approx(0.3 * 126**2 + 0.7 * 54**2)
    assert (drawn.lower(), drawn.upper()) == (60, 240)


@pytest.mark.parametrize(
    ("pairs", "error", "message"),
    [
        ([], DistributionError, "discrete needs values"),
        ([(q(1), q(0.5)), (q(2), q(0.4))], DistributionError, "must add up to 1; got 0.9"),
        ([(q(1), q(1.5)), (q(2), q(-0.5))], DistributionError, "from 0 to 1; got 1: 1.5"),
        ([(q(math.nan), q(1))], DistributionError, "got nan"),
        ([(q(1), q(1, "min"))], DimensionError, "probabilities must be bare numbers; got 1 min (time)"),
        ([(q(1, "t"), q(0.5)), (q(2, "h"), q(0.5))], DimensionError, "1 t (mass) and 2 h (time)"),
    ],
)
def test_what_is_no_discrete_distribution(pairs, error, message):
    with pytest.raises(error) as caught:
        discrete(pairs)
    assert message in str(caught.value)


EACH = [
    *(ours for ours, _ in PEERS),
    made("constant", 3),
    made("hyperexponential", mean=3, cv=2),
    discrete([(q(1), q(0.4)), (q(5), q(0.6))]),
    Distribution("empirical", table=(1.0, 2.0, 6.0)),
]


@given(st.sampled_from(EACH), st.floats(1e-9, 1e12))
def test_scaling_scales_the_moments(drawn, factor):
    scaled = drawn.scaled(factor)
    assert scaled.family == drawn.family
    assert scaled.mean() == pytest.approx(factor * drawn.mean(), rel=1e-9)
    assert scaled.variance() == pytest.approx(factor**2 * drawn.variance(), rel=1e-6)
    assert scaled.lower() == pytest.approx(factor * drawn.lower())
    assert scaled.upper() == pytest.approx(factor * drawn.upper())


def test_scaling_by_nothing_and_by_less():
    assert made("gamma", mean=1, cv=1).scaled(0) == Distribution("constant")
    with pytest.raises(DistributionError, match="0 or more; got -1"):
        made("gamma", mean=1, cv=1).scaled(-1)


def test_families_and_their_forms():
    assert set(FAMILIES) == {
        "constant", "exponential", "uniform", "triangular", "normal", "lognormal", "gamma", "erlang",
        "weibull", "hyperexponential", "discrete", "empirical",
    }  # fmt: skip
    assert is_family("gamma")
    assert not is_family("min")
    assert form_of("gamma", 1, ["cv"]).names == ("mean", "cv")
    declared = [family for family in FAMILIES.values() if isinstance(family, Family)]
    scales = {(family.name, form.names): form.scale for family in declared for form in family.forms}
    assert scales["gamma", ("mean", "cv")] == "mean"
    assert scales["gamma", ("mean", "sd")] == ""
    assert scales["normal", ("mu", "sigma")] == ""
    assert scales["exponential", ("rate",)] == "rate"
    assert scales["hyperexponential", ("chance", "first", "second")] == ""
