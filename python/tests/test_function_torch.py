"""A network of PyTorch in a function. Skipped where torch is not installed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import sparkserving

from conftest import url_of

torch = pytest.importorskip("torch")
np = pytest.importorskip("numpy")


def a_network():
    return torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.Tanh(), torch.nn.Linear(16, 3))


@pytest.mark.parametrize("helper", ["server", "continuousServer"])
def test_a_network_of_pytorch_answers(spark, tmp_path, helper):
    torch.manual_seed(0)
    trained = a_network().eval()
    file = str(tmp_path / "network.pt")
    torch.save(trained.state_dict(), file)

    def load():
        global network  # noqa: PLW0603
        network = a_network().eval()
        network.load_state_dict(torch.load(file, weights_only=True))

    @sparkserving.function("array<double>", batch="numpy", setup=load)
    def scores(a, b, c, d):
        given = torch.from_numpy(np.column_stack([a, b, c, d]).astype(np.float32))
        with torch.inference_mode():
            return network(given).numpy()

    name = f"torch-{helper}"
    rows = (
        getattr(spark.readStream, helper)()
        .address("localhost", 0, name)
        .option("numPartitions", 1)
        .load()
        .parseRequest("a double, b double, c double, d double")
    )
    replies = rows.withFunction("scores", scores("a", "b", "c", "d")).makeReply("scores")
    query = getattr(replies.writeStream, helper)().replyTo(name).start()
    try:
        points = np.random.default_rng(0).normal(size=(200, 4))
        with torch.inference_mode():
            expected = trained(torch.from_numpy(points.astype(np.float32))).numpy()
        url = url_of(name)

        def post(point):
            body = dict(zip("abcd", point.tolist(), strict=True))
            return requests.post(url, json=body, timeout=60)

        with ThreadPoolExecutor(16) as clients:
            answers = list(clients.map(post, points))
        assert {answer.status_code for answer in answers} == {200}
        assert np.allclose([answer.json()["scores"] for answer in answers], expected, atol=1e-5)
    finally:
        query.stop()
