"""Clients that call at random, give up after a while, and try again."""

import asyncio
import contextlib
import random
import time
from collections import Counter, deque
from dataclasses import dataclass, field

_TRIES = 3
_RETRY_SECONDS = 1.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Outcome:
    """What came of the calls of a while."""

    seconds: float
    #: How many attempts ended with a status, or with nothing in time ("gave up", "broken").
    ends: Counter[str] = field(default_factory=Counter)
    #: Seconds that each good answer took, and each 503.
    good: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    @property
    def goodput(self) -> float:
        """Good answers a second."""
        return len(self.good) / self.seconds


class Clients:
    """Clients of one port. Calls of theirs are answered with their own body."""

    def __init__(self, port: int, patience: float) -> None:
        """Begin without connections; ``patience`` is in seconds."""
        self._port = port
        self.patience = patience
        self._idle: deque[Connection] = deque()

    async def call_in_turn(self, clients: int, seconds: float) -> Outcome:
        """Let so many clients call one after another, and tell what came of it."""
        outcome = Outcome(seconds)
        end = time.monotonic() + seconds

        async def call_on() -> None:
            while time.monotonic() < end:
                await self._attempt(b"capacity", outcome)

        await asyncio.gather(*(call_on() for _ in range(clients)))
        return outcome

    async def call(self, per_second: float, warm_up: float, seconds: float) -> Outcome:
        """Call so often, and tell what came of it after the warm-up."""
        outcome = Outcome(seconds)
        unmeasured = Outcome(warm_up)
        chance = random.Random(1)
        began = time.monotonic()
        following = began
        calls: set[asyncio.Task[None]] = set()
        number = 0
        while following < began + warm_up + seconds:
            await asyncio.sleep(max(0, following - time.monotonic()))
            while following <= time.monotonic():
                counted = outcome if following > began + warm_up else unmeasured
                number += 1
                task = asyncio.create_task(self._call(b"call %d" % number, counted))
                calls.add(task)
                task.add_done_callback(calls.discard)
                following += chance.expovariate(per_second)
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return outcome

    async def _call(self, body: bytes, outcome: Outcome) -> None:
        for _ in range(_TRIES):
            wait = await self._attempt(body, outcome)
            if wait is None:
                return
            await asyncio.sleep(wait)

    async def _attempt(self, body: bytes, outcome: Outcome) -> float | None:
        """Try once; give the seconds to wait before another attempt, or None if it was answered."""
        began = time.monotonic()
        try:
            status, after = await asyncio.wait_for(self._exchange(body), self.patience)
        except TimeoutError:
            outcome.ends["gave up"] += 1
            return _RETRY_SECONDS
        except (OSError, asyncio.IncompleteReadError):
            outcome.ends["broken"] += 1
            return _RETRY_SECONDS
        outcome.ends[str(status)] += 1
        if status == 200:
            outcome.good.append(time.monotonic() - began)
            return None
        if status == 503:
            outcome.refused.append(time.monotonic() - began)
        return after

    async def _exchange(self, body: bytes) -> tuple[int, float]:
        connection = self._idle_connection() or await self._connect()
        reader, writer = connection
        try:
            writer.write(
                b"POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            headers = dict(_headers(head))
            answer = await reader.readexactly(int(headers.get("content-length", "0")))
        except BaseException:
            writer.close()
            raise
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append(connection)
        status = int(head[9:12])
        if status == 200 and answer != body:
            raise AssertionError(f"The answer to {body!r} is {answer!r}")
        return status, float(headers.get("retry-after", _RETRY_SECONDS))

    def _idle_connection(self) -> Connection | None:
        """One that the server has not closed, as it does with those that idle for long."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return None

    async def _connect(self) -> Connection:
        return await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        """Close all connections."""
        for _, writer in self._idle:
            with contextlib.suppress(OSError):
                writer.close()


def _headers(head: bytes) -> list[tuple[str, str]]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    parts = (line.partition(":") for line in lines if line)
    return [(name.lower(), value.strip()) for name, _, value in parts]
