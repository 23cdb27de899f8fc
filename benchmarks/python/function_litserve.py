"""LitServe with one worker that makes batches: the port and the workload."""

import sys
import time

import litserve
import numpy as np
from scoring import NAMES, trained


class Function(litserve.LitAPI):
    """Answers with a score."""

    def setup(self, device: str) -> None:  # noqa: ARG002
        """Train the model."""
        self._model = None if sys.argv[2] == "functions-slow" else trained()

    def decode_request(self, request: dict[str, float]) -> list[float]:
        """Read one request."""
        return [request[name] for name in NAMES]

    def predict(self, rows: list[list[float]]) -> list[float]:
        """Answer a batch."""
        features = np.array(rows)
        if self._model is not None:
            return self._model.predict_proba(features)[:, 1].tolist()
        time.sleep(0.02)
        return (features @ [1, 2, 3, 4]).tolist()

    def encode_response(self, score: float) -> dict[str, float]:
        """Write one answer."""
        return {"score": score}


if __name__ == "__main__":
    server = litserve.LitServer(Function(max_batch_size=64, api_path="/my_api"), accelerator="cpu")
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", generate_client_file=False
    )
