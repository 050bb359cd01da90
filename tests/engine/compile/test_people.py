"""Crews to groups, workers, and who could fill what."""

from __future__ import annotations

from typing import Any

import pytest

from hewer.engine import program as p
from hewer.engine.compile.program import compile_model
from hewer.errors import ModelError
from hewer.model.reading.document import loads

WORK = """
places: {ledge: {count: 2}, gate: {}}
activities:
  lift: {at: ledge, time: 1 min, people: {carry: 2, guide: 1}}
  haul: {time: 1 min}
  pay: {at: gate, time: 1 min}
  press: {time: 1 min, people: 0}
terms: {shift: 1 h}
"""


def compiled(roles: str) -> p.Compiled:
    return compile_model(loads(f"{WORK}crews: {{gang: {roles}}}\n"))


def joins(model: p.Compiled) -> set[tuple[Any, ...]]:
    rows = model.program.join
    names = [model.names.instances[i] for i in rows["instance"]]
    return set(
        zip(names, rows["group"].tolist(), rows["mask"].tolist(), rows["preference"].tolist(), strict=True)
    )


def test_posts_and_slots() -> None:
    """Rule 3: a role does posts or activities; an activity's name means all its posts."""
    model = compiled("{man: {count: 2, does: [haul, carry]}, boss: {does: [lift.guide, lift]}}")
    assert model.program.slot_post.tolist()[:6] == [0, 0, 1, 0, 0, 1]
    assert joins(model) == {
        ("lift[1]", 1, 0b011, 1), ("lift[2]", 1, 0b011, 1), ("haul", 1, 1, 0),
        ("lift[1]", 2, 0b111, 0), ("lift[2]", 2, 0b111, 0), ("press", 0, 0, 0),
    }  # fmt: skip


def test_staffed_is_a_matching_of_all_posts() -> None:
    def staffed(roles: str) -> list[int]:
        found: list[int] = compiled(roles).program.instance["staffed"].tolist()
        return found

    assert staffed("{man: {count: 3, does: [lift, haul]}}") == [1, 1, 1, 0, 1]
    assert staffed("{man: {count: 2, does: lift}}") == [0, 0, 0, 0, 1]
    assert staffed("{man: {count: 2, does: lift}, boss: {does: guide}}") == [1, 1, 0, 0, 1]
    assert staffed("{boss: {count: 5, does: guide}}") == [0, 0, 0, 0, 1]
    assert staffed("{a: {does: [carry, guide]}, b: {does: guide}, c: {does: carry}}") == [1, 1, 0, 0, 1]


def test_each_keeps_to_his_own() -> None:
    model = compiled(
        "{man: {count: 2, does: [carry, haul, pay], keeps_to: own ledge, efficiency: {haul: 1.5}}}"
    )
    assert model.program.group["workers"].tolist() == [0, 1, 1]
    assert {(name, group) for name, group, _, _ in joins(model)} == {
        ("lift[1]", 1), ("lift[2]", 2), ("haul", 1), ("haul", 2), ("pay", 1), ("pay", 2), ("press", 0),
    }  # fmt: skip
    assert model.program.worker["home"].tolist() == [0, 1]
    assert model.names.workers == ("man 1", "man 2")
    assert model.program.rate.tolist() == [[1.0, 1.5, 1.0, 1.0]]
    with pytest.raises(ModelError, match="3 workers who keep to their own `ledge`"):
        compiled("{man: {count: 3, does: haul, keeps_to: own ledge}}")


def test_who_keeps_to_a_place_does_nothing_elsewhere() -> None:
    model = compiled("{man: {does: [lift, haul, pay], keeps_to: gate}}")
    assert {name for name, group, _, _ in joins(model) if group == 1} == {"haul", "pay"}


def test_what_a_worker_could_fill_is_in_the_order_of_does() -> None:
    """Rule 14."""
    model = compiled("{man: {count: 2, does: [pay, carry, haul]}}")
    first, second = model.program.worker
    assert (first["first0"], first["first1"]) == (second["first0"], second["first1"])
    filled = model.program.could_fill[first["first0"] : first["first1"]]
    assert [model.names.instances[i] for i in filled] == ["pay", "lift[1]", "lift[2]", "haul"]


def test_every_group_has_its_part_of_the_heaps() -> None:
    program = compiled("{man: {count: 2, does: [pay, haul]}, boss: {does: guide}, idler: {does: []}}").program
    sizes = [int((program.join["group"] == group).sum()) for group in range(len(program.group))]
    assert sizes == [1, 2, 2, 0]
    assert program.group["heap0"].tolist() == [0, 1, 3, 5]
    assert program.scalar[0]["heap"] == 5


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ModelError, match=r"crews.gang.man.does.*`hual`.*Did you mean `haul`"):
        compiled("{man: {does: hual}}")
    with pytest.raises(ModelError, match="efficiency must be more than 0"):
        compiled("{man: {does: haul, efficiency: 0}}")
