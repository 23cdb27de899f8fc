"""Requests that a model cannot take are answered 400, where the JVM reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, MapType, StructField, StructType
from sparkserving import _methods, functions

_EXCERPT_LENGTH = 200


def parse(
    requests: DataFrame,
    schema: StructType,
    shapes: Mapping[str, Sequence[int]],
    id_col: str,
    request_col: str,
    *,
    records: bool,
) -> DataFrame:
    """Requests as rows of a schema, all of whose fields are there but for those that are nullable.

    Args:
        requests: what the source gives.
        schema: the fields of a request.
        shapes: of fields that are tensors, how many elements their arrays have; -1 for any number.
        id_col: the column with the source's id.
        request_col: the column with the request.
        records: whether a body may be an array of such objects.
    """
    is_complete = not _has_nullable(schema)
    check = "full" if is_complete else "types"
    rows = _methods.parseRequest(requests, "", schema, id_col, request_col, check, records=records)
    absent = [] if is_complete else [each for field in schema for each in _absent(field)]
    misshapen = [
        F.when(_is_misshapen(column(name), sizes), F.lit(_expected(name, sizes)))
        for name, sizes in shapes.items()
        if sizes
    ]
    if not absent and not misshapen:
        return rows
    wrong = F.concat_ws(", ", *absent, *misshapen)
    body = F.to_json(F.struct(*(column(name) for name in schema.names)))
    refused = functions.java_function(
        requests.sparkSession,
        "RefuseRequest",
        column(id_col),
        F.lit("utf-8"),
        F.lit("object"),
        F.lit(schema.simpleString()),
        F.substring(body, 1, _EXCERPT_LENGTH),
        F.lit(None).cast("string"),
        wrong,
    )
    return rows.filter(F.when(wrong == "", F.lit(True)).otherwise(refused))


def column(name: str) -> Column:
    """The column of exactly this name."""
    return F.col("`" + name.replace("`", "``") + "`")


def _has_nullable(type_: DataType) -> bool:
    if isinstance(type_, StructType):
        return any(field.nullable or _has_nullable(field.dataType) for field in type_.fields)
    if isinstance(type_, ArrayType):
        return _has_nullable(type_.elementType)
    return isinstance(type_, MapType) and _has_nullable(type_.valueType)


def _absent(field: StructField, parent: Column | None = None, path: str = "") -> Iterator[Column]:
    """The paths of fields that must be there and are not; null for those that are."""
    path += field.name
    value = column(field.name) if parent is None else parent.getField(field.name)
    if not field.nullable:
        is_absent = value.isNull()
        yield F.when(is_absent if parent is None else parent.isNotNull() & is_absent, F.lit(path))
    if isinstance(field.dataType, StructType):
        for inner in field.dataType.fields:
            yield from _absent(inner, value, path + ".")


def _is_misshapen(value: Column, sizes: Sequence[int]) -> Column:
    size, *inner = sizes
    misshapen = F.lit(False) if size == -1 else F.size(value) != size
    if inner:
        return misshapen | F.exists(value, lambda element: _is_misshapen(element, inner))
    return misshapen | F.exists(value, lambda element: element.isNull())


def _expected(name: str, sizes: Sequence[int]) -> str:
    shape = " x ".join("any number of" if size == -1 else str(size) for size in sizes)
    return f"{name}, expected {shape} elements"
