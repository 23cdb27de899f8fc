"""Values on their way to a function in its process, and back."""

import math
import sys
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import sparkserving
from pyspark.sql import Row
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
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
)

from function_workers import FORMS

TYPES = [
    BooleanType(),
    ByteType(),
    ShortType(),
    IntegerType(),
    LongType(),
    FloatType(),
    DoubleType(),
    DecimalType(20, 3),
    StringType(),
    BinaryType(),
    DateType(),
    TimestampType(),
    TimestampNTZType(),
    DayTimeIntervalType(0, 3),
    ArrayType(DoubleType()),
    MapType(StringType(), ArrayType(IntegerType())),
    StructType().add("x", IntegerType()).add("y", ArrayType(StringType())),
    NullType(),
]
ROWS = [
    (
        True,
        -128,
        2**15 - 1,
        -(2**31),
        2**62,
        0.5,
        0.1,
        Decimal("-12345678901234567.890"),
        "Grüße",
        b"\0\xff",
        date(2026, 11, 29),
        datetime(2026, 7, 1, 12, 0, 0, 1),
        datetime(1, 1, 1),
        timedelta(days=-1, microseconds=1),
        [1.0, 2.0],
        {"a": [1, None], "b": []},
        Row(x=1, y=["p", None]),
        None,
    ),
    (
        *(False, 0, 0, 0, 0, 0.0, 0.0, Decimal("0.000"), "", b"", date(1970, 1, 1)),
        *(datetime(1970, 1, 2), datetime(1970, 1, 1), timedelta(), [], {}, Row(x=0, y=[]), None),
    ),
]


def everything(form):
    """A function that gives back all that it got."""
    if form == "rows":
        return sparkserving.function("any")(lambda *columns: columns)

    def back(*columns):
        return list(zip(*(column_of(column) for column in columns), strict=True))

    def column_of(column):
        if hasattr(column, "to_pylist"):
            return column.to_pylist()
        if hasattr(column, "itertuples"):
            return list(column.itertuples(index=False, name=None))
        return list(column)

    return sparkserving.function("any", batch=form)(back)


@pytest.mark.parametrize("form", FORMS)
def test_values_of_every_type_come_back(start, form):
    returns = StructType()
    for index, type_ in enumerate(TYPES):
        returns = returns.add(f"f{index}", type_)
    connection = start(everything(form), TYPES, returns).ready()
    for rows in (ROWS, ROWS[:1], ROWS * 200):
        values, failures = connection.run(*map(list, zip(*rows, strict=True)))
        assert failures == []
        assert [tuple(value) for value in values] == rows
    with_nulls = [ROWS[0], (None,) * len(TYPES), ROWS[1]]
    values, failures = connection.run(*map(list, zip(*with_nulls, strict=True)))
    assert failures == []
    for index, (got, expected) in enumerate(zip(values, with_nulls, strict=True)):
        # Null as pandas and NumPy have it.
        seen = got if index != 1 else [None if is_nothing(value) else value for value in got]
        assert tuple(seen) == expected


def is_nothing(value):
    return value == Row(x=None, y=None) or (isinstance(value, float) and math.isnan(value))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("type_", [StringType(), BinaryType()], ids=["text", "bytes"])
def test_mebibytes_come_back(start, form, type_):
    function = sparkserving.function("any", batch=form)(lambda value: value)
    connection = start(function, [type_], type_).ready()
    value = "ä" * 2**19 if isinstance(type_, StringType) else bytes(range(256)) * 2**12
    column = [value, None, value[:-1]] * 4
    assert connection.run(column) == (column, [])


def test_a_function_without_arguments_is_called_for_each_row(start):
    connection = start(sparkserving.function("long")(lambda: 7), []).ready()
    assert connection.run(rows=3) == ([7, 7, 7], [])


def test_the_last_arguments_go_by_name(start):
    @sparkserving.function("long")
    def minus(a, *, b, c=0):
        return a - b - c

    worker = start(minus, [LongType()] * 3, keywords=("c", "b"))
    assert worker.ready().run([10, 20], [1, 2], [3, 4]) == ([6, 14], [])


def test_the_time_in_the_function_is_told(start):
    @sparkserving.function("long", batch="numpy")
    def slow(a):
        time.sleep(0.05)
        return a

    connection = start(slow).ready()
    connection.run([1, 2])
    assert connection.nanoseconds >= 50_000_000


def test_plain_values_need_no_other_library(start):
    @sparkserving.function("string")
    def loaded(a):
        # The modules that alone import others than PySpark.
        return ",".join(name for name in ("_arrays", "_frames", "_arrow") if ours(name))

    def ours(name):
        return f"sparkserving.{name}" in sys.modules

    assert start(loaded, returns=StringType()).ready().run([1]) == ([""], [])
