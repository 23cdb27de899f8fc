"""What a function raised: what is told of it to Java, and what to the log."""

from __future__ import annotations

import struct
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TextIO

from sparkserving._errors import HttpError

_HEAD = struct.Struct("<IHBx")
_LENGTH = struct.Struct("<i")
_COUNT = struct.Struct("<I")
_NONE = _LENGTH.pack(-1)
_OURS = f"{Path(__file__).parent}/"
_SECONDS = 60.0
#: Kinds that are remembered; more are those of code that makes classes or lines as it goes.
_MOST_KINDS = 1000


@dataclass(frozen=True)
class Failure:
    """A row of which no value came.

    Attributes:
        row: its place in the batch.
        status: what the client gets.
        kind: the class of what was raised.
        detail: what the client is told, or None.
        headers: names and values to answer with.
        is_http_error: whether the function meant it as an answer.
    """

    row: int
    status: int
    kind: str
    detail: str | None = None
    headers: Sequence[tuple[str, str]] = field(default=())
    is_http_error: bool = False

    def encoded(self) -> bytes:
        """The failure as it crosses to Java."""
        parts = [_HEAD.pack(self.row, self.status, self.is_http_error)]
        parts += (_text(self.kind), _text(self.detail), _COUNT.pack(len(self.headers)))
        for name, value in self.headers:
            parts += (_text(name), _text(value))
        return b"".join(parts)


def _text(text: str | None) -> bytes:
    if text is None:
        return _NONE
    encoded = text.encode("utf-8", "replace")
    return _LENGTH.pack(len(encoded)) + encoded


class FailureLog:
    """Makes failures of what is raised, and writes what nobody meant as an answer.

    What is raised at one place is written with its traceback once a minute, by the one thread that
    runs the function.
    """

    def __init__(
        self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._out = out
        self._clock = clock
        #: When each may be written again, and how many were not.
        self._kinds: dict[tuple[str, str, int], tuple[float, int]] = {}

    def failure(self, row: int, error: BaseException) -> Failure:
        """The failure of a row."""
        kind = type(error).__name__
        if isinstance(error, HttpError):
            headers = tuple(error.headers.items())
            return Failure(row, error.status, kind, error.detail, headers, is_http_error=True)
        self._write(error)
        return Failure(row, 500, kind)

    def _write(self, error: BaseException) -> None:
        where = _of_function(error.__traceback__)
        last = where
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        place = ("", 0) if last is None else (last.tb_frame.f_code.co_filename, last.tb_lineno)
        kind = (type(error).__name__, *place)
        now = self._clock()
        due, left_out = self._kinds.get(kind, (now, 0))
        if now < due:
            self._kinds[kind] = (due, left_out + 1)
            return
        if len(self._kinds) >= _MOST_KINDS:
            self._kinds.clear()
        self._kinds[kind] = (now + _SECONDS, 0)
        before = f" (and {left_out} times more since this was last written)" if left_out else ""
        text = "".join(traceback.format_exception(type(error), error, where))
        out = self._out or sys.stderr
        out.write(f"A function raised {type(error).__name__}{before}\n{text}")
        out.flush()


def described(error: BaseException) -> str:
    """An error with its traceback, its last line first."""
    where = _of_function(error.__traceback__)
    last = "".join(traceback.format_exception_only(type(error), error)).strip()
    return f"{last}\n{''.join(traceback.format_exception(type(error), error, where))}"


def _of_function(where: TracebackType | None) -> TracebackType | None:
    """The traceback from where the function's own code begins, or all of it."""
    inner = where
    while inner is not None and inner.tb_frame.f_code.co_filename.startswith(_OURS):
        inner = inner.tb_next
    return inner or where
