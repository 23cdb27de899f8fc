import json

import pytest

from harness import chart, functions, reach, records, stateful, summary
from harness.figures import Figures
from harness.rounds import Rounds, named, servers_of
from harness.workloads import FUNCTIONS, bodies, question


def measured(server, connections=1, **values):
    row = {"workload": "hello", "server": server, "connections": connections, "requests": 100}
    return {**row, "crashed": False, "errors": 0, **values}


def reached(figures, what):
    (row,) = [row for row in reach.table(Figures(figures)) if row.what == what]
    return row


@pytest.mark.parametrize(("median", "met"), [(125, True), (126, False)])
def test_a_target_not_to_exceed_is_met_up_to_its_limit(median, met):
    figures = [measured("jetty", p50=100), measured("real-time", p50=median)]

    assert reached(figures, "real-time trigger, median at 1 connection").met is met


@pytest.mark.parametrize(("rate", "met"), [(85, True), (84, False)])
def test_a_target_to_exceed_is_met_from_its_limit(rate, met):
    figures = [
        measured("jetty", 64, per_second=100),
        measured("real-time", 64, per_second=rate),
    ]

    assert reached(figures, "real-time trigger, requests/s at 64 connections").met is met


@pytest.mark.parametrize(("median", "met", "shown"), [(10, True, "1/15.0"), (11, False, "1/13.6")])
def test_a_fraction_is_shown_as_one(median, met, shown):
    figures = [measured("synapseml-head", p50=150), measured("head", p50=median)]
    row = reached(figures, "head, median at 1 connection")

    assert (row.met, row.measured) == (met, shown)


def test_cores_kept_awake_have_a_row_and_figures_of_their_own():
    figures = [
        measured("jetty", p50=100),
        measured("real-time", p50=200),
        measured("jetty", p50=300, awake=True),
        measured("real-time", p50=300, awake=True),
    ]
    what = "real-time trigger, median at 1 connection"

    assert reached(figures, what).met is False
    assert reached(figures, f"{what}, cores kept awake").met is True


def test_what_was_not_measured_is_neither_met_nor_missed():
    assert all(row.met is None for row in reach.table(Figures([])))


@pytest.mark.parametrize(("slowest", "met"), [([70, 20, 30], False), ([60, 20, 30], True)])
def test_the_longest_of_all_rounds_counts_where_batches_change(slowest, met):
    figures = [measured("head", max=1000 * value) for value in slowest]
    row = reached(figures, "head, longest at 1 connection, batch changes included")

    assert row.met is met


def test_executors_are_held_against_one_that_has_all_cores():
    figures = [
        measured("distributed-1-executors", 64, workload="cluster", per_second=100),
        measured("distributed-3-executors", 64, workload="cluster", per_second=69),
        measured("head-2-executors-of-2", 64, workload="cluster", per_second=5000),
    ]

    assert reached(figures, "distributed, requests/s at 64 connections to 3 executors").met is False
    assert reached(figures, "head, 2 executors of 2 cores, requests/s at 64 connections").met


def test_what_runs_on_a_cluster_is_measured_as_often_as_what_is_essential():
    chosen = servers_of("cluster", named("head,distributed,jetty", everything=False))

    assert [s.name for s in chosen] == [
        "head-2-executors-of-2",
        "distributed-1-executors",
        "distributed-3-executors",
    ]
    assert {Rounds(5, 1).of("cluster", server) for server in chosen} == {5}


@pytest.mark.parametrize(
    ("change", "met"),
    [
        ({}, True),
        ({"errors": 1}, False),
        ({"heap": [90, 100, 111]}, False),
        ({"heap": [90, None, None]}, False),
        ({"seconds": 20}, None),
    ],
)
def test_ten_minutes_are_met_without_errors_and_with_a_flat_heap(change, met):
    soaked = {"seconds": 600, "heap": [80, 100, 110], **change}
    figures = [measured("head", 64, **{"workload": "soak", **soaked})]

    assert reached(figures, "head, 10 minutes at 64 connections").met is met


def test_a_figure_is_the_median_of_the_rounds_without_those_that_crashed():
    figures = Figures(
        [measured("jetty", p50=value) for value in (3, 1, 2)]
        + [measured("jetty", p50=9, crashed=True, errors=5)]
    )
    figure = figures.of("p50", "hello", "jetty", connections=1)

    assert (figure.median, figure.least, figure.most) == (2, 1, 3)
    assert figures.errors("hello", "jetty") == "5; crashed in 1 of 4"


def test_the_first_rows_are_medians_of_the_servers_that_were_measured():
    slow = {"p90": 5000, "p99": 9000, "p999": 9500}
    figures = [measured("head", p50=value, **slow) for value in (1000, 3000, 2000)]
    figures += [measured("head", 64, per_second=32444), measured("distributed", p50=40, p99=50)]

    assert [row for row in summary.glance(Figures(figures)) if "`" in row] == [
        "| `server()` | 2.00 | 5.00 | 9.00 | 9.50 | 32,444 |"
    ]
    assert summary.glance(Figures([])) == []


def test_the_chart_names_each_server_that_was_measured():
    figures = [measured("jetty", p50=100, p90=200, p99=400), measured("head", p50=1, p90=None)]
    picture = chart.latency(Figures(figures))

    assert "bare Jetty" in picture
    assert "head" not in picture


def test_an_unknown_server_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="Unsupported server tomcat: expected some of jetty, "):
        named("tomcat", everything=False)


@pytest.mark.parametrize("size", [100, 10 << 10, 1 << 20])
def test_a_question_has_the_size_that_was_asked_for(size):
    assert len(question("hello", size=size).body) == size


def test_questions_tell_whether_a_reply_is_theirs():
    assert question("hello", 1).is_answered_by(b'{"fooLength":6}')
    assert not question("hello", 1).is_answered_by(b'{"fooLength":5}')
    assert not question("hello", 1).is_answered_by(b"Internal Server Error")
    assert question("hello", 1).may_be_anothers(b'{"fooLength":5}')
    assert not question("hello", 1).may_be_anothers(b"[5]")


def test_only_the_essential_servers_with_hello_are_measured_in_all_rounds():
    rounds = Rounds(3, 1)
    (jetty, old) = named("jetty,head-3.5", everything=False)

    assert (rounds.of("hello", jetty), rounds.of("hello", old), rounds.most) == (3, 1, 3)
    assert (rounds.of("ml", jetty), rounds.of("soak", jetty)) == (1, 1)


@pytest.mark.parametrize("workload", FUNCTIONS)
def test_each_question_to_a_function_has_an_answer_of_its_own(workload):
    asked = [question(workload, number) for number in range(50)]

    assert len({each.body for each in asked}) == 50
    for each in asked:
        reply = json.dumps({"score": each.answer["score"] * (1 + 1e-9)}).encode()
        assert [other.is_answered_by(reply) for other in asked].count(True) == 1


@pytest.mark.parametrize("reply", [b'{"score":"0.5"}', b"{}", b'{"score":null}', b"0.5"])
def test_what_is_no_number_answers_no_question_to_a_function(reply):
    assert not question("functions").is_answered_by(reply)


def test_functions_are_measured_in_rounds_of_their_own():
    rounds = Rounds(3, 1, 5)
    (fastapi,) = named("fastapi", everything=False)

    assert (rounds.of("functions-rows", fastapi), rounds.most) == (5, 5)


def test_functions_need_other_software_than_the_rest():
    (head, fastapi, ray) = named("head,fastapi,ray", everything=False)

    assert head.needs_for("hello") == ("serving",)
    assert head.needs_for("functions") == ("bundle", "functions")
    assert fastapi.needs_for("functions-slow") == ("functions",)
    assert ray.needs_for("functions") == ray.needs_for("hello") == ("ray",)


def test_only_those_that_make_batches_are_asked_beside_fastapi():
    names = [s.name for s in servers_of("functions", named(None, everything=True))]
    modes = ["real-time", "continuous", "lingering", "distributed", "head"]

    assert names == [*modes, "fastapi", "ray", "bentoml", "litserve"]
    rows = [s.name for s in servers_of("functions-rows", named(None, everything=True))]
    assert rows == [*modes, "fastapi"]


def test_functions_have_a_table_and_targets_once_they_are_measured():
    assert functions.sections(Figures([])) == []
    figures = Figures(
        [
            measured("fastapi", p50=500, p99=800, workload="functions"),
            measured("fastapi", 64, p50=9000, per_second=4000, workload="functions"),
            measured("head", p50=400, p99=1700, workload="functions", peak_memory=2**30),
            measured("head", 64, p50=3000, per_second=16_000, cpu_micros=60, workload="functions"),
        ]
    )
    lines = functions.sections(figures)
    reached = {row.what: row.met for row in reach.functions(figures)}

    row = (
        "| Spark Serving, head | 0.40 | 1.70 | 16,000 | 3.00 | 60.0 | 1,024 | 0.80 | 2.12 | 4.00 |"
    )
    assert f"{row} 0 |" in lines
    assert reached == {
        "head, NumPy, median at 1 connection": True,
        "head, NumPy, 99 % at 1 connection": False,
        "head, NumPy, requests/s at 64 connections": True,
    }


def test_a_count_answers_its_user_and_no_other():
    asked = question("stateful", 7)

    assert asked.is_answered_by(b'{"user":"user7","count":12}')
    assert not asked.is_answered_by(b'{"user":"user8","count":12}')
    assert asked.may_be_anothers(b'{"user":"user8","count":12}')
    assert not asked.is_answered_by(b'{"user":"user7","count":0}')
    assert not asked.is_answered_by(b'{"user":"user7"}')


def test_load_with_state_is_of_a_thousand_users():
    lines = bodies("stateful").split(b"\n")

    assert len(set(lines)) == 1000
    assert lines[7] == question("stateful", 1007).body


def test_state_is_measured_by_servers_of_its_own():
    servers = servers_of("stateful", named(None, everything=True))
    needs = {server.name: server.needs_for("stateful") for server in servers}

    assert needs == {
        "stateful": ("serving", "spark-4.3"),
        "stateful-2-executors-of-2": ("serving", "spark-4.3"),
        "fastapi-redis": ("redis",),
        "pathway": ("pathway",),
    }
    assert {Rounds(3, 1, 5).of("stateful", server) for server in servers} == {5}


def test_state_has_a_table_and_targets_once_it_is_measured():
    assert stateful.sections(Figures([])) == []
    executors = "stateful-2-executors-of-2"
    figures = Figures(
        [
            measured("fastapi-redis", p50=500, p99=900, workload="stateful"),
            measured("stateful", p50=1500, p99=1900, workload="stateful", peak_memory=2**30),
            measured("stateful", 64, p50=9000, per_second=4900, workload="stateful"),
            measured(executors, p50=3100, p99=9000, workload="stateful"),
        ]
    )
    lines = stateful.sections(figures)
    reached = [row.met for row in reach.stateful(figures)]

    assert reached == [True, False, False]
    assert any("| 1.50 |" in line and "| 3.00 |" in line for line in lines)


@pytest.mark.parametrize(("rate", "met"), [(100, "| met"), (99, "**missed**")])
def test_records_are_held_against_single_requests(rate, met):
    figures = [
        {**measured("head", 64, per_second=1000, body=1), "workload": "records"},
        {**measured("head", 64, per_second=rate, body=100), "workload": "records"},
    ]
    lines = records.sections(Figures(figures))
    assert any("records in one request instead" in line and met in line for line in lines)


def test_records_are_answered_in_their_order():
    asked = question("records", 7, size=3)
    assert len(json.loads(asked.body)) == 3
    right = json.dumps(asked.answer).encode()
    assert asked.is_answered_by(right)
    assert not asked.is_answered_by(json.dumps(asked.answer[::-1]).encode())
    assert asked.may_be_anothers(json.dumps(asked.answer[::-1]).encode())
    assert not asked.may_be_anothers(b"[]")
    assert question("records", 7, size=1).is_answered_by(b'{"fooLength": 12}')
