"""What the command line is told of services that start, and changes about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql.streaming.readwriter import DataStreamWriter


class Hooks:
    """What happens when nobody else has a say: nothing."""

    def __init__(self) -> None:
        """Begins with no change."""
        #: Options that every reader of requests gets.
        self.reader_options: dict[str, str] = {}

    def before_start(self, writer: DataStreamWriter) -> None:
        """Called before a query that replies to requests starts."""

    def after_start(self, query: Any) -> None:
        """Called once its service answers, with a ServingQuery or a SupervisedQuery."""


#: Those that are in force in this process.
hooks = Hooks()
