"""Services that speak the Open Inference Protocol, called by Triton's and KServe's own clients."""

import asyncio

import pytest

numpy = pytest.importorskip("numpy")

import sparkserving  # noqa: E402

MODES = ["server", "distributedServer", "continuousServer"]


@pytest.fixture(params=MODES)
def address(spark, request):
    mode = request.param
    reader = getattr(spark.readStream, mode)().option("protocol", "open-inference")
    rows = reader.address("localhost", 0, "flowers").load()
    replies = (
        rows.parseRequest("width float, length float, name string, pixels array<int>")
        .selectExpr(
            "*",
            "named_struct('area', width * length, 'name', concat(name, '!'),"
            " 'pixels', transform(pixels, p -> p + 1)) AS prediction",
        )
        .makeReply("prediction")
    )
    query = getattr(replies.writeStream, mode)().replyTo("flowers").start()
    (server,) = sparkserving.service_info("flowers")
    yield f"localhost:{server.port}"
    query.stop()


def test_tritons_client_gets_tensors(address):
    http = pytest.importorskip("tritonclient.http")
    utils = pytest.importorskip("tritonclient.utils")
    client = http.InferenceServerClient(address, concurrency=4)
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("flowers")
    assert not client.is_model_ready("trees")
    about = client.get_model_metadata("flowers")
    assert about["inputs"][0] == {"name": "width", "datatype": "FP32", "shape": [-1, 1]}
    assert about["outputs"][2] == {"name": "pixels", "datatype": "INT32", "shape": [-1, -1]}

    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]

    def asked(number: int) -> list:
        rows = 1 + number % 5
        # As the client does unless told otherwise, and as JSON.
        how = {} if number % 2 else {"binary_data": False}
        values = {
            "width": numpy.full((rows, 1), 0.5, numpy.float32),
            "length": numpy.arange(number, number + rows, dtype=numpy.float32).reshape(-1, 1),
            "name": numpy.array([[f"é{number + i}"] for i in range(rows)], dtype=object),
            "pixels": numpy.arange(3 * rows, dtype=numpy.int32).reshape(rows, 3),
        }
        inputs = []
        for name, value in values.items():
            tensor = http.InferInput(name, value.shape, utils.np_to_triton_dtype(value.dtype))
            tensor.set_data_from_numpy(value, **how)
            inputs.append(tensor)
        return inputs

    calls = [client.async_infer("flowers", asked(i), request_id=f"q{i}") for i in range(40)]
    for number, call in enumerate(calls):
        answer = call.get_result()
        rows = 1 + number % 5
        assert answer.get_response()["id"] == f"q{number}"
        area = answer.as_numpy("area")
        assert area.dtype == numpy.float32
        assert area.ravel().tolist() == [(number + i) / 2 for i in range(rows)]
        assert answer.as_numpy("name").ravel()[0] == f"é{number}!".encode()
        assert answer.as_numpy("pixels").shape == (rows, 3)

    wanted = [
        http.InferRequestedOutput("name"),
        http.InferRequestedOutput("area", binary_data=False),
    ]
    answer = client.infer("flowers", asked(1), outputs=wanted)
    name, area = answer.get_response()["outputs"]
    assert name["parameters"]["binary_data_size"] == 2 * (4 + 4)
    assert area["data"] == [0.5, 1.0]
    assert answer.as_numpy("name").ravel().tolist() == ["é1!".encode(), "é2!".encode()]
    zipped = client.infer(
        "flowers",
        asked(3),
        request_id="zipped",
        request_compression_algorithm="gzip",
        response_compression_algorithm="gzip",
    )
    assert zipped.get_response()["id"] == "zipped"
    assert zipped.as_numpy("pixels").tolist() == (numpy.arange(12).reshape(4, 3) + 1).tolist()
    with pytest.raises(utils.InferenceServerException, match="No model is named 'trees'"):
        client.infer("trees", asked(1))
    with pytest.raises(utils.InferenceServerException, match="No output is named 'volume'"):
        client.infer(
            "flowers",
            asked(1),
            outputs=[http.InferRequestedOutput("volume")],
        )
    client.close()


def test_kserves_client_gets_tensors(address):
    kserve = pytest.importorskip("kserve")

    async def talk() -> None:
        config = kserve.RESTConfig(protocol="v2")
        client = kserve.InferenceRESTClient(config)
        url = f"http://{address}"
        assert await client.is_server_live(url)
        assert await client.is_server_ready(url)
        assert await client.is_model_ready(url, "flowers")
        width = kserve.InferInput("width", [2, 1], "FP32", data=[0.5, 1.5])
        length = kserve.InferInput("length", [2, 1], "FP32", data=[2.0, 2.0])
        asked = kserve.InferRequest(model_name="flowers", infer_inputs=[width, length])
        answer = await client.infer(url, asked, model_name="flowers")
        assert answer.outputs[0].name == "area"
        assert list(answer.outputs[0].data) == [1.0, 3.0]
        first = kserve.InferenceRESTClient(kserve.RESTConfig(protocol="v1"))
        rows = {"instances": [{"width": 2.0, "length": 4.0}]}
        predicted = await first.infer(url, rows, model_name="flowers")
        assert predicted["predictions"][0]["area"] == 8.0

    asyncio.run(talk())
