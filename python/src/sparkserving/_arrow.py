"""Columns as arrays of Arrow, on the very buffers that have come."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
from sparkserving import _encoding
from sparkserving._buffers import bits_of, bytes_of
from sparkserving._vectors import (
    Decimals,
    Fixed,
    Lists,
    Structs,
    Texts,
    Type,
    Vector,
)

#: Gives the values of a vector as an array.
Reader = Callable[[Vector], Any]

_FIXED = {
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "interval day to second": pa.duration("us"),
    # Arrow for Python has no months alone.
    "interval year to month": pa.int32(),
}
#: Integers of a width, in which the bytes of nulls can be seen to.
_PLAIN = {1: pa.int8(), 2: pa.int16(), 4: pa.int32(), 8: pa.int64()}


def reader(type_: Type) -> Reader:
    """What reads vectors of a type."""
    return partial(_read, type_, arrow_type(type_))


def arrow_type(type_: Type) -> Any:
    """The type that Arrow has for one of Spark's."""
    if isinstance(type_, Decimals):
        return pa.decimal128(type_.precision, type_.scale)
    if isinstance(type_, Fixed):
        return _FIXED[type_.name]
    if isinstance(type_, Texts):
        return pa.string() if type_.name == "string" else pa.binary()
    if isinstance(type_, Structs):
        fields = zip(type_.names, type_.children, strict=True)
        return pa.struct([pa.field(name, arrow_type(child)) for name, child in fields])
    if isinstance(type_, Lists):
        children = [arrow_type(child) for child in type_.children]
        return pa.list_(*children) if len(children) == 1 else pa.map_(*children)
    return pa.null()


def _read(type_: Type, expected: Any, vector: Vector) -> Any:
    length = vector.length
    valid = None if vector.valid is None else pa.py_buffer(bits_of(vector.valid))
    if isinstance(type_, Fixed):
        data = bits_of(bytes(vector.data)) if type_.name == "boolean" else vector.data
        return pa.Array.from_buffers(expected, length, [valid, pa.py_buffer(data)])
    if isinstance(type_, Texts):
        buffers = [valid, pa.py_buffer(vector.offsets), pa.py_buffer(vector.data)]
        return pa.Array.from_buffers(expected, length, buffers)
    children = [
        _read(child, arrow_type(child), values)
        for child, values in zip(getattr(type_, "children", ()), vector.children, strict=True)
    ]
    if isinstance(type_, Structs):
        return pa.Array.from_buffers(expected, length, [valid], children=children)
    if isinstance(type_, Lists):
        if len(children) == 2:
            entries = expected.field(0).type
            count = len(children[0])
            children = [pa.Array.from_buffers(entries, count, [None], children=children)]
        buffers = [valid, pa.py_buffer(vector.offsets)]
        return pa.Array.from_buffers(expected, length, buffers, children=children)
    return pa.nulls(length)


def write(type_: Type, plain: _encoding.Writer, values: Any) -> Vector:
    """The vector of an array, chunked or not; a time without a time zone is local.

    Raises:
        TypeError: if its values are of another type than the query expects.
        ValueError: if they are out of range.
    """
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if values.type == arrow_type(type_):
        if isinstance(type_, Fixed) and type_.width in _PLAIN and type_.name != "boolean":
            return _write_fixed(type_, values)
        if isinstance(type_, Texts) and not values.null_count:
            return _write_texts(values)
    return plain(values.to_pylist())


def _write_fixed(type_: Fixed, values: Any) -> Vector:
    valid = None
    if values.null_count:
        valid = bytes_of(memoryview(values.is_valid().buffers()[1]), len(values))
        values = values.view(_PLAIN[type_.width]).fill_null(0)
    start = values.offset * type_.width
    data = memoryview(values.buffers()[1]) if len(values) else b""
    return Vector(len(values), valid, data[start : start + len(values) * type_.width])


def _write_texts(values: Any) -> Vector:
    if not len(values):
        return Vector(0, None, b"", memoryview(bytes(4)).cast("i"))
    # What is a part of another array becomes one of its own, whose offsets begin at 0.
    _, offsets, data = pa.concat_arrays([values, values[:0]]).buffers()
    ends = memoryview(offsets).cast("b").cast("i")[: len(values) + 1]
    return Vector(len(values), None, memoryview(data or b"")[: ends[-1]], ends)
