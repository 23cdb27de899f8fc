"""Columns between Java and a worker: their bytes, and the values that functions get and give."""

import math
import struct
import time
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import Row
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    VarcharType,
)
from sparkserving import _encoding, _values
from sparkserving._batches import batches
from sparkserving._failures import FailureLog
from sparkserving._types import type_of

FORMS = ["rows", "numpy", "pandas", "arrow"]
POINT = StructType().add("x", IntegerType()).add("name", StringType())
VALUES = {
    "boolean": (BooleanType(), [True, False]),
    "byte": (ByteType(), [-128, 127]),
    "short": (ShortType(), [-(2**15), 2**15 - 1]),
    "integer": (IntegerType(), [-(2**31), 2**31 - 1, 0]),
    "long": (LongType(), [2**53, -(2**53), 1]),
    "float": (FloatType(), [0.5, -math.inf]),
    "double": (DoubleType(), [0.1, 1e308, -0.0]),
    "decimal": (DecimalType(10, 2), [Decimal("12345678.90"), Decimal("-0.01"), Decimal("0.00")]),
    "wide decimal": (DecimalType(38, 18), [Decimal(10**20 - 1), -Decimal(10**20 - 1)]),
    "string": (StringType(), ["", "Grüße", "a\0b", "🚀" * 20]),
    "char": (CharType(3), ["abc"]),
    "varchar": (VarcharType(3), ["ab"]),
    "binary": (BinaryType(), [b"", b"\0\xff", bytes(1000)]),
    "date": (DateType(), [date(1970, 1, 1), date(1, 1, 1), date(9999, 12, 31)]),
    "timestamp": (TimestampType(), [datetime(2026, 7, 1, 12, 0, 0, 1), datetime(1969, 12, 31)]),
    "timestamp_ntz": (TimestampNTZType(), [datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)]),
    "interval": (DayTimeIntervalType(0, 3), [timedelta(days=-1, microseconds=1), timedelta(9)]),
    "array": (ArrayType(DoubleType()), [[1.0, 2.0], [], [3.0]]),
    "array with nulls": (ArrayType(LongType()), [[1, None, 3], [None], []]),
    "array of strings": (ArrayType(StringType()), [["a", None, ""], []]),
    "array of arrays": (ArrayType(ArrayType(ShortType())), [[[1], [], [2, 3]], []]),
    "array of structs": (ArrayType(POINT), [[Row(x=1, name="a"), None], []]),
    "map": (MapType(StringType(), DoubleType()), [{"a": 1.0, "b": None}, {}]),
    "map of arrays": (MapType(IntegerType(), ArrayType(StringType())), [{1: ["x"], 2: []}]),
    "struct": (POINT, [Row(x=1, name="a"), Row(x=2, name=None)]),
    "struct of structs": (StructType().add("at", POINT), [Row(at=Row(x=1, name="a"))]),
    "struct of nothing": (StructType(), [Row()]),
    "void": (NullType(), []),
}


def type_named(name):
    return type_of(VALUES[name][0].jsonValue())


def over(form, function, arguments, returns, columns):
    """Runs a function over columns, as bytes that come and go."""
    types = [type_of(type_.jsonValue()) for type_ in arguments]
    result = type_of(returns.jsonValue())
    log = FailureLog()
    rows = len(columns[0]) if columns else 1
    parts = []
    for type_, column in zip(types, columns, strict=True):
        type_.write(_encoding.writer(type_)(column), parts)
    outcome = batches(form, function, types, result, log).run(memoryview(b"".join(parts)), rows)
    return _values.reader(result)(sent(result, outcome.values)), outcome.failures


def sent(type_, vector):
    """A vector after a way through bytes."""
    parts = []
    type_.write(vector, parts)
    written = b"".join(parts)
    assert len(written) % 8 == 0
    read, end = type_.read(memoryview(written), 0, vector.length)
    assert end == len(written)
    return read


def identity(value):
    return value


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


def test_functions_get_arrays_of_numpy():
    columns = {
        "boolean": ([True], "bool"),
        "byte": ([1], "int8"),
        "short": ([1], "int16"),
        "integer": ([1], "int32"),
        "long": ([1], "int64"),
        "float": ([1.0], "float32"),
        "double": ([1.0], "float64"),
        "string": (["a"], "object"),
        "binary": ([b"a"], "object"),
        "decimal": ([Decimal(1)], "object"),
        "date": ([date(1970, 1, 2)], "datetime64[D]"),
        "timestamp": ([datetime(1970, 1, 2)], "datetime64[us]"),
        "timestamp_ntz": ([datetime(1970, 1, 2)], "datetime64[us]"),
        "interval": ([timedelta(1)], "timedelta64[us]"),
        "struct": ([(1, "a")], "object"),
    }
    for name, (values, dtype) in columns.items():
        got = given("numpy", VALUES[name][0], values)
        assert got.dtype == np.dtype(dtype), name
        got[0] = got[0]  # the function may change what it got


def test_nulls_are_nan_or_nat_or_none_to_numpy():
    assert given("numpy", LongType(), [1, None]).dtype == np.float64
    assert math.isnan(given("numpy", ShortType(), [1, None])[1])
    assert given("numpy", FloatType(), [1.0, None]).dtype == np.float32
    assert np.isnat(given("numpy", DateType(), [date(1970, 1, 1), None])[1])
    assert np.isnat(given("numpy", TimestampType(), [datetime(1970, 1, 1), None])[1])
    assert given("numpy", BooleanType(), [True, None]).tolist() == [True, None]
    assert given("numpy", StringType(), ["a", None]).tolist() == ["a", None]


def test_times_are_utc_to_numpy_and_local_elsewhere(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time_zone = ZoneInfo("America/New_York")
    # The hour that comes twice, the second time.
    moment = datetime(2025, 11, 2, 1, 30, tzinfo=time_zone, fold=1)
    time.tzset()
    try:
        assert given("numpy", TimestampType(), [moment])[0] == np.datetime64("2025-11-02T06:30")
        assert given("rows", TimestampType(), [moment]) == datetime(2025, 11, 2, 1, 30, fold=1)
        assert given("pandas", TimestampType(), [moment])[0] == pd.Timestamp("2025-11-02 01:30")
        assert given("arrow", TimestampType(), [moment])[0].as_py() == moment.astimezone(
            timezone.utc
        )
        type_ = TimestampType()
        returned, _ = over("rows", identity, [type_], type_, [[moment]])
        assert returned[0].astimezone(timezone.utc) == moment.astimezone(timezone.utc)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_lists_of_numbers_are_arrays_that_stack():
    got = given("numpy", ArrayType(FloatType()), [[1.0, 2.0], [3.0, 4.0]])
    assert np.stack(got).dtype == np.float32
    assert np.stack(got).shape == (2, 2)
    assert given("pandas", ArrayType(LongType()), [[1], [2]])[1].dtype == np.int64


def test_functions_get_series_and_frames_of_pandas():
    assert given("pandas", LongType(), [1, 2]).dtype == np.int64
    assert given("pandas", LongType(), [1, None]).dtype == np.float64
    assert given("pandas", DateType(), [date(2026, 1, 1)])[0] == date(2026, 1, 1)
    frame = given("pandas", POINT, [(1, "a"), (2, None)])
    assert list(frame.columns) == ["x", "name"]
    assert frame["x"].tolist() == [1, 2]


def test_functions_get_arrays_of_arrow():
    expected = {
        "boolean": pa.bool_(),
        "byte": pa.int8(),
        "float": pa.float32(),
        "date": pa.date32(),
        "timestamp": pa.timestamp("us", "UTC"),
        "timestamp_ntz": pa.timestamp("us"),
        "interval": pa.duration("us"),
        "decimal": pa.decimal128(10, 2),
        "string": pa.string(),
        "binary": pa.binary(),
        "array": pa.list_(pa.float64()),
        "map": pa.map_(pa.string(), pa.float64()),
        "struct": pa.struct([("x", pa.int32()), ("name", pa.string())]),
        "void": pa.null(),
    }
    for name, type_ in expected.items():
        got = given("arrow", VALUES[name][0], [*VALUES[name][1], None])
        assert got.type == type_, name
        got.validate(full=True)


def given(form, type_, values):
    """What a function gets for a column; its first value, where it gets plain ones."""
    got = []

    def function(value):
        got.append(value)
        return [None] * len(values) if form != "rows" else None

    _, failures = over(form, function, [type_], NullType(), [values])
    assert failures == []
    return got[0]


class Tensor:
    """What other libraries have for arrays."""

    def __init__(self, values):
        self._values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self._values, dtype)


RETURNED = {
    "a list": ("double", [1, 2.5, None], [1.0, 2.5, None]),
    "a tuple": ("double", (1, 2.5, None), [1.0, 2.5, None]),
    "floats": ("double", np.array([1, 2, 3], np.float32), [1.0, 2.0, 3.0]),
    "integers": ("double", np.array([1, 2, 3]), [1.0, 2.0, 3.0]),
    "every second": ("double", np.arange(6.0)[::2], [0.0, 2.0, 4.0]),
    "wide integers": ("byte", np.array([1, 2, -128]), [1, 2, -128]),
    "unsigned integers": ("long", np.array([1, 2, 3], np.uint64), [1, 2, 3]),
    "whole doubles": ("integer", np.array([1.0, np.nan, 3.0]), [1, None, 3]),
    "doubles for floats": ("float", np.array([0.5, np.nan, np.inf]), [0.5, math.nan, math.inf]),
    "numpy's own": ("integer", [np.int64(1), np.float64(2), np.nan], [1, 2, None]),
    "objects": ("string", np.array(["a", None, np.nan], object), ["a", None, None]),
    "texts": ("string", np.array(["a", "bc", ""]), ["a", "bc", ""]),
    "masked": ("integer", np.ma.array([1, 2, 3], mask=[0, 1, 0]), [1, None, 3]),
    "booleans": ("boolean", np.array([True, False, True]), [True, False, True]),
    "numpy's booleans": ("boolean", [np.True_, None, False], [True, None, False]),
    "a matrix": ("array", np.arange(6.0).reshape(3, 2), [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]),
    "arrays": ("array", [np.array([1.0]), np.array([]), None], [[1.0], [], None]),
    "dates": ("date", np.array(["1970-01-02", "NaT", "2026-01-01"], "datetime64[D]"),
              [date(1970, 1, 2), None, date(2026, 1, 1)]),
    "finer times": ("timestamp_ntz", np.array(["1970-01-02"] * 3, "datetime64[ns]"),
                    [datetime(1970, 1, 2)] * 3),
    "intervals": ("interval", [timedelta(1), np.timedelta64(1, "D"), pd.NaT],
                  [timedelta(1), timedelta(1), None]),
    "a tensor": ("float", Tensor([0.5, 1.5, 2.5]), [0.5, 1.5, 2.5]),
    "a series": ("long", pd.Series([1, 2, 3]), [1, 2, 3]),
    "a nullable series": ("long", pd.Series([1, None, 2**62], dtype="Int64"), [1, None, 2**62]),
    "a series of strings": ("string", pd.Series(["a", None, "b"], dtype="string"),
                            ["a", None, "b"]),
    "categories": ("string", pd.Series(["a", "b", "a"], dtype="category"), ["a", "b", "a"]),
    "another index": ("long", pd.Series([1, 2, 3], index=[3, 2, 1]), [1, 2, 3]),
    "times of a zone": ("timestamp_ntz", pd.Series(pd.to_datetime(["1970-01-01"] * 3)),
                        [datetime(1970, 1, 1)] * 3),
    "a frame": ("struct", pd.DataFrame({"name": ["a", None, "c"], "x": [1, 2, 3]}),
                [Row(x=1, name="a"), Row(x=2, name=None), Row(x=3, name="c")]),
    "a frame without names": ("struct", pd.DataFrame([[1, "a"]] * 3), [Row(x=1, name="a")] * 3),
    "dicts": ("struct", [{"x": 1}, {"name": "b", "x": 2, "more": 0}, None],
              [Row(x=1, name=None), Row(x=2, name="b"), None]),
    "tuples and rows": ("struct", [(1, "a"), Row(name="b", x=2), [3, None]],
                        [Row(x=1, name="a"), Row(x=2, name="b"), Row(x=3, name=None)]),
    "an arrow array": ("long", pa.array([1, None, 3]), [1, None, 3]),
    "a part of one": ("string", pa.array(["zero", "one", "two", "three"])[1:],
                      ["one", "two", "three"]),
    "a part with nulls": ("double", pa.array([0.5, 1.5, None, 2.5])[1:], [1.5, None, 2.5]),
    "chunks": ("string", pa.chunked_array([["a"], ["b", "c"]]), ["a", "b", "c"]),
    "narrow arrow": ("long", pa.array([1, 2, None], pa.int8()), [1, 2, None]),
    "a dictionary": ("string", pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
    "bytes": ("binary", [b"a", bytearray(b"b"), memoryview(b"c")], [b"a", b"b", b"c"]),
    "integers for decimals": ("decimal", [1, Decimal("0.005"), Decimal("-0.005")],
                              [Decimal("1.00"), Decimal("0.01"), Decimal("-0.01")]),
    "pairs": ("map", [[("a", 1)], {}, None], [{"a": 1.0}, {}, None]),
    "nothing": ("void", [None, pd.NA, np.nan], [None, None, None]),
    "midnight": ("date", [datetime(2026, 1, 1), np.datetime64("2026-01-01"), pd.NaT],
                 [date(2026, 1, 1), date(2026, 1, 1), None]),
}  # fmt: skip


@pytest.mark.parametrize("name", RETURNED)
def test_what_is_safe_is_converted(name):
    kind, result, expected = RETURNED[name]
    returned, failures = over(
        "arrow", lambda _: result, [NullType()], VALUES[kind][0], [[None] * 3]
    )
    assert failures == []
    assert str(returned) == str(expected)


REFUSED = {
    "text for a number": ("double", ["1.0"], "TypeError"),
    "bool for a number": ("double", [True], "TypeError"),
    "bool for an integer": ("long", [True], "TypeError"),
    "bools for integers": ("long", np.array([True]), "TypeError"),
    "bools of arrow": ("double", pa.array([True]), "TypeError"),
    "number for a text": ("string", [1], "TypeError"),
    "numbers for texts": ("string", np.array([1]), "TypeError"),
    "number for a bool": ("boolean", [1], "TypeError"),
    "text for bytes": ("binary", ["a"], "TypeError"),
    "bytes for a text": ("string", [b"a"], "TypeError"),
    "too large": ("integer", [2**31], "ValueError"),
    "too large of numpy": ("integer", np.array([2**31]), "ValueError"),
    "too small": ("byte", pd.Series([-129]), "ValueError"),
    "too large unsigned": ("long", np.array([2**63], np.uint64), "ValueError"),
    "too large double": ("long", np.array([2.0**63]), "ValueError"),
    "infinite": ("long", np.array([np.inf]), "ValueError"),
    "too large of arrow": ("integer", pa.array([2**31]), "ValueError"),
    "fraction": ("integer", [0.5], "ValueError"),
    "fractions": ("integer", np.array([0.5]), "ValueError"),
    "too large for a float": ("float", [1e300], "ValueError"),
    "too large of numpy for a float": ("float", np.array([1e300]), "ValueError"),
    "too many digits": ("decimal", [Decimal(10**9)], "ValueError"),
    "no number": ("decimal", [Decimal("NaN")], "ValueError"),
    "double for a decimal": ("decimal", [0.5], "TypeError"),
    "date for a time": ("timestamp", [date(2026, 1, 1)], "TypeError"),
    "time for a date": ("date", [datetime(2026, 1, 1, 1)], "ValueError"),
    "numpy's time for a date": ("date", [np.datetime64("2026-01-01T01")], "ValueError"),
    "numpy's times for dates": ("date", np.array(["2026-01-01T01"], "datetime64[s]"),
                                "ValueError"),
    "a date that is too late": ("date", np.array([2**31], "datetime64[D]"), "ValueError"),
    "time with a zone": ("timestamp_ntz", [datetime(2026, 1, 1, tzinfo=timezone.utc)],
                         "ValueError"),
    "number for an interval": ("interval", [1], "TypeError"),
    "value for an array": ("array", [1.0], "TypeError"),
    "text for an array": ("array of strings", ["text"], "TypeError"),
    "text in an array": ("array", [[1.0, "2"]], "TypeError"),
    "value for a struct": ("struct", [1], "TypeError"),
    "too few fields": ("struct", [(1,)], "ValueError"),
    "list for a map": ("map", [["a"]], "TypeError"),
    "null key": ("map", [{None: 1.0}], "ValueError"),
    "other columns": ("struct", pd.DataFrame({"x": [1], "y": ["a"]}), "ValueError"),
    "frame for a number": ("double", pd.DataFrame({"x": [1]}), "TypeError"),
    "matrix for a number": ("double", np.array([[1.0]]), "ValueError"),
    "value for nothing": ("void", [1], "TypeError"),
    "too many": ("double", [1.0, 2.0], "ValueError"),
    "too few": ("double", np.array([]), "ValueError"),
    "one value": ("double", 1.0, "TypeError"),
    "one value of numpy": ("double", np.float64(1), "ValueError"),
    "none": ("double", None, "TypeError"),
    "a dict": ("struct", {"x": [1], "name": ["a"]}, "TypeError"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_safe_is_an_error(name, capsys):
    kind, result, error = REFUSED[name]
    returned, failures = over("arrow", lambda _: result, [NullType()], VALUES[kind][0], [[None]])
    assert [(failure.status, failure.kind) for failure in failures] == [(500, error)]
    assert returned == [None]
    assert "Invalid result" in capsys.readouterr().err


def test_a_value_that_python_does_not_have_fails_its_row_alone(capsys):
    json = type_of("date")
    days = struct.pack("<3i", 0, 10_000_000, 1)
    vector = memoryview(bytes(8) + days + bytes(4))
    for form in ("rows", "pandas"):
        outcome = batches(form, identity, [json], json, FailureLog()).run(vector, 3)
        assert [failure.row for failure in outcome.failures] == [1]
        values = _values.reader(json)(sent(json, outcome.values))
        assert values == [date(1970, 1, 1), None, date(1970, 1, 2)]
