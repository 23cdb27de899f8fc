"""The README's hello world, as it stands there."""

import re
from pathlib import Path

import requests

README = Path(__file__).parents[2] / "README.md"


def python_of_readme() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return code


def test_the_hello_world_of_the_readme_answers(spark, tmp_path):
    code = python_of_readme()
    assert "file:///tmp/my_query" in code
    code = code.replace("file:///tmp/my_query", tmp_path.as_uri())
    names: dict[str, object] = {}
    exec(compile(code, str(README), "exec"), names)
    try:
        answer = requests.post(
            "http://localhost:8888/my_api", data='{"foo":"hello","bar":1}', timeout=60
        )
        assert answer.text == '{"fooLength":5}'
    finally:
        names["server"].stop()  # type: ignore[attr-defined]
