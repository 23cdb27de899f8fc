"""Functions that long-lived Python workers run on batches of rows."""

from __future__ import annotations

import dis
import functools
import inspect
import json
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from pyspark.cloudpickle import cloudpickle
from pyspark.serializers import CloudPickleSerializer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DataType
from sparkserving import _amounts, _java
from sparkserving._version import JAR_VERSION

_FORMS = ("rows", "numpy", "pandas", "arrow")
_MOST_ROWS = 1_000_000
_MOST_PROCESSES = 1000


@dataclass(frozen=True)
class FunctionCall:
    """A function with the columns that it gets, for ``DataFrame.withFunction``.

    Attributes:
        function: what is called.
        columns: columns, or names of columns, in the order of the arguments.
        keywords: names of the last of them, which the function gets by name.
    """

    function: Function
    columns: tuple[Any, ...]
    keywords: tuple[str, ...]


class Function:
    """What :func:`function` makes. Calling it with columns gives what ``withFunction`` takes.

    Attributes:
        function: the plain Python function, for tests of it.
        settings: how workers run it.
    """

    def __init__(
        self,
        plain: Callable[..., Any],
        returns: DataType | str,
        setup: Callable[[], object] | None,
        settings: Mapping[str, Any],
    ) -> None:
        # Not what the function itself has by the names of what is set here.
        functools.update_wrapper(self, plain, updated=())
        self.function = plain
        self.settings = settings
        self._returns = returns
        self._setup = setup

    def __call__(self, *columns: Any, **named: Any) -> FunctionCall:
        """The function over columns, or names of columns.

        Raises:
            TypeError: if they are no columns, or not as many as the function takes.
        """
        given = (*columns, *named.values())
        for value in given:
            if not isinstance(value, str) and not hasattr(value, "alias"):
                raise TypeError(
                    f"Invalid argument {value!r} of {self._name}: expected a column or its name;"
                    " functions.lit makes a column of a value."
                )
        try:
            signature = inspect.signature(self.function)
        except ValueError:
            # Of some functions that are written in C, Python does not know it.
            signature = None
        if signature is not None:
            try:
                signature.bind(*columns, **named)
            except TypeError as error:
                raise TypeError(f"Invalid arguments of {self._name}: {error}.") from None
        return FunctionCall(self, given, tuple(named))

    @property
    def _name(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)

    def command(self, keywords: tuple[str, ...]) -> bytes:
        """What a worker runs, as Spark's own functions travel."""
        serializer: Any = cast(Any, CloudPickleSerializer)()
        with _module_by_value(self.function, self._setup):
            return bytes(serializer.dumps((self.function, list(keywords), self._setup)))

    def json(self, spark: SparkSession, keywords: tuple[str, ...]) -> str:
        """What Java is told of it."""
        context = spark.sparkContext
        returns = json.loads(_java.data_type(spark, self._returns).json())
        return json.dumps(
            {
                **self.settings,
                "name": self._name,
                "returns": returns,
                "keywords": len(keywords),
                "version": JAR_VERSION,
                "pythonExec": context.pythonExec,
                "pythonVersion": context.pythonVer,
                "includes": list(context._python_includes or ()),
            }
        )

    def __repr__(self) -> str:
        """The function's name and type."""
        return f"sparkserving.function({self._returns!r})({self._name})"


def function(
    returns: DataType | str,
    *,
    batch: str = "rows",
    setup: Callable[[], object] | None = None,
    max_batch: int = 1024,
    max_wait: float | str = 0,
    workers: int = 1,
    timeout: float | str = "30s",
    memory: int | str | None = None,
    threads: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Function]:
    """Makes a function that ``DataFrame.withFunction`` applies to rows, in workers of its own.

    A function may be called again for a row: when another one of the batch raises, or a worker
    dies. It answers with another status than 200 by raising :class:`HttpError`. Any other exception
    is answered 500, for its row alone, and written to the executor's log.

    Args:
        returns: the type of the result, also as text such as ``double`` or ``array<float>``.
        batch: what the function gets. ``rows``: plain values, once for each row. ``numpy``,
            ``pandas``, ``arrow``: an array or Series for each argument, with the rows that wait.
        setup: is called once in each worker, before any row; it loads the model, say, and sets a
            global of the module in which the function is.
        max_batch: how many rows a batch has at most.
        max_wait: how long rows may wait for others to come, in seconds or as text such as ``5ms``.
            With 0 a batch is what has come while the one before was computed.
        workers: how many processes run the function on each executor.
        timeout: how long a batch may take; its rows are then answered 504 and the worker is
            replaced.
        memory: how much memory a worker may address, in bytes or as text such as ``2g``.
        threads: how many threads libraries such as BLAS and OpenMP use in a worker.
        environment: variables for the workers, beside those of the executor.

    Raises:
        TypeError: for an argument of the wrong type.
        ValueError: for an argument out of its range.
    """
    if not isinstance(returns, str | DataType):
        raise TypeError(
            f"Invalid type {returns!r}: expected a DataType, or text such as double;"
            ' say @sparkserving.function("double").'
        )
    if not isinstance(batch, str) or batch not in _FORMS:
        raise ValueError(f"Invalid batch {batch!r}: expected {', '.join(_FORMS)}.")
    if setup is not None and not callable(setup):
        raise TypeError(f"Invalid setup {setup!r}: expected a function without arguments, or None.")
    _check_globals(setup)
    settings = {
        "batch": batch,
        "maxBatch": _amounts.count("max_batch", max_batch, _MOST_ROWS),
        "maxWaitNanos": _amounts.nanoseconds("max_wait", max_wait, least=0),
        "workers": _amounts.count("workers", workers, _MOST_PROCESSES),
        "timeoutNanos": _amounts.nanoseconds("timeout", timeout, least=1),
        "memory": None if memory is None else _amounts.size("memory", memory),
        "threads": _amounts.count("threads", threads, _MOST_PROCESSES),
        "environment": _variables(environment),
    }

    def decorate(plain: Callable[..., Any]) -> Function:
        return Function(_plain(plain), returns, setup, settings)

    return decorate


def _check_globals(setup: object) -> None:
    """A set-up that sets a variable of a function around it does so in vain.

    Such variables do not travel as one that two functions share.
    """
    if isinstance(setup, types.FunctionType):
        around = setup.__code__.co_freevars
        for step in dis.get_instructions(setup):
            if step.opname == "STORE_DEREF" and step.argval in around:
                raise ValueError(
                    f"Unsupported setup {setup!r}: it sets {step.argval!r} by nonlocal, which the"
                    f" function does not see; say global {step.argval}."
                )


def _plain(given: object) -> Callable[..., Any]:
    if not callable(given):
        raise TypeError(f"Invalid function {given!r}: expected something that can be called.")
    if isinstance(given, Function):
        raise TypeError(f"Invalid function {given!r}: it is one already.")
    if (
        inspect.iscoroutinefunction(given)
        or inspect.isgeneratorfunction(given)
        or inspect.isasyncgenfunction(given)
    ):
        raise TypeError(f"Unsupported function {given!r}: expected one that returns its result.")
    return given


@contextmanager
def _module_by_value(plain: Callable[..., Any], setup: object) -> Iterator[None]:
    """Lets all go by value that is of one module with the function and its set-up.

    So they share their globals, wherever the module is: those of a module that the worker imports
    would be others than those of a function that goes by value.
    """
    module = None
    if isinstance(setup, types.FunctionType):
        namespace = setup.__globals__
        if getattr(plain, "__globals__", None) is namespace:
            module = sys.modules.get(str(namespace.get("__name__")))
    registry: Any = cloudpickle
    if module is None or module.__name__ in registry.list_registry_pickle_by_value():
        yield
        return
    registry.register_pickle_by_value(module)
    try:
        yield
    finally:
        registry.unregister_pickle_by_value(module)


def _variables(environment: Mapping[str, str] | None) -> dict[str, str]:
    if environment is None:
        return {}
    if not isinstance(environment, Mapping):
        raise TypeError(f"Invalid environment {environment!r}: expected a dict.")
    for name, value in environment.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(f"Invalid environment {name!r}: {value!r}: expected text for both.")
        if not name or "=" in name or "\0" in name + value:
            raise ValueError(f"Invalid environment {name!r}: expected the name of a variable.")
    return dict(environment)


def with_function(df: DataFrame, name: str, call: FunctionCall) -> DataFrame:
    """As ``DataFrame.withFunction``."""
    if not isinstance(call, FunctionCall):
        raise TypeError(
            f"Invalid call {call!r}: expected a function with its columns, such as"
            ' score("a", "b") where score is made with @sparkserving.function("double").'
        )
    spark = df.sparkSession
    if _java.serving(spark) is None:
        raise NotImplementedError(
            "Cannot run functions of Spark Serving here: they need a driver whose JVM Python may"
            " call, which Spark Connect and locked-down clusters do not allow. Use a plain"
            " pandas_udf with withColumn()."
        )
    jvm = cast(Any, spark)._jvm
    columns = jvm.java.util.ArrayList()
    for column in call.columns:
        columns.add(cast(Any, F.col(column) if isinstance(column, str) else column)._jc)
    with _java.java_messages():
        frame = jvm.io.sparkserving.functions.python.PythonFunctions.withFunction(
            df._jdf,
            name,
            call.function.json(spark, call.keywords),
            bytearray(call.function.command(call.keywords)),
            columns,
        )
    return DataFrame(frame, spark)


def warm(df: DataFrame) -> None:
    """Starts the workers of a query's functions, and waits until they are set up.

    Raises:
        RuntimeError: if a function cannot be set up, with what its ``setup`` raised.
    """
    if _java.serving(df.sparkSession) is not None:
        jvm = cast(Any, df.sparkSession)._jvm
        with _java.java_messages():
            jvm.io.sparkserving.functions.python.PythonFunctions.warm(df._jdf)


def keep_warm(df: DataFrame, query: object) -> None:
    """Keeps the workers of a query's functions until the query, an object of Java's, ends."""
    jvm = cast(Any, df.sparkSession)._jvm
    jvm.io.sparkserving.functions.python.PythonFunctions.keepWarm(df._jdf, query)
