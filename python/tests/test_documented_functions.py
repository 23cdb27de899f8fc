"""The functions that the documents show, as they stand there."""

import re
from pathlib import Path

import pytest
import requests
import sparkserving
from pyspark.sql import functions, types

from conftest import url_of

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.fixture
def served():
    queries = []

    def start(name, replies):
        queries.append(replies.writeStream.server().replyTo(name).start())
        return url_of(name)

    yield start
    for query in queries:
        query.stop()


def section() -> str:
    (found,) = re.findall(r"^## Functions\n(.*?)^## ", PAGE.read_text("utf-8"), re.DOTALL | re.M)
    return found


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", section(), re.DOTALL)


def test_the_documented_model_answers(requests_to, served, tmp_path):
    joblib = pytest.importorskip("joblib")
    datasets = pytest.importorskip("sklearn.datasets")
    models = pytest.importorskip("sklearn.linear_model")

    flowers, kinds = datasets.load_iris(return_X_y=True)
    model = models.LogisticRegression(max_iter=1000).fit(flowers, kinds)
    file = str(tmp_path / "iris.joblib")
    joblib.dump(model, file)

    (code,) = blocks()
    assert "/models/iris.joblib" in code
    names = {
        "__name__": "__main__",
        "parsed": requests_to("iris").parseRequest("a double, b double, c double, d double"),
    }
    exec(compile(code.replace("/models/iris.joblib", file), str(PAGE), "exec"), names)
    url = served("iris", names["replies"])

    for flower in flowers[::30]:
        body = dict(zip("abcd", flower.tolist(), strict=True))
        answer = requests.post(url, json=body, timeout=60)
        assert answer.json()["score"] == pytest.approx(model.predict_proba([flower])[0, 1])


def test_the_documented_error_is_an_answer(requests_to, served):
    (statement,) = re.findall(r"`(raise sparkserving\.HttpError\(.*?\))`", section())

    @sparkserving.function("string")
    def picky(text):
        if text == "long":
            exec(statement, {"sparkserving": sparkserving})
        return text

    rows = requests_to("picky").parseRequest("text string")
    url = served("picky", rows.withFunction("said", picky("text")).makeReply("said"))

    refused = requests.post(url, json={"text": "long"}, timeout=60)
    assert (refused.status_code, refused.headers["X-Limit"]) == (422, "9")
    assert refused.json()["detail"] == "too long"
    assert requests.post(url, json={"text": "short"}, timeout=60).text == "short"


def test_a_query_in_the_style_of_synapse_ml_answers(spark, tmp_path):
    page = PAGE.with_name("migrating-from-synapseml.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert ', 8888, "my_api"' in code
    names = {"spark": spark, "col": functions.col, "length": functions.length}
    names.update(vars(types))
    exec(code.replace(", 8888,", ", 0,"), names)
    try:
        answer = requests.post(url_of("my_api"), data='{"foo":"hello","bar":1}', timeout=60)
        assert answer.text == '{"fooLength":5}'
    finally:
        names["server"].stop()
