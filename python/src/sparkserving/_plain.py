"""What ``parseRequest`` and ``makeReply`` do, in plain columns.

For sessions whose JVM Python cannot reach. The 400 of ``partial`` and ``full`` is sent by a Java
function, which Spark looks up by name in its own class path.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    MapType,
    StringType,
    StructType,
)
from sparkserving import functions

_CHECKS = ("none", "partial", "full")
_TEXT = "__serving_text"
_PARSED = "__serving_parsed"
_EXCERPT_LENGTH = 200
_BEFORE_JSON = "[ \\t\\r\\n\\uFEFF]+"
#: In a column's metadata, what a query says of its API: see ApiTypes in Java.
_REQUEST_NOTE = "sparkserving.request"
_REPLY_NOTE = "sparkserving.reply"
#: As the look at the root reads JSON, so that the two agree on what is well-formed.
_OPTIONS = {"allowUnescapedControlChars": "true"}


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
        df = df.withColumn(_PARSED, _read_once(F.from_json(_TEXT, body.json(), _OPTIONS)))
        good = _is_root(F.col(_TEXT), body)
        if check == "full":
            good = good & F.expr(_complete(_PARSED, body, 0))
        names, values = _json_columns(body)
    if check != "none":
        refused = _refused(df, _column(id_col), body, entity)
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
    return ["value"], [parsed]


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


def _refused(df: DataFrame, request_id: Column, body: DataType, entity: Column) -> Column:
    """Answers a request that does not parse with a 400; always false."""
    charset = F.when(entity["content"].isNotNull(), functions.charset(entity))
    if isinstance(body, StringType):
        said = [F.lit(None).cast("string")] * 4
    else:
        is_root = _is_root(F.col(_TEXT), body)
        said = [
            F.lit(_root(body)),
            F.lit(body.simpleString()),
            F.substring(_TEXT, 1, _EXCERPT_LENGTH),
            F.when(is_root, F.lit("one of the fields")),
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
