"""Models of MLflow, which Python workers run."""

from __future__ import annotations

import atexit
import shutil
import tarfile
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from sparkserving import _checks
from sparkserving._function import function, with_function
from sparkserving._signature import PARAMETERS, Interface


class MlflowModel:
    """A model of MLflow, with what it takes and gives."""

    def __init__(
        self,
        spark: SparkSession,
        name: str,
        address: str,
        interface: Interface,
        settings: Mapping[str, Any],
    ) -> None:
        """Fetches the model, and sees to it that workers find it.

        Args:
            spark: the session.
            name: of the function.
            address: where MLflow has the model.
            interface: what it takes and gives.
            settings: those of ``sparkserving.function``.
        """
        self._interface = interface
        self.request = interface.request
        self.nameless = interface.nameless
        self.shapes = {each.field.name: (each.shape or ())[1:] for each in interface.inputs}
        chosen = dict(settings)
        if interface.largest_batch is not None:
            chosen["max_batch"] = interface.largest_batch
        # With NumPy and pandas, which nobody else needs.
        from sparkserving._predictions import ServedModel  # noqa: PLC0415

        model = ServedModel(name, interface)
        # Complains of settings before the model is fetched.
        made = function(interface.outputs, batch="pandas", setup=model.load, **chosen)
        model.location, model.is_file = _where_workers_are(spark, _folder(address))
        self._function = made(model)

    def answer(self, rows: DataFrame, name: str) -> DataFrame:
        """Adds a column with what the model gives for each row, as a struct."""
        values = [
            _as_python_has_it(column) if each.is_plain else column
            for each in self._interface.inputs
            for column in [_checks.column(each.field.name)]
        ]
        values += [
            _as_python_has_it(_checks.column(PARAMETERS).getField(field.name))
            for field in self._interface.parameters
        ]
        return with_function(rows, name, self._function(*values))


def _as_python_has_it(column: Column) -> Column:
    """Lets pandas have values as they are, which it does not look into."""
    return F.array(F.struct(column))


def _folder(address: str) -> Path:
    """Where the model is on this machine, after it was fetched if need be."""
    if Path(address).is_dir():
        return Path(address).absolute()
    from mlflow import artifacts  # noqa: PLC0415 - an extra of this package

    fetched = artifacts.download_artifacts(artifact_uri=address, dst_path=_temporary_folder())
    return Path(fetched)


def _where_workers_are(spark: SparkSession, folder: Path) -> tuple[str, bool]:
    """Where workers find a folder of this machine, and whether Spark brings it there."""
    context: Any = spark.sparkContext
    if context._jsc.sc().isLocal():
        return str(folder), False
    # A cluster's executors may see no folder of the driver's. They fetch this when they need it.
    name = f"model-{uuid.uuid4()}"
    archive = Path(_temporary_folder(), f"{name}.tar")
    with tarfile.open(archive, "w", dereference=True) as packed:
        for path in sorted(folder.iterdir()):
            # Spark takes no entry for the folder itself.
            packed.add(path, path.name)
    context.addArchive(f"{archive}#{name}")
    return name, True


def _temporary_folder() -> str:
    """A folder that goes with this process."""
    folder = tempfile.mkdtemp(prefix="sparkserving-model-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
