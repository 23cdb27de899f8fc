"""Adds the methods to PySpark's classes; to those of Spark Connect once something imports them."""

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from pyspark.sql import DataFrame
from pyspark.sql.streaming.readwriter import DataStreamReader, DataStreamWriter
from sparkserving import _methods

#: What every session of Spark Connect imports. Not imported here, since it pulls in gRPC.
_CONNECT = "pyspark.sql.connect.session"


def attach() -> None:
    """Adds the methods; again does no harm."""
    _add(DataStreamReader, DataStreamWriter, DataFrame)
    if _CONNECT in sys.modules:
        _attach_to_connect()
    elif not any(isinstance(finder, _ConnectFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _ConnectFinder())


def _attach_to_connect() -> None:
    from pyspark.sql.connect import dataframe  # noqa: PLC0415
    from pyspark.sql.connect.streaming import readwriter  # noqa: PLC0415

    _add(readwriter.DataStreamReader, readwriter.DataStreamWriter, dataframe.DataFrame)


def _add(reader: type, writer: type, frame: type) -> None:
    for target, methods in (
        (reader, _methods.READER),
        (writer, _methods.WRITER),
        (frame, _methods.DATA_FRAME),
    ):
        for name, method in methods.items():
            setattr(target, name, method)


class _ConnectFinder(MetaPathFinder):
    """Finds the one module as everybody else does, but sees to it when it has been executed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != _CONNECT:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _AttachingLoader(spec.loader)
        return spec


class _AttachingLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _attach_to_connect()
