"""What fails in the process that runs a function, and whose answer it is."""

import io
import re
import struct
import sys

import pytest
import sparkserving
from sparkserving import HttpError
from sparkserving._failures import FailureLog

from function_workers import BATCH, FORMS, Failure


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_raises_fails_alone(start, form):
    @sparkserving.function("long", batch=form)
    def picky(a):
        values = [a] if isinstance(a, int) else a.to_pylist() if hasattr(a, "to_pylist") else a
        if any(value % 50 == 13 for value in values):
            raise LookupError("unlucky number")
        return a

    worker = start(picky)
    column = list(range(200))
    values, failures = worker.ready().run(column)
    unlucky = [13, 63, 113, 163]
    assert failures == [Failure(row, 500, "LookupError") for row in unlucky]
    assert values == [None if value in unlucky else value for value in column]
    assert worker.logged().count("LookupError: unlucky number") == 1
    assert 'raise LookupError("unlucky number")' in worker.logged()
    assert "_batches.py" not in worker.logged()


@pytest.mark.parametrize("form", ["rows", "numpy"])
def test_an_http_error_is_the_answer_of_its_row(start, form):
    @sparkserving.function("long", batch=form)
    def picky(a):
        if form == "rows" and a == 1:
            raise HttpError(422, "Grüße", headers={"Retry-After": "5", "X-Why": ""})
        if form == "numpy" and 1 in a.tolist():
            raise HttpError(422, "Grüße", headers={"Retry-After": "5", "X-Why": ""})
        if form == "rows" and a == 2:
            raise HttpError(503)
        return a

    worker = start(picky)
    headers = (("Retry-After", "5"), ("X-Why", ""))
    values, failures = worker.ready().run([0, 1, 2])
    assert failures[0] == Failure(1, 422, "HttpError", "Grüße", headers, True)
    if form == "rows":
        assert failures[1] == Failure(2, 503, "HttpError", None, (), True)
    assert values == [0, None, None if form == "rows" else 2]
    assert worker.logged() == ""


@pytest.mark.parametrize("form", FORMS)
def test_a_value_of_the_wrong_type_fails_its_row_alone(start, form):
    @sparkserving.function("long", batch=form)
    def wrong(a):
        if form == "rows":
            return "text" if a == 3 else 2**70 if a == 5 else a
        values = a.to_pylist() if hasattr(a, "to_pylist") else a.tolist()
        return ["text" if value == 3 else 2**70 if value == 5 else value for value in values]

    worker = start(wrong)
    values, failures = worker.ready().run(list(range(8)))
    assert failures == [Failure(3, 500, "TypeError"), Failure(5, 500, "ValueError")]
    assert values == [0, 1, 2, None, 4, None, 6, 7]
    assert "Invalid result 'text' of type str: expected long." in worker.logged()


def test_what_iterators_end_with_is_an_error_as_any_other(start):
    @sparkserving.function("long")
    def first(a):
        return next(iter([a] if a % 2 else []))

    failed = [Failure(row, 500, "StopIteration") for row in (0, 2, 4)]
    assert start(first).ready().run(list(range(5))) == ([None, 1, None, 3, None], failed)


def test_a_result_of_another_length_is_an_error(start):
    function = sparkserving.function("long", batch="numpy")(lambda a: a[1:])
    worker = start(function)
    values, failures = worker.ready().run([1, 2, 3])
    assert failures == [Failure(row, 500, "ValueError") for row in range(3)]
    assert values == [None] * 3
    assert "Invalid result of 0 values: expected 1, one for each row." in worker.logged()


def test_what_raises_in_batches_alone_is_in_the_log(start):
    @sparkserving.function("long", batch="numpy")
    def alone(a):
        if len(a) > 1:
            raise RuntimeError("only one, please")
        return a

    worker = start(alone)
    assert worker.ready().run([1, 2, 3]) == ([1, 2, 3], [])
    assert "RuntimeError: only one, please" in worker.logged()


def test_rows_that_raise_are_looked_for_no_longer_than_a_batch_may_take(start):
    @sparkserving.function("long", batch="numpy")
    def alone(a):
        if len(a) > 1:
            raise RuntimeError("only one, please")
        return a

    connection = start(alone, timeoutNanos=1).ready()
    failed = [Failure(row, 500, "RuntimeError") for row in range(3)]
    assert connection.run([1, 2, 3]) == ([None] * 3, failed)
    assert connection.run([1]) == ([1], [])


@pytest.mark.parametrize("form", ["rows", "numpy"])
def test_a_batch_without_rows_is_answered_and_calls_nothing(start, form):
    function = sparkserving.function("long", batch=form)(lambda a: a // 0)
    assert start(function).ready().run([]) == ([], [])


def test_a_function_may_ask_to_exit_and_keep_and_change_what_it_got(start):
    kept = []

    @sparkserving.function("long", batch="numpy")
    def change(a):
        kept.append(a)
        a += 1
        if 3 in a:
            sys.exit(1)
        return kept[0]

    connection = start(change).ready()
    assert connection.run([5]) == ([6], [])
    assert connection.run([7]) == ([6], [])
    values, failures = connection.run([1, 2])
    assert failures == [Failure(1, 500, "SystemExit")]
    assert values == [6, None]


def test_what_is_no_row_s_fault_is_every_row_s(start):
    connection = start(sparkserving.function("long")(lambda a: a)).ready()
    # Three rows are announced, and one comes.
    connection.send(BATCH, struct.pack("<Ixxxx", 3) + bytes(16))
    values, failures = connection.result(3)
    assert values == [None] * 3
    assert [failure.status for failure in failures] == [500] * 3
    assert connection.run([1]) == ([1], [])


def raise_(text):
    raise ValueError(text)


def test_its_log_says_how_often_the_same_was_raised():
    now = [0.0]
    out = io.StringIO()
    log = FailureLog(out, lambda: now[0])

    def fail(text):
        with pytest.raises(ValueError, match=text) as raised:
            raise_(text)
        log.failure(0, raised.value)

    for index in range(5):
        fail(f"first {index}")
    assert re.findall("ValueError: .*", out.getvalue()) == ["ValueError: first 0"]
    now[0] = 60.0
    fail("later")
    assert "and 4 times more" in out.getvalue()
    assert "ValueError: later" in out.getvalue()
