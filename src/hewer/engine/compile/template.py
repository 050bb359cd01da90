"""A model compiled once for all values of some params: another world is another row of numbers.

The params enter the compiler as traced numbers (:mod:`hewer.tracing`). What it makes of them goes into the
Program, and it is noted where; what it decides by them becomes a check. A world is then bound by playing the
tape (:mod:`hewer.engine.playing`) and writing its numbers over those of the Program, in microseconds instead
of milliseconds. Where a check fails the world has another structure, or none: it is compiled by itself, which
says what is wrong with it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hewer.engine.compile.program import compile_model
from hewer.engine.playing import flattened, play
from hewer.engine.prepare import can_rebind
from hewer.engine.program import Compiled, Patch, Played, Program, write
from hewer.engine.result.functions import are_read
from hewer.model.document import Model
from hewer.quantity import Quantity
from hewer.tracing import Placed, Tape, Traced

__all__ = ["Template", "template_of"]

_MOST_KEPT = 16


class Template:
    """A model compiled for all values of some params.

    Attributes
    ----------
    names : tuple of str
        The params.
    compiled : Compiled
        With the values that they had when it was compiled.
    patches : tuple of Patch
        What differs between worlds.
    is_joint : bool
        Whether several worlds can be run in one memory, and measured at once.
    """

    def __init__(self, model: Model, world: Mapping[str, float]) -> None:
        tape = Tape()
        traced = {name: tape.input(name, value) for name, value in world.items()}
        made = compile_model(model, traced)
        self.names = tuple(tape.names)
        self.patches = _patches(made.program, tape.placed)
        self._reel = flattened(tape)
        self._info = made.info
        self.is_joint = can_rebind(made.program, self.patches) and not are_read(self.patches)
        self.compiled = made._replace(info=_settled(made.info, lambda traced: traced.value))

    def play(self, world: Mapping[str, float]) -> Played | None:
        """Work out the numbers of a world; None where it must be compiled by itself.

        Parameters
        ----------
        world : mapping of str to float
            Values of the params :attr:`names`, in base units.
        """
        size = len(self._reel.nodes)
        played = Played(np.zeros(size), np.zeros(size, np.int64))
        inputs = np.array([world[name] for name in self.names], np.float64)
        with np.errstate(all="ignore"):
            failed = play(*self._reel, inputs, *played)
        return played if failed < 0 else None

    def program(self, played: Played) -> Program:
        """Return the Program of a world."""
        names = {patch.array for patch in self.patches}
        arrays = {name: getattr(self.compiled.program, name).copy() for name in names}
        flat = {name: array.reshape(-1) for name, array in arrays.items()}
        for patch in self.patches:
            write(flat, patch, played)
        return self.compiled.program._replace(**arrays)

    def bound(self, played: Played) -> Compiled:
        """Return the model compiled with the params of a world."""
        info = _settled(self._info, lambda traced: _read(traced, played).item())
        return self.compiled._replace(program=self.program(played), info=info)

    def together(self, worlds: Sequence[Played], counts: Sequence[int]) -> Compiled:
        """Return what measures need of several worlds at once, so many replications of each.

        Params that differ between worlds are arrays [replication]; the Program is that of :attr:`compiled`.
        """

        def values(traced: Traced) -> np.ndarray:
            return np.repeat([_read(traced, played) for played in worlds], counts)

        return self.compiled._replace(info=_settled(self._info, values))


def _read(traced: Traced, played: Played) -> Any:
    return (played.wholes if isinstance(traced.value, int) else played.reals)[traced.number]


def _settled(value: Any, read: Callable[[Traced], Any]) -> Any:
    """Return a value of ``Compiled.info`` with every traced number read."""
    if isinstance(value, Traced):
        return read(value)
    if isinstance(value, Quantity):
        return replace(value, value=_settled(value.value, read))
    if isinstance(value, dict):
        return {name: _settled(one, read) for name, one in value.items()}
    if type(value) is tuple:
        return tuple(_settled(one, read) for one in value)
    return value


def _patches(program: Program, placed: Sequence[Placed]) -> tuple[Patch, ...]:
    """Find in the arrays of a Program what was written while they were made.

    The arrays may be parts of those that were written to; where it was a copy, the value is needed as it is.
    """
    spans = [(name, array, _address(array)) for name, array in zip(program._fields, program, strict=True)]
    found: dict[tuple[str, str | None, bool], tuple[list[int], list[int]]] = {}
    for made, at, field, traced in placed:
        where = _address(made) + int(np.ravel_multi_index(np.atleast_1d(at), made.shape)) * made.itemsize
        for name, array, start in spans:
            # by address: rows are built in one array and taken over into the Program as parts of it
            if array.dtype == made.dtype and start <= where < start + array.nbytes:
                rows, entries = found.setdefault((name, field, isinstance(traced.value, int)), ([], []))
                rows.append((where - start) // array.itemsize)
                entries.append(traced.number)
                break
        else:
            # copied on the way: where it went is not known, so the template serves only this value of it
            traced.pinned()
    return tuple(
        Patch(name, field, np.array(rows), np.array(entries), whole)
        for (name, field, whole), (rows, entries) in found.items()
    )


def _address(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


_kept: OrderedDict[tuple[int, tuple[str, ...]], tuple[Model, Template]] = OrderedDict()
_lock = threading.Lock()


def template_of(model: Model, world: Mapping[str, float]) -> Template:
    """Return the template of a model for the params of a world, compiling it where it is not kept.

    Raises
    ------
    ModelError
        Where the model cannot be compiled with these values.
    """
    key = id(model), tuple(world)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key][1]
    template = Template(model, world)
    with _lock:
        _kept[key] = model, template  # holding the model keeps its id from being used again
        # a template of a large model holds megabytes
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return template
