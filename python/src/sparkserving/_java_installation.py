"""The Java that Spark is started with, and whether it can run Spark."""

import os
import re
import shutil
import subprocess
from pathlib import Path

OLDEST = 17
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
_INSTALL = f"Install Java {OLDEST} or later, and set JAVA_HOME to its folder."
#: How PySpark says that the JVM has ended before there was a word from it.
_EXITED = "JAVA_GATEWAY_EXITED"
_SECONDS = 20


def explanation(error: BaseException) -> str | None:
    """Says what is wrong with Java where Spark could not be started for that.

    Args:
        error: with which a program has ended.

    Returns:
        Sentences, or None if the error is about something else.
    """
    return _fault() if _EXITED in str(error) else None


def unsupported(version: str, where: str) -> str | None:
    """Says that a Java is too old, or None if it is not.

    Args:
        version: such as ``17.0.15``, or ``1.8.0``.
        where: what the sentence says of the place of that Java.
    """
    match = re.match(r"(?:1\.)?(\d+)", version)
    if match is None or int(match[1]) >= OLDEST:
        return None
    return f"Unsupported Java {match[1]}{where}: expected {OLDEST} or later. {_INSTALL}"


def _fault() -> str | None:
    # As Spark's own scripts look for it.
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin")) if home else None)
    if java is None:
        where = f"JAVA_HOME is {home}, where no bin/java is" if home else "no java is on the PATH"
        return f"Missing Java: {where}. {_INSTALL}"
    try:
        command = [java, "-version"]
        said = subprocess.run(  # noqa: S603 - what Spark itself runs
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"Cannot run Java: {error}. {_INSTALL}"
    match = _VERSION.search(said.stderr + said.stdout)
    if match is None:
        return f"Cannot run Java: {java} says {said.stderr.strip()!r}. {_INSTALL}"
    return unsupported(match[1], f" at {java}")
