"""Models as services beside MLflow's own scoring server: one question, one answer."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from pyspark.sql import SparkSession

from mlflow_models import mlflow, save_python_model

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
ml = pytest.importorskip("pyspark.ml")
uvicorn = pytest.importorskip("uvicorn")
linear = pytest.importorskip("sklearn.linear_model")
scoring_server = pytest.importorskip("mlflow.pyfunc.scoring_server")

ROWS = [[0.5, 1.0], [1.5, -2.0], [3.0, 0.25]]
FRAME = pd.DataFrame(ROWS, columns=["x", "y"])
KINDS = [0, 1, 1]
SKLEARN = {"pip_requirements": ["scikit-learn"], "serialization_format": "cloudpickle"}
JSON = "application/json"
QUESTIONS = {
    "split": (JSON, json.dumps({"dataframe_split": {"columns": ["x", "y"], "data": ROWS}})),
    "records": (JSON, json.dumps({"dataframe_records": FRAME.to_dict("records")})),
    "one record": (JSON, json.dumps({"dataframe_records": FRAME.to_dict("records")[:1]})),
    "inputs": (JSON, json.dumps({"inputs": FRAME.to_dict("list")})),
    "csv": ("text/csv", FRAME.to_csv(index=False)),
}
TENSORS = {
    "instances": (JSON, json.dumps({"instances": ROWS})),
    "inputs": (JSON, json.dumps({"inputs": ROWS})),
}


class Named(mlflow.pyfunc.PythonModel):
    """Gives columns with names."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        total = model_input["x"] + model_input["y"]
        return pd.DataFrame({"sum": total, "kind": np.where(total > 0, "a", "é")})


class Texts(mlflow.pyfunc.PythonModel):
    """Gives texts without a name."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        return np.array([f'"{x}" ü' for x in model_input["x"]], dtype=object)


class Singles(mlflow.pyfunc.PythonModel):
    """Gives numbers of 32 bits."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        return model_input["x"].to_numpy().astype(np.float32) / np.float32(10)


@pytest.fixture
def original() -> Iterator[Callable[[str], str]]:
    """Starts MLflow's server for models, and gives its addresses."""
    running = []

    def start(folder: str) -> str:
        app = scoring_server.init(mlflow.pyfunc.load_model(folder))
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning")
        server = uvicorn.Server(config)
        listening = config.bind_socket()
        arguments = {"sockets": [listening]}
        thread = threading.Thread(target=server.run, kwargs=arguments, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{listening.getsockname()[1]}/invocations"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(30)


def answer(url: str, question: tuple[str, str]) -> str:
    """The predictions, as JSON without blanks between its parts."""
    kind, body = question
    reply = requests.post(url, data=body.encode(), headers={"Content-Type": kind}, timeout=60)
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"].partition(";")[0] == JSON
    return json.dumps(reply.json())


def compare(folder: object, served: Callable[..., str], original: Callable[[str], str], questions):
    url = served(str(folder), name="m", options={"protocol": "mlflow"})
    ours = url.rpartition("/")[0] + "/invocations"
    theirs = original(str(folder))
    for name, question in questions.items():
        assert answer(ours, question) == answer(theirs, question), name


def save_sklearn(folder: Path, given: object, **settings: object) -> Path:
    model = linear.LogisticRegression().fit(given, KINDS)
    predicted = getattr(model, settings.get("pyfunc_predict_fn", "predict"))(given)
    signature = mlflow.models.infer_signature(given, predicted)
    mlflow.sklearn.save_model(model, folder, signature=signature, **SKLEARN, **settings)
    return folder


def test_a_classifier_of_columns(served, original, tmp_path):
    compare(save_sklearn(tmp_path / "m", FRAME), served, original, QUESTIONS)


def test_probabilities_of_tensors(served, original, tmp_path):
    folder = save_sklearn(tmp_path / "m", FRAME.to_numpy(), pyfunc_predict_fn="predict_proba")
    compare(folder, served, original, TENSORS)


@pytest.mark.parametrize("model", [Named, Texts, Singles])
def test_a_model_in_python(served, original, tmp_path, model):
    predicted = model().predict(None, FRAME)
    signature = mlflow.models.infer_signature(FRAME, predicted)
    folder = save_python_model(tmp_path / "m", sys.modules[__name__], model(), signature)
    compare(folder, served, original, QUESTIONS)


def test_a_pipeline_of_spark(spark: SparkSession, served, original, tmp_path):
    rows = spark.createDataFrame(
        [(*row, float(kind)) for row, kind in zip(ROWS, KINDS, strict=True)],
        "x double, y double, label double",
    )
    vectors = ml.feature.VectorAssembler(inputCols=["x", "y"], outputCol="features")
    model = ml.Pipeline(stages=[vectors, ml.classification.LogisticRegression()]).fit(rows)
    predicted = model.transform(rows).select("prediction").toPandas()["prediction"]
    mlflow.spark.save_model(
        model,
        str(tmp_path / "m"),
        signature=mlflow.models.infer_signature(FRAME, predicted),
        pip_requirements=["pyspark"],
    )
    compare(tmp_path / "m", served, original, QUESTIONS)
