"""Types, from the JSON in which Spark describes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sparkserving._vectors import Decimals, Fixed, Lists, Structs, Texts, Type

#: Width in bytes, and the code that Python's own arrays have for it.
_FIXED = {
    "boolean": (1, "?"),
    "byte": (1, "b"),
    "short": (2, "h"),
    "integer": (4, "i"),
    "long": (8, "q"),
    "float": (4, "f"),
    "double": (8, "d"),
    "date": (4, "i"),
    "timestamp": (8, "q"),
    "timestamp_ntz": (8, "q"),
}
_NAMED: dict[str, Callable[[re.Match[str]], Type]] = {
    "void|null": lambda _: Type("void"),
    "binary": lambda _: Texts("binary"),
    r"(string|char\(\d+\)|varchar\(\d+\))( collate .*)?": lambda _: Texts("string"),
    r"decimal\((\d+),\s*(-?\d+)\)": lambda match: Decimals(int(match[1]), int(match[2])),
    "interval (day|hour|minute|second)( to .*)?": lambda _: Fixed("interval day to second", 8, "q"),
    "interval (year|month)( to .*)?": lambda _: Fixed("interval year to month", 4, "i"),
}


def type_of(json: Any) -> Type:
    """The type that a JSON value describes.

    Raises:
        ValueError: for one whose values do not cross.
    """
    if isinstance(json, dict) and json.get("type") in _NESTED:
        return _NESTED[json["type"]](json)
    name = json if isinstance(json, str) else "user-defined type"
    if name in _FIXED:
        return Fixed(name, *_FIXED[name])
    for pattern, make in _NAMED.items():
        match = re.fullmatch(pattern, name)
        if match:
            return make(match)
    raise ValueError(f"Unsupported type {name}: no value of it reaches a function.")


def _array(json: dict[str, Any]) -> Type:
    element = type_of(json["elementType"])
    return Lists(f"array<{element}>", [element])


def _map(json: dict[str, Any]) -> Type:
    key, value = type_of(json["keyType"]), type_of(json["valueType"])
    return Lists(f"map<{key},{value}>", [key, value])


def _struct(json: dict[str, Any]) -> Type:
    fields = json["fields"]
    return Structs(
        [field["name"] for field in fields], [type_of(field["type"]) for field in fields]
    )


_NESTED: dict[str, Callable[[dict[str, Any]], Type]] = {
    "array": _array,
    "map": _map,
    "struct": _struct,
}
