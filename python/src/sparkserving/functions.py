"""Column functions over requests and replies.

All but :func:`send_reply` are made of Spark's own expressions and need nothing but Spark. Columns
are given as columns or by name. No function does anything before a query runs.

Functions that make a reply return a struct that is never null. Of a reply, the client gets the
status code, the headers, the content and the content type. Not sent are the reason phrase, the
protocol version, the locale and the entity's own length. A reply of a code that is not 200 to 599,
or with a header that HTTP does not allow, is replaced by a 500 whose body says what was wrong.
Content is not sent with a 204, 205 or 304. A body that is null gives a reply without content and
without a content type.
"""

from typing import TYPE_CHECKING, Any, cast

from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    MapType,
    StringType,
    StructType,
    UserDefinedType,
)
from sparkserving import _java

if TYPE_CHECKING:
    from pyspark.sql._typing import ColumnOrName

__all__ = [
    "binary_to_response",
    "empty_response",
    "entity_to_string",
    "make_reply",
    "request_to_string",
    "send_reply",
    "string_to_response",
]

_HEADER = "struct<name:string,value:string>"
_UTF_8 = ("", "utf-8", "utf8", "us-ascii", "ascii")
_DECODED = ("iso-8859-1", "latin1", "utf-16", "utf-16be", "utf-16le", "utf-32")
_CHARSET_PARAMETER = r'(?i);\s*charset\s*=\s*"?([^\s;"]+)'
_JAVA_FUNCTIONS = {
    "JsonFault": ("io.sparkserving.columns.JsonFault", "string"),
    "ReadableJson": ("io.sparkserving.columns.ReadableJson", "string"),
    "RefuseRequest": ("io.sparkserving.task.reply.RefuseRequest", "boolean"),
    "SendReply": ("io.sparkserving.task.reply.SendReply", "boolean"),
    "WrongTypes": ("io.sparkserving.columns.WrongTypes", "string"),
}


def request_to_string(request: "ColumnOrName") -> Column:
    """Returns the body of a request as text, by the same rules as :func:`entity_to_string`.

    Args:
        request: the source's request struct; null gives null.
    """
    return entity_to_string(_column(request)["entity"])


def entity_to_string(entity: "ColumnOrName") -> Column:
    """Returns an entity as text, in the charset of its content type.

    The charset is UTF-8 where the content type names none. The text is null where there is no body,
    and where the charset is none of UTF-8, US-ASCII, ISO-8859-1, UTF-16 and UTF-32. A body of zero
    bytes is an empty text.

    Args:
        entity: the entity of a request struct; null gives null.
    """
    content = _column(entity)["content"]
    named = charset(_column(entity))
    decodable = F.when(named == "latin1", F.lit("iso-8859-1")).otherwise(named)
    return F.when(named.isin(*_UTF_8), content.cast("string")).when(
        named.isin(*_DECODED), F.call_function("decode", content, decodable)
    )


def string_to_response(text: "ColumnOrName", code: int = 200, reason: str = "OK") -> Column:
    """Makes a reply with a text as ``text/plain; charset=utf-8``.

    Args:
        text: a column that casts to string; null gives a reply without content.
        code: the status, 200 to 599; any other is answered 500 in its place.
        reason: the reason phrase, which stays in the row and is not sent.
    """
    return _reply(_column(text).cast("string"), "text/plain; charset=utf-8", code, reason)


def binary_to_response(data: "ColumnOrName", code: int = 200, reason: str = "OK") -> Column:
    """Makes a reply with bytes as ``application/octet-stream``.

    Args:
        data: a column that casts to binary; null gives a reply without content.
        code: the status, 200 to 599; any other is answered 500 in its place.
        reason: the reason phrase, which stays in the row and is not sent.
    """
    return _reply(_column(data), "application/octet-stream", code, reason)


def empty_response(code: int = 200, reason: str = "OK") -> Column:
    """Makes a reply without content and without a content type.

    Args:
        code: the status, 200 to 599; any other is answered 500 in its place.
        reason: the reason phrase, which stays in the row and is not sent.
    """
    return _reply(F.lit(None), "application/octet-stream", code, reason)


def make_reply(
    data: "ColumnOrName",
    type: DataType,  # noqa: A002
    code: int = 200,
    reason: str = "OK",
    name: str = "value",
) -> Column:
    """Makes a reply whose body suits a type, as ``DataFrame.makeReply`` does.

    JSON leaves out the fields of a struct that are null, and has machine learning vectors as arrays
    of numbers.

    Args:
        data: the column to reply with.
        type: the type of that column. Strings go as ``text/plain; charset=utf-8``; binaries as
            ``application/octet-stream``; structs, maps and arrays of them as JSON; null of any of
            these gives a reply without content. Anything else goes as a JSON object, with null in
            it where the data is null.
        code: the status, 200 to 599; any other is answered 500 in its place.
        reason: the reason phrase, which stays in the row and is not sent.
        name: the key of the JSON object for data that has no JSON of its own.
    """
    column = _column(data)
    if isinstance(type, StringType):
        return string_to_response(column, code, reason)
    if isinstance(type, BinaryType):
        return binary_to_response(column, code, reason)
    value = _vectors_to_arrays(column, type)
    if _has_own_json(type):
        json = F.when(column.isNotNull(), F.to_json(value))
        return _reply(json, "application/json", code, reason)
    json = F.to_json(F.struct(value.alias(name)), {"ignoreNullFields": "false"})
    return _reply(json, "application/json", code, reason, is_never_null=True)


def send_reply(api: "ColumnOrName", reply: "ColumnOrName", id: "ColumnOrName") -> Column:  # noqa: A002
    """Sends a reply whenever the row is evaluated, from within the query and before its sink.

    The first answer to a request wins, so a later one of the sink is dropped. Nothing is sent where
    the reply, the id, or the id's service or request is null. A reply to a request that is answered
    already, or to a service that has ended, is dropped without an error. Needs an active session
    that has the jar. Where Python cannot reach the JVM, as over Spark Connect, the function is
    known to the session that is active now and to streams that start later.

    Args:
        api: name of the service that the request came to; for who reads the query, as every id
            names its own service.
        reply: a reply, as the other functions make it. Spark does not check the type, and a struct
            of another one fails the task.
        id: the source's id struct.

    Returns:
        A boolean column send_reply that is never null: true where there was a reply and an id. An
        expression around it needs a name of its own in ``select``.
    """
    columns = [_column(column) for column in (api, reply, id)]
    spark = SparkSession.active()
    java = _java.functions(spark)
    if java is None:
        sent = java_function(spark, "SendReply", *columns)
    else:
        # A function that is known by name is known to one session, and foreachBatch has another.
        sent = Column(java.sendReply(*(cast("Any", column)._jc for column in columns)))
    # Spark makes a name of all that the column is made of, and fails on the fields of a reply.
    return sent.alias("send_reply")


def java_function(spark: SparkSession, name: str, *arguments: Column) -> Column:
    """Calls one of our Java functions, in a session that has the jar."""
    registered = f"spark_serving_{name}"
    if not spark.catalog.functionExists(registered):
        spark.udf.registerJavaFunction(registered, *_JAVA_FUNCTIONS[name])
    called = F.call_function(registered, *arguments)
    # Always so, but not deterministic in the optimizer's eyes, which may drop or repeat the rest.
    return F.when(F.spark_partition_id() >= 0, called)


def unsupported_charset(entity: Column) -> Column:
    """Whether :func:`entity_to_string` cannot read the charset that an entity names."""
    return ~charset(entity).isin(*_UTF_8, *_DECODED)


def charset(entity: Column) -> Column:
    """The charset that an entity's content type names, in lower case; empty where it names none."""
    content_type = entity["contentType"]["value"]
    named = F.lower(F.regexp_extract(content_type, _CHARSET_PARAMETER, 1))
    return F.coalesce(named, F.lit(""))


def _reply(
    body: Column, content_type: str, code: int, reason: str, *, is_never_null: bool = False
) -> Column:
    content = body.cast("binary")
    header = F.struct(F.lit("Content-Type").alias("name"), F.lit(content_type).alias("value"))
    no_header = F.lit(None).cast(_HEADER)
    entity = F.struct(
        content.alias("content"),
        no_header.alias("contentEncoding"),
        F.coalesce(F.octet_length(content), F.lit(0)).cast("long").alias("contentLength"),
        (header if is_never_null else F.when(content.isNotNull(), header)).alias("contentType"),
        F.lit(False).alias("isChunked"),
        F.lit(True).alias("isRepeatable"),
        F.lit(False).alias("isStreaming"),
    )
    version = F.struct(
        F.lit("HTTP").alias("protocol"), F.lit(1).alias("major"), F.lit(1).alias("minor")
    )
    status = F.struct(
        version.alias("protocolVersion"),
        F.lit(code).cast("int").alias("statusCode"),
        F.lit(reason).alias("reasonPhrase"),
    )
    return F.struct(
        F.slice(F.array(no_header), 1, 0).alias("headers"),
        entity.alias("entity"),
        status.alias("statusLine"),
        F.lit(None).cast("string").alias("locale"),
    )


def _has_own_json(type_: DataType) -> bool:
    return isinstance(type_, StructType | MapType) or (
        isinstance(type_, ArrayType) and _has_own_json(type_.elementType)
    )


def _vectors_to_arrays(data: Column, type_: DataType) -> Column:
    if isinstance(type_, UserDefinedType) and type(type_).__name__ == "VectorUDT":
        from pyspark.ml.functions import vector_to_array  # noqa: PLC0415 (it needs NumPy)

        return F.when(data.isNotNull(), vector_to_array(data))
    if isinstance(type_, StructType):
        fields = [
            _vectors_to_arrays(data[field.name], field.dataType).alias(field.name)
            for field in type_.fields
        ]
        return F.when(data.isNotNull(), F.struct(*fields))
    if isinstance(type_, ArrayType) and _has_vector(type_):
        return F.transform(data, lambda each: _vectors_to_arrays(each, type_.elementType))
    if isinstance(type_, MapType) and _has_vector(type_):
        return F.transform_values(data, lambda _, each: _vectors_to_arrays(each, type_.valueType))
    return data


def _has_vector(type_: DataType) -> bool:
    if isinstance(type_, ArrayType):
        return _has_vector(type_.elementType)
    if isinstance(type_, MapType):
        return _has_vector(type_.valueType)
    if isinstance(type_, StructType):
        return any(_has_vector(field.dataType) for field in type_.fields)
    return isinstance(type_, UserDefinedType) and type(type_).__name__ == "VectorUDT"


def _column(column: "ColumnOrName") -> Column:
    return F.col(column) if isinstance(column, str) else column
