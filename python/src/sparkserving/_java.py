"""The way to ``io.sparkserving.Serving`` in the session's JVM."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from py4j.java_gateway import JavaPackage
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.sql import SparkSession
from pyspark.sql.types import DataType
from sparkserving import _java_installation
from sparkserving._session import MISSING_JAR
from sparkserving._version import JAR_VERSION, __version__

#: What clusters that forbid Python to call the JVM answer with.
_FORBIDDEN = "Py4JSecurityException"


def serving(spark: SparkSession) -> Any | None:
    """The Java class, or None where Python cannot reach the JVM: Spark Connect, locked clusters.

    Raises:
        RuntimeError: if the JVM can be reached and has no jar, or one of another version, or is
            too old for it.
    """
    jvm = getattr(spark, "_jvm", None)
    if jvm is None:
        return None
    try:
        java = jvm.io.sparkserving.Serving
    except Py4JError as error:
        # It is there, and cannot be loaded.
        fault = _java_fault(jvm)
        if fault is None:
            raise
        raise RuntimeError(fault) from error
    if isinstance(java, JavaPackage):
        raise RuntimeError(_java_fault(jvm) or MISSING_JAR)
    try:
        version = java.version()
    except Py4JError as error:
        if _FORBIDDEN in str(error):
            return None
        raise
    if version != JAR_VERSION:
        raise RuntimeError(
            f"Cannot use the Spark Serving jar {version} with the Python package {__version__}:"
            f" install sparkserving of the jar's version, or the jar {JAR_VERSION}, and see that"
            " only one is in the session."
        )
    return java


def _java_fault(jvm: Any) -> str | None:
    try:
        version = jvm.java.lang.System.getProperty("java.specification.version")
    except Py4JError:
        return None
    return _java_installation.unsupported(version, "")


def functions(spark: SparkSession) -> Any | None:
    """The Java class with functions of columns, or None where Python cannot reach the JVM."""
    java = serving(spark)
    return None if java is None else spark._jvm.io.sparkserving.ServingFunctions  # type: ignore[union-attr]


def data_type(spark: SparkSession, schema: DataType | str) -> Any:
    """A type as Java has it, from PySpark's own or from a text such as ``foo string, bar int``."""
    java = spark._jvm.org.apache.spark.sql.types.DataType  # type: ignore[union-attr]
    return java.fromDDL(schema) if isinstance(schema, str) else java.fromJson(schema.json())


def records(spark: SparkSession, most: int, errors_in_place: bool) -> Any:
    """How bodies of many records are read, as Java has it."""
    many = spark._jvm.io.sparkserving.Records.upTo(most)  # type: ignore[union-attr]
    return many.errorsInPlace() if errors_in_place else many


@contextmanager
def java_messages() -> Iterator[None]:
    """Raises what Java throws with its message alone; what PySpark itself converts stays so.

    Raises:
        RuntimeError: with the message of a Java exception.
    """
    try:
        yield
    except Py4JJavaError as error:
        raise RuntimeError(error.java_exception.getMessage()) from error
