"""What servers are asked, and what they must answer."""

import json
import math
from dataclasses import dataclass
from typing import Any

PATH = "/my_api"
#: Functions of four numbers in Python, in the forms in which people write them.
FUNCTIONS = ("functions", "functions-pandas", "functions-rows", "functions-slow")
STATEFUL = "stateful"
RECORDS = "records"
#: In one request of the workload records.
MANY_RECORDS = 100
#: Whose requests are counted.
_USERS = 1_000
#: Batches of other lengths are added up in another order, and models are trained until this close.
_TOLERANCE = 1e-5
#: Of benchmarks/python/scoring.py: the weights of a, b, c and d, and what is added.
_MODEL = ((-0.39442687, -0.51332904, 2.93086510, 2.41706459), -14.43126941)
_LABELS = {"a spark that serves": 1.0, "nothing at all": 0.0}


Answer = dict[str, float | str | None]


@dataclass(frozen=True)
class Question:
    """A body, and the JSON that answers it; None stands for any count, from 1 on."""

    body: bytes
    answer: Answer | list[Answer]

    def is_answered_by(self, reply: bytes) -> bool:
        """Whether that is the right reply."""
        read = _json(reply)
        return _has_keys(read, self.answer) and _all_are_close(read, self.answer)

    def may_be_anothers(self, reply: bytes) -> bool:
        """Whether it could be the right reply to another question of the workload."""
        return _has_keys(_json(reply), self.answer)


def _has_keys(read: object, answer: Answer | list[Answer]) -> bool:
    if isinstance(answer, list):
        return (
            isinstance(read, list)
            and len(read) == len(answer)
            and all(map(_has_keys, read, answer))
        )
    return isinstance(read, dict) and read.keys() == answer.keys()


def _all_are_close(read: Any, answer: Answer | list[Answer]) -> bool:
    if isinstance(answer, list):
        return all(map(_all_are_close, read, answer))
    return all(_is_close(read[name], value) for name, value in answer.items())


def _is_close(read: object, value: float | str | None) -> bool:
    if value is None:
        return isinstance(read, int) and read >= 1
    if isinstance(value, str):
        return read == value
    return isinstance(read, int | float) and math.isclose(read, value, rel_tol=_TOLERANCE)


def _json(reply: bytes) -> object:
    try:
        return json.loads(reply)
    except ValueError:
        return None


def bodies(workload: str, size: int | None = None) -> bytes:
    """Give what load is made of: a body, or one for each user on a line of its own."""
    if workload == STATEFUL:
        return b"\n".join(question(workload, number).body for number in range(_USERS))
    return question(workload, size=size).body


def question(workload: str, number: int = 0, size: int | None = None) -> Question:
    """Give a question: the same work for each number, but another answer wherever there can be.

    Args:
        workload: hello, ml, records, stateful or one of functions.
        number: tells questions apart.
        size: bytes of the body of hello, or how many records there are.
    """
    if workload == "ml":
        texts = list(_LABELS)
        text = texts[number % len(texts)]
        return Question(json.dumps({"text": text}).encode(), {"prediction": _LABELS[text]})
    if workload == STATEFUL:
        user = f"user{number % _USERS}"
        body = json.dumps({"user": user}, separators=(",", ":"))
        return Question(body.encode(), {"user": user, "count": None})
    if workload in FUNCTIONS:
        features = {"a": 6.0, "b": 3.0, "c": 4 + number % 50 / 25, "d": 1.6}
        body = json.dumps(features, separators=(",", ":"))
        return Question(body.encode(), {"score": _score(workload, *features.values())})
    if workload == RECORDS:
        return _records(number, MANY_RECORDS if size is None else size)
    length = 5 + number % 50 if size is None else max(1, size - 18)
    foo = "hello"[:length].ljust(length, "x")
    body = json.dumps({"foo": foo, "bar": 1}, separators=(",", ":"))
    return Question(body.encode(), {"fooLength": length})


def _records(number: int, many: int) -> Question:
    """An object by itself if there is one, as clients have it."""
    asked = [question("hello", number + i) for i in range(many)]
    if many == 1:
        return asked[0]
    body = b"[" + b",".join(one.body for one in asked) + b"]"
    return Question(body, [one.answer for one in asked if isinstance(one.answer, dict)])


def _score(workload: str, *features: float) -> float:
    if workload in ("functions-rows", "functions-slow"):
        return sum(weight * feature for weight, feature in enumerate(features, start=1))
    weights, intercept = _MODEL
    logit = sum(map(math.prod, zip(weights, features, strict=True)), start=intercept)
    return 1 / (1 + math.exp(-logit))
