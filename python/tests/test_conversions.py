"""Values that functions get, and what becomes of those that they give."""

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
    BooleanType,
    DateType,
    FloatType,
    LongType,
    NullType,
    ShortType,
    StringType,
    TimestampType,
)
from sparkserving import _values
from sparkserving._batches import batches
from sparkserving._failures import FailureLog
from sparkserving._types import type_of

from vectors import POINT, VALUES, identity, over, sent


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
