import numpy as np
import pytest
from scipy import sparse

from hewer.exact.chain import solve
from hewer.exact.chain.solve import NotSolvedError, stationary, transient


def chain(size, **rates):
    found = sparse.lil_matrix((size, size))
    for name, rate in rates.items():
        _, start, stop = name.split("_")
        found[int(start), int(stop)] = rate
    return found.tocsr()


def start(size, at=0):
    return np.eye(size)[at]


def test_two_states():
    found = stationary(chain(2, r_0_1=1.0, r_1_0=3.0), start(2))
    assert found.shares == pytest.approx([0.75, 0.25])
    assert len(found.classes) == 1


def test_periodicity_is_no_issue():
    assert stationary(chain(3, r_0_1=1, r_1_2=1, r_2_0=1), start(3)).shares == pytest.approx([1 / 3] * 3)


def test_states_that_are_left_have_no_share():
    found = stationary(chain(3, r_0_1=1, r_1_2=1, r_2_1=2), start(3))
    assert found.shares == pytest.approx([0, 2 / 3, 1 / 3])


def test_several_classes_by_the_chance_of_ending_there():
    """Gambler's ruin: from 1 of 3, up with 2/3."""
    found = stationary(chain(4, r_1_2=2, r_1_0=1, r_2_3=2, r_2_1=1), start(4, 1))
    assert found.shares == pytest.approx([3 / 7, 0, 0, 4 / 7])
    assert [chance for chance, _ in found.classes] == pytest.approx([3 / 7, 4 / 7])


def test_a_class_that_cannot_be_reached_is_not_told():
    assert len(stationary(chain(4, r_0_1=1, r_1_0=1, r_2_3=1, r_3_2=1), start(4)).classes) == 1


def birth_and_death(size, arrivals, service):
    return sparse.diags([[arrivals] * (size - 1), [service] * (size - 1)], [1, -1]).tocsr()


@pytest.mark.parametrize("load", [0.5, 0.99, 1.3])
@pytest.mark.parametrize("way", ["_swept", "_factored", "_eliminated"])
def test_every_way_finds_the_same(monkeypatch, load, way):
    """Three queues that do not meet: the product of their distributions."""
    one, same = birth_and_death(12, load, 1.0), sparse.identity(12)
    pair = sparse.kron(one, same) + sparse.kron(same, one)
    rates = (sparse.kron(pair, same) + sparse.kron(sparse.identity(144), one)).tocsr()
    monkeypatch.setattr(solve, "_ways", lambda equations: (getattr(solve, way),))
    found = stationary(rates, start(1728))
    exact = load ** np.arange(12.0)
    assert found.residual <= solve.RESIDUAL
    assert found.shares == pytest.approx(np.kron(np.kron(exact, exact), exact) / exact.sum() ** 3, abs=1e-9)


def test_a_long_line_is_solved_by_elimination():
    """Sweeps pass news on by one state at a time; a narrow band is eliminated instead."""
    rates = birth_and_death(20_000, 0.999, 1.0)
    assert solve._bandwidth(rates) == 1
    exact = 0.999 ** np.arange(20_000.0)
    assert stationary(rates, start(20_000)).shares == pytest.approx(exact / exact.sum(), abs=1e-12)


def test_rates_of_very_different_size():
    """Where sweeps come no nearer, an incomplete elimination does."""
    one, other = birth_and_death(60, 90.0, 100.0), birth_and_death(60, 0.011, 0.01)
    rates = (sparse.kron(one, sparse.identity(60)) + sparse.kron(sparse.identity(60), other)).tocsr()
    found = stationary(rates, start(3600))
    exact = np.kron(0.9 ** np.arange(60.0), 1.1 ** np.arange(60.0))
    assert found.shares == pytest.approx(exact / exact.sum(), abs=1e-9)


def test_what_does_not_come_near_enough_is_refused(monkeypatch):
    for way in ("_eliminated", "_swept", "_factored"):
        monkeypatch.setattr(solve, way, lambda equations: np.ones(equations.shape[0]))
    with pytest.raises(NotSolvedError, match="50 states gave a residual of"):
        stationary(birth_and_death(50, 0.5, 1.0), start(50))


def test_transient_of_two_states():
    """p(t) and its integral in closed form."""
    found = transient(chain(2, r_0_1=1.0, r_1_0=3.0), start(2), 0.5, 2.0)
    up = 0.25 * (1 - np.exp(-4 * 2.0))
    assert found.final == pytest.approx([1 - up, up], abs=1e-12)

    def spent(t):
        return 0.25 * (t - (1 - np.exp(-4 * t)) / 4)

    assert found.whole[1] == pytest.approx(spent(2.0), abs=1e-12)
    assert found.window[1] == pytest.approx(spent(2.0) - spent(0.5), abs=1e-12)
    assert found.window.sum() == pytest.approx(1.5, abs=1e-12)
    assert 0 <= found.missing < 1e-11
    assert 0 <= found.lost < 1e-11


def test_the_bound_of_the_transient_holds_where_the_sum_is_cut_short(monkeypatch):
    """With a coarse cut the distribution is settled early: the error is within what is said."""
    monkeypatch.setattr(solve, "_NEGLECTED", 1e-3)
    found = transient(chain(2, r_0_1=1.0, r_1_0=3.0), start(2), 0.0, 50.0)
    exact = 0.25 * (50 - (1 - np.exp(-200)) / 4)
    assert abs(found.whole[1] - exact) <= found.missing
    assert found.missing > 1e-9


def test_a_chain_that_never_moves():
    found = transient(sparse.csr_matrix((2, 2)), start(2, 1), 1.0, 3.0)
    assert found.window.tolist() == [0, 2]


def test_too_many_steps_are_refused():
    with pytest.raises(NotSolvedError, match="it would take"):
        transient(chain(2, r_0_1=1e9, r_1_0=1e9), start(2), 0.0, 1.0)
