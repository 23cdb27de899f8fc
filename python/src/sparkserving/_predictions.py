"""A model of MLflow in a worker: rows become what it takes, and what it gives a row for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql.types import ArrayType, DataType, IntegralType, MapType, StructType
from sparkserving._errors import HttpError
from sparkserving._signature import MISSING_MLFLOW, Input, Interface

_INTEGERS = {"byte": "i1", "short": "i2", "integer": "i4", "long": "i8"}


class ServedModel:
    """A function for batches of pandas, and what sets it up."""

    def __init__(self, name: str, interface: Interface) -> None:
        """Says what the model will take and give.

        Args:
            name: of the function.
            interface: what the model takes and gives.
        """
        self.__name__ = name
        #: The model's folder, or the name by which Spark has it.
        self.location = ""
        #: Whether Spark brings it to the worker.
        self.is_file = False
        self._interface = interface
        self._model: Any = None
        #: Inputs that differ from row to row in whether they are there, or in their size.
        self._absent = [
            index
            for index, each in enumerate(interface.inputs)
            if each.is_plain and isinstance(each.field.dataType, IntegralType)
        ]
        self._elastic = [
            index for index, each in enumerate(interface.inputs) if -1 in (each.shape or ())[1:]
        ]

    def load(self) -> None:
        """Loads the model, once in each worker.

        Raises:
            ModuleNotFoundError: if the worker lacks MLflow, or what the model needs.
        """
        try:
            from mlflow import pyfunc  # noqa: PLC0415 - an extra of this package
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(f"{MISSING_MLFLOW} on every executor.") from error
        location = self.location
        if self.is_file:
            from pyspark import SparkFiles  # noqa: PLC0415 - heavy, and seldom needed

            location = SparkFiles.get(location)
        self._model = pyfunc.load_model(location)

    def __call__(self, *columns: Any) -> Any:
        """Predicts.

        Args:
            columns: the inputs, followed by the parameters: a Series each.

        Returns:
            A DataFrame with a row for each.
        """
        rows = len(columns[0])
        takes, sets = self._interface.inputs, self._interface.parameters
        inputs = [_read(each, column) for each, column in zip(takes, columns, strict=False)]
        parameters = [
            _unpacked(field.dataType, column)
            for field, column in zip(sets, columns[len(takes) :], strict=True)
        ]
        groups = self._groups(inputs, parameters, rows)
        if len(groups) == 1:
            return self._predict(inputs, [each[0] for each in parameters], rows)
        parts = []
        for members in groups:
            part = [
                column[members]
                if isinstance(column, np.ndarray)
                else column.iloc[members].reset_index(drop=True)
                for column in inputs
            ]
            chosen = [each[members[0]] for each in parameters]
            parts.append(self._predict(part, chosen, len(members)).set_axis(members))
        return pd.concat(parts).sort_index()

    def _groups(
        self, inputs: Sequence[Any], parameters: Sequence[Any], rows: int
    ) -> list[list[int]]:
        """The rows that the model can take at once."""
        if not (parameters or self._absent or self._elastic):
            return [list(range(rows))]
        groups: dict[Any, list[int]] = {}
        for row in range(rows):
            kind = (
                *(repr(each[row]) for each in parameters),
                *(inputs[index][row] is None for index in self._absent),
                *(inputs[index][row].shape for index in self._elastic),
            )
            groups.setdefault(kind, []).append(row)
        return list(groups.values())

    def _predict(self, inputs: Sequence[Any], parameters: Sequence[Any], rows: int) -> Any:
        given = self._given(inputs, rows)
        chosen = {
            field.name: value
            for field, value in zip(self._interface.parameters, parameters, strict=True)
            if value is not None
        }
        # Not every MLflow knows parameters.
        more = {"params": chosen} if chosen else {}
        return _frame(self._interface.outputs, self._model.predict(given, **more), rows)

    def _given(self, inputs: Sequence[Any], rows: int) -> Any:
        """What the model takes, of rows that it can take at once."""
        takes = self._interface.inputs
        if takes[0].shape:
            stacked = [_stacked(each, values) for each, values in zip(takes, inputs, strict=True)]
            if not self._interface.has_names:
                return stacked[0]
            return {each.name: values for each, values in zip(takes, stacked, strict=True)}
        columns = {}
        for index, (each, column) in enumerate(zip(takes, inputs, strict=True)):
            if index not in self._absent:
                columns[each.name] = pd.Series(column)
            elif column[0] is not None:
                # MLflow has no integers that are missing, but columns that are.
                columns[each.name] = column.astype(_INTEGERS[each.field.dataType.typeName()])
        return pd.DataFrame(columns, index=range(rows))


def _read(input_: Input, column: Any) -> Any:
    """A Series as it came, or an array: of tensors, or of what Python itself has."""
    if input_.shape:
        return _tensors(input_, column)
    return _unpacked(input_.field.dataType, column) if input_.is_plain else column


def _unpacked(type_: DataType, column: Any) -> Any:
    values = np.empty(len(column), object)
    for row, ((value,),) in enumerate(column):
        values[row] = _plain(value, type_)
    return values


def _tensors(input_: Input, column: Any) -> Any:
    """A tensor for each row, as an array of objects; of single numbers, the array of them."""
    dimensions = len(input_.shape or ()) - 1
    if not dimensions:
        return column.to_numpy()
    tensors = np.empty(len(column), object)
    for row, value in enumerate(column):
        try:
            tensors[row] = _dense(value, dimensions)
        except ValueError:
            raise HttpError(
                400, f"Invalid {input_.field.name!r}: expected arrays of one length in each other."
            ) from None
    return tensors


def _dense(value: Any, dimensions: int) -> Any:
    if dimensions == 1:
        return value
    return np.stack([_dense(element, dimensions - 1) for element in value])


def _stacked(input_: Input, tensors: Any) -> Any:
    dtype = np.dtype(input_.dtype)
    values = tensors if len(input_.shape or ()) == 1 else np.stack(list(tensors))
    # A text is as long as it is, whatever the signature's were.
    return np.array(values.tolist(), dtype.kind) if dtype.kind in "US" else values.astype(dtype)


def _plain(value: Any, type_: DataType) -> Any:
    """A value as it would be read from JSON: with dicts for structs, which lack what is null."""
    if value is None:
        return None
    if isinstance(type_, ArrayType):
        return [_plain(each, type_.elementType) for each in value]
    if isinstance(type_, MapType):
        return {key: _plain(each, type_.valueType) for key, each in value.items()}
    if isinstance(type_, StructType):
        fields = zip(type_.fields, value, strict=True)
        return {
            field.name: _plain(each, field.dataType) for field, each in fields if each is not None
        }
    return value


def _frame(outputs: StructType, result: Any, rows: int) -> Any:
    """What the model gives, with a column for each output."""
    columns = _columns(outputs.names, result)
    if len(columns) != len(outputs.names):
        raise ValueError(
            f"Invalid prediction with {len(columns)} columns: expected {', '.join(outputs.names)}."
        )
    frame = {}
    for field, column in zip(outputs.fields, columns, strict=True):
        values = column if hasattr(column, "iloc") else _array(column, field.dataType)
        if len(values) != rows:
            raise ValueError(f"Invalid prediction of {len(values)} rows: expected {rows}.")
        frame[field.name] = values.array if hasattr(values, "iloc") else values
    return pd.DataFrame(frame, index=range(rows))


def _columns(names: Sequence[str], result: Any) -> list[Any]:
    if isinstance(result, pd.DataFrame | dict):
        found = {str(name): result[name] for name in result}
        if set(names) <= set(found):
            return [found[name] for name in names]
        return list(found.values())
    if hasattr(result, "toarray"):
        # A sparse matrix.
        result = result.toarray()
    if isinstance(result, list | tuple) and result and isinstance(result[0], dict):
        if len(names) > 1 or names[0] in result[0]:
            return [[each.get(name) for each in result] for name in names]
    elif len(names) > 1 and not isinstance(result, pd.Series):
        result = np.asarray(result, object if isinstance(result, list | tuple) else None)
        if result.ndim == 2:
            return list(result.T)
    return [result]


def _array(values: Any, type_: DataType) -> Any:
    """The values of one output: an array, or a list of what a frame has no column of."""
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        values = [values]
    if isinstance(values, list | tuple):
        return list(values)
    array = np.asarray(values)
    if not array.ndim:
        return array.reshape(1)
    if array.ndim == 1:
        return array
    if not isinstance(type_, ArrayType) and array[0].size == 1:
        return array.reshape(len(array))
    return list(array)
