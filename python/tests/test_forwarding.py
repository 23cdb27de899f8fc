"""Services behind a gateway, which is a real sshd on this machine."""

import base64
import getpass
import hashlib
import hmac
import runpy
import shutil
import subprocess
import time
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
import sparkserving
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from conftest import ANY_PORT

EXAMPLES = Path(__file__).parents[2] / "examples" / "src" / "main" / "python"
EXAMPLE = SimpleNamespace(**runpy.run_path(str(EXAMPLES / "behind_a_gateway.py")))

#: The one account that Azurite has, and its key, are in its documentation.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


@pytest.fixture
def gateway(tmp_path):
    if not EXAMPLE.SSHD.exists():
        pytest.skip(f"{EXAMPLE.SSHD} is missing: install openssh-server")
    # The original's setting.
    with EXAMPLE.Gateway(tmp_path, "GatewayPorts yes") as running:
        yield running


@pytest.fixture
def storage(tmp_path):
    """Azure's storage emulator: the address of the account."""
    program = shutil.which("azurite-blob")
    if program is None:
        pytest.skip("azurite-blob is missing: npm install -g azurite")
    port = EXAMPLE._free_port("127.0.0.1")
    folder = tmp_path / "azurite"
    folder.mkdir()
    command = [program, "--skipApiVersionCheck", "--blobPort", str(port), "--location", str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}/{ACCOUNT}"
    finally:
        process.terminate()
        process.wait()


def signature(permissions):
    """A shared access signature for all of the account, for an hour."""
    expiry = datetime.now(timezone.utc) + timedelta(hours=1)
    what = {
        "sp": permissions,
        "ss": "b",
        "srt": "co",
        "st": "",
        "se": expiry.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sip": "",
        "spr": "",
        "sv": "2021-08-06",
        "ses": "",
    }
    signed = "\n".join([ACCOUNT, *what.values(), ""])
    digest = hmac.digest(base64.b64decode(ACCOUNT_KEY), signed.encode(), hashlib.sha256)
    what["sig"] = base64.b64encode(digest).decode()
    return urllib.parse.urlencode({name: value for name, value in what.items() if value})


def store(storage, key):
    """Puts a file into a private container; the link to it."""
    with requests.Session() as client:
        # It starts meanwhile, within a minute.
        retries = Retry(total=None, connect=300, backoff_factor=0.1, backoff_max=0.2)
        client.mount("http://", HTTPAdapter(max_retries=retries))
        write = signature("cw")
        client.put(f"{storage}/keys?restype=container&{write}", timeout=60).raise_for_status()
        block = {"x-ms-blob-type": "BlockBlob"}
        blob = f"{storage}/keys/key"
        client.put(f"{blob}?{write}", key, headers=block, timeout=60).raise_for_status()
    return f"{blob}?{signature('r')}"


def test_the_options_of_the_original_forward_a_continuous_service(spark, gateway, storage, capsys):
    key_sas = store(storage, (gateway.keys / "serving_key").read_bytes())
    # fmt: off
    serving_inputs = (spark.readStream.continuousServer()
        .option("numPartitions", 1)
        .option("forwarding.enabled", True) # enable ssh forwarding to a gateway machine
        .option("forwarding.username", getpass.getuser())
        .option("forwarding.sshHost", gateway.host)
        .option("forwarding.sshport", gateway.port)
        .option("forwarding.keySas", key_sas)
        .address("localhost", ANY_PORT, "my_api")
        .load())
    # fmt: on
    replies = serving_inputs.parseRequest("string").makeReply("value")
    writer = replies.writeStream.continuousServer().replyTo("my_api")
    query = writer.trigger(continuous="1 second").start()
    try:
        (server,) = sparkserving.service_info("my_api")
        host, port = server.forwarded_address.split(":")
        assert host == gateway.host
        assert int(port) != server.port
        url = f"http://{server.forwarded_address}/my_api"
        assert requests.post(url, data="hello", timeout=60).text == "hello"
        replies.explain(True)
        query.explain(True)
    finally:
        query.stop()
    # The gateway's SSH server closes the port when it has seen that its client is gone.
    deadline = time.monotonic() + 30
    while EXAMPLE._listens(host, int(port)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    printed = capsys.readouterr().out
    assert "forwarding.keySas=*" in printed
    assert "sig=" not in printed


def test_plans_show_no_secrets(spark, capsys):
    secrets = {
        "forwarding.keySas": "https://account.blob.core.windows.net/keys/key?sig=swordfish",
        "Forwarding.KeyPassword": "swordfish",
    }
    reader = spark.readStream.server().address("localhost", ANY_PORT, "secretive")
    reader.options(**secrets).load().explain(True)
    printed = capsys.readouterr().out
    assert "forwarding.keySas=*" in printed
    assert "Forwarding.KeyPassword=*" in printed
    assert "swordfish" not in printed


def test_the_example_answers_at_its_gateway(spark, gateway):
    remote_port = EXAMPLE._free_port(gateway.host)
    query = EXAMPLE.serve(spark, gateway, ANY_PORT, remote_port)
    try:
        (server,) = sparkserving.service_info("my_api")
        assert server.forwarded_address == f"{gateway.host}:{remote_port}"
        url = f"http://{server.forwarded_address}/my_api"
        answer = requests.post(url, data='{"foo":"hello","bar":1}', timeout=60)
        assert answer.json() == {"fooLength": 5}
    finally:
        query.stop()
