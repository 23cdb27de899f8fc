import pytest

from chaos import report
from chaos.checker import Call, Frozen


def call(began, end="200", took=0.1):
    return Call("gateway", began, began + took, end)


def judged(calls, until=50.0):
    return report.row("fault", "head", calls, (10.0, 20.0, until))


def test_what_was_always_answered_was_served_again_at_once():
    row = judged([call(second) for second in range(5, 40)])

    assert row.failed == {}
    assert row.again == pytest.approx(0.1)
    assert row.passed


def test_a_service_is_there_again_when_the_last_request_has_failed():
    row = judged([call(12, "503"), call(21, "503"), call(23), call(24.5, "504"), call(25)])

    assert row.failed == {"503": 2, "504": 1}
    assert row.again == pytest.approx(4.5)


def test_a_first_answer_that_comes_late_counts_when_it_comes():
    assert judged([call(20.5, took=10.5)]).again == pytest.approx(11)


def test_later_than_ten_seconds_fails():
    assert not judged([call(30.5, "503"), call(31)]).passed


@pytest.mark.parametrize("calls", [[], [call(25, "503")], [call(21), call(25, "503")]])
def test_a_service_that_is_not_seen_to_serve_has_failed(calls):
    row = judged(calls)

    assert row.again is None
    assert not row.passed


def test_what_must_not_be_fails_however_fast_it_is_mended():
    row = judged([call(21)])
    row.wrongs.append("request 1 got the answer to request 2")

    assert not row.passed
    assert "request 1" in "\n".join(report.table([row]))


def test_requests_of_another_fault_do_not_count():
    row = judged([call(5, "503"), call(21), call(50, "503")])

    assert (row.requests, row.failed) == (1, {})


def test_a_request_that_another_fault_has_caught_is_not_held_against_this_one():
    row = judged([call(21), call(49, "504", took=10)])

    assert row.failed == {}
    assert row.passed


def test_a_request_that_began_before_the_fault_and_ended_in_it_counts():
    assert judged([call(8, "504", took=10), call(21)]).failed == {"504": 1}


def test_the_summary_adds_runs_up_and_tells_the_slowest():
    one, other = judged([call(21, "503"), call(22)]), judged([call(21)])

    assert report.summary([one, other], ["fault"])[2] == "| fault | 1 × 503 of 3; 2.1 s |"


def test_time_in_which_a_machine_stands_still_is_not_counted_for_others():
    frozen = Frozen([("a", 10.0, 20.0), ("b", 0.0, 100.0)])

    assert frozen.within("a", 15, 30) == 5
    assert frozen.within("c", 15, 30) == 0
