"""Services that speak MLflow's protocol, called by MLflow's own client."""

import threading

import pytest

pytest.importorskip("mlflow_models")

import pandas as pd
import sparkserving
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

MODES = ["server", "distributedServer", "continuousServer"]


@pytest.fixture(params=MODES)
def client(spark, request):
    mode = request.param
    reader = getattr(spark.readStream, mode)().option("protocol", "mlflow")
    rows = reader.address("localhost", 0, "flowers").load()
    replies = (
        rows.parseRequest("width double, length double, name string", parsingCheck="types")
        .selectExpr("id", "named_struct('area', width * length, 'name', name) AS prediction")
        .makeReply("prediction")
    )
    query = getattr(replies.writeStream, mode)().replyTo("flowers").start()
    (server,) = sparkserving.service_info("flowers")
    yield ScoringServerClient(server.host, server.port)
    query.stop()


def frame(start: int, rows: int) -> pd.DataFrame:
    numbers = range(start, start + rows)
    return pd.DataFrame(
        {
            "name": [f"é{number}" for number in numbers],
            "length": [float(number) for number in numbers],
            "width": [0.5] * rows,
        }
    )


def expected(asked: pd.DataFrame) -> list[dict]:
    areas = asked["width"] * asked["length"]
    return pd.DataFrame({"area": areas, "name": asked["name"]}).to_dict("records")


def test_the_client_gets_predictions(client):
    client.wait_server_ready(timeout=60)
    client.ping()
    assert client.get_version().startswith("0.")
    asked = frame(1, 3)
    answer = client.invoke(asked)
    assert answer.get_predictions("dataframe").to_dict("records") == expected(asked)


def test_many_clients_get_their_own_predictions(client):
    client.wait_server_ready(timeout=60)
    wrong = []

    def ask(start: int) -> None:
        for i in range(20):
            asked = frame(1000 * start + i, 1 + (start + i) % 7)
            answer = client.invoke(asked).get_predictions("dataframe").to_dict("records")
            if answer != expected(asked):
                wrong.append((asked, answer))

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not wrong


def test_the_client_is_told_what_is_wrong(client):
    client.wait_server_ready(timeout=60)
    with pytest.raises(Exception, match=r"'\[0\]\.width' is .*wide.*, expected double"):
        client.invoke(pd.DataFrame({"width": ["wide"], "length": [1.0]}))
