"""Clients that never stop to ask, and check that each gets the answer to its own question."""

import asyncio
import itertools
import json
import time
import urllib.request
from dataclasses import dataclass, field

#: Seconds between an answer and the next request of the same client.
PAUSE = 0.1

#: Seconds more than the service's time-out that an answer may take.
GRACE = 10.0

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Answer = tuple[int, bytes, Connection | None, float]


@dataclass(frozen=True)
class Call:
    """One request and what came of it."""

    door: str
    began: float
    ended: float
    #: A status, or "refused", "broken", "hanging", "wrong".
    end: str
    #: Where it was sent.
    address: str = ""


@dataclass
class Frozen:
    """When the processes of which machines stood still."""

    spans: list[tuple[str, float, float]] = field(default_factory=list)

    def begin(self, address: str) -> None:
        """A process of this machine stands still."""
        self.spans.append((address, time.monotonic(), float("inf")))

    def end(self, address: str) -> None:
        """It goes on."""
        self.spans = [
            (machine, began, min(ended, time.monotonic()) if machine == address else ended)
            for machine, began, ended in self.spans
        ]

    def within(self, address: str, began: float, ended: float) -> float:
        """Seconds of the given time in which the machine has stood still."""
        return sum(
            max(0.0, min(ended, until) - max(began, since))
            for machine, since, until in self.spans
            if machine == address
        )


class Clients:
    """Clients of one service, at its gateway and at its servers."""

    def __init__(self, patience: float, frozen: Frozen) -> None:
        """Begin with nobody; ``patience`` is in seconds, of a server that does not stand still."""
        self._patience = patience
        self._frozen = frozen
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self.calls: list[Call] = []
        #: When those calls began that have not ended.
        self.open: dict[int, float] = {}
        #: What no client may ever see, in words.
        self.wrongs: list[str] = []
        #: Where servers listen now, by door.
        self.addresses: dict[str, list[tuple[str, int]]] = {}

    def come(self, door: str, clients: int) -> None:
        """Let so many clients call at a door. Each fourth makes a new connection for each call."""
        for client in range(clients):
            task = asyncio.create_task(self._call_on(door, client))
            self._tasks.add(task)

    async def leave(self) -> None:
        """Let all of them end what they are about, and leave."""
        for task in self._tasks:
            task.cancel()
        for done in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(done, Exception):
                raise done

    async def follow(self, url: str) -> None:
        """Learn every second where servers are, from the directory."""
        while True:
            try:
                text = await asyncio.to_thread(_read, url)
                servers = [
                    (server["machineAddress"], server["port"]) for server in json.loads(text)
                ]
                self.addresses["server"] = servers
            except (OSError, ValueError):
                pass
            await asyncio.sleep(1)

    async def burst(self, doors: list[str], clients: int, calls: int, millis: int) -> None:
        """Call so often from so many clients, without a pause, and wait until all have ended."""

        async def call_on(client: int) -> None:
            for _ in range(calls):
                door = doors[client % len(doors)]
                address = self._address(door, client // len(doors))
                if address:
                    connection, _ = await self._call(door, address, None, millis)
                    if connection:
                        connection[1].close()

        await asyncio.gather(*(call_on(client) for client in range(clients)))

    async def _call_on(self, door: str, client: int) -> None:
        connection: Connection | None = None
        before: tuple[str, int] | None = None
        await asyncio.sleep(PAUSE * (client % 10) / 10)
        while True:
            address = self._address(door, client)
            if address:
                if connection and (address != before or client % 4 == 0):
                    connection[1].close()
                    connection = None
                before = address
                connection, pause = await self._call(door, address, connection)
                await asyncio.sleep(pause)
            else:
                await asyncio.sleep(PAUSE)

    def _address(self, door: str, client: int) -> tuple[str, int] | None:
        addresses = self.addresses.get(door, [])
        return addresses[client % len(addresses)] if addresses else None

    async def _call(
        self, door: str, address: tuple[str, int], connection: Connection | None, millis: int = 0
    ) -> tuple[Connection | None, float]:
        """Call once; give the connection, if it may be used again, and when to call again."""
        number = next(self._numbers)
        began = time.monotonic()
        exchange = asyncio.create_task(_exchange(address, connection, number, millis))
        kept = None
        pause = PAUSE
        self.open[number] = began
        try:
            await self._wait(exchange, address[0], began)
            if not exchange.done():
                end = "hanging"
                exchange.cancel()
                self.wrongs.append(f"request {number} at {door} {address} was never answered")
            else:
                status, body, kept, after = exchange.result()
                pause = max(PAUSE, after)
                end = str(status)
                if status == 200 and body != str(number).encode():
                    end = "wrong"
                    self.wrongs.append(f"request {number} at {door} {address} got {body[:40]!r}")
        except ConnectionRefusedError:
            end = "refused"
        except (OSError, EOFError, ValueError):
            end = "broken"
        except asyncio.CancelledError:
            exchange.cancel()
            raise
        finally:
            del self.open[number]
        self.calls.append(Call(door, began, time.monotonic(), end, address[0]))
        return kept, pause

    async def _wait(self, exchange: "asyncio.Task[Answer]", at: str, began: float) -> None:
        while True:
            now = time.monotonic()
            left = began + self._patience + self._frozen.within(at, began, now) - now
            if left <= 0:
                return
            done, _ = await asyncio.wait([exchange], timeout=left)
            if done:
                return


async def _exchange(
    address: tuple[str, int], connection: Connection | None, number: int, millis: int
) -> Answer:
    """Give status, body, the connection, if it may be used again, and Retry-After."""
    if connection and connection[0].at_eof():
        connection[1].close()
        connection = None
    reader, writer = connection or await asyncio.open_connection(*address)
    body = json.dumps({"number": str(number), "millis": millis}).encode()
    try:
        writer.write(
            b"POST /api HTTP/1.1\r\nHost: chaos\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        answer = await reader.readexactly(int(headers.get("content-length", "0")))
    except BaseException:
        writer.close()
        raise
    status = int(lines[0].split(" ", 2)[1])
    after = float(headers.get("retry-after", 0))
    if headers.get("connection") == "close":
        writer.close()
        return status, answer, None, after
    return status, answer, (reader, writer), after


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=2) as answer:
        text: bytes = answer.read()
        return text
