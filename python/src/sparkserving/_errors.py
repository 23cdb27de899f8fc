"""Errors that a function answers with."""

from __future__ import annotations

from collections.abc import Mapping


class HttpError(Exception):
    """An answer other than 200, raised by a function for the row that it is about.

    Attributes:
        status: the status code of the answer.
        detail: what the client is told in the problem body, or None.
        headers: headers of the answer.
    """

    def __init__(
        self, status: int, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Makes the error.

        Args:
            status: 400 to 599.
            detail: what to tell the client; None to say nothing but the status.
            headers: headers to send with it, such as ``{"Retry-After": "5"}``.

        Raises:
            ValueError: for another status.
            TypeError: for a detail or headers that are not text.
        """
        if isinstance(status, bool) or not isinstance(status, int) or not 400 <= status <= 599:
            raise ValueError(f"Invalid status {status!r}: expected 400 to 599.")
        if not isinstance(detail, str | None):
            raise TypeError(f"Invalid detail {detail!r}: expected text or None.")
        given = dict(headers or {})
        for name, value in given.items():
            if not isinstance(name, str) or not isinstance(value, str):
                raise TypeError(f"Invalid header {name!r}: {value!r}: expected text for both.")
        super().__init__(status, detail, given)
        self.status = int(status)
        self.detail = detail
        self.headers = given

    def __str__(self) -> str:
        """The status, and what the client is told."""
        return str(self.status) if self.detail is None else f"{self.status} {self.detail}"
