"""Columns as Series of pandas, structs as DataFrames: as PySpark's pandas functions have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sparkserving import _arrays, _encoding, _values
from sparkserving._vectors import Structs, Type, Vector

#: Gives the values of a vector as a Series or DataFrame.
Reader = Callable[[Vector], Any]


def reader(type_: Type) -> Reader:
    """What reads vectors of a type: as arrays, but for dates, local times and structs."""
    if isinstance(type_, Structs):
        children = [reader(child) for child in type_.children]
        return partial(_read_structs, list(type_.names), children)
    if type_.name == "date":
        return partial(_read_dates, _values.reader(type_))
    if type_.name == "timestamp":
        return partial(_read_local_times, _values.reader(type_))
    return partial(_read_arrays, _arrays.reader(type_))


def _read_arrays(read: _arrays.Reader, vector: Vector) -> Any:
    return pd.Series(read(vector))


def _read_dates(read: _values.Reader, vector: Vector) -> Any:
    return pd.Series(read(vector), dtype=object)


def _read_local_times(read: _values.Reader, vector: Vector) -> Any:
    return pd.Series(np.array(read(vector), "datetime64[us]"))


def _read_structs(names: list[str], readers: Sequence[Reader], vector: Vector) -> Any:
    columns = [read(values) for read, values in zip(readers, vector.children, strict=True)]
    if any(isinstance(column, pd.DataFrame) for column in columns):
        # A frame has no frames in it.
        columns = [
            _arrays.objects(column.itertuples(index=False, name=None), vector.length)
            if isinstance(column, pd.DataFrame)
            else column
            for column in columns
        ]
    frame = pd.DataFrame(dict(enumerate(columns)), index=range(vector.length))
    frame.columns = pd.Index(names)
    return frame


def write(type_: Type, plain: _encoding.Writer, values: Any) -> Vector:
    """The vector of a Series or DataFrame; a time without a time zone is local.

    Raises:
        TypeError: if its values are of another type than the query expects.
        ValueError: if they are out of range, or a frame's columns are others than the fields.
    """
    if isinstance(values, pd.DataFrame):
        return _write_frame(type_, values)
    dtype = values.dtype
    if isinstance(dtype, pd.DatetimeTZDtype) and type_.name == "timestamp":
        instants = values.dt.tz_convert("UTC").dt.tz_localize(None)
        return _arrays.write(type_, plain, instants.to_numpy())
    if isinstance(dtype, np.dtype) and dtype.kind in "biufmM":
        if dtype.kind == "M" and type_.name == "timestamp":
            return plain(list(values))
        return _arrays.write(type_, plain, values.to_numpy())
    return plain(values.tolist())


def _write_frame(type_: Type, frame: Any) -> Vector:
    if not isinstance(type_, Structs):
        raise TypeError(f"Invalid result of type DataFrame: expected a Series of {type_}.")
    names = list(frame.columns)
    if all(isinstance(name, str) for name in names) and set(names) == set(type_.names):
        order = [names.index(name) for name in type_.names]
    elif len(names) == len(type_.names) and not any(isinstance(name, str) for name in names):
        order = list(range(len(names)))
    else:
        raise ValueError(f"Invalid result with the columns {names}: expected those of {type_}.")
    children = [
        write(child, _encoding.writer(child), frame.iloc[:, index])
        for child, index in zip(type_.children, order, strict=True)
    ]
    return Vector(len(frame), children=children)
