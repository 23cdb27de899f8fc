"""Columns of Python's own values, each of the type that a query expects, or an error says so."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sparkserving import _conversions
from sparkserving._buffers import offsets_of
from sparkserving._conversions import excerpt, is_missing, unexpected
from sparkserving._vectors import Decimals, Fixed, Lists, Structs, Texts, Type, Vector

#: Makes a vector of values, None for those that are null.
Writer = Callable[[Sequence[Any]], Vector]


def writer(type_: Type) -> Writer:
    """What makes vectors of a type."""
    if isinstance(type_, Fixed):
        return partial(_write_fixed, type_, _conversions.converter(type_))
    if isinstance(type_, Texts):
        return partial(
            _write_texts, _conversions.text if type_.name == "string" else _conversions.binary
        )
    if isinstance(type_, Structs):
        children = [writer(child) for child in type_.children]
        return partial(_write_structs, type_, children)
    if isinstance(type_, Lists):
        return partial(_write_lists, type_, [writer(child) for child in type_.children])
    return _write_nothing


def _split(values: Sequence[Any], keeps_nan: bool = False) -> tuple[bytes | None, list[Any]]:
    """Which values are there, and these alone."""
    kinds = set(map(type, values))
    if kinds <= _NEVER_MISSING or (keeps_nan and kinds == {float}):
        return None, list(values)
    missing = _conversions.is_none if keeps_nan else is_missing
    valid = bytes(not missing(value) for value in values)
    if all(valid):
        return None, list(values)
    return valid, [value for value, is_valid in zip(values, valid, strict=True) if is_valid]


_NEVER_MISSING = {bool, int, str, bytes, list, tuple, dict, date, datetime, timedelta}


def _spread(valid: bytes | None, values: Sequence[Any], null: Any) -> Sequence[Any]:
    """The values that are there at their places, with something else between."""
    if valid is None:
        return values
    given = iter(values)
    return [next(given) if is_valid else null for is_valid in valid]


def _write_fixed(type_: Fixed, convert: Callable[[Any], Any], values: Sequence[Any]) -> Vector:
    valid, present = _split(values, keeps_nan=type_.code in "fd" and type_.code != "")
    if isinstance(type_, Decimals):
        encoded = [convert(value) for value in present]
        return Vector(len(values), valid, b"".join(_spread(valid, encoded, bytes(16))))
    if type_.code != "d" or set(map(type, present)) != {float}:
        present = [convert(value) for value in present]
    numbers = _spread(valid, present, 0)
    return Vector(len(values), valid, struct.pack(f"<{len(numbers)}{type_.code}", *numbers))


def _write_texts(convert: Callable[[Any], bytes], values: Sequence[Any]) -> Vector:
    valid, present = _split(values)
    encoded = [convert(value) for value in present]
    offsets = offsets_of([len(text) for text in _spread(valid, encoded, b"")])
    return Vector(len(values), valid, b"".join(encoded), offsets)


def _write_lists(type_: Lists, writers: Sequence[Writer], values: Sequence[Any]) -> Vector:
    valid, present = _split(values)
    if len(writers) == 1:
        lists = [_elements(type_, value) for value in present]
        columns = [[element for elements in lists for element in elements]]
    else:
        lists = [_entries(type_, value) for value in present]
        columns = [[entry[side] for entries in lists for entry in entries] for side in (0, 1)]
    offsets = offsets_of([len(elements) for elements in _spread(valid, lists, ())])
    children = [write(column) for write, column in zip(writers, columns, strict=True)]
    return Vector(len(values), valid, b"", offsets, children)


def _elements(type_: Lists, value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    if hasattr(value, "tolist") and not isinstance(value, str | bytes):
        # Arrays of NumPy and of Python, Series, tensors.
        elements = value.tolist()
        if isinstance(elements, list):
            return elements
    raise unexpected(value, f"{type_}, as a list")


def _entries(type_: Lists, value: Any) -> Sequence[Any]:
    entries = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(entries, list | tuple) or any(
        not isinstance(entry, tuple) or len(entry) != 2 for entry in entries
    ):
        raise unexpected(value, f"{type_}, as a dict")
    if any(is_missing(key) for key, _ in entries):
        raise ValueError(f"Invalid result {excerpt(value)}: a key of a map cannot be null.")
    return entries


def _write_structs(type_: Structs, writers: Sequence[Writer], values: Sequence[Any]) -> Vector:
    valid, present = _split(values)
    nothing = (None,) * len(writers)
    rows = _spread(valid, [_fields(type_, value) for value in present], nothing)
    columns = zip(*rows, strict=True) if rows else [()] * len(writers)
    children = [write(column) for write, column in zip(writers, columns, strict=True)]
    return Vector(len(values), valid, children=children)


def _fields(type_: Structs, value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [value.get(name) for name in type_.names]
    if not isinstance(value, list | tuple):
        raise unexpected(value, f"{type_}, as a dict, tuple or Row")
    if len(value) != len(type_.names):
        raise ValueError(
            f"Invalid result {excerpt(value)}: expected {type_}, so {len(type_.names)} fields."
        )
    names = getattr(value, "__fields__", None) or getattr(value, "_fields", None)
    if names is not None and sorted(names) == sorted(type_.names):
        named = dict(zip(names, value, strict=True))
        return [named[name] for name in type_.names]
    return value


def _write_nothing(values: Sequence[Any]) -> Vector:
    valid, present = _split(values)
    if present:
        raise unexpected(present[0], "void, which is always None")
    return Vector(len(values), valid)
