"""Ray Serve with one deployment of one replica that makes batches.

Arguments: the port and the workload.
"""

import signal
import sys
import time

import numpy as np
import ray
from ray import serve
from scoring import trained
from starlette.requests import Request


@serve.deployment(max_ongoing_requests=100)
class Function:
    """Answers with a score."""

    def __init__(self, workload: str) -> None:
        """Train the model."""
        self._model = None if workload == "functions-slow" else trained()

    @serve.batch(max_batch_size=64)
    async def score(self, rows: list[list[float]]) -> list[float]:
        """Answer a batch."""
        features = np.array(rows)
        if self._model is not None:
            return self._model.predict_proba(features)[:, 1].tolist()
        time.sleep(0.02)
        return (features @ [1, 2, 3, 4]).tolist()

    async def __call__(self, request: Request) -> dict[str, float]:
        """Answer one request."""
        asked = await request.json()
        return {"score": await self.score([asked[name] for name in ("a", "b", "c", "d")])}


ray.init(include_dashboard=False, logging_level="warning", log_to_driver=False)
serve.start(http_options={"host": "localhost", "port": int(sys.argv[1])})
serve.run(
    Function.bind(sys.argv[2]),
    route_prefix="/my_api",
    logging_config={"enable_access_log": False},
)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
sys.stdin.read()
serve.shutdown()
ray.shutdown()
