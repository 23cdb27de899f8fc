"""Fitted models of Spark ML as services; and what is no model."""

import sys

import pytest
import requests
import sparkserving

pytest.importorskip("numpy")
ml = pytest.importorskip("pyspark.ml")
classification = pytest.importorskip("pyspark.ml.classification")
feature = pytest.importorskip("pyspark.ml.feature")

SCHEMA = "city string, age double"


@pytest.fixture(scope="module")
def pipeline(spark):
    rows = [
        ("Bern", 10.0, "no"),
        ("Bern", 20.0, "no"),
        ("Rome", 60.0, "yes"),
        ("Rome", 70.0, "yes"),
    ]
    people = spark.createDataFrame(rows, f"{SCHEMA}, bought string")
    labels = feature.StringIndexer(inputCol="bought", outputCol="label").fit(people)
    stages = [
        feature.StringIndexer(inputCol="city", outputCol="place", handleInvalid="keep"),
        feature.VectorAssembler(inputCols=["place", "age"], outputCol="features"),
        classification.LogisticRegression(),
        feature.IndexToString(inputCol="prediction", outputCol="buys", labels=labels.labels),
    ]
    return ml.Pipeline(stages=stages).fit(labels.transform(people))


def post(url, **body):
    return requests.post(url, json=body, timeout=60)


@pytest.mark.parametrize("mode", ["head", "distributed", "continuous"])
def test_a_pipeline_answers_with_what_it_predicts(pipeline, served, mode):
    options = {"numPartitions": 1}
    url = served(pipeline, SCHEMA, name=f"pipeline-{mode}", mode=mode, options=options)
    answer = post(url, city="Rome", age=80.0).json()
    assert list(answer) == ["prediction", "probability", "buys"]
    assert (answer["prediction"], answer["buys"]) == (1.0, "yes")
    assert sum(answer["probability"]) == pytest.approx(1.0)
    assert post(url, city="Bern", age=1.0).json()["buys"] == "no"
    refused = post(url, city="Rome")
    assert (refused.status_code, "age" in refused.json()["detail"]) == (400, True)


def test_a_saved_model_is_served_and_its_vectors_are_arrays(spark, pipeline, served, tmp_path):
    alone = pipeline.stages[2]
    alone.write().save(str(tmp_path / "alone"))
    url = served(tmp_path / "alone", "features array<double>", name="alone")
    answer = post(url, features=[0.0, 80.0]).json()
    assert (answer["prediction"], len(answer["probability"])) == (1.0, 2)


def test_fields_may_have_the_names_of_the_source(spark, served):
    adds = feature.SQLTransformer(statement="SELECT *, id + request AS sum FROM __THIS__")
    url = served(adds, "id int, request int", name="adds")
    assert post(url, id=1, request=2).json() == {"sum": 3}


def test_a_model_of_spark_needs_a_schema(spark, pipeline):
    with pytest.raises(ValueError, match=r"Missing schema: .* schema="):
        sparkserving.serve_model(pipeline, port=0)


def test_a_model_of_spark_has_no_python_workers(spark, pipeline):
    with pytest.raises(ValueError, match="Unsupported returns, workers: "):
        sparkserving.serve_model(pipeline, SCHEMA, port=0, returns="double", workers=2)


@pytest.mark.parametrize("model", [object(), None, ml.Pipeline(stages=[])])
def test_what_is_no_fitted_model_is_refused(model):
    with pytest.raises(TypeError, match=r"Invalid model .*: expected where MLflow has a model"):
        sparkserving.serve_model(model, SCHEMA, port=0)


def test_a_mode_that_there_is_not_is_refused(pipeline):
    with pytest.raises(ValueError, match="Invalid mode 'tail': expected head, distributed"):
        sparkserving.serve_model(pipeline, SCHEMA, port=0, mode="tail")


@pytest.mark.parametrize("address", ["models:/churn/3", "runs:/1/model", "/nowhere"])
def test_mlflow_is_asked_for_where_it_is_missing(monkeypatch, address):
    for module in [name for name in sys.modules if name.partition(".")[0] == "mlflow"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "sparkserving\[mlflow\]"'):
        sparkserving.serve_model(address, port=0)
