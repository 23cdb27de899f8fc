"""Columns after a way through a function, as bytes that come and go."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal

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
