"""What servers are asked, and what they must answer."""

import json
from dataclasses import dataclass

PATH = "/my_api"
_LABELS = {"a spark that serves": 1.0, "nothing at all": 0.0}


@dataclass(frozen=True)
class Question:
    """A body, and the JSON that answers it."""

    body: bytes
    answer: dict[str, float]

    def is_answered_by(self, reply: bytes) -> bool:
        """Whether that is the right reply."""
        return _json(reply) == self.answer

    def may_be_anothers(self, reply: bytes) -> bool:
        """Whether it could be the right reply to another question of the workload."""
        read = _json(reply)
        return isinstance(read, dict) and read.keys() == self.answer.keys()


def _json(reply: bytes) -> object:
    try:
        return json.loads(reply)
    except ValueError:
        return None


def question(workload: str, number: int = 0, size: int | None = None) -> Question:
    """Give a question: the same work for each number, but another answer wherever there can be.

    Args:
        workload: hello or ml.
        number: tells questions apart.
        size: bytes of the body of hello.
    """
    if workload == "ml":
        texts = list(_LABELS)
        text = texts[number % len(texts)]
        return Question(json.dumps({"text": text}).encode(), {"prediction": _LABELS[text]})
    length = 5 + number % 50 if size is None else max(1, size - 18)
    foo = "hello"[:length].ljust(length, "x")
    body = json.dumps({"foo": foo, "bar": 1}, separators=(",", ":"))
    return Question(body.encode(), {"fooLength": length})
