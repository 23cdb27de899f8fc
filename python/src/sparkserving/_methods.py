"""The methods that PySpark's readers, writers and DataFrames get.

They go through ``io.sparkserving.Serving``. Where its JVM is out of reach they do with what Spark
offers to everybody: formats, options and columns.
"""

from collections.abc import Callable
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
from pyspark.sql.types import DataType
from sparkserving import _java, _plain


def read_server(self: DataStreamReader) -> DataStreamReader:
    """Reads HTTP requests, which wait in one queue on the driver.

    Raises:
        RuntimeError: if the session lacks the jar of this package's version.
    """
    return _read(self, "server")


def read_distributed_server(self: DataStreamReader) -> DataStreamReader:
    """Reads HTTP requests, which wait in the executors: each has a server of its own.

    Raises:
        RuntimeError: if the session lacks the jar of this package's version.
    """
    return _read(self, "distributedServer")


def _read(reader: DataStreamReader, name: str) -> DataStreamReader:
    if isinstance(reader, DataStreamReader):
        _java.serving(reader._spark)
    return reader.format(name)


def address(self: DataStreamReader, host: str, port: int, api: str) -> DataStreamReader:
    """Sets where the service listens.

    Args:
        host: address to listen on; ``localhost`` for this machine alone.
        port: 0 to 65535; 0 for any free port.
        api: path of the service, and its name unless the option ``name`` is set.
    """
    return self.option("host", host).option("port", port).option("path", api)


class ServingWriter(DataStreamWriter):
    """PySpark's writer, whose ``start`` waits until the service answers."""

    def __init__(self, writer: DataStreamWriter) -> None:
        # All that PySpark's own constructor sets, but with what this writer was told so far.
        self.__dict__.update(writer.__dict__)

    def start(
        self,
        path: str | None = None,
        format: str | None = None,  # noqa: A002
        outputMode: str | None = None,
        partitionBy: str | list[str] | None = None,
        queryName: str | None = None,
        **options: Any,
    ) -> StreamingQuery:
        """Starts the query; when it returns, the service listens and its query consumes.

        A query that names no checkpoint location gets a temporary one, removed when it stops.
        The arguments are those of PySpark's own ``start``.

        Raises:
            pyspark.errors.IllegalArgumentException: for an option or column that does not fit.
            RuntimeError: if the service cannot listen, or is being served already.
        """
        if path is not None:
            return super().start(path, format, outputMode, partitionBy, queryName, **options)
        self.options(**options)
        if format is not None:
            self.format(format)
        if outputMode is not None:
            self.outputMode(outputMode)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if queryName is not None:
            self.queryName(queryName)
        java = _java.serving(self._spark)
        if java is None:
            return super().start()
        with _java.java_messages():
            return self._sq(java.start(self._jwrite))


def write_server(self: DataStreamWriter) -> DataStreamWriter:
    """Writes HTTP replies to a service that was read with ``server()``."""
    return _write(self, "server")


def write_distributed_server(self: DataStreamWriter) -> DataStreamWriter:
    """Writes HTTP replies to a service that was read with ``distributedServer()``."""
    return _write(self, "distributedServer")


def _write(writer: DataStreamWriter, name: str) -> DataStreamWriter:
    is_connect = not isinstance(writer, DataStreamWriter)
    return (writer if is_connect else ServingWriter(writer)).format(name)


def replyTo(self: DataStreamWriter, name: str) -> DataStreamWriter:
    """Names the service to reply to: its api, unless it was given a name of its own."""
    return self.option("name", name)


def parseRequest(
    self: DataFrame,
    api: str | DataType | None = None,
    schema: DataType | str | None = None,
    idCol: str = "id",
    requestCol: str = "request",
    parsingCheck: str = "partial",
) -> DataFrame:
    """Replaces the request column by the parsed body: ``parseRequest(schema)`` or with more.

    Args:
        api: name of the service; for who reads the query, as every id names its own. A lone
            argument is the schema.
        schema: a struct, whose fields become columns, also as text such as ``foo string, bar int``;
            binary for a column ``bytes``; string, map or array for a column ``value``.
        idCol: column with the source's id.
        requestCol: column with the request.
        parsingCheck: ``none``: what does not parse becomes null; ``partial``: a body that is not
            JSON of the schema's root shape is answered 400; ``full``: so is one in which a field
            or sub-field is missing.

    Raises:
        pyspark.errors.IllegalArgumentException: for a column, schema or check that does not fit.
    """
    if schema is None:
        api, schema = None, api
    if schema is None or isinstance(api, DataType):
        raise TypeError(
            "Missing schema: expected parseRequest(schema) or parseRequest(api, schema)"
        )
    spark = self.sparkSession
    java = _java.serving(spark)
    if java is None:
        return _plain.parse_request(self, schema, idCol, requestCol, parsingCheck)
    parsed = java.parseRequest(
        self._jdf, api, _java.data_type(spark, schema), idCol, requestCol, parsingCheck
    )
    return DataFrame(parsed, spark)


def makeReply(self: DataFrame, replyCol: str, name: str = "reply") -> DataFrame:
    """Adds a reply made of a column as its type suggests.

    Text and bytes go as they are; structs, maps and arrays of them as JSON; anything else as a
    JSON object with the column's name as key.

    Args:
        replyCol: the column to reply with.
        name: the column to add.
    """
    java = _java.serving(self.sparkSession)
    if java is None:
        return _plain.make_reply(self, replyCol, name)
    return DataFrame(java.makeReply(self._jdf, replyCol, name), self.sparkSession)


READER: dict[str, Callable[..., Any]] = {
    "server": read_server,
    "distributedServer": read_distributed_server,
    "distributed_server": read_distributed_server,
    "address": address,
}
WRITER: dict[str, Callable[..., Any]] = {
    "server": write_server,
    "distributedServer": write_distributed_server,
    "distributed_server": write_distributed_server,
    "replyTo": replyTo,
    "reply_to": replyTo,
}
DATA_FRAME: dict[str, Callable[..., Any]] = {
    "parseRequest": parseRequest,
    "parse_request": parseRequest,
    "makeReply": makeReply,
    "make_reply": makeReply,
}
