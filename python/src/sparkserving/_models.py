"""Models as services, in one call."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlparse

from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.types import DataType, StructField, StructType, _parse_datatype_json_string
from sparkserving import (
    _checks,
    _java,
    _methods,
    _mlflow_replies,
    _session,
    _signature,
    _spark_models,
)
from sparkserving._mlflow_models import MlflowModel
from sparkserving._signature import MISSING_MLFLOW, PREDICTION
from sparkserving._spark_models import SparkModel

_MODES = {"head": "server", "distributed": "distributedServer", "continuous": "continuousServer"}
#: The source's columns under names that no column of a model has.
_ID, _REQUEST = "__serving_id", "__serving_request"
_REPLY = "__serving_reply"


def serve_model(
    model: Any,
    schema: DataType | str | None = None,
    *,
    port: int,
    host: str = "localhost",
    name: str | None = None,
    mode: str = "head",
    returns: DataType | str | None = None,
    records: bool = False,
    options: Mapping[str, Any] | None = None,
    writer_options: Mapping[str, Any] | None = None,
    **settings: Any,
) -> StreamingQuery:
    """Serves a model: each request is a JSON object of what it takes, each reply what it gives.

    A model of MLflow is loaded once in each Python worker, and its signature says what requests and
    replies are. A fitted model of Spark ML runs in the JVM.

    Args:
        model: where MLflow has a model: a folder, ``models:/name/version``, ``models:/name@alias``,
            ``runs:/id/path`` or any other URI of MLflow's; a folder in which Spark ML has saved
            one; or a fitted model of Spark ML.
        schema: the fields of a request, also as text such as ``age double, city string``, in place
            of those of the model's signature. None may be missing.
        port: where the service listens; 0 for any free port.
        host: address to listen on.
        name: the service's name, and its path unless ``options`` has one. Default: the model's
            name, or the last part of its address; ``model`` for a model object.
        mode: ``head``, ``distributed`` or ``continuous``.
        returns: what a model of MLflow gives for each row, in place of its signature's outputs: a
            struct, or the type of ``prediction``.
        records: whether a request may also be an array of such objects, and its reply then one of
            replies, as with ``parseRequest``.
        options: those of the reader.
        writer_options: those of the writer.
        settings: those of :func:`sparkserving.function`, such as ``workers=2``, for a model of
            MLflow.

    Returns:
        The query, whose service answers.

    Raises:
        ModuleNotFoundError: for a model of MLflow without ``mlflow``, or without what it needs.
        ValueError: if nothing says what the model takes, or gives.
        TypeError: for something that is no model.
        NotImplementedError: where Python cannot reach the JVM.
        RuntimeError: if the service cannot listen, or workers cannot load the model.
    """
    if mode not in _MODES:
        raise ValueError(f"Invalid mode {mode!r}: expected {', '.join(_MODES)}.")
    if isinstance(model, str | os.PathLike):
        address = os.fspath(model)
        name = name or _name_of(address)
        served = _of_address(address, name, schema, returns, settings)
    else:
        _spark_models.check(model)
        name = name or "model"
        served = _of_spark(model, schema, None, returns, settings)
    helper = _MODES[mode]
    reader = _methods.READER[helper](_active_session().readStream)
    reader = _methods.address(reader, host, port, name).option("name", name)
    requests = reader.options(**dict(options or {})).load()
    requests = requests.withColumnsRenamed({"id": _ID, "request": _REQUEST})
    rows = _checks.parse(requests, served.request, served.shapes, _ID, _REQUEST, records=records)
    given = served.answer(rows, _REPLY)
    if dict(options or {}).get("protocol") == _mlflow_replies.PROTOCOL:
        replies = _mlflow_replies.make_reply(given, _REPLY, served.nameless)
    else:
        replies = _methods.makeReply(given, _REPLY)
    answers = replies.select(_checks.column(_ID).alias("id"), "reply")
    writer = _methods.replyTo(_methods.WRITER[helper](answers.writeStream), name)
    return writer.options(**dict(writer_options or {})).start()


def _of_address(
    address: str,
    name: str,
    schema: DataType | str | None,
    returns: DataType | str | None,
    settings: Mapping[str, Any],
) -> MlflowModel | SparkModel:
    if _spark_models.is_saved(address):
        _need_schema(schema)
        model = _spark_models.load(_active_session(), address)
        return _of_spark(model, schema, None, returns, settings)
    try:
        models: Any = importlib.import_module("mlflow.models")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{MISSING_MLFLOW} where this runs.") from error
    info = models.get_model_info(address)
    if schema is None and getattr(info.signature, "inputs", None) is None:
        # Before Spark starts.
        raise ValueError(_signature.MISSING)
    spark = _active_session()
    if "spark" in info.flavors:
        model = importlib.import_module("mlflow.spark").load_model(address)
        return _of_spark(model, schema, info.signature, returns, settings)
    interface = _signature.interface(
        info.signature, _struct(spark, schema), _outputs(spark, returns)
    )
    return MlflowModel(spark, name, address, interface, settings)


def _of_spark(
    model: Any,
    schema: DataType | str | None,
    signature: Any,
    returns: DataType | str | None,
    settings: Mapping[str, Any],
) -> SparkModel:
    if returns is not None or settings:
        given = ["returns"] * (returns is not None) + list(settings)
        raise ValueError(
            f"Unsupported {', '.join(given)}: a model of Spark ML runs in the JVM, and its columns"
            " say what it gives."
        )
    if signature is None:
        _need_schema(schema)
    chosen = _struct(_active_session(), schema)
    return SparkModel(model, _signature.interface(signature, chosen, StructType()).request)


def _need_schema(schema: object) -> None:
    if schema is None:
        raise ValueError(
            "Missing schema: a model of Spark ML does not say what it takes. Say it with schema=,"
            ' such as schema="age double, city string".'
        )


def _active_session() -> SparkSession:
    """The session of this process, or a new one that has the jar."""
    session = SparkSession.getActiveSession()
    if session is None:
        builder = SparkSession.builder
        is_there = SparkContext._active_spark_context is not None
        session = (builder if is_there else _session.configure(builder)).getOrCreate()
    if _java.serving(session) is None:
        raise NotImplementedError(
            "Cannot serve a model here: it needs a driver whose JVM Python may call, which Spark"
            " Connect and locked-down clusters do not allow. Use a pandas_udf with parseRequest()"
            " and makeReply()."
        )
    return session


def _struct(spark: SparkSession, schema: DataType | str | None) -> StructType | None:
    if schema is None:
        return None
    type_ = _type(spark, schema)
    if not isinstance(type_, StructType):
        raise ValueError(
            f"Unsupported schema {type_.simpleString()}: expected a struct, whose fields are those"
            ' of a request, such as "age double, city string".'
        )
    return type_


def _outputs(spark: SparkSession, returns: DataType | str | None) -> StructType | None:
    if returns is None:
        return None
    type_ = _type(spark, returns)
    return type_ if isinstance(type_, StructType) else StructType([StructField(PREDICTION, type_)])


def _type(spark: SparkSession, given: DataType | str) -> DataType:
    if isinstance(given, DataType):
        return given
    # Spark itself reads the text.
    return _parse_datatype_json_string(_java.data_type(spark, given).json())


def _name_of(address: str) -> str:
    """What a model is called: in a registry, or by the last part of its address."""
    if address.startswith("models:"):
        name = re.split(r"[/@]", address.removeprefix("models:").lstrip("/"))[0]
    else:
        name = urlparse(address).path.rstrip("/").rpartition("/")[2]
    # A service's path has no other letters.
    return re.sub(r"[^A-Za-z0-9._~-]+", "_", name).strip(".") or "model"
