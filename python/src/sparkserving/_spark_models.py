"""Fitted models of Spark ML, which run in the JVM."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    DoubleType,
    FloatType,
    StructField,
    StructType,
)
from sparkserving import _checks

_WHAT = (
    "expected where MLflow has a model, such as models:/churn/3, runs:/…/model or a folder; or a"
    " fitted model of Spark ML. Save any other one with MLflow, or call it from a function:"
    " sparkserving.function."
)


def is_saved(address: str) -> bool:
    """Whether there is a folder in which Spark ML itself has saved a model."""
    folder = Path(address)
    return (folder / "metadata").is_dir() and not (folder / "MLmodel").exists()


def load(spark: SparkSession, address: str) -> Any:
    """Loads what Spark ML has saved on this machine."""
    from pyspark.ml.util import DefaultParamsReader  # noqa: PLC0415 - it needs NumPy

    return DefaultParamsReader.loadParamsInstance(
        Path(address).absolute().as_uri(), spark.sparkContext
    )


def check(model: Any) -> None:
    """Complains of what is no fitted model.

    Raises:
        TypeError: if it is none.
    """
    # It needs NumPy; and what has not been imported has made no model.
    base = sys.modules.get("pyspark.ml.base")
    if base is None or not isinstance(model, base.Transformer):
        raise TypeError(f"Invalid model {model!r}: {_WHAT}")


class SparkModel:
    """A fitted model of Spark ML, with the fields that a request has for it."""

    def __init__(self, model: Any, schema: StructType) -> None:
        """Takes the model, and the fields of a request."""
        self._model = model
        self._stages = list(_stages(model))
        #: None of its fields is a tensor.
        self.shapes: dict[str, tuple[int, ...]] = {}
        #: The column that is all that MLflow has of such a model's answer, if it makes one.
        self.nameless: str | None = None
        self._vectors = [field.name for field in schema if self._is_vector(field)]
        array = ArrayType(DoubleType(), False)
        self.request = StructType(
            [
                StructField(field.name, array, field.nullable)
                if field.name in self._vectors
                else field
                for field in schema
            ]
        )

    def answer(self, rows: DataFrame, name: str) -> DataFrame:
        """Adds a column with what the model gives for each row, as a struct."""
        if self._vectors:
            from pyspark.ml.functions import array_to_vector  # noqa: PLC0415 - it needs NumPy

            for vector in self._vectors:
                rows = rows.withColumn(vector, array_to_vector(_checks.column(vector)))
        given: DataFrame = self._model.transform(rows)
        names = self._outputs(rows, given)
        predicted = list(_parameters(self._stages, "predictionCol"))
        self.nameless = next((each for each in reversed(predicted) if each in names), None)
        return given.withColumn(name, F.struct(*map(_checks.column, names)))

    def _is_vector(self, field: StructField) -> bool:
        return type(field.dataType).__name__ == "VectorUDT" or (
            isinstance(field.dataType, ArrayType)
            and isinstance(field.dataType.elementType, DoubleType | FloatType)
            and field.name in {name for stage in self._stages for name in _inputs(stage)}
        )

    def _outputs(self, rows: DataFrame, given: DataFrame) -> list[str]:
        """Predictions with their probabilities, and what the last stage adds."""
        named = list(_parameters(self._stages, "predictionCol", "probabilityCol"))
        if self._stages and self._stages[-1].hasParam("outputCol"):
            named.append(self._stages[-1].getOrDefault("outputCol"))
        added = [column for column in given.columns if column not in rows.columns]
        return [column for column in dict.fromkeys(named) if column in added] or added


def _stages(model: Any) -> Iterator[Any]:
    """What a model is made of, in its order."""
    inner = getattr(model, "stages", None)
    if inner is None:
        yield model
        return
    for stage in inner:
        yield from _stages(stage)


def _parameters(stages: Iterable[Any], *names: str) -> Iterator[str]:
    for stage in stages:
        for name in names:
            if stage.hasParam(name):
                yield stage.getOrDefault(name)


def _inputs(stage: Any) -> Iterator[str]:
    for parameter in ("featuresCol", "inputCol", "inputCols"):
        if stage.hasParam(parameter) and stage.isDefined(parameter):
            value = stage.getOrDefault(parameter)
            yield from [value] if isinstance(value, str) else value
