"""Columns as Python's own values, as PySpark's functions get them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Context, Decimal
from functools import partial
from itertools import pairwise
from typing import Any, cast

from pyspark.sql.types import _create_row
from sparkserving._vectors import Decimals, Fixed, Lists, Structs, Texts, Type, Vector

#: Gives the values of a vector, None for those that are null.
Reader = Callable[[Vector], list[Any]]

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_SECOND = 1_000_000
_DIGITS = Context(prec=40)


def reader(type_: Type) -> Reader:
    """What reads vectors of a type."""
    if isinstance(type_, Decimals):
        return partial(_read_decimals, type_.scale)
    if isinstance(type_, Fixed):
        return partial(_read_fixed, type_.code, _FROM_NUMBER.get(type_.name))
    if isinstance(type_, Texts):
        return partial(_read_texts, _text if type_.name == "string" else bytes)
    if isinstance(type_, Structs):
        fields = [reader(child) for child in type_.children]
        return partial(_read_structs, list(type_.names), fields)
    if isinstance(type_, Lists):
        return partial(_read_lists, type_, [reader(child) for child in type_.children])
    return lambda vector: [None] * vector.length


def _read_fixed(code: str, of_number: Callable[[int], Any] | None, vector: Vector) -> list[Any]:
    values = cast(Any, memoryview(vector.data)).cast(code).tolist()
    if of_number is None:
        return _with_nulls(vector, values)
    return _converted(vector, values, of_number)


def _read_decimals(scale: int, vector: Vector) -> list[Any]:
    data = vector.data
    unscaled = [
        int.from_bytes(data[at : at + 16], "little", signed=True)
        for at in range(0, 16 * vector.length, 16)
    ]
    return _converted(vector, unscaled, partial(_decimal, scale))


def _decimal(scale: int, unscaled: int) -> Decimal:
    return Decimal(unscaled).scaleb(-scale, _DIGITS)


def _read_texts(of_bytes: Callable[[memoryview], Any], vector: Vector) -> list[Any]:
    data = memoryview(vector.data)
    offsets = list(vector.offsets)
    ranges = [data[start:end] for start, end in pairwise(offsets)]
    return _converted(vector, ranges, of_bytes)


def _text(data: memoryview) -> str:
    return str(data, "utf-8")


def _read_lists(type_: Lists, readers: Sequence[Reader], vector: Vector) -> list[Any]:
    offsets = list(vector.offsets)
    first, last = offsets[0], offsets[-1]
    columns = [
        read(child.part(values, first, last - first))
        for child, read, values in zip(type_.children, readers, vector.children, strict=True)
    ]
    ranges = [slice(start - first, end - first) for start, end in pairwise(offsets)]
    if len(columns) == 1:
        return _converted(vector, ranges, columns[0].__getitem__)
    keys, values = columns
    return _converted(vector, ranges, lambda at: dict(zip(keys[at], values[at], strict=True)))


def _read_structs(names: list[str], readers: Sequence[Reader], vector: Vector) -> list[Any]:
    columns = [read(values) for read, values in zip(readers, vector.children, strict=True)]
    rows = zip(*columns, strict=True) if columns else [()] * vector.length
    return _converted(vector, rows, partial(_create_row, names))


def _with_nulls(vector: Vector, values: list[Any]) -> list[Any]:
    if vector.valid is None:
        return values
    return [value if valid else None for value, valid in zip(values, vector.valid, strict=True)]


def _converted(vector: Vector, values: Any, convert: Callable[[Any], Any]) -> list[Any]:
    if vector.valid is None:
        return [convert(value) for value in values]
    return [
        convert(value) if valid else None for value, valid in zip(values, vector.valid, strict=True)
    ]


def _date(days: int) -> date:
    return date.fromordinal(_EPOCH_DAY + days)


def _local_time(microseconds: int) -> datetime:
    # As PySpark has it: in the time zone of the process, and without saying so.
    seconds, rest = divmod(microseconds, _SECOND)
    return datetime.fromtimestamp(seconds).replace(microsecond=rest)


def _wall_time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _interval(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


_FROM_NUMBER: dict[str, Callable[[int], Any]] = {
    "date": _date,
    "timestamp": _local_time,
    "timestamp_ntz": _wall_time,
    "interval day to second": _interval,
}


def days_of(value: date) -> int:
    """Days since 1970."""
    return value.toordinal() - _EPOCH_DAY


def microseconds_of(value: datetime) -> int:
    """Microseconds since 1970 of an instant; one without a time zone is local."""
    if value.tzinfo is None:
        whole = int(value.replace(microsecond=0).timestamp())
        return whole * _SECOND + value.microsecond
    return (value - datetime(1970, 1, 1, tzinfo=timezone.utc)) // _MICROSECOND


def wall_microseconds_of(value: datetime) -> int:
    """Microseconds between 1970 and what a clock without a time zone shows."""
    return (value - _EPOCH) // _MICROSECOND


def interval_microseconds_of(value: timedelta) -> int:
    """Microseconds that an interval takes."""
    return value // _MICROSECOND
