"""Any Spark query becomes a web service.

Importing this package adds ``server()``, ``address()``, ``replyTo()``, ``parseRequest()``,
``withFunction()`` and ``makeReply()`` to PySpark's own readers, writers and DataFrames, with a twin
in snake case for each name in camel case::

    import sparkserving

    spark = sparkserving.configure(SparkSession.builder).getOrCreate()
    requests = (spark.readStream.server()
                .address("localhost", 8888, "my_api").load()
                .parseRequest(StructType().add("foo", StringType())))
    replies = requests.withColumn("fooLength", length("foo")).makeReply("fooLength")
    query = replies.writeStream.server().replyTo("my_api").start()

It starts no JVM. ``sparkserving.serve_model`` serves a model of MLflow or Spark ML in one call.
``sparkserving.function`` makes functions for ``withFunction()``, which Python workers run;
``sparkserving.functions`` has the column functions.
"""

from sparkserving import _attach
from sparkserving._errors import HttpError
from sparkserving._function import function
from sparkserving._models import serve_model
from sparkserving._service_info import ServiceInfo, load_balancer_configuration, service_info
from sparkserving._session import configure, jar_path
from sparkserving._supervision import SupervisedQuery
from sparkserving._version import __version__

_attach.attach()

__all__ = [
    "HttpError",
    "ServiceInfo",
    "SupervisedQuery",
    "__version__",
    "configure",
    "function",
    "jar_path",
    "load_balancer_configuration",
    "serve_model",
    "service_info",
]
