"""Executes the notebooks and saves them with their outputs.

python execution.py                      all of them
python execution.py hello-world.ipynb    one

Nothing that differs between machines is saved, other than what the cells print themselves:
no paths, no times, no log lines, no versions.
"""

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parent
PYTHON_SOURCE = FOLDER.parent / "python" / "src"
SECONDS_PER_CELL = 180
NOWHERE = "http://127.0.0.1:9"


def notebooks() -> list[Path]:
    """Those of this folder."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(notebook: Path) -> NotebookNode:
    """A copy of the notebook, executed by the interpreter that runs this, with its outputs.

    It runs in an empty folder with what stands beside it, without a way to other machines.
    """
    node = nbformat.read(notebook, as_version=4)
    with TemporaryDirectory(prefix="notebook") as folder:
        shutil.copytree(FOLDER / "data", Path(folder, "data"))
        for module in FOLDER.glob("*.py"):
            shutil.copy(module, folder)
        # An empty list of folders: the only kernel left is the running interpreter.
        kernel = AsyncKernelManager(
            kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
        )
        client = NotebookClient(
            node,
            km=kernel,
            timeout=SECONDS_PER_CELL,
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=_environment())
    return _cleaned(node)


def source_hash(notebook: NotebookNode) -> str:
    """Changes with any code cell, so that outputs of an earlier version are found out."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()


def _environment() -> dict[str, str]:
    # What is installed comes first.
    sources = [] if importlib.util.find_spec("sparkserving") else [str(PYTHON_SOURCE)]
    sources.append(os.environ.get("PYTHONPATH", ""))
    return os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(filter(None, sources)),
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "no_proxy": "localhost,127.0.0.1",
    }


def _cleaned(node: NotebookNode) -> NotebookNode:
    """Leaves out what Spark logs, and what says where and when the notebook ran."""
    for cell in node.cells:
        cell.metadata = NotebookNode()
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
    node.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "source_hash": source_hash(node),
        }
    )
    return node


def main() -> None:
    """Execute and save those that the arguments name, or all."""
    for notebook in [Path(arg) for arg in sys.argv[1:]] or notebooks():
        print(f"Executing {notebook.name}")
        nbformat.write(executed(notebook), notebook)


if __name__ == "__main__":
    main()
