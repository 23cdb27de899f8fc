"""What the page on models shows, as it stands there. Skipped where MLflow is not installed."""

import re
import sys
from pathlib import Path

import pytest
import requests

from mlflow_models import mlflow, save_python_model

pd = pytest.importorskip("pandas")
ml = pytest.importorskip("pyspark.ml")
compose = pytest.importorskip("sklearn.compose")
compositions = pytest.importorskip("sklearn.pipeline")
linear = pytest.importorskip("sklearn.linear_model")

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
AGES = [10.0, 20.0, 60.0, 70.0]
CITIES = ["Bern", "Bern", "Rome", "Rome"]


class Ages(mlflow.pyfunc.PythonModel):
    """What was saved without a signature."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        return model_input["age"]


@pytest.fixture
def served_by():
    queries = []
    yield queries
    for query in queries:
        query.stop()


@pytest.fixture
def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def registry(tmp_path):
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    yield
    mlflow.set_tracking_uri(before)


@pytest.fixture
def customers():
    return pd.DataFrame({"age": AGES, "city": CITIES})


@pytest.fixture
def model(customers):
    ages = compose.ColumnTransformer([("ages", "passthrough", ["age"])])
    model = compositions.make_pipeline(ages, linear.LinearRegression())
    return model.fit(customers, customers["age"] / 100)


@pytest.fixture
def pipeline(spark):
    rows = [(age, city, float(age > 50)) for age, city in zip(AGES, CITIES, strict=True)]
    indexer = ml.feature.StringIndexer(inputCol="city", outputCol="place")
    vectors = ml.feature.VectorAssembler(inputCols=["age", "place"], outputCol="features")
    stages = [indexer, vectors, ml.classification.LogisticRegression()]
    people = spark.createDataFrame(rows, "age double, city string, label double")
    return ml.Pipeline(stages=stages).fit(people)


def test_the_page_s_code_serves(
    blocks, registry, customers, model, pipeline, tmp_path, free_port, served_by
):
    serve, save, old, spark_ml, newer = blocks
    names = {"mlflow": mlflow, "customers": customers, "model": model}
    exec(save, names)
    (first,) = mlflow.MlflowClient().search_model_versions("name='churn'")
    for _ in range(3):
        mlflow.register_model(first.source, "churn")
    save_python_model(tmp_path / "old", sys.modules[__name__], Ages())
    pipeline.write().save(str(tmp_path / "churn"))
    person = {"age": 41, "city": "Bern"}

    def run(code: str) -> None:
        assert "port=8888" in code
        code = code.replace("8888", str(free_port)).replace("/models/", f"{tmp_path}/")
        exec(code, names)
        served_by.append(names["query"])

    def ask(name: str) -> dict[str, object]:
        answer = requests.post(f"http://localhost:{free_port}/{name}", json=person, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    run(serve)
    assert ask("churn") == {"prediction": pytest.approx(0.41)}
    run(newer)
    assert ask("churn") == {"prediction": pytest.approx(0.41)}
    run(old)
    assert ask("old") == {"prediction": 41.0}
    run(spark_ml)
    assert list(ask("churn_ml")) == ["prediction", "probability"]
