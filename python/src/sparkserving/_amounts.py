"""What a function is given as an amount: whole numbers, times and sizes."""

from __future__ import annotations

import math
import re

_SECOND = 1_000_000_000
_TIMES = {
    "us": 1_000,
    "ms": 1_000_000,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "min": 60 * _SECOND,
    "h": 3600 * _SECOND,
}
_SIZES = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_WITH_UNIT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*", re.IGNORECASE)
#: The longest time, and the largest number, that Java takes.
_DAY = 24 * 3600 * _SECOND


def count(name: str, value: object, most: int) -> int:
    """A whole number from 1 on.

    Raises:
        ValueError: if it is another.
        TypeError: if it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"Invalid {name} {value!r}: expected a whole number.")
    if not 1 <= value <= most:
        raise ValueError(f"Invalid {name} {value}: expected 1 to {most}.")
    return value


def nanoseconds(name: str, value: object, *, least: int) -> int:
    """A time, of a number of seconds or a text with a unit, such as ``5ms``.

    Raises:
        ValueError: if it is less than the least, or more than a day.
        TypeError: if it is none.
    """
    expected = (
        f"expected {'more than ' if least else ''}0 to 24h, in seconds or as 5ms, 30s or 2min"
    )
    if isinstance(value, str):
        found = _with_unit(value, _TIMES)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"Invalid {name} {value!r}: {expected}.")
    else:
        found = value * _SECOND
    if found is None or not math.isfinite(found) or not least <= round(found) <= _DAY:
        raise ValueError(f"Invalid {name} {value!r}: {expected}.")
    return round(found)


def size(name: str, value: object) -> int:
    """A number of bytes, of a whole number or a text with a unit, such as ``2g``.

    Raises:
        ValueError: if it is not more than 0, or more than a long has.
        TypeError: if it is none.
    """
    expected = "expected bytes, or text such as 512m or 2g"
    found = _with_unit(value, _SIZES) if isinstance(value, str) else value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"Invalid {name} {value!r}: {expected}.")
    if not isinstance(found, int | float) or not 1 <= found < 2**63:
        raise ValueError(f"Invalid {name} {value!r}: {expected}.")
    return round(found)


def _with_unit(text: str, units: dict[str, int]) -> float | None:
    match = _WITH_UNIT.fullmatch(text)
    unit = units.get(match[2].lower()) if match else None
    return None if match is None or unit is None else float(match[1]) * unit
