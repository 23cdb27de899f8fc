"""What a model gives, in the form that MLflow's own scoring server answers with."""

from __future__ import annotations

from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    DataType,
    DoubleType,
    FloatType,
    MapType,
    StructField,
    StructType,
)
from sparkserving import _checks, _methods

PROTOCOL = "mlflow"
_REPLY = "reply"
_EMPTY = "{}"


def make_reply(rows: DataFrame, column: str, nameless: str | None) -> DataFrame:
    """Adds the column ``reply``, of JSON.

    Args:
        rows: with what the model gives, as a struct.
        column: the struct.
        nameless: the field whose value is all the reply; None for an object of all fields.
    """
    type_: Any = rows.schema[column].dataType
    if nameless is not None:
        type_ = StructType([StructField(nameless, type_[nameless].dataType)])
        value = _checks.column(column).getField(nameless).alias(nameless)
        rows = rows.withColumn(column, F.struct(value))
    # NumPy writes a float with the digits of a double.
    rows = rows.withColumn(column, _checks.column(column).cast(_widened(type_)))
    made = _methods.makeReply(rows, column, _REPLY)
    if nameless is None:
        return made
    text = _checks.column(_REPLY).getField("entity").getField("content").cast("string")
    # An object of one field: without its braces and the field's name, in quotes and with a colon.
    name = F.length(F.to_json(F.struct(F.lit("").alias(nameless)))) - len('""}')
    value = F.substring(text, name + 1, F.length(text) - name - 1)
    content = F.when(text == _EMPTY, "null").otherwise(value).cast("binary")
    metadata = made.schema[_REPLY].metadata
    reply = _checks.column(_REPLY).withField("entity.content", content)
    reply = reply.withField("entity.contentLength", F.length(content).cast("long"))
    return made.withColumn(_REPLY, reply.alias(_REPLY, metadata=metadata))


def _widened(type_: DataType) -> DataType:
    if isinstance(type_, FloatType):
        return DoubleType()
    if isinstance(type_, ArrayType):
        return ArrayType(_widened(type_.elementType), type_.containsNull)
    if isinstance(type_, MapType):
        return MapType(type_.keyType, _widened(type_.valueType), type_.valueContainsNull)
    if isinstance(type_, StructType):
        return StructType([StructField(f.name, _widened(f.dataType), f.nullable) for f in type_])
    return type_
