"""Values of Python's own, or of NumPy and pandas, of the type that a query expects.

What is safe is converted, such as an int to a double. Integers are neither cut nor wrapped, and
decimals are rounded to their scale. A bool is not a number.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import partial
from numbers import Real
from typing import Any, cast

from sparkserving import _values
from sparkserving._vectors import Decimals, Fixed, Type

_DIGITS = Context(prec=100)
_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64, "interval year to month": 32}
_NO_VALUE = ("NAType", "NaTType")
_TIMES = ("datetime64", "timedelta64")


def unexpected(value: Any, expected: object) -> TypeError:
    """The error for a value of another type."""
    return TypeError(
        f"Invalid result {excerpt(value)} of type {type(value).__name__}: expected {expected}."
    )


def excerpt(value: Any) -> str:
    """How a value begins."""
    text = repr(value)
    return text if len(text) <= 100 else text[:100] + "…"


def is_none(value: Any) -> bool:
    """Whether a value is None, or what pandas has for it."""
    return value is None or type(value).__name__ in _NO_VALUE


def is_missing(value: Any) -> bool:
    """Whether a value is one of those that stand for none: NaN too."""
    if is_none(value):
        return True
    # Only what stands for no value differs from itself.
    return (type(value).__name__ in _TIMES or isinstance(value, Real)) and bool(value != value)  # noqa: PLR0124


def converter(type_: Fixed) -> Callable[[Any], Any]:
    """What gives the number that stands for a value; of a decimal, its bytes."""
    if isinstance(type_, Decimals):
        return partial(_decimal, type_)
    if type_.name in _BITS:
        return partial(_integer, type_, 1 << (_BITS[type_.name] - 1))
    return {
        "boolean": _boolean,
        "float": _float,
        "double": _double,
        "date": _date,
        "timestamp": _timestamp,
        "timestamp_ntz": _wall_time,
        "interval day to second": _interval,
    }[type_.name]


def _integer(type_: Type, limit: int, value: Any) -> int:
    if isinstance(value, bool):
        raise unexpected(value, type_)
    try:
        number = operator.index(value)
    except TypeError:
        if not isinstance(value, Real):
            raise unexpected(value, type_) from None
        if value != value // 1:
            raise ValueError(
                f"Invalid result {value!r}: expected {type_}, without a fraction."
            ) from None
        number = int(cast(Any, value))
    if not -limit <= number < limit:
        raise ValueError(f"Invalid result {value!r}: expected {type_}, {-limit} to {limit - 1}.")
    return number


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise unexpected(value, "double")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"Invalid result {excerpt(value)}: expected double.") from None


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise unexpected(value, "float")
    try:
        number = float(value)
        struct.pack("<f", number)
    except OverflowError:
        raise ValueError(f"Invalid result {excerpt(value)}: too large for a float.") from None
    return number


def _boolean(value: Any) -> bool:
    if type(value).__name__ not in ("bool", "bool_"):
        raise unexpected(value, "boolean")
    return bool(value)


def _decimal(type_: Decimals, value: Any) -> bytes:
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise unexpected(value, type_)
    try:
        # As Spark itself does with digits for which there is no place.
        scaled = value.scaleb(type_.scale, _DIGITS).quantize(Decimal(1), ROUND_HALF_UP, _DIGITS)
    except InvalidOperation:
        raise ValueError(f"Invalid result {value}: expected {type_}.") from None
    if not scaled.is_finite() or abs(scaled) >= 10**type_.precision:
        raise ValueError(f"Invalid result {value}: expected {type_}.")
    return int(scaled).to_bytes(16, "little", signed=True)


def text(value: Any) -> bytes:
    """The bytes of a string."""
    if not isinstance(value, str):
        raise unexpected(value, "string")
    return value.encode()


def binary(value: Any) -> bytes:
    """The bytes of a binary."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise unexpected(value, "binary, as bytes")
    return bytes(value)


def _date(value: Any) -> int:
    if type(value).__name__ == "datetime64":
        day = value.astype("datetime64[D]")
        if day != value:
            raise ValueError(f"Invalid result {value}: expected date, without a time.")
        return int(day.astype("int64"))
    if not isinstance(value, date):
        raise unexpected(value, "date")
    if isinstance(value, datetime) and value.time() != time():
        raise ValueError(f"Invalid result {value}: expected date, without a time.")
    return _values.days_of(value)


def _timestamp(value: Any) -> int:
    if type(value).__name__ == "datetime64":
        return _numpy_microseconds(value)
    return _values.microseconds_of(_datetime(value, "timestamp"))


def _wall_time(value: Any) -> int:
    if type(value).__name__ == "datetime64":
        return _numpy_microseconds(value)
    found = _datetime(value, "timestamp_ntz")
    if found.tzinfo is not None:
        raise ValueError(f"Invalid result {value}: expected timestamp_ntz, without a time zone.")
    return _values.wall_microseconds_of(found)


def _numpy_microseconds(value: Any) -> int:
    return int(value.astype("datetime64[us]").astype("int64"))


def _datetime(value: Any, expected: str) -> datetime:
    if not isinstance(value, datetime):
        raise unexpected(value, expected)
    # Those of pandas say another time in timestamp(), and warn of nanoseconds that are lost.
    convert = getattr(value, "to_pydatetime", None)
    return value if convert is None else convert(warn=False)


def _interval(value: Any) -> int:
    if type(value).__name__ == "timedelta64":
        return int(value.astype("timedelta64[us]").astype("int64"))
    if not isinstance(value, timedelta):
        raise unexpected(value, "interval day to second, as a timedelta")
    return _values.interval_microseconds_of(value)
