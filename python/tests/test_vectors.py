"""Columns between Java and a worker: their bytes, and the values in them."""

from datetime import date
from decimal import Decimal

import pytest
from sparkserving import _encoding, _values
from sparkserving._types import type_of

from vectors import FORMS, VALUES, identity, over, sent


def type_named(name):
    return type_of(VALUES[name][0].jsonValue())


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_from_bytes(name):
    type_ = type_named(name)
    values = VALUES[name][1]
    for column in (values, [None, *values, None], [None] * 9, []):
        vector = sent(type_, _encoding.writer(type_)(column))
        assert _values.reader(type_)(vector) == column


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_from_parts_and_from_joined_parts(name):
    type_ = type_named(name)
    values = [None, *VALUES[name][1], None] * 5
    vector = sent(type_, _encoding.writer(type_)(values))
    parts = [(0, 3), (3, 4), (7, 0), (7, len(values) - 7)]
    read = [_values.reader(type_)(type_.part(vector, *part)) for part in parts]
    assert [value for part in read for value in part] == values
    joined = type_.joined([_encoding.writer(type_)(part) for part in read] + [type_.nulls(2)])
    assert _values.reader(type_)(sent(type_, joined)) == [*values, None, None]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", VALUES)
def test_a_function_gives_back_what_it_got(name, form):
    type_, values = VALUES[name]
    columns = [values, [None, *values, None], [None] * 9]
    if form == "pandas" and name.startswith("struct"):
        # A row of a DataFrame is never null; its fields are.
        columns = [values]
    for column in filter(None, columns):
        returned, failures = over(form, identity, [type_], type_, [column])
        assert failures == []
        if form in ("numpy", "pandas") and name in ("float", "double"):
            # They have no nulls.
            assert str(returned) == str(column).replace("None", "nan")
        else:
            assert returned == column


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["string", "binary"])
def test_a_mebibyte_comes_back(name, form):
    type_ = VALUES[name][0]
    value = "ä" * 2**19 if name == "string" else bytes(range(256)) * 2**12
    assert over(form, identity, [type_], type_, [[value, value]]) == ([value, value], [])


BYTES = {
    "boolean": ("boolean", [True, False], "0000000000000000 0100000000000000"),
    "short": ("short", [1, -1], "0000000000000000 0100ffff00000000"),
    "nulls": ("integer", [1, None, 3], "0100000000000000 0500000000000000 0100000000000000"
                                       "0300000000000000"),
    "double": ("double", [1.0], "0000000000000000 000000000000f03f"),
    "decimal": ("decimal(5,1)", [Decimal("-0.2")], "0000000000000000 feffffffffffffff"
                                                   "ffffffffffffffff"),
    "string": ("string", ["ab", None, "c"], "0100000000000000 0500000000000000 00000000"
                                            "02000000 02000000 03000000 6162630000000000"),
    "date": ("date", [date(1970, 1, 2)], "0000000000000000 0100000000000000"),
    "months": ("interval year to month", [14], "0000000000000000 0e00000000000000"),
    "array": ({"type": "array", "elementType": "byte"}, [[1, 2], []],
              "0000000000000000 00000000 02000000 02000000 00000000"
              "0000000000000000 0102000000000000"),
    "map": ({"type": "map", "keyType": "byte", "valueType": "boolean"}, [{1: None}],
            "0000000000000000 00000000 01000000 0000000000000000 0100000000000000"
            "0100000000000000 0000000000000000 0000000000000000"),
    "struct": ({"type": "struct", "fields": [{"name": "x", "type": "byte"}]}, [(7,)],
               "0000000000000000 0000000000000000 0700000000000000"),
    "void": ("void", [None], "0100000000000000 0000000000000000"),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_bytes_are_those_that_java_expects(name):
    json, values, expected = BYTES[name]
    type_ = type_of(json)
    parts = []
    type_.write(_encoding.writer(type_)(values), parts)
    assert b"".join(parts).hex() == expected.replace(" ", "")


@pytest.mark.parametrize("name", ["variant", "interval", "calendar_interval", "time(6)", {}])
def test_a_type_that_does_not_cross_is_refused(name):
    with pytest.raises(ValueError, match="Unsupported type"):
        type_of(name)
