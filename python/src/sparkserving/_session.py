"""The jar, and how it gets into a session."""

import os
import re
import shlex
import sys
from pathlib import Path

from pyspark.find_spark_home import _find_spark_home
from pyspark.sql import SparkSession

_JARS = "spark.jars"
_MASTER = "spark.master"
_PACKAGES = "spark.jars.packages"
_PYTHON = "spark.pyspark.python"
_BUNDLE = "serving-bundle"
#: What the JVM of a Python process runs.
_SHELL = "pyspark-shell"
#: For how long a row waits in the shuffle of a real-time query: 50 ms, unless the user says.
_SHUFFLE_WAIT = "spark.shuffle.streaming.networkBufferMaxWaitTimeMs"
#: A bar that is drawn over whatever else is on the terminal, and stays while readers do.
_CONSOLE_PROGRESS = "spark.ui.showConsoleProgress"

MISSING_JAR = (
    "Missing the Spark Serving jar in this Spark session. Make the session with"
    " sparkserving.configure(SparkSession.builder).getOrCreate(), in a Python process that has not"
    " started Spark yet (restart the notebook's kernel); or give spark-submit or pyspark --jars and"
    " the path that sparkserving.jar_path() gives; or install that jar as a library of the cluster."
)


def jar_path() -> str:
    """The path of the jar that this package carries.

    Raises:
        FileNotFoundError: if there is none, as in a package that was not built by the project.
    """
    jars = sorted((Path(__file__).parent / "jars").glob(f"{_BUNDLE}-*.jar"))
    if len(jars) != 1:
        raise FileNotFoundError(
            f"Missing {_BUNDLE} in the package sparkserving: expected one jar in"
            f" {Path(__file__).parent / 'jars'}, found {len(jars)}. Install the built wheel, not"
            " the sources, and not a zip of it; or give the jar to Spark yourself, with --jars."
        )
    return str(jars[0])


def configure(builder: SparkSession.Builder) -> SparkSession.Builder:
    """Adds the jar that this package carries to what the session of a builder will load.

    A local master that tries no task twice becomes one that tries each four times, such as
    ``local[*,4]`` of ``local[*]``, so that a request on which a task fails fails alone. Rows wait
    for 1 ms in the shuffle of a real-time query, as Spark has it from 4.3 on, unless
    ``spark.shuffle.streaming.networkBufferMaxWaitTimeMs`` says otherwise. Workers of a local master
    run the Python that runs this, so that they have its packages: ``PYSPARK_PYTHON`` is set in this
    process, unless it, or ``spark.pyspark.python``, names one already.

    Jars that the builder, or ``spark-defaults.conf``, names already stay. Where they, or
    ``spark.jars.packages``, have the bundle already, nothing is added. Nor is it under
    ``spark-submit``, which has its own ``--jars``, or for a remote server of Spark Connect, where
    the jar has to be installed.

    Returns:
        The builder.

    Raises:
        FileNotFoundError: if the package carries no jar.
        ValueError: if ``PYSPARK_SUBMIT_ARGS`` has ``--jars`` without the bundle; Spark would
            ignore any other jar.
    """
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        # Under spark-submit: the JVM runs already, with the jars that it was given.
        return builder
    options = builder._options
    if options.get("spark.remote", os.environ.get("SPARK_REMOTE", "")).startswith("sc://"):
        return builder
    defaults = _spark_defaults()
    master = options.get(_MASTER, defaults.get(_MASTER, ""))
    retrying = _retrying(master)
    if retrying is not None:
        builder = builder.config(_MASTER, retrying)
    if _is_local(master) and _PYTHON not in options and _PYTHON not in defaults:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if _SHUFFLE_WAIT not in options and _SHUFFLE_WAIT not in defaults:
        builder = builder.config(_SHUFFLE_WAIT, "1")
    jars = _split(options.get(_JARS, defaults.get(_JARS, "")))
    packages = _split(options.get(_PACKAGES, defaults.get(_PACKAGES, "")))
    submitted = _submitted_jars()
    if any(_BUNDLE in name for name in (*jars, *packages, *(submitted or []))):
        return builder
    if submitted is not None:
        raise ValueError(
            "Cannot add the Spark Serving jar: --jars in PYSPARK_SUBMIT_ARGS replaces every other"
            f" jar. Add {jar_path()} to it."
        )
    return builder.config(_JARS, ",".join([*jars, jar_path()]))


def submit(master: str, settings: list[str]) -> None:
    """Decides what Spark will start in this process, as the arguments of ``spark-submit`` do.

    It gets the jar that this package carries, and whatever else ``configure`` sets, and draws no
    bars of stages. What the program says of its own session comes first.

    Args:
        master: of a session that names none.
        settings: each as ``key=value``.
    """
    given = dict(setting.split("=", 1) for setting in settings)
    defaults = _spark_defaults()
    before = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    jars = _split(given.pop(_JARS, defaults.get(_JARS, "")))
    if "--jars" in before[:-1]:
        at = before.index("--jars")
        jars += _split(before[at + 1])
        del before[at : at + 2]
    if _SHUFFLE_WAIT not in defaults:
        given.setdefault(_SHUFFLE_WAIT, "1")
    if _CONSOLE_PROGRESS not in defaults:
        given.setdefault(_CONSOLE_PROGRESS, "false")
    if _is_local(master) and _PYTHON not in given and _PYTHON not in defaults:
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYSPARK_SUBMIT_ARGS"] = shlex.join(
        [
            *(word for word in before if word != _SHELL),
            *("--master", _retrying(master) or master),
            *(word for setting in given.items() for word in ("--conf", "=".join(setting))),
            *("--jars", ",".join([*jars, jar_path()])),
            _SHELL,
        ]
    )


def _retrying(master: str) -> str | None:
    """The local master that tries tasks four times, of one that tries them once."""
    match = re.fullmatch(r"\s*local(?:\[\s*(\d+|\*)\s*])?\s*", master)
    return f"local[{match[1] or 1},4]" if match else None


def _is_local(master: str) -> bool:
    """Whether executors are on this machine; a master that nobody names is local."""
    submitted = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    return master.startswith("local") if master else "--master" not in submitted


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _submitted_jars() -> list[str] | None:
    arguments = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    if "--jars" not in arguments[:-1]:
        return None
    return _split(arguments[arguments.index("--jars") + 1])


def _spark_defaults() -> dict[str, str]:
    folder = os.environ.get("SPARK_CONF_DIR") or Path(_find_spark_home()) / "conf"
    file = Path(folder) / "spark-defaults.conf"
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    settings = (line.replace("=", " ", 1).split(None, 1) for line in lines if line[:1] not in "#!")
    return {setting[0]: setting[1].strip() for setting in settings if len(setting) == 2}
