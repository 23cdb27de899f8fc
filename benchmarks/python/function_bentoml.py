"""BentoML with a service that makes batches, behind one that answers, as its guide has it."""

import os
import time

import bentoml
import numpy as np
from scoring import trained

WORKLOAD = os.environ["WORKLOAD"]
QUIET = {"access": {"enabled": False}}
#: By default the connections between both are closed after 100 requests, also those in use.
LASTING = {"max_requests": 1_000_000_000, "max_age": 86_400.0}


@bentoml.service(logging=QUIET, runner_connection=LASTING)
class Model:
    """Answers batches."""

    def __init__(self) -> None:
        """Train the model."""
        self._model = None if WORKLOAD == "functions-slow" else trained()

    @bentoml.api(batchable=True, max_batch_size=64)
    def score(self, rows: list[list[float]]) -> list[float]:
        """Answer a batch."""
        features = np.array(rows)
        if self._model is not None:
            return self._model.predict_proba(features)[:, 1].tolist()
        time.sleep(0.02)
        return (features @ [1, 2, 3, 4]).tolist()


@bentoml.service(logging=QUIET)
class Function:
    """Answers with a score."""

    model = bentoml.depends(Model)

    @bentoml.api(route="/my_api")
    async def score(self, a: float, b: float, c: float, d: float) -> dict[str, float]:
        """Answer one request."""
        (score,) = await self.model.to_async.score([[a, b, c, d]])
        return {"score": score}
