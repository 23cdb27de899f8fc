"""Asks a server questions with known answers, beside the load and around it."""

import http.client
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from harness.workloads import PATH, Question, question


def ask(port: int, asked: Question, timeout: float = 30) -> str:
    """Ask on a connection of its own; gives ``ok`` or what went wrong."""
    connection = http.client.HTTPConnection("localhost", port, timeout=timeout)
    try:
        return _ask(connection, asked)
    finally:
        connection.close()


def _ask(connection: http.client.HTTPConnection, asked: Question) -> str:
    try:
        connection.request("POST", PATH, asked.body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        reply = response.read()
    except (OSError, http.client.HTTPException) as e:
        return f"no reply: {type(e).__name__}"
    if response.status != http.client.OK:
        return f"status {response.status}"
    if asked.is_answered_by(reply):
        return "ok"
    return "another's answer" if asked.may_be_anothers(reply) else f"wrong answer: {reply[:40]!r}"


def ask_many(port: int, workload: str, connections: int = 8, each: int = 10) -> Counter[str]:
    """Ask different questions at once, and count how that went."""

    def client(first: int) -> list[str]:
        connection = http.client.HTTPConnection("localhost", port, timeout=30)
        try:
            return [
                _ask(connection, question(workload, first * each + number))
                for number in range(each)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(connections) as pool:
        return Counter(result for some in pool.map(client, range(connections)) for result in some)


class Sampler:
    """Asks a few different questions a second for as long as it is open."""

    _PAUSE = 0.2

    def __init__(self, port: int, workload: str) -> None:
        """Begin."""
        self.results: Counter[str] = Counter()
        self._port = port
        self._workload = workload
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Sampler":
        """Start to ask."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop when the last question is answered."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._ended.wait(self._PAUSE):
            number += 1
            self.results[ask(self._port, question(self._workload, number))] += 1
