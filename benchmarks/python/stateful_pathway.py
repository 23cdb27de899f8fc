"""Pathway that counts by key, until standard input closes: its REST connector, and a group-by.

Argument: the port. Each request joins the counts as they are when it comes.
"""

import logging
import os
import sys
import threading

import pathway as pw


class Asked(pw.Schema):
    """What is asked."""

    user: str


def main() -> None:
    """Do what the argument says."""
    # As all others, it logs no requests.
    logging.disable(logging.INFO)
    server = pw.io.http.PathwayWebserver(host="localhost", port=int(sys.argv[1]))
    asked, answer = pw.io.http.rest_connector(
        webserver=server,
        route="/my_api",
        schema=Asked,
        methods=("POST",),
        autocommit_duration_ms=1,
        # Those that are answered go on to be counted.
        delete_completed_queries=False,
    )
    counts = asked.groupby(asked.user).reduce(asked.user, count=pw.reducers.count())
    counted = asked.asof_now_join(counts, asked.user == counts.user, id=asked.id)
    answer(counted.select(result=pw.apply(as_json, asked.user, counts.count)))
    threading.Thread(target=end_with_input, daemon=True).start()
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)


def as_json(user: str, count: int) -> pw.Json:
    """Make the answer."""
    return pw.Json({"user": user, "count": count})


def end_with_input() -> None:
    """Pathway itself runs for ever."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
