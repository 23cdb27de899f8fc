"""All that a signature of MLflow can say. Skipped where MLflow is not installed."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import sparkserving

from mlflow_models import ask, mlflow, post, refused, save_python_model

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")


class Totals(mlflow.pyfunc.PythonModel):
    """Adds up a tensor's numbers."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        grid = model_input["grid"]
        assert (grid.shape[1:], grid.dtype) == ((2, 3), np.float32)
        return grid.sum(axis=(1, 2))


@pytest.mark.parametrize("batch", [-1, 1])
def test_tensors_have_as_many_dimensions_as_they_will(served, tmp_path, batch):
    schema, floats = mlflow.types.schema, np.dtype("float32")
    signature = mlflow.models.ModelSignature(
        inputs=schema.Schema([schema.TensorSpec(floats, (batch, 2, 3), "grid")]),
        outputs=schema.Schema([schema.TensorSpec(floats, (-1,))]),
    )
    model = save_python_model(tmp_path / "totals", sys.modules[__name__], Totals(), signature)
    url = served(model, name=f"totals{batch}")
    with ThreadPoolExecutor(8) as clients:
        grids = [[[number, 0.5, 0], [1, 1, 1]] for number in range(20)]
        answers = list(clients.map(lambda grid: ask(url, {"grid": grid}), grids))
    assert answers == [{"prediction": number + 3.5} for number in range(20)]
    assert "grid, expected 2 x 3 elements" in refused(url, {"grid": [[1, 2], [3, 4]]})
    assert "grid, expected 2 x 3 elements" in refused(url, {"grid": [[1, 2, 3]]})
    assert "grid" in refused(url, {"grid": [1, 2, 3]})


class Says(mlflow.pyfunc.PythonModel):
    """A model with all that a signature can say."""

    def predict(self, context, model_input, params=None):  # noqa: ARG002 - as MLflow calls it
        if (model_input["who"] == "nobody").any():
            raise sparkserving.HttpError(422, "There is nobody.")
        if (model_input["who"] == "error").any():
            raise KeyError("error")
        said = []
        for record in model_input.to_dict("records"):
            times, at = record.get("times", "absent"), json.dumps(record.get("at"), default=int)
            said.append(f"{params['greeting']} {record['who']} {times} {at}")
        return pd.DataFrame({"said": said, "together": len(said)})


@pytest.fixture
def says(tmp_path) -> str:
    schema = mlflow.types.schema
    at = schema.Object([schema.Property("x", "long"), schema.Property("y", "long", required=False)])
    signature = mlflow.models.ModelSignature(
        inputs=schema.Schema(
            [
                schema.ColSpec("string", "who"),
                schema.ColSpec("long", "times", required=False),
                schema.ColSpec(at, "at", required=False),
            ]
        ),
        outputs=schema.Schema(
            [schema.ColSpec("string", "said"), schema.ColSpec("long", "together")]
        ),
        params=schema.ParamSchema([schema.ParamSpec("greeting", "string", "Hello")]),
    )
    return save_python_model(tmp_path / "says", sys.modules[__name__], Says(), signature)


def test_what_is_optional_may_be_missing_and_parameters_are_each_requests_own(says, served):
    url = served(says, name="says")

    def asked(body: object) -> object:
        return ask(url, body)["said"]

    bodies = {
        "Hello Ann absent null": {"who": "Ann"},
        f"Hello Ann {2**62 + 1} null": {"who": "Ann", "times": 2**62 + 1},
        "Good bye Ann absent null": {"who": "Ann", "params": {"greeting": "Good bye"}},
        'Hello Bob 3 {"x": 1}': {"who": "Bob", "times": 3, "at": {"x": 1}, "params": {}},
        'Hi Bob absent {"x": 1, "y": 2}': {
            "who": "Bob",
            "at": {"x": 1, "y": 2},
            "params": {"greeting": "Hi"},
        },
    }
    wanted = list(bodies) * 20
    with ThreadPoolExecutor(16) as clients:
        assert list(clients.map(lambda each: asked(bodies[each]), wanted)) == wanted
    assert "greeting" in requests.get(f"{url}/openapi.json", timeout=60).text
    assert "who" in refused(url, {"times": 2})
    assert "times is" in refused(url, {"who": "Ann", "times": "two"}).replace("'", "")
    assert "at.x" in refused(url, {"who": "Ann", "at": {"y": 2}})
    assert "params" in refused(url, {"who": "Ann", "params": "polite"})


def test_a_row_that_fails_is_answered_as_that_of_any_function(says, served):
    url = served(says, name="fails")
    bodies = [{"who": who} for who in ["Ann", "error", "Bob", "nobody"] * 5]
    with ThreadPoolExecutor(20) as clients:
        answers = list(clients.map(lambda body: post(url, body), bodies))
    assert [answer.status_code for answer in answers] == [200, 500, 200, 422] * 5
    assert answers[3].json()["detail"] == "There is nobody."
