"""Says that Spark is starting, which takes seconds in which nothing else is to be seen."""

import sys
import threading
import time

from pyspark import SparkContext

_LOOK_EVERY = 0.2


class StartProgress:
    """A thread that tells of the start of this process's Spark, until it has started."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="start-progress", daemon=True)

    def __enter__(self) -> None:
        """Begins to tell."""
        self._thread.start()

    def __exit__(self, *raised: object) -> None:
        """Ends, also if no Spark has started."""
        self._done.set()
        self._thread.join()

    def _tell(self) -> None:
        began = time.monotonic()
        on_terminal = sys.stdout.isatty()
        if not on_terminal:
            print("Starting Spark ...", flush=True)
        while not _has_started():
            if on_terminal:
                took = time.monotonic() - began
                print(f"\rStarting Spark ... {took:.0f} s", end="", flush=True)
            if self._done.wait(_LOOK_EVERY):
                return
        took = time.monotonic() - began
        started = f"Spark has started in {took:.1f} s. Starting services ..."
        print(f"{chr(13) * on_terminal}{started}", flush=True)


def _has_started() -> bool:
    # The context is entered as the active one before its JVM has made it.
    context = SparkContext._active_spark_context
    return getattr(context, "_jsc", None) is not None
