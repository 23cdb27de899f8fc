"""What ``parseRequest`` and ``makeReply`` do, in plain columns.

For sessions whose JVM Python cannot reach. The 400s are sent by Java functions, which Spark looks
up by name in its own class path. So is what guards decimals against numbers that are too large.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    DecimalType,
    MapType,
    StringType,
    StructField,
    StructType,
)
from sparkserving import functions

_CHECKS = ("none", "partial", "types", "full")
_TEXT = "__serving_text"
_PARSED = "__serving_parsed"
_MALFORMED = "__serving_malformed"
#: Spark's own name for the column of malformed text; a schema may have a field of that name.
_SPARKS_MALFORMED = "_corrupt_record"
_EXCERPT_LENGTH = 200
_BEFORE_JSON = "[ \\t\\r\\n\\uFEFF]+"
#: In a column's metadata, what a query says of its API: see ApiTypes in Java.
_REQUEST_NOTE = "sparkserving.request"
_REPLY_NOTE = "sparkserving.reply"
#: As the look at the root reads JSON, so that the two agree on what is well-formed.
_OPTIONS = {"allowUnescapedControlChars": "true", "maxStringLen": str(2**31 - 1)}


def make_reply(df: DataFrame, reply_col: str, name: str) -> DataFrame:
    """As ``DataFrame.makeReply``."""
    field = df.select(df[reply_col]).schema.fields[0]
    reply = functions.make_reply(df[reply_col], field.dataType, name=field.name)
    note = {_REPLY_NOTE: {"type": field.dataType.json(), "column": field.name}}
    requests = [f.metadata[_REQUEST_NOTE] for f in df.schema if _REQUEST_NOTE in f.metadata]
    if requests:
        note[_REQUEST_NOTE] = requests[0]
    return df.withColumn(name, reply.alias(name, metadata=note))


def parse_request(
    df: DataFrame,
    schema: DataType | str,
    id_col: str,
    request_col: str,
    parsing_check: str,
) -> DataFrame:
    """As ``DataFrame.parseRequest``."""
    check = parsing_check.lower()
    if check not in _CHECKS:
        raise ValueError(
            f"Invalid parsingCheck '{parsing_check}': expected one of {', '.join(_CHECKS)}."
        )
    body = _data_type(df, schema)
    note = {
        _REQUEST_NOTE: {
            "type": body.json(),
            "checked": check != "none",
            "complete": check == "full",
        }
    }
    others = [_column(name) for name in df.columns if name != request_col]
    entity = _column(request_col)["entity"]
    text = functions.entity_to_string(entity)
    if isinstance(body, BinaryType):
        return df.select(*others, entity["content"].alias("bytes", metadata=note))
    if isinstance(body, StringType):
        good = ~functions.unsupported_charset(entity)
        names, values = ["value"], [text]
    elif not isinstance(body, StructType | ArrayType | MapType):
        raise ValueError(
            f"Unsupported schema {body.simpleString()}: expected a struct, an array or a map to"
            " read JSON as, or string or binary to take the body as it is."
        )
    else:
        df = df.withColumn(_TEXT, F.regexp_replace(text, "^" + _BEFORE_JSON, ""))
        df = df.withColumn(_PARSED, _read_once(_from_json(df, body)))
        good = F.lit(True)
        if check != "none":
            good = _is_root(F.col(_TEXT), body) & _is_within_limits(df, body)
        if check == "types":
            good = good & F.col(_PARSED)[_malformed(body)].isNull()
        if check == "full":
            good = good & F.expr(_complete(_value(body), body, 0))
        names, values = _json_columns(body)
    if check != "none":
        refused = _refused(df, _column(id_col), body, entity, check)
        df = df.filter(F.when(good, F.lit(True)).otherwise(refused))
    # As Java does, the first column says what was parsed.
    columns = [
        value.alias(name, metadata=note) if i == 0 else value.alias(name)
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return df.select(*others, *columns)


def _data_type(df: DataFrame, schema: DataType | str) -> DataType:
    if isinstance(schema, DataType):
        return schema
    simple = {"string": StringType(), "binary": BinaryType()}.get(schema.strip().lower())
    # Spark itself reads the text, wherever it runs.
    return simple or df.select(F.from_json(F.lit(""), schema)).schema.fields[0].dataType


def _json_columns(body: DataType) -> tuple[list[str], list[Column]]:
    parsed = F.col(_PARSED)
    if isinstance(body, StructType):
        return body.names, [parsed[name] for name in body.names]
    return ["value"], [parsed["value"]]


def _from_json(df: DataFrame, body: DataType) -> Column:
    """As Java reads a body, with a field for what is malformed."""
    text = F.col(_TEXT)
    if _has_decimal(body):
        text = functions.java_function(df.sparkSession, "ReadableJson", text, _json(body))
    if isinstance(body, StructType):
        fields = body.fields
    else:
        text = F.concat(F.lit('{"value":'), text, F.lit("}"))
        fields = [StructField("value", body)]
    malformed = _malformed(body)
    if malformed == _MALFORMED:
        fields = [*fields, StructField(_MALFORMED, StringType())]
    options = {**_OPTIONS, "columnNameOfCorruptRecord": malformed}
    return F.from_json(text, StructType(fields).json(), options)


def _malformed(body: DataType) -> str:
    is_sparks = isinstance(body, StructType) and _SPARKS_MALFORMED in body.names
    return _SPARKS_MALFORMED if is_sparks else _MALFORMED


def _json(body: DataType) -> Column:
    return F.lit(body.json())


def _has_decimal(body: DataType) -> bool:
    if isinstance(body, StructType):
        return any(_has_decimal(field.dataType) for field in body.fields)
    if isinstance(body, ArrayType):
        return _has_decimal(body.elementType)
    return isinstance(body, DecimalType) or (
        isinstance(body, MapType) and _has_decimal(body.valueType)
    )


def _value(body: DataType) -> str:
    return _PARSED if isinstance(body, StructType) else f"{_PARSED}.value"


def _read_once(value: Column) -> Column:
    """The same value, which the optimizer will not compute again in every filter that asks."""
    return F.when(F.spark_partition_id() >= 0, value)


def _root(body: DataType) -> str:
    return "array" if isinstance(body, ArrayType) else "object"


def _is_root(text: Column, body: DataType) -> Column:
    """Whether a text is one JSON value of the body's kind and nothing else."""
    opening = {"array": "[", "object": "{"}[_root(body)]
    elements = F.json_array_length(F.concat(F.lit("["), text, F.lit(",0]")))
    return F.coalesce(text.startswith(opening) & (elements == 2), F.lit(False))


def _is_within_limits(df: DataFrame, body: DataType) -> Column:
    """Whether all was read, or a limit is not the reason why not."""
    return F.when(F.col(_PARSED)[_malformed(body)].isNull(), F.lit(True)).otherwise(
        functions.java_function(df.sparkSession, "JsonFault", F.col(_TEXT), _json(body)).isNull()
    )


def _refused(
    df: DataFrame, request_id: Column, body: DataType, entity: Column, check: str
) -> Column:
    """Answers a request that does not parse with a 400; always false."""
    charset = F.when(entity["content"].isNotNull(), functions.charset(entity))
    if isinstance(body, StringType):
        said = [F.lit(None).cast("string")] * 5
    else:
        is_root = _is_root(F.col(_TEXT), body)
        wrong = F.lit("one of the fields")
        if check == "types":
            wrong = functions.java_function(
                df.sparkSession, "WrongTypes", F.col(_TEXT), _json(body)
            )
        said = [
            F.lit(_root(body)),
            F.lit(body.simpleString()),
            F.substring(_TEXT, 1, _EXCERPT_LENGTH),
            functions.java_function(df.sparkSession, "JsonFault", F.col(_TEXT), _json(body)),
            F.when(is_root, wrong),
        ]
    return functions.java_function(df.sparkSession, "RefuseRequest", request_id, charset, *said)


def _complete(value: str, type_: DataType, depth: int) -> str:
    """SQL that says whether nothing in a value is null, to any depth."""
    present = f"{value} IS NOT NULL"
    if isinstance(type_, StructType):
        fields = [
            _complete(f"{value}.{_quoted(field.name)}", field.dataType, depth)
            for field in type_.fields
        ]
        return " AND ".join([present, *fields])
    if isinstance(type_, MapType):
        value, type_ = f"map_values({value})", ArrayType(type_.valueType)
    if isinstance(type_, ArrayType):
        name = f"element{depth}"
        inner = _complete(name, type_.elementType, depth + 1)
        return f"{present} AND forall({value}, {name} -> {inner})"
    return present


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column(name: str) -> Column:
    return F.col(_quoted(name))
