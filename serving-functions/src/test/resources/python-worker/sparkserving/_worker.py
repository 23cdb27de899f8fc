"""A worker for tests of the JVM's side: it needs nothing but Python and misbehaves as it is told.

The command is a text: how to set up, then what to do with batches. The first argument is a double.
"""

import json
import os
import socket
import struct
import sys
import threading
import time


def read_exactly(read, size):
    data = b""
    while len(data) < size:
        part = read(size - len(data))
        if not part:
            return None
        data += part
    return data


def read_part():
    (size,) = struct.unpack("<I", read_exactly(sys.stdin.buffer.raw.read, 4))
    return read_exactly(sys.stdin.buffer.raw.read, size)


def end_with_input(path):
    sys.stdin.buffer.raw.read(1)
    try:
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
    finally:
        os._exit(0)


def frame(kind, payload):
    return struct.pack("<IBxxx", len(payload), kind) + payload


def text(value):
    if value is None:
        return struct.pack("<i", -1)
    data = value.encode()
    return struct.pack("<i", len(data)) + data


def failure(row, status, is_http, kind, detail, headers):
    head = struct.pack("<IHBx", row, status, is_http)
    fields = b"".join(text(name) + text(value) for name, value in headers)
    return head + text(kind) + text(detail) + struct.pack("<I", len(headers)) + fields


def padded(data):
    return data + bytes(-len(data) % 8)


def result(rows, failures, vector):
    head = struct.pack("<IIQ", rows, len(failures), 1000) + b"".join(failures)
    return frame(2, padded(head) + vector)


def doubled(payload):
    (rows,) = struct.unpack_from("<I", payload)
    values = struct.unpack_from(f"<{rows}d", payload, 16)
    failures = []
    for row, value in enumerate(values):
        if value == -1:
            os._exit(3)
        elif value == -2:
            time.sleep(3600)
        elif value == -3:
            return b"garbage " * 100
        elif value == -4:
            failures.append(failure(row, 500, 0, "ValueError", None, []))
        elif value == -5:
            headers = [("Retry-After", "7"), ("X-Why", "so")]
            failures.append(failure(row, 422, 1, "HttpError", "too big: ü", headers))
        elif 0 < value < 1:
            time.sleep(value)
    return result(rows, failures, bytes(8) + struct.pack(f"<{rows}d", *[2 * v for v in values]))


def echoed(payload):
    """A struct of all arguments is what the arguments are, after eight zeros."""
    (rows,) = struct.unpack_from("<I", payload)
    return result(rows, [], bytes(8) + payload[8:])


def set_up(how):
    if os.environ.get("FUNCTION_TEST") != "yes":
        return "KeyError: FUNCTION_TEST"
    if how == "fail":
        return "FileNotFoundError: no model\nTraceback: …"
    if how == "exit":
        os._exit(7)
    if how == "never":
        time.sleep(3600)
    if how.startswith("file:") and not os.path.exists(how[5:]):
        return "FileNotFoundError: " + how[5:]
    return None


def serve(connection, failed, answer):
    read = connection.recv
    while True:
        header = read_exactly(read, 8)
        if header is None:
            return
        size, kind = struct.unpack("<IBxxx", header)
        payload = read_exactly(read, size)
        if payload is None:
            return
        if kind == 1:
            connection.sendall(frame(3, failed.encode()) if failed else frame(1, b""))
        else:
            with ONE_AT_A_TIME:
                connection.sendall(answer(payload))


ONE_AT_A_TIME = threading.Lock()


def main():
    settings = json.loads(read_part())
    how, what = read_part().decode().split(" ")
    threading.Thread(target=end_with_input, args=(settings["socket"],), daemon=True).start()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(settings["socket"])
    listener.listen(64)
    failed = set_up(how)
    answer = {"double": doubled, "echo": echoed}[what]
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, failed, answer), daemon=True).start()


main()
