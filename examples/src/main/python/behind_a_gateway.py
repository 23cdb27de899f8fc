r"""Answers each request with the length of its field foo, at a port of a gateway.

The gateway is on this machine: OpenSSH's own server, started here as an ordinary process with keys
made for the occasion, and set up as docs/ssh-forwarding.md says. It needs sshd and ssh-keygen, and
ends with the service.

spark-submit --jars serving-bundle.jar --py-files sparkserving.whl behind_a_gateway.py
curl -d '{"foo":"hello","bar":1}' 127.0.0.1:8889/my_api
{"fooLength":5}
"""

import getpass
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import sparkserving
from pyspark.sql import SparkSession
from pyspark.sql.functions import length
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.types import IntegerType, StringType, StructType

SSHD = Path("/usr/sbin/sshd")
SECONDS_TO_START = 20


class Gateway:
    """An SSH server that lets one key in, for nothing but forwarding."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, *settings: str) -> None:
        """Start the server, and wait until it listens.

        Args:
            folder: for its keys and configuration.
            settings: lines of sshd_config that win over the ones here.
        """
        self.port = _free_port(self.host)
        self.keys = folder / "keys"
        self.keys.mkdir()
        user_key = _make_key(self.keys / "serving_key")
        host_key = _make_key(folder / "host_key")
        #: What clients know it by.
        self.known_hosts = f"[{self.host}]:{self.port} {host_key}"
        authorized = folder / "authorized_keys"
        authorized.write_text(f"restrict,port-forwarding {user_key}")
        config = folder / "sshd_config"
        config.write_text(
            "\n".join(
                [
                    *settings,
                    f"ListenAddress {self.host}",
                    f"Port {self.port}",
                    "AddressFamily inet",
                    f"HostKey {folder / 'host_key'}",
                    f"AuthorizedKeysFile {authorized}",
                    "GatewayPorts clientspecified",
                    "AllowTcpForwarding remote",
                    "PidFile none",
                    # Temporary folders are open to others.
                    "StrictModes no",
                    "UsePAM no",
                    "",
                ]
            )
        )
        if os.getuid() == 0:
            # Where its unprivileged half lives.
            Path("/run/sshd").mkdir(exist_ok=True)
        log = folder / "sshd.log"
        with log.open("wb") as output:
            command = [str(SSHD), "-D", "-e", "-f", str(config)]
            self._process = subprocess.Popen(command, stderr=output)  # noqa: S603
        deadline = time.monotonic() + SECONDS_TO_START
        while not _listens(self.host, self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ChildProcessError(f"Cannot start {SSHD}: {log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the server, and free its ports."""
        self._process.terminate()
        self._process.wait()

    def __enter__(self) -> "Gateway":
        """Give the server that runs."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()


def _make_key(file: Path) -> str:
    """Make a key pair, and give its public half."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)]
    subprocess.run(command, check=True)  # noqa: S603
    return file.with_suffix(".pub").read_text()


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _listens(host: str, port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((host, port)) == 0


def serve(spark: SparkSession, gateway: Gateway, port: int, remote_port: int) -> StreamingQuery:
    """Start the service, which is there for this machine alone, and forwarded by the gateway."""
    requests = (
        spark.readStream.server()
        .option("forwarding.enabled", True)
        .option("forwarding.username", getpass.getuser())
        .option("forwarding.sshHost", gateway.host)
        .option("forwarding.sshPort", gateway.port)
        .option("forwarding.keyDir", str(gateway.keys))
        .option("forwarding.knownHosts", gateway.known_hosts)
        # A real gateway listens for others.
        .option("forwarding.bindAddress", gateway.host)
        .option("forwarding.remotePortStart", remote_port)
        .address("localhost", port, "my_api")
        .load()
        .parseRequest(StructType().add("foo", StringType()).add("bar", IntegerType()))
    )
    replies = requests.withColumn("fooLength", length("foo")).makeReply("fooLength")
    return replies.writeStream.server().replyTo("my_api").queryName("behind_a_gateway").start()


def main() -> None:
    """Serve until Ctrl-C, or the query's end."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8888
    spark = SparkSession.builder.appName("Behind a gateway").getOrCreate()
    with TemporaryDirectory() as folder, Gateway(Path(folder)) as gateway:
        query = serve(spark, gateway, port, port + 1)
        (server,) = sparkserving.service_info("my_api")
        print(f"The gateway answers at {server.forwarded_address}/my_api", flush=True)
        query.awaitTermination()


if __name__ == "__main__":
    main()
