"""A batch of rows through a function: all at once or one by one, and which rows failed."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import repeat, starmap
from time import perf_counter_ns
from typing import Any, Protocol

from sparkserving import _conversions, _encoding, _values
from sparkserving._failures import Failure, FailureLog
from sparkserving._vectors import Type, Vector, vectors_of

_FORMS = {"numpy": "_arrays", "pandas": "_frames", "arrow": "_arrow"}


class Outcome:
    """What came of a batch: a value for each row, null for those that failed."""

    __slots__ = ("failures", "nanoseconds", "values")

    def __init__(self, values: Vector | None = None) -> None:
        self.values = values or Vector(0)
        self.failures: list[Failure] = []
        self.nanoseconds = 0


class Batches(Protocol):
    """Runs batches of rows through a function. What the function raises is an outcome."""

    def run(self, arguments: memoryview, rows: int) -> Outcome:
        """Runs one batch, whose arguments are as they came.

        Raises:
            ValueError: if they are no vectors of the arguments' types.
        """


def batches(
    form: str,
    function: Callable[..., Any],
    arguments: Sequence[Type],
    returns: Type,
    log: FailureLog,
    timeout: int | None = None,
) -> Batches:
    """What gives a function its rows in the form that it asks for.

    Args:
        form: what the function gets.
        function: the function.
        arguments: the types of its arguments.
        returns: the type of its result.
        log: where it is written what the function raises.
        timeout: how many nanoseconds a batch may take.
    """
    if form == "rows":
        return RowByRow(function, arguments, returns, log)
    module = importlib.import_module(f"sparkserving.{_FORMS[form]}")
    readers = [module.reader(type_) for type_ in arguments]
    quick = module.quick(arguments, returns) if form == "numpy" else None
    return AllAtOnce(function, arguments, readers, quick, returns, log, timeout)


class RowByRow:
    """Calls the function with plain values, once for each row."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Type],
        returns: Type,
        log: FailureLog,
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._readers = [_values.reader(type_) for type_ in arguments]
        self._write = _encoding.writer(returns)
        self._log = log

    def run(self, arguments: memoryview, rows: int) -> Outcome:
        outcome = Outcome()
        vectors = vectors_of(self._arguments, arguments, rows)
        start = perf_counter_ns()
        try:
            values = self._call(self._read(vectors, rows), 0, rows, outcome)
        except Exception:  # noqa: BLE001
            # A value that Python does not have, such as a date of the year 10000, is one row's.
            values = self._call_one_by_one(vectors, rows, outcome)
        outcome.nanoseconds = perf_counter_ns() - start
        try:
            outcome.values = self._write(values)
        except Exception:  # noqa: BLE001
            outcome.values = self._write(self._of_right_type(values, outcome))
        return outcome

    def _read(self, arguments: Sequence[Vector], rows: int) -> Iterable[Sequence[Any]]:
        if not arguments:
            return repeat((), rows)
        columns = [read(values) for read, values in zip(self._readers, arguments, strict=True)]
        return zip(*columns, strict=True)

    def _call(
        self, given: Iterable[Sequence[Any]], first: int, rows: int, outcome: Outcome
    ) -> list[Any]:
        values: list[Any] = []
        calls = starmap(self._function, given)
        while True:
            try:
                # Keeps what came before a call that raises; the next one goes on after it.
                values.extend(calls)
                if len(values) == rows:
                    return values
                error: BaseException = StopIteration()
            except BaseException as raised:  # noqa: BLE001
                error = raised
            outcome.failures.append(self._log.failure(first + len(values), error))
            values.append(None)

    def _call_one_by_one(
        self, arguments: Sequence[Vector], rows: int, outcome: Outcome
    ) -> list[Any]:
        values: list[Any] = []
        for row in range(rows):
            parts = _parts(self._arguments, arguments, row, 1)
            try:
                given = self._read(parts, 1)
            except Exception as error:  # noqa: BLE001
                outcome.failures.append(self._log.failure(row, error))
                values.append(None)
            else:
                values += self._call(given, row, 1, outcome)
        return values

    def _of_right_type(self, values: Sequence[Any], outcome: Outcome) -> list[Any]:
        kept: list[Any] = []
        for row, value in enumerate(values):
            try:
                self._write([value])
            except Exception as error:  # noqa: BLE001
                outcome.failures.append(self._log.failure(row, error))
                kept.append(None)
            else:
                kept.append(value)
        return kept


class Quick(Protocol):
    """A shorter way for the commonest columns: what it does not take goes the long way."""

    def read(self, arguments: memoryview, rows: int) -> list[Any] | None:
        """The columns, or None."""

    def write(self, result: Any, rows: int) -> Vector | None:
        """The vector of a result, or None."""


class AllAtOnce:
    """Calls the function with whole columns, and by halves where it raises."""

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Type],
        readers: Sequence[Callable[[Vector], Any]],
        quick: Quick | None,
        returns: Type,
        log: FailureLog,
        timeout: int | None,
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._readers = readers
        self._quick = quick
        self._returns = returns
        self._write = _encoding.writer(returns)
        self._log = log
        #: How long to look for rows that raise. Innocent ones get 500 then, and not a time-out.
        self._patience = None if timeout is None else timeout // 2
        self._until: float = math.inf

    def run(self, arguments: memoryview, rows: int) -> Outcome:
        outcome = Outcome()
        start = perf_counter_ns()
        columns = None if self._quick is None else self._quick.read(arguments, rows)
        if columns is None:
            vectors = vectors_of(self._arguments, arguments, rows)
            result = self._attempt(vectors, rows, outcome)
        else:
            result = self._call(columns, rows, outcome)
        if isinstance(result, Vector):
            outcome.values = result
            return outcome
        if self._patience is not None:
            self._until = start + self._patience
        vectors = vectors_of(self._arguments, arguments, rows)
        outcome.values = self._narrow(vectors, 0, rows, result, outcome)
        if not outcome.failures:
            # No row raises alone, so nothing else would tell.
            self._log.failure(0, result)
        return outcome

    def _attempt(
        self, arguments: Sequence[Vector], rows: int, outcome: Outcome
    ) -> Vector | BaseException:
        try:
            columns = [read(values) for read, values in zip(self._readers, arguments, strict=True)]
        except Exception as error:  # noqa: BLE001
            return error
        return self._call(columns, rows, outcome)

    def _call(self, columns: Sequence[Any], rows: int, outcome: Outcome) -> Vector | BaseException:
        start = perf_counter_ns()
        try:
            try:
                result = self._function(*columns)
            finally:
                outcome.nanoseconds += perf_counter_ns() - start
            return self._written(result, rows)
        except BaseException as error:  # noqa: BLE001
            # Returned, so that no error that comes later has this one as its context.
            return error

    def _narrow(
        self,
        arguments: Sequence[Vector],
        first: int,
        rows: int,
        error: BaseException,
        outcome: Outcome,
    ) -> Vector:
        if rows == 1:
            outcome.failures.append(self._log.failure(first, error))
            return self._returns.nulls(1)
        if perf_counter_ns() > self._until:
            kind = self._log.failure(first, error).kind
            outcome.failures += (Failure(first + row, 500, kind) for row in range(rows))
            return self._returns.nulls(rows)
        half = rows // 2
        vectors = []
        for start, length in ((0, half), (half, rows - half)):
            part = _parts(self._arguments, arguments, start, length)
            result = self._attempt(part, length, outcome)
            if not isinstance(result, Vector):
                result = self._narrow(part, first + start, length, result, outcome)
            vectors.append(result)
        return self._returns.joined(vectors)

    def _written(self, result: Any, rows: int) -> Vector:
        written = None if self._quick is None else self._quick.write(result, rows)
        return self._written_slowly(result, rows) if written is None else written

    def _written_slowly(self, result: Any, rows: int) -> Vector:
        kind = type(result)
        library = kind.__module__.partition(".")[0]
        if library == "pyarrow" and hasattr(result, "to_pylist"):
            write = _module("_arrow").write
        elif library == "pandas" and hasattr(result, "iloc"):
            write = _module("_frames").write
        elif isinstance(result, list | tuple) and not hasattr(result, "_fields"):
            write = _write_plain
        elif hasattr(result, "__array__"):
            arrays = _module("_arrays")
            result = arrays.np.asanyarray(result)
            write = arrays.write
        else:
            raise _conversions.unexpected(
                result, f"{rows} values of {self._returns}, as an array, a Series or a list"
            )
        length = len(result) if getattr(result, "ndim", 1) else None
        if length != rows:
            found = "one value" if length is None else f"{length} values"
            raise ValueError(f"Invalid result of {found}: expected {rows}, one for each row.")
        vector: Vector = write(self._returns, self._write, result)
        return vector


def _write_plain(type_: Type, plain: _encoding.Writer, values: Sequence[Any]) -> Vector:
    del type_
    return plain(values)


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"sparkserving.{name}")


def _parts(
    types: Sequence[Type], vectors: Sequence[Vector], start: int, length: int
) -> list[Vector]:
    return [type_.part(vector, start, length) for type_, vector in zip(types, vectors, strict=True)]
