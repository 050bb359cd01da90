"""How compiled kernels reach the arrays of a run: rows and columns of a table of addresses.

A *row* is a record, a *column* a plain array. Their loads and stores are tagged with what they touch (field
``level`` of a stock, column ``visit``): nothing overlaps, so the compiler need not read a field again because
another was written in between (type-based alias analysis, as C compilers do for the members of structures).
Whole numbers that are narrow in memory (an index, a flag) are wide in the kernel: what is asked together fits
in fewer lines of the cache, and no function is compiled twice for two widths.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel.models import PrimitiveModel, RecordModel
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, register_model
from numba.np.numpy_support import from_dtype

from hewer.engine.jit import COMPILED
from hewer.engine.kernel.memory.layout import FIELDS

_WORD, _NARROW = ir.IntType(64), ir.IntType(32)
_BYTES = ir.IntType(8).as_pointer()


class Row(types.Record):  # type: ignore[misc]
    """Type of a record of the run: that of the array ``name``."""

    def __init__(self, name: str) -> None:
        plain = from_dtype(FIELDS[name])
        fields = [(field, {"type": has.type, "offset": has.offset}) for field, has in plain.fields.items()]
        super().__init__(fields, plain.size, plain.aligned)
        self.narrow = {field for field, has in plain.fields.items() if has.type == types.int32}
        self.of = name
        self.name = f"row({name})"

    def typeof(self, key: str) -> Any:
        """Type of a field in the kernel: narrow whole numbers are narrow in memory only."""
        return types.int64 if key in self.narrow else super().typeof(key)


class Column(types.Type):  # type: ignore[misc]
    """Type of an array of the run, reached by an index that is not negative."""

    def __init__(self, name: str) -> None:
        dtype = FIELDS[name]
        self.of = name
        self.dtype = Row(name) if dtype.names else from_dtype(dtype)
        super().__init__(f"column({name})")


register_model(Row)(RecordModel)


@register_model(Column)
class _ColumnModel(PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BYTES)


def _tag(builder: Any, access: Any, touched: str) -> Any:
    """Say what a load or store touches; no two names overlap."""
    module = builder.module
    root = module.add_metadata(["hewer"])
    place = module.add_metadata([touched, root, ir.Constant(_WORD, 0)])
    access.set_metadata("tbaa", module.add_metadata([place, place, ir.Constant(_WORD, 0)]))
    return access


def _field(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    stored = _NARROW if name in kind.narrow else context.get_data_type(kind.typeof(name))
    return cgutils.get_record_member(builder, value, kind.offset(name), stored)


@lower_getattr_generic(Row)
def _load_field(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    loaded = _tag(builder, builder.load(_field(context, builder, kind, value, name)), f"{kind.of}.{name}")
    return builder.sext(loaded, _WORD) if name in kind.narrow else loaded


@lower_setattr_generic(Row)
def _store_field(context: Any, builder: Any, sig: Any, arguments: Any, name: str) -> None:
    kind, given = sig.args
    value = context.cast(builder, arguments[1], given, kind.typeof(name))
    if name in kind.narrow:
        value = builder.trunc(value, _NARROW)
    stored = builder.store(value, _field(context, builder, kind, arguments[0], name))
    _tag(builder, stored, f"{kind.of}.{name}")


@infer_global(operator.getitem)
class _ColumnItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Column) and isinstance(args[1], types.Integer):
            return signature(args[0].dtype, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _ColumnSetItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Column) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.int64, args[0].dtype)
        return None


def _nth(context: Any, builder: Any, name: str, kind: Any, first: Any, index: Any) -> Any:
    """Pointer to an entry of an array."""
    offset = builder.mul(index, ir.Constant(_WORD, FIELDS[name].itemsize))
    place = builder.gep(first, [offset], inbounds=True)
    if isinstance(kind, Row):
        return builder.bitcast(place, context.get_value_type(kind))
    return builder.bitcast(place, context.get_data_type(kind).as_pointer())


def _place(context: Any, builder: Any, kind: Any, column: Any, index: Any) -> Any:
    return _nth(context, builder, kind.of, kind.dtype, column, index)


@lower_builtin(operator.getitem, Column, types.int64)
def _load_item(context: Any, builder: Any, sig: Any, arguments: Any) -> Any:
    kind = sig.args[0]
    place = _place(context, builder, kind, *arguments)
    return place if isinstance(kind.dtype, Row) else _tag(builder, builder.load(place), kind.of)


@lower_builtin(operator.setitem, Column, types.int64, types.Any)
def _store_item(context: Any, builder: Any, sig: Any, arguments: Any) -> None:
    kind = sig.args[0]
    column, index, value = arguments
    _tag(builder, builder.store(value, _place(context, builder, kind, column, index)), kind.of)


def _address(builder: Any, m: Any, name: str) -> Any:
    """Load the address of an array from the table, which does not change while the kernel runs."""
    table = builder.inttoptr(m, _BYTES.as_pointer())
    index = ir.Constant(_WORD, list(FIELDS).index(name))
    address = builder.load(builder.gep(table, [index]))
    address.set_metadata("invariant.load", builder.module.add_metadata([]))
    return address


def view(name: str) -> Callable[[Any], Any]:
    """Make the function that finds one column from ``m``."""
    if not COMPILED:
        return lambda m: m.arrays[name]
    kind = Column(name)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _address(builder, arguments[0], name)

    @intrinsic
    def found(typing_context: Any, m: Any) -> Any:
        return kind(types.int64), generate

    result: Callable[[Any], Any] = found
    return result


def records(name: str) -> Callable[[Any, Any], Any]:
    """Make the function that finds one record, by its index, from ``m``."""
    if not COMPILED:
        return lambda m, i: m.arrays[name][i]
    kind = Row(name)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _nth(context, builder, name, kind, _address(builder, arguments[0], name), arguments[1])

    @intrinsic
    def found(typing_context: Any, m: Any, i: Any) -> Any:
        return kind(types.int64, types.int64), generate

    result: Callable[[Any, Any], Any] = found
    return result


def record(name: str) -> Callable[[Any], Any]:
    """Make the function that finds the only record of an array from ``m``."""
    if not COMPILED:
        return lambda m: m.arrays[name][0]
    kind = Row(name)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(_address(builder, arguments[0], name), context.get_value_type(kind))

    @intrinsic
    def found(typing_context: Any, m: Any) -> Any:
        return kind(types.int64), generate

    result: Callable[[Any], Any] = found
    return result


def caller() -> Callable[[Any, Any], Any]:
    """Make the function that calls a rule of the user's own by its address, with the array ``number``."""
    if not COMPILED:
        return lambda m, address: m.ask(int(address), m.arrays["number"])

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real = ir.DoubleType()
        function = ir.FunctionType(real, [real.as_pointer()]).as_pointer()
        data = builder.bitcast(_address(builder, arguments[0], "number"), real.as_pointer())
        return builder.call(builder.inttoptr(arguments[1], function), [data])

    @intrinsic
    def call(typing_context: Any, m: Any, address: Any) -> Any:
        return types.float64(types.int64, types.int64), generate

    result: Callable[[Any, Any], Any] = call
    return result
