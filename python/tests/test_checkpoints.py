"""A checkpoint is good for a query in whatever mode it is started next."""

import requests
from pyspark.sql import functions as F

from conftest import ANY_PORT, url_of

#: Formats, and what sets the trigger.
MODES = [
    ("server", lambda writer: writer),
    ("distributedServer", lambda writer: writer),
    ("continuousServer", lambda writer: writer.trigger(continuous="1 second")),
    ("server", lambda writer: writer),
    ("continuousServer", lambda writer: writer),
    ("distributedServer", lambda writer: writer),
]
REAL_TIME = [
    ("continuousServer", lambda writer: writer.realTime("5 seconds")),
    ("server", lambda writer: writer),
]


def test_one_checkpoint_goes_through_all_modes(spark, has_real_time, tmp_path):
    # From 4.3 on real time wants a format of its own, and refuses what other triggers have begun.
    is_its_own = tuple(int(part) for part in spark.version.split(".")[:2]) >= (4, 3)
    modes = MODES + (REAL_TIME if has_real_time and not is_its_own else [])
    for run, (mode, triggered) in enumerate(modes):
        reader = getattr(spark.readStream, mode)().address("localhost", ANY_PORT, "moved")
        df = reader.option("numPartitions", 1 + run % 2).load().parseRequest("string")
        replies = df.withColumn("value", F.concat(F.lit(f"{run} "), "value")).makeReply("value")
        writer = triggered(getattr(replies.writeStream, mode)().replyTo("moved"))
        query = writer.option("checkpointLocation", tmp_path.as_uri()).start()
        try:
            for body in ["first", "second"]:
                answer = requests.post(url_of("moved"), data=body, timeout=60)
                assert answer.text == f"{run} {body}"
        finally:
            query.stop()
        assert query.exception() is None
