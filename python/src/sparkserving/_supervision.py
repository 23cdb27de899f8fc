"""Queries that are started again when they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql.streaming.query import StreamingQuery
from sparkserving import _function, _hooks, _java

if TYPE_CHECKING:
    from pyspark.sql.streaming.readwriter import DataStreamWriter


class SupervisedQuery:
    """A query that is started again when it fails, while its service goes on.

    Clients keep their connections, and requests that a failed run held are delivered again. The
    service of a query that is given up answers 503, until ``stop``.
    """

    def __init__(self, java_query: Any) -> None:
        self._java_query = java_query

    @property
    def query(self) -> StreamingQuery:
        """The run of the query that goes on now, or went on last."""
        return StreamingQuery(self._java_query.query())

    @property
    def state(self) -> str:
        """What the query is doing: ``RUNNING``, ``RESTARTING``, ``GIVEN_UP`` or ``STOPPED``."""
        return str(self._java_query.state().toString())

    @property
    def restarts(self) -> int:
        """How often the query was started again, from its first start until now."""
        return int(self._java_query.restarts())

    @property
    def last_failure(self) -> str | None:
        """The message of the query's last failure; None if the query never failed."""
        failure = self._java_query.lastFailure()
        return str(failure.get().getMessage()) if failure.isPresent() else None

    def stop(self) -> None:
        """Lets the query answer the requests that its services hold, and stops it for good.

        What is left after ``drainDelay`` and ``drainTimeout`` is answered 503, and the ports are
        free when this method returns.
        """
        with _java.java_messages():
            self._java_query.stop()

    def await_termination(self, timeout: float | None = None) -> bool:
        """Waits until the query is stopped or given up.

        Args:
            timeout: how many seconds, at most; None to wait for as long as it takes.

        Returns:
            True if the query is stopped or given up, False if the time was up before.
        """
        if timeout is None:
            self._java_query.awaitTermination()
            return True
        return bool(self._java_query.awaitTermination(int(timeout * 1000)))

    def __repr__(self) -> str:
        """The query's id, what it does, and how often it was started again."""
        return f"SupervisedQuery({self.query.id}, {self.state}, {self.restarts} restarts)"


def supervise(
    writer: DataStreamWriter,
    max_restarts: int | None,
    backoff: str | None,
    max_backoff: str | None,
) -> SupervisedQuery:
    """As ``DataStreamWriter.supervise``."""
    spark = getattr(writer, "_spark", None)
    java = None if spark is None else _java.serving(spark)
    if spark is None or java is None:
        raise NotImplementedError(
            "Cannot supervise a query here: it needs a driver whose JVM Python may call, which"
            " Spark Connect and locked-down clusters do not allow. Use start()."
        )
    options = spark._jvm.java.util.HashMap()
    given = {"maxRestarts": max_restarts, "backoff": backoff, "maxBackoff": max_backoff}
    for name, value in given.items():
        if value is not None:
            options.put(name, str(value))
    _hooks.hooks.before_start(writer)
    _function.warm(writer._df)
    with _java.java_messages():
        query = java.supervise(writer._jwrite, options)
        _function.keep_warm(writer._df, query)
    started = SupervisedQuery(query)
    _hooks.hooks.after_start(started)
    return started
