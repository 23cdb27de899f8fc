"""MLflow for tests, which are skipped where it is not installed; and what asks its services."""

import os
from pathlib import Path
from types import ModuleType

import pytest
import requests

# Before MLflow is imported: a registry in a folder, and no word to anybody of what is tested.
os.environ.update(MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true")
mlflow = pytest.importorskip("mlflow")
cloudpickle = pytest.importorskip("cloudpickle")


def post(url: str, body: object) -> requests.Response:
    return requests.post(url, json=body, timeout=60)


def ask(url: str, body: object) -> object:
    answer = post(url, body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def refused(url: str, body: object) -> str:
    answer = post(url, body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.json()["detail"]


def save_python_model(
    folder: Path, module: ModuleType, model: object, signature: object = None
) -> str:
    """Saves a model of a class of a test's module, which workers do not have."""
    cloudpickle.register_pickle_by_value(module)
    requirements = ["mlflow"]
    mlflow.pyfunc.save_model(
        folder, python_model=model, signature=signature, pip_requirements=requirements
    )
    return str(folder)
