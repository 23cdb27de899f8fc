"""Functions that tests of the JVM's side run in the library's own worker."""

import os
import time


def echo(*values):
    return values


def same(values):
    return values


def add(a, b, c, d):
    return a + b + c + d


def double(value):
    if value == -1:
        os._exit(3)
    elif value == -2:
        time.sleep(3600)
    elif value == -4:
        raise ValueError(value)
    elif value == -5:
        from sparkserving import HttpError

        raise HttpError(422, "too big: ü", headers={"Retry-After": "7", "X-Why": "so"})
    return 2 * value


def no_model():
    raise FileNotFoundError("no model")
