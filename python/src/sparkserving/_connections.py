"""A worker's connections, all served by the thread that runs the function."""

from __future__ import annotations

import selectors
import socket
import struct
from collections.abc import Callable
from typing import Any

HELLO = 1
BATCH = 2
READY = 1
RESULT = 2
FAILED = 3

#: Length of the payload, and its kind.
HEADER = struct.Struct("<IBxxx")

#: What is read at once. More follows where a frame is larger.
_CHUNK_BYTES = 64 << 10

#: Answers a frame, of a kind and with a payload, with whole frames.
Answer = Callable[[int, memoryview], bytes]


def frame(kind: int, payload: bytes) -> bytes:
    """A frame as it crosses."""
    return HEADER.pack(len(payload), kind) + payload


def serve(listener: socket.socket, answer: Answer) -> None:
    """Answers every connection in turn, one frame at a time, and never returns.

    A connection that closes, or says what no frame begins with, is forgotten.
    """
    selector = selectors.DefaultSelector()
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            connection: Connection | None = key.data
            if connection is None:
                _accept(listener, selector)
                continue
            try:
                connection.proceed(answer)
            except (OSError, EOFError):
                selector.unregister(connection.socket)
                connection.socket.close()
                continue
            if key.events != connection.events:
                selector.modify(connection.socket, connection.events, connection)


def _accept(listener: socket.socket, selector: selectors.BaseSelector) -> None:
    try:
        accepted, _ = listener.accept()
    except OSError:
        # Whoever connected has gone; or there is no file descriptor, until a connection closes.
        return
    accepted.setblocking(False)
    selector.register(accepted, selectors.EVENT_READ, Connection(accepted))


class Connection:
    """What has come of the next frame, or what is not sent yet of the last answer."""

    def __init__(self, accepted: socket.socket) -> None:
        self.socket = accepted
        #: What this connection waits for.
        self.events = selectors.EVENT_READ
        #: What has come of a frame that is not whole yet.
        self._begun = b""
        self._kind = 0
        self._payload: bytearray | None = None
        self._missing = memoryview(b"")
        self._unsent: Any = b""

    def proceed(self, answer: Answer) -> None:
        """Reads or writes what it can without waiting, and answers one frame at most.

        Raises:
            OSError: if the connection is broken.
            EOFError: if the other side has closed it.
        """
        if self._unsent:
            self._send(self._unsent)
            return
        try:
            payload = self._begin() if self._payload is None else self._go_on(self._payload)
        except BlockingIOError:
            return
        if payload is not None:
            self._send(answer(self._kind, payload))

    def _begin(self) -> memoryview | None:
        """The payload of a frame, if it came as a whole."""
        read = self.socket.recv(_CHUNK_BYTES)
        if not read:
            raise EOFError
        if self._begun:
            read = self._begun + read
        if len(read) < HEADER.size:
            self._begun = read
            return None
        self._begun = b""
        length, self._kind = HEADER.unpack_from(read)
        # No frame follows another unasked.
        if self._kind not in (HELLO, BATCH) or len(read) > HEADER.size + length:
            raise EOFError
        payload = memoryview(read)[HEADER.size :]
        if len(payload) == length:
            return payload
        self._payload = bytearray(length)
        self._payload[: len(payload)] = payload
        self._missing = memoryview(self._payload)[len(payload) :]
        return None

    def _go_on(self, payload: bytearray) -> memoryview | None:
        """The payload, if it has come to its end."""
        count = self.socket.recv_into(self._missing)
        if not count:
            raise EOFError
        self._missing = self._missing[count:]
        if self._missing:
            return None
        self._payload = None
        return memoryview(payload)

    def _send(self, data: Any) -> None:
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        if sent == len(data):
            self._unsent = b""
            self.events = selectors.EVENT_READ
        else:
            self._unsent = memoryview(data)[sent:]
            self.events = selectors.EVENT_WRITE
