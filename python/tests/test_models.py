"""Models of MLflow that are served in one call. Skipped where MLflow is not installed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import sparkserving
from pyspark.sql import types

from conftest import url_of
from mlflow_models import ask, mlflow, post, refused
from test_command import START, running

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
ml = pytest.importorskip("pyspark.ml")
linear = pytest.importorskip("sklearn.linear_model")
datasets = pytest.importorskip("sklearn.datasets")

NAMES = ["sepal length (cm)", "sepal.width", "petal `length`", "petal_width"]
#: MLflow would otherwise find out what each model needs, in a process of its own.
SKLEARN = {"pip_requirements": ["scikit-learn"], "serialization_format": "cloudpickle"}


@pytest.fixture(scope="module")
def flowers():
    measured, kinds = datasets.load_iris(return_X_y=True)
    return pd.DataFrame(measured, columns=NAMES), kinds


@pytest.fixture(scope="module")
def classifier(flowers):
    return linear.LogisticRegression(max_iter=1000).fit(*flowers)


def sklearn_model(folder: Path, model: object, given: object, predicted: object) -> str:
    signature = mlflow.models.infer_signature(given, predicted)
    mlflow.sklearn.save_model(model, folder, signature=signature, **SKLEARN)
    return str(folder)


@pytest.mark.parametrize("mode", ["head", "distributed", "continuous"])
def test_each_request_gets_its_own_prediction(flowers, classifier, served, tmp_path, mode):
    given, _ = flowers
    expected = classifier.predict(given)
    folder = sklearn_model(tmp_path / "iris", classifier, given, expected)
    url = served(folder, name=f"iris-{mode}", mode=mode, options={"numPartitions": 1})
    with ThreadPoolExecutor(16) as clients:
        answers = list(clients.map(lambda body: ask(url, body), given.to_dict("records")))
    assert [answer["prediction"] for answer in answers] == expected.tolist()


def test_a_request_may_have_many_records(flowers, classifier, served, tmp_path):
    given, _ = flowers
    expected = classifier.predict(given)
    folder = sklearn_model(tmp_path / "iris", classifier, given, expected)
    url = served(folder, name="iris-records", records=True)
    body = given.to_dict("records")
    assert [each["prediction"] for each in ask(url, body)] == expected.tolist()
    assert ask(url, body[60]) == {"prediction": expected[60]}
    assert NAMES[0] in refused(url, [body[0], {**body[1], NAMES[0]: "wide"}])


def test_what_does_not_fit_the_signature_is_refused(flowers, classifier, served, tmp_path):
    given, _ = flowers
    folder = sklearn_model(tmp_path / "iris", classifier, given, classifier.predict(given))
    url = served(folder, name="iris-400")
    good = dict(zip(NAMES, [5.1, 3.5, 1.4, 0.2], strict=True))
    assert ask(url, good) == {"prediction": 0}
    assert requests.get(url, params=good, timeout=60).json() == {"prediction": 0}
    assert "sepal.width" in refused(url, {**good, "sepal.width": "wide"})
    assert "petal_width" in refused(url, dict(list(good.items())[:3]))
    assert "petal_width" in refused(url, {**good, "petal_width": None})
    assert ask(url, good) == {"prediction": 0}


def test_tensors_are_arrays(flowers, classifier, served, tmp_path):
    given, kinds = flowers
    bare = given.to_numpy()
    model = linear.LogisticRegression(max_iter=1000).fit(bare, kinds)
    expected = model.predict_proba(bare)
    signature = mlflow.models.infer_signature(bare, expected)
    options = {**SKLEARN, "pyfunc_predict_fn": "predict_proba"}
    mlflow.sklearn.save_model(model, tmp_path / "iris", signature=signature, **options)
    url = served(tmp_path / "iris", name="tensors", records=True)
    for row in range(0, 150, 30):
        (probabilities,) = ask(url, {"input": bare[row].tolist()}).values()
        assert probabilities == pytest.approx(expected[row].tolist())
    assert "input, expected 4 elements" in refused(url, {"input": [1.0, 2.0]})
    good = {"input": bare[0].tolist()}
    problem = post(url, [good, good, {"input": [1.0]}, good]).json()
    assert (problem["status"], problem["record"]) == (400, 2)
    assert "input, expected 4 elements" in problem["detail"]
    assert "input" in refused(url, {"input": [1.0, 2.0, 3.0, None]})
    assert "input" in refused(url, {"input": 1.0})


def test_a_model_of_lightgbm_comes_from_a_registry(flowers, spark, tmp_path, monkeypatch):
    lightgbm = pytest.importorskip("lightgbm")
    given, kinds = flowers
    trained = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, n_jobs=1).fit(given, kinds)
    model = trained.booster_
    expected = model.predict(given)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "runs").as_uri())
    try:
        with mlflow.start_run() as run:
            mlflow.lightgbm.log_model(
                model,
                name="trees",
                signature=mlflow.models.infer_signature(given, expected),
                pip_requirements=["lightgbm"],
                registered_model_name="flowers of all kinds",
            )
        queries = [
            sparkserving.serve_model("models:/flowers of all kinds/1", port=0),
            sparkserving.serve_model(f"runs:/{run.info.run_id}/trees", port=0, workers=2),
        ]
    finally:
        mlflow.set_tracking_uri(before)
    try:
        for url in (url_of("flowers_of_all_kinds"), url_of("trees")):
            for row in range(0, 150, 30):
                (probabilities,) = ask(url, given.iloc[row].to_dict()).values()
                assert probabilities == pytest.approx(expected[row].tolist())
    finally:
        for query in queries:
            query.stop()


def test_a_network_of_onnx_has_inputs_and_outputs_by_their_names(served, tmp_path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    helper, floats = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["a", "b"], ["sum"]),
            helper.make_node("ReduceMax", ["sum"], ["most"], axes=[1], keepdims=1),
        ],
        "adds",
        [helper.make_tensor_value_info(name, floats, [None, 3]) for name in "ab"],
        [
            helper.make_tensor_value_info("sum", floats, [None, 3]),
            helper.make_tensor_value_info("most", floats, [None, 1]),
        ],
    )
    network = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    given = {name: np.ones((2, 3), np.float32) for name in "ab"}
    predicted = {"sum": np.ones((2, 3), np.float32), "most": np.ones((2, 1), np.float32)}
    mlflow.onnx.save_model(
        network,
        tmp_path / "adds",
        signature=mlflow.models.infer_signature(given, predicted),
        pip_requirements=["onnxruntime"],
    )
    url = served(tmp_path / "adds", name="adds")

    def asked(number: int) -> object:
        return ask(url, {"a": [number, 0, 1], "b": [number, 0.5, 1]})

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(asked, range(40)))
    assert answers == [
        {"sum": [2 * number, 0.5, 2], "most": [max(2 * number, 2)]} for number in range(40)
    ]
    assert "b, expected 3 elements" in refused(url, {"a": [1, 2, 3], "b": [1]})


@pytest.fixture
def unsigned(classifier, tmp_path) -> str:
    mlflow.sklearn.save_model(classifier, tmp_path / "unsigned", **SKLEARN)
    return str(tmp_path / "unsigned")


def test_a_model_without_a_signature_is_told_what_to_say(unsigned, flowers, classifier, served):
    with pytest.raises(ValueError, match=r"Missing signature: .* schema=.* returns="):
        sparkserving.serve_model(unsigned, port=0)
    schema = types.StructType([types.StructField(name, types.DoubleType()) for name in NAMES])
    with pytest.raises(ValueError, match=r"Missing outputs .* returns="):
        sparkserving.serve_model(unsigned, schema, port=0)
    url = served(unsigned, schema=schema, returns="int", name="unsigned", options={"path": "v1/x"})
    assert url.endswith("/v1/x")
    given, _ = flowers
    assert ask(url, given.iloc[60].to_dict()) == {"prediction": 1}
    assert NAMES[3] in refused(url, given.iloc[60][:3].to_dict())


def test_what_mlflow_says_of_an_address_is_said(spark, tmp_path):
    with pytest.raises(mlflow.exceptions.MlflowException, match="MLmodel"):
        sparkserving.serve_model(tmp_path, port=0)


def test_what_a_worker_cannot_load_fails_the_start(unsigned, spark):
    (Path(unsigned) / "model.pkl").write_bytes(b"no model")
    with pytest.raises(RuntimeError, match="UnpicklingError"):
        sparkserving.serve_model(unsigned, "a double", returns="int", port=0)


def test_a_pipeline_of_spark_that_mlflow_has_runs_in_the_jvm(spark, served, tmp_path):
    rows = spark.createDataFrame(
        [(float(x), x % 2 + 0.0, float(x > 4)) for x in range(10)],
        "x double, y double, label double",
    )
    vectors = ml.feature.VectorAssembler(inputCols=["x", "y"], outputCol="features")
    model = ml.Pipeline(stages=[vectors, ml.classification.LogisticRegression()]).fit(rows)
    signature = mlflow.models.infer_signature(
        rows.drop("label").toPandas(), model.transform(rows).select("prediction").toPandas()
    )
    mlflow.spark.save_model(
        model, str(tmp_path / "spark"), signature=signature, pip_requirements=["pyspark"]
    )
    url = served(tmp_path / "spark", name="spark-of-mlflow")
    assert ask(url, {"x": 9, "y": 1})["prediction"] == 1.0
    assert sum(ask(url, {"x": 0, "y": 0})["probability"]) == pytest.approx(1.0)
    assert "y" in refused(url, {"x": 1})


def test_the_command_serves_a_model_on_a_cluster(flowers, classifier, tmp_path, free_port):
    given, _ = flowers
    folder = sklearn_model(tmp_path / "iris", classifier, given, classifier.predict(given))
    settings = ["--port", str(free_port), "--master", "local-cluster[1,1,1024]"]
    with running("model", folder, *settings, "--conf", "spark.ui.enabled=false") as command:
        command.await_line(f"Serving http://localhost:{free_port}/iris")
        answer = ask(f"http://localhost:{free_port}/iris", given.iloc[60].to_dict())
        assert answer == {"prediction": 1}
        assert command.end() == 0


def test_the_command_says_what_a_model_lacks(unsigned):
    with running("model", unsigned) as command:
        assert command.process.wait(START) == 1
        command.await_line(f"Cannot serve {unsigned}: Missing signature")
