"""Columns as arrays of NumPy, which are the function's own: it may keep and change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from sparkserving import _encoding, _values
from sparkserving._buffers import offsets_of
from sparkserving._vectors import Decimals, Fixed, Lists, Structs, Type, Vector

#: Gives the values of a vector as an array.
Reader = Callable[[Vector], Any]

_INTEGERS = {"byte": "i1", "short": "i2", "integer": "i4", "long": "i8"}
_STORED = {
    **{name: f"<{code}" for name, code in _INTEGERS.items()},
    "boolean": "?",
    "float": "<f4",
    "double": "<f8",
    "date": "<i4",
    "timestamp": "<i8",
    "timestamp_ntz": "<i8",
    "interval day to second": "<i8",
    "interval year to month": "<i4",
}
_NUMBERS = {*_INTEGERS, "boolean", "float", "double"}
_TIMES = {
    "date": "datetime64[D]",
    "timestamp": "datetime64[us]",
    "timestamp_ntz": "datetime64[us]",
    "interval day to second": "timedelta64[us]",
}


def reader(type_: Type) -> Reader:
    """What reads vectors of a type.

    Numbers and booleans have arrays of their own kind, dates and times those of NumPy, in UTC.
    Integers become doubles where one is null. All else are objects.
    """
    if isinstance(type_, Decimals):
        return partial(_read_objects, _values.reader(type_))
    if isinstance(type_, Fixed):
        stored = np.dtype(_STORED[type_.name])
        if type_.name in _TIMES:
            return partial(_read_times, stored, np.dtype(_TIMES[type_.name]))
        return partial(_read_numbers, stored)
    if isinstance(type_, Lists) and len(type_.children) == 1:
        return partial(_read_lists, type_, reader(type_.children[0]))
    return partial(_read_objects, _values.reader(type_))


class Quick:
    """Reads numbers none of which is null, and writes arrays of the very kind that is expected."""

    def __init__(self, arguments: Sequence[Any], returns: Any) -> None:
        self._arguments = arguments
        self._returns = returns

    def read(self, arguments: memoryview, rows: int) -> list[Any] | None:
        """The arrays, or None if a value is null."""
        columns = []
        at = 0
        for stored in self._arguments:
            if arguments[at]:
                return None
            columns.append(np.frombuffer(arguments, stored, rows, at + 8).copy())
            at = (at + 15 + rows * stored.itemsize) & ~7
        return columns if at == len(arguments) else None

    def write(self, result: Any, rows: int) -> Vector | None:
        """The vector of an array, or None if it is of another kind, shape or length."""
        if type(result) is np.ndarray and result.dtype == self._returns and result.shape == (rows,):
            return Vector(rows, None, result.tobytes())
        return None


def quick(arguments: Sequence[Type], returns: Type) -> Quick | None:
    """The shorter way for functions of numbers, or None for others."""
    types = (*arguments, returns)
    if not arguments or not all(type_.name in _NUMBERS for type_ in types):
        return None
    *given, returned = (np.dtype(_STORED[type_.name]) for type_ in types)
    return Quick(given, returned)


def _read_numbers(stored: Any, vector: Vector) -> Any:
    numbers = np.frombuffer(vector.data, stored, vector.length)
    if vector.valid is None:
        return numbers.copy()
    nulls = _nulls(vector)
    if stored.kind == "b":
        objects = numbers.astype(object)
        objects[nulls] = None
        return objects
    floats = numbers.astype(stored if stored.kind == "f" else np.float64)
    floats[nulls] = np.nan
    return floats


def _read_times(stored: Any, unit: Any, vector: Vector) -> Any:
    times = np.frombuffer(vector.data, stored, vector.length).astype(np.int64).view(unit)
    if vector.valid is not None:
        times[_nulls(vector)] = "NaT"
    return times


def _read_objects(read: _values.Reader, vector: Vector) -> Any:
    return objects(read(vector), vector.length)


def _read_lists(type_: Lists, read: Reader, vector: Vector) -> Any:
    offsets = list(vector.offsets)
    child, (values,) = type_.children[0], vector.children
    ranges = pairwise(offsets)
    if values.valid is None:
        elements = read(child.part(values, offsets[0], offsets[-1] - offsets[0]))
        first = offsets[0]
        lists: Iterable[Any] = (elements[start - first : end - first] for start, end in ranges)
    else:
        # One by one, so that a null of one row does not change the kind of another's elements.
        lists = (read(child.part(values, start, end - start)) for start, end in ranges)
    if vector.valid is not None:
        given = zip(lists, vector.valid, strict=True)
        lists = (elements if is_valid else None for elements, is_valid in given)
    return objects(lists, vector.length)


def _nulls(vector: Vector) -> Any:
    return np.frombuffer(vector.valid or b"", np.uint8) == 0


def objects(values: Iterable[Any], length: int) -> Any:
    """An array of objects, which NumPy does not look into."""
    found: Any = np.empty(length, object)
    for index, value in enumerate(values):
        found[index] = value
    return found


def write(type_: Type, plain: _encoding.Writer, values: Any) -> Vector:
    """The vector of an array.

    Args:
        type_: the type that the query expects.
        plain: what makes such vectors of Python's own values.
        values: the array.

    Raises:
        TypeError: if the array's values are of another type.
        ValueError: if they are out of range, or more dimensions than the type has.
    """
    if isinstance(values, np.ma.MaskedArray):
        return plain(values.tolist())
    dimensions = values.ndim
    if dimensions > 1:
        if isinstance(type_, Lists) and len(type_.children) == 1:
            return _write_matrix(type_, values)
        if not isinstance(type_, Structs):
            raise ValueError(
                f"Invalid result of shape {values.shape}: expected ({len(values)},), one {type_}"
                " for each row."
            )
    written = _write_fixed(type_, values) if isinstance(type_, Fixed) and dimensions == 1 else None
    if written is None:
        # Lists that NumPy makes of times have integers where it is finer than Python.
        written = plain(list(values) if values.dtype.kind in "Mm" else values.tolist())
    return written


def _write_fixed(type_: Fixed, values: Any) -> Vector | None:
    """The vector of an array whose kind is the type's, or None."""
    kind, name = values.dtype.kind, type_.name
    if kind == "b" and name == "boolean":
        return Vector(len(values), None, _bytes(values, "?"))
    if kind in "fiu" and name in ("double", "float"):
        return _write_floats(name, values)
    if kind in "fiu" and (name in _INTEGERS or name == "interval year to month"):
        return _write_integers(type_, values)
    if name in _TIMES and kind == np.dtype(_TIMES[name]).kind:
        return _write_times(type_, values)
    return None


def _write_floats(name: str, values: Any) -> Vector:
    stored = _STORED[name]
    if name == "float" and values.dtype.itemsize > 4:
        with np.errstate(over="ignore"):
            narrow = values.astype(stored)
        if np.isinf(narrow).sum() != np.isinf(values).sum():
            raise ValueError("Invalid result: a value of it is too large for a float.")
        values = narrow
    return Vector(len(values), None, _bytes(values, stored))


def _write_integers(type_: Type, values: Any) -> Vector:
    stored = np.dtype(_STORED[type_.name])
    valid = None
    if values.dtype.kind == "f":
        missing = np.isnan(values)
        if missing.any():
            valid = (~missing).astype(np.uint8).tobytes()
            values = np.where(missing, 0, values)
        if (values != np.trunc(values)).any():
            raise ValueError(f"Invalid result with fractions: expected {type_}.")
    limits = np.iinfo(stored)
    if len(values) and not np.can_cast(values.dtype, stored):
        for bound in (values.min(), values.max()):
            if np.isinf(bound) or not limits.min <= int(bound) <= limits.max:
                raise ValueError(
                    f"Invalid result {bound}: expected {type_}, {limits.min} to {limits.max}."
                )
    return Vector(len(values), valid, _bytes(values, stored))


def _write_times(type_: Fixed, values: Any) -> Vector:
    times = values.astype(_TIMES[type_.name])
    missing = np.isnat(times)
    valid = None
    numbers = times.view(np.int64)
    if type_.name == "date":
        bad = ((times != values) | (np.abs(numbers) >= 2**31)) & ~missing
        if bad.any():
            raise ValueError(f"Invalid result {values[bad][0]}: expected date, without a time.")
    if missing.any():
        valid = (~missing).astype(np.uint8).tobytes()
        numbers = np.where(missing, 0, numbers)
    return Vector(len(values), valid, _bytes(numbers, _STORED[type_.name]))


def _write_matrix(type_: Lists, values: Any) -> Vector:
    rows, columns = values.shape[:2]
    elements = values.reshape(rows * columns, *values.shape[2:])
    (child,) = type_.children
    written = write(child, _encoding.writer(child), elements)
    return Vector(rows, None, b"", offsets_of([columns] * rows), [written])


def _bytes(values: Any, stored: Any) -> bytes:
    return bytes(values.astype(stored, copy=False).tobytes())
