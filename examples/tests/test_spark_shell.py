"""The README's hello world in Scala, typed into spark-shell."""

import os
import re
import subprocess
from pathlib import Path

from spark_processes import LOOPBACK, SPARK_HOME

README = Path(__file__).parents[2] / "README.md"

BEFORE = """
import org.apache.spark.sql.functions._
import org.apache.spark.sql.types._
"""

AFTER = """
val url = new java.net.URL("http://localhost:8888/my_api").openConnection()
url.setDoOutput(true)
url.getOutputStream.write('''{"foo":"hello","bar":1}'''.getBytes)
println("The answer: " + scala.io.Source.fromInputStream(url.getInputStream).mkString)
server.stop()
:quit
""".replace("'''", '"' * 3)


def test_the_hello_world_of_the_readme_answers(tmp_path: Path) -> None:
    readme = README.read_text(encoding="utf-8")
    (scala,) = re.findall(r"```scala\n(.*?)```", readme, re.DOTALL)
    assert "file:///tmp/my_query" in scala
    scala = scala.replace("file:///tmp/my_query", (tmp_path / "checkpoint").as_uri())
    # Lines that begin with a point go on with the one before only where all come as one paste.
    scala = re.sub(r"\n\s+\.", ".", scala)
    jars = f"{os.environ['BUNDLE_JAR']},{os.environ['SCALA_JAR']}"
    shell = subprocess.run(
        [
            str(SPARK_HOME / "bin" / "spark-shell"),
            "--master", "local[2,4]", "--conf", "spark.ui.enabled=false", "--jars", jars,
        ],
        input=BEFORE + scala + AFTER,
        env={**os.environ, "SPARK_HOME": str(SPARK_HOME), "SPARK_LOCAL_IP": LOOPBACK},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )  # fmt: skip
    assert 'The answer: {"fooLength":5}' in shell.stdout, shell.stdout + shell.stderr
    assert shell.returncode == 0, shell.stderr
