"""The methods that PySpark's readers, writers and DataFrames get.

They go through ``io.sparkserving.Serving``. Where its JVM is out of reach they do with what Spark
offers to everybody: formats, options and columns.
"""

from collections.abc import Callable
from typing import Any, cast

from pyspark.sql import DataFrame
from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
from pyspark.sql.types import DataType
from sparkserving import _function, _hooks, _java, _plain, _supervision, _writer
from sparkserving._function import FunctionCall
from sparkserving._supervision import SupervisedQuery
from sparkserving._writer import ServingWriter


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


def read_continuous_server(self: DataStreamReader) -> DataStreamReader:
    """Reads HTTP requests, which tasks that go on and on take one by one, on every executor.

    Raises:
        RuntimeError: if the session lacks the jar of this package's version.
    """
    return _read(self, "continuousServer")


def _read(reader: DataStreamReader, name: str) -> DataStreamReader:
    if isinstance(reader, DataStreamReader):
        _java.serving(reader._spark)
    return reader.format(name).options(**_hooks.hooks.reader_options)


def address(self: DataStreamReader, host: str, port: int, api: str) -> DataStreamReader:
    """Sets where the service listens.

    Args:
        host: address to listen on; ``localhost`` for this machine alone.
        port: 0 to 65535; 0 for any free port.
        api: path of the service, and its name unless the option ``name`` is set; ``/`` for every
            path, by the name ``root``.
    """
    return self.option("host", host).option("port", port).option("path", api)


def write_server(self: DataStreamWriter) -> DataStreamWriter:
    """Writes HTTP replies to a service that was read with ``server()``."""
    return _write(self, "server")


def write_distributed_server(self: DataStreamWriter) -> DataStreamWriter:
    """Writes HTTP replies to a service that was read with ``distributedServer()``."""
    return _write(self, "distributedServer")


def write_continuous_server(self: DataStreamWriter) -> DataStreamWriter:
    """Writes HTTP replies to a service that was read with ``continuousServer()``."""
    if isinstance(self, DataStreamWriter) and _java.serving(self._spark) is not None:
        _writer.warn_of_python_functions(self)
    return _write(self, "continuousServer")


def _write(writer: DataStreamWriter, name: str) -> DataStreamWriter:
    is_connect = not isinstance(writer, DataStreamWriter)
    return (writer if is_connect else ServingWriter(writer)).format(name)


def replyTo(self: DataStreamWriter, name: str) -> DataStreamWriter:
    """Names the service to reply to, option ``name``.

    Args:
        name: the service's path, unless its reader has set another name with option ``name``.
    """
    return self.option("name", name)


def realTime(self: DataStreamWriter, batchDuration: str) -> DataStreamWriter:
    """Sets the real-time trigger of Spark 4.1 and later, and what the trigger needs.

    That is output mode ``update``, option ``asyncProgressTrackingEnabled`` as ``false``, and for
    the whole session that Spark does not check sinks and operators against its own list, which has
    none of other libraries.

    Args:
        batchDuration: how long a batch lasts, such as ``5 minutes``; 5 seconds at least.

    Raises:
        pyspark.errors.UnsupportedOperationException: where Spark has no such trigger.
    """
    return cast(DataStreamWriter, _writer.real_time(self, batchDuration))


def supervise(
    self: DataStreamWriter,
    max_restarts: int | None = None,
    backoff: str | None = None,
    max_backoff: str | None = None,
) -> SupervisedQuery:
    """Starts the query, and starts it again when it fails, while its service goes on.

    Args:
        max_restarts: how many in a row may fail without a reply in between, instead of 20.
        backoff: wait before the second restart in a row, such as ``1s``, instead of ``100ms``; each
            further one waits twice as long as the one before.
        max_backoff: the longest wait before a restart, instead of ``5s``.

    Raises:
        pyspark.errors.IllegalArgumentException: for an option or column that does not fit.
        RuntimeError: if the first start fails, as that of ``start`` may.
        NotImplementedError: where Python cannot reach the JVM.
    """
    return _supervision.supervise(self, max_restarts, backoff, max_backoff)


def parseRequest(
    self: DataFrame,
    api: str | DataType | None = None,
    schema: DataType | str | None = None,
    idCol: str = "id",
    requestCol: str = "request",
    parsingCheck: str = "partial",
    records: bool = False,
    maxRecords: int = 10_000,
    errorsInPlace: bool = False,
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
            JSON of the schema's root shape is answered 400, and a value of a wrong type becomes
            null; ``types``: so is a body with a value of a wrong type, such as ``"7"`` or ``1.0``
            for an int, while a field may be missing or null; ``full``: so is one in which a field
            or sub-field is missing.
        records: whether a body may be an array of objects of the schema, each of which becomes a
            row, or one object. The reply to an array is an array of the rows' replies, in the order
            of the records, with null for a record whose row the query drops.
        maxRecords: how many records a body may have; one with more is answered 400.
        errorsInPlace: whether the error of a bad record, or of one that a function fails on, takes
            the record's place in the reply. If not, it is the reply to the request.

    Raises:
        pyspark.errors.IllegalArgumentException: for a column, schema or check that does not fit.
        NotImplementedError: for records, where Python cannot reach the JVM.
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
        if records:
            raise NotImplementedError(
                "Cannot parse records: Python cannot reach the JVM of this session, as with Spark"
                " Connect. Parse an array, and reply with one."
            )
        return _plain.parse_request(self, schema, idCol, requestCol, parsingCheck)
    more = [_java.records(spark, maxRecords, errorsInPlace)] if records else []
    parsed = java.parseRequest(
        self._jdf, api, _java.data_type(spark, schema), idCol, requestCol, parsingCheck, *more
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


def withFunction(self: DataFrame, name: str, call: FunctionCall) -> DataFrame:
    """Adds a column that a function gives, which Python workers run on the rows that wait.

    Args:
        name: the column to add, or to replace.
        call: a function made with :func:`sparkserving.function`, called with its columns.

    Raises:
        TypeError: if the call is none.
        NotImplementedError: where Python cannot reach the JVM.
    """
    return _function.with_function(self, name, call)


READER: dict[str, Callable[..., Any]] = {
    "server": read_server,
    "distributedServer": read_distributed_server,
    "distributed_server": read_distributed_server,
    "continuousServer": read_continuous_server,
    "continuous_server": read_continuous_server,
    "address": address,
}
WRITER: dict[str, Callable[..., Any]] = {
    "server": write_server,
    "distributedServer": write_distributed_server,
    "distributed_server": write_distributed_server,
    "continuousServer": write_continuous_server,
    "continuous_server": write_continuous_server,
    "replyTo": replyTo,
    "reply_to": replyTo,
    "realTime": realTime,
    "real_time": realTime,
    "supervise": supervise,
}
DATA_FRAME: dict[str, Callable[..., Any]] = {
    "parseRequest": parseRequest,
    "parse_request": parseRequest,
    "makeReply": makeReply,
    "make_reply": makeReply,
    "withFunction": withFunction,
    "with_function": withFunction,
}
