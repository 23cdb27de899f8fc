"""What servers are asked, and what they must answer."""

import json
import math
from dataclasses import dataclass

PATH = "/my_api"
#: Functions of four numbers in Python, in the forms in which people write them.
FUNCTIONS = ("functions", "functions-pandas", "functions-rows", "functions-slow")
STATEFUL = "stateful"
#: Whose requests are counted.
_USERS = 1_000
#: Batches of other lengths are added up in another order, and models are trained until this close.
_TOLERANCE = 1e-5
#: Of benchmarks/python/scoring.py: the weights of a, b, c and d, and what is added.
_MODEL = ((-0.39442687, -0.51332904, 2.93086510, 2.41706459), -14.43126941)
_LABELS = {"a spark that serves": 1.0, "nothing at all": 0.0}


@dataclass(frozen=True)
class Question:
    """A body, and the JSON that answers it; None stands for any count, from 1 on."""

    body: bytes
    answer: dict[str, float | str | None]

    def is_answered_by(self, reply: bytes) -> bool:
        """Whether that is the right reply."""
        read = _json(reply)
        return (
            isinstance(read, dict)
            and read.keys() == self.answer.keys()
            and all(_is_close(read[name], value) for name, value in self.answer.items())
        )

    def may_be_anothers(self, reply: bytes) -> bool:
        """Whether it could be the right reply to another question of the workload."""
        read = _json(reply)
        return isinstance(read, dict) and read.keys() == self.answer.keys()


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
        workload: hello, ml, stateful or one of functions.
        number: tells questions apart.
        size: bytes of the body of hello.
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
    length = 5 + number % 50 if size is None else max(1, size - 18)
    foo = "hello"[:length].ljust(length, "x")
    body = json.dumps({"foo": foo, "bar": 1}, separators=(",", ":"))
    return Question(body.encode(), {"fooLength": length})


def _score(workload: str, *features: float) -> float:
    if workload in ("functions-rows", "functions-slow"):
        return sum(weight * feature for weight, feature in enumerate(features, start=1))
    weights, intercept = _MODEL
    logit = sum(map(math.prod, zip(weights, features, strict=True)), start=intercept)
    return 1 / (1 + math.exp(-logit))
