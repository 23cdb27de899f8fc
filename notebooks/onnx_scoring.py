"""Loads networks into ONNX Runtime, in the Python workers of Spark.

Stands in a module of its own because a worker imports a module once, whereas it gets a function
that a notebook defines anew with each task.
"""

from functools import cache

import onnxruntime


@cache
def session(path: str) -> onnxruntime.InferenceSession:
    """The network in this file, loaded at the first call in this process."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # there is a worker per core already
    return onnxruntime.InferenceSession(path, options)
