"""Attribution: what is shared out, exactly and with its intervals; what is refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from hewer.errors import HewerError, OptionError, RunError
from hewer.experiment import sampler
from hewer.experiment.attribute import _shared, attribute
from hewer.experiment.sampler import Table
from hewer.model.reading.document import loads
from hewer.statistics.shapley import Game

SHOP = """
params: {pace: {value: 4 min, range: [3 min, 5 min]}}
flow: [jobs, cut, load]
sources: {jobs: {every: 1 min}}
activities: {cut: {time: exponential(pace)}, load: {time: exponential(2 min)}}
crews:
  alone: {hewer: {count: 2, does: [load, cut], tags: credited}}
  pair: {cutter: {does: cut, tags: credited}, loader: {does: load}}
terms: {shift: 4 h}
measures:
  output: arrivals(done)
  per_credited: arrivals(done) / heads(credited)
  heads_each: heads() / heads(credited)
  gap: arrivals(done) - 1000
  never: flow_time(done) / 0
scenarios:
  pick: {set: {pace: 2 min}, about: a better pick}
  divided: {crew: pair}
  hands: {requires: divided, set: {crews.pair.cutter.count: 2}}
  other: {crew: alone}
  idle: {set: {limits.starts_per_instant: 9999}}
  ring: {requires: gnir}
  gnir: {requires: ring}
"""


def test_parts_add_up_and_requirements_come_first() -> None:
    got = attribute(loads(SHOP), ["pick", "divided", "hands"], replications=30)
    assert got.cells == 6
    assert [part.name for part in got.parts] == ["pick", "divided", "hands"]
    assert sum(part.contribution.value for part in got.parts) == pytest.approx(got.total.value)
    assert sum(part.all_orders for part in got.parts) == pytest.approx(got.total.value)
    assert got.total.value == pytest.approx(math.log(got.full.mean / got.base.mean))
    assert all(part.least <= part.contribution.value <= part.most for part in got.parts)
    assert got.parts[0].about == "a better pick"


def test_a_factor_that_changes_nothing_has_exactly_no_share() -> None:
    got = attribute(loads(SHOP), ["pick", "idle"], replications=10)
    idle = got.parts[1]
    assert idle.contribution.value == idle.contribution.low == idle.contribution.high == 0.0
    assert idle.share is not None
    assert idle.share.value == 0.0
    assert got.interactions[0].value.value == pytest.approx(0.0)


def test_an_identity_is_exact() -> None:
    got = attribute(
        loads(SHOP), ["divided", "hands"], measure="per_credited", identity=["heads_each"], replications=10
    )
    booked = got.parts[0]
    assert booked.exact
    assert booked.contribution.value == booked.contribution.low == pytest.approx(math.log(1.5))
    assert sum(part.contribution.value for part in got.parts) == pytest.approx(got.total.value)


def test_no_shares_where_the_whole_is_not_told_from_nothing() -> None:
    got = attribute(loads(SHOP), ["idle"], replications=10)
    assert not got.told_apart
    assert got.parts[0].share is None


def test_differences_and_worlds() -> None:
    got = attribute(loads(SHOP), ["pick", "divided"], scale="difference", worlds=12, replications=3)
    assert got.total.value == pytest.approx(got.full.mean - got.base.mean)
    assert all(part.band is not None for part in got.parts)
    assert got.worlds == 12


def test_the_result_does_not_depend_on_threads() -> None:
    one, two = (attribute(loads(SHOP), ["pick", "divided"], replications=12, threads=n) for n in (1, 2))
    assert one == two


def test_ctrl_c_keeps_what_every_set_has() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 50:
            raise KeyboardInterrupt

    got = attribute(loads(SHOP), ["pick", "divided"], replications=100, progress=progress, threads=1)
    assert got.interrupted
    assert 0 < got.base.n < 100
    assert got.base.n == got.full.n


@pytest.mark.parametrize(
    ("factors", "options", "message"),
    [
        ([], {}, "needs 1 to 8 factors"),
        (["pik"], {}, "no scenario `pik` to be a factor. Did you mean `pick`"),
        (["pick", "pick"], {}, "named twice"),
        (["hands"], {}, "requires `divided`, which is not among"),
        (["divided", "other"], {}, "both set `crew`"),
        (["pick"], {"scale": "log10"}, "scale must be"),
        (["pick"], {"replications": 1}, "2 replications at least"),
        (["pick"], {"measure": "out"}, "no measure `out`"),
        (["pick"], {"identity": ["output"]}, "cannot be a term of an identity"),
        (["pick"], {"identity": ["heads_each"], "scale": "difference"}, "an identity is a product"),
    ],
)
def test_what_is_refused(factors: list[str], options: dict[str, Any], message: str) -> None:
    text = SHOP[: SHOP.index("  ring:")]
    with pytest.raises(OptionError if "no scenario" not in message else HewerError, match=message):
        attribute(loads(text), factors, **options)


def test_what_has_no_logarithm_is_told() -> None:
    text = SHOP[: SHOP.index("  ring:")]
    with pytest.raises(RunError, match="share out the difference"):
        attribute(loads(text), ["pick"], measure="gap", replications=3)
    with pytest.raises(RunError, match="`never` is undefined"):
        attribute(loads(text), ["pick"], measure="never", replications=3)


def test_scenarios_that_require_each_other_are_found() -> None:
    from hewer.model.checking.check import check

    found = [one for one in check(loads(SHOP)) if "requires itself" in one.message]
    assert [one.path for one in found] == ["scenarios.ring.requires", "scenarios.gnir.requires"]
    wrong = loads(SHOP.replace("requires: divided", "requires: devided"))
    assert any("no scenario `devided`" in one.message for one in check(wrong))


def test_intervals_cover() -> None:
    """Two factors of log 2 and log 1.5 on lognormal replications of common rows, 40 of them: the interval of
    each contribution covers in 95 % of 600 trials, less 4 standard errors and the 2 % that a percentile
    interval may
    fall short of at this size."""
    game = Game(2, (0, 0))
    truth = np.log([2.0, 1.5])
    factor = {0: 1.0, 1: 2.0, 2: 1.5, 3: 3.0}
    hits = []
    for seed in range(600):
        rng = np.random.default_rng(seed)
        common = rng.lognormal(-0.125, 0.5, 40)
        cells = [factor[s] * common * rng.lognormal(-0.02, 0.2, 40) for s in game.feasible]
        table = Table(np.array(cells)[None, :, None, :], "", interrupted=False)
        got = _shared(game, (("a", "b"), ("", "")), ("y", ()), table, "log", seed)
        hits.append(
            [p.contribution.low <= t <= p.contribution.high for p, t in zip(got.parts, truth, strict=True)]
        )
    assert np.mean(hits, axis=0).min() >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 600) - 0.02


def test_only_complete_slices_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Nothing:
        interrupted = True

    monkeypatch.setattr(sampler, "replicate", lambda *args, **options: Nothing())
    with pytest.raises(KeyboardInterrupt):
        attribute(loads(SHOP[: SHOP.index("  ring:")]), ["pick"])
