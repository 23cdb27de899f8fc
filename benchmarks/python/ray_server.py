"""Ray Serve with one deployment of one replica, which reads and writes JSON.

Argument: the port.
"""

import signal
import sys

import ray
from ray import serve
from starlette.requests import Request


@serve.deployment(max_ongoing_requests=100)
class Hello:
    """Answers with the length of ``foo``."""

    async def __call__(self, request: Request) -> dict[str, int]:
        """Answer one request."""
        asked = await request.json()
        return {"fooLength": len(asked["foo"])}


ray.init(include_dashboard=False, logging_level="warning", log_to_driver=False)
serve.start(http_options={"host": "localhost", "port": int(sys.argv[1])})
serve.run(Hello.bind(), route_prefix="/my_api", logging_config={"enable_access_log": False})
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
sys.stdin.read()
serve.shutdown()
ray.shutdown()
