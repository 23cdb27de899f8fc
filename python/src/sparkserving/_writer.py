"""PySpark's stream writer, with a ``start`` that waits for the service."""

import warnings
from typing import Any

from pyspark.errors import StreamingQueryException
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.readwriter import DataStreamWriter
from sparkserving import _function, _hooks, _java

#: Spark checks sinks and operators of real-time queries against a list of its own.
_ALLOWLIST_CHECK = "spark.sql.streaming.realTimeMode.allowlistCheck"
#: Spark 4.3 tracks the progress of real time asynchronously, but for sinks of its own alone.
_ASYNC_PROGRESS = "asyncProgressTrackingEnabled"
#: How Spark's plans name what runs in Python.
_PYTHON = ("PythonUDF", "MapInPandas", "MapInArrow")


class ServingQuery(StreamingQuery):
    """PySpark's query over all runs of one that is started again when it fails.

    It is active until it is stopped or given up, and ``stop`` lets it first answer what its
    services hold. Everything else is that of the run that goes on, or went on last.
    """

    def __init__(self, java: Any, query: Any) -> None:
        self._java = java
        self._lasting = query

    @property
    def _jsq(self) -> Any:
        # PySpark calls methods that only Spark's own class has.
        return self._java.unwrap(self._lasting)

    @property
    def isActive(self) -> bool:  # noqa: N802
        """Whether the query runs, or is about to run again."""
        return bool(self._lasting.isActive())

    def awaitTermination(self, timeout: float | None = None) -> bool | None:  # noqa: N802
        """Waits until the query is stopped or given up; a restart does not end the wait.

        Args:
            timeout: how many seconds, at most; None to wait for as long as it takes.

        Returns:
            With a timeout, whether the query has ended.

        Raises:
            pyspark.errors.StreamingQueryException: if the query was given up.
        """
        if timeout is None:
            self._lasting.awaitTermination()
            return None
        if timeout <= 0:
            raise ValueError(f"Invalid timeout {timeout}: expected more than 0 seconds.")
        return bool(self._lasting.awaitTermination(max(1, int(timeout * 1000))))

    def exception(self) -> StreamingQueryException | None:
        """Why the query was given up; None if it was not."""
        return super().exception() if self._lasting.exception().isDefined() else None

    def stop(self) -> None:
        """Answers what is in flight, as ``drainTimeout`` allows, and stops the query for good."""
        with _java.java_messages():
            self._lasting.stop()


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

        A query that fails is started again, as the options ``maxRestarts``, ``backoff`` and
        ``maxBackoff`` say. A query that names no checkpoint location gets a temporary one, removed
        when it stops.
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
        _hooks.hooks.before_start(self)
        _function.warm(self._df)
        with _java.java_messages():
            query = java.start(self._jwrite)
            _function.keep_warm(self._df, query)
        started = ServingQuery(java, query)
        _hooks.hooks.after_start(started)
        return started


def real_time(writer: Any, batch_duration: str) -> Any:
    """As ``DataStreamWriter.realTime``."""
    if isinstance(writer, DataStreamWriter):
        java = _java.serving(writer._spark)
        if java is not None:
            # Any exception of PySpark's own, such as for Spark before 4.1, comes with its message.
            java.writer(writer._jwrite).realTime(batch_duration)
            # Java took the session that is active there, which may be another one.
            writer._spark.conf.set(_ALLOWLIST_CHECK, "false")
            return writer
    session = writer._spark if isinstance(writer, DataStreamWriter) else writer._session
    session.conf.set(_ALLOWLIST_CHECK, "false")
    writer.trigger(realTime=batch_duration).outputMode("update")
    return writer.option(_ASYNC_PROGRESS, "false")


def warn_of_python_functions(writer: DataStreamWriter) -> None:
    """Says that Spark keeps what Python returns until the batch ends."""
    plan = writer._df._jdf.queryExecution().analyzed().toJSON()
    if any(name in plan for name in _PYTHON):
        warnings.warn(
            "This query runs Python functions. Spark hands on what they return only when a batch or"
            " epoch ends, and with continuousServer() requests wait for that end. With a continuous"
            " trigger of much less than a second they may never be answered, as Python begins anew"
            " with each epoch. Use sparkserving.function and withFunction(), or server() and"
            " distributedServer(), instead.",
            stacklevel=3,
        )
