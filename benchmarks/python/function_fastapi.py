"""A function on FastAPI, as its tutorial has it: a pydantic model in, a pydantic model out."""

import os
import time

import numpy as np
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel
from scoring import NAMES, trained

app = FastAPI()


class Features(BaseModel):
    """What is asked."""

    a: float
    b: float
    c: float
    d: float


class Score(BaseModel):
    """What is answered."""

    score: float


async def with_numpy(asked: Features) -> Score:
    """Ask the model with an array."""
    row = np.array([[asked.a, asked.b, asked.c, asked.d]])
    return Score(score=model.predict_proba(row)[0, 1])


async def with_pandas(asked: Features) -> Score:
    """Ask the model with a data frame."""
    row = pd.DataFrame([[asked.a, asked.b, asked.c, asked.d]], columns=NAMES)
    return Score(score=model.predict_proba(row)[0, 1])


async def by_row(asked: Features) -> Score:
    """Calculate."""
    return Score(score=asked.a + 2 * asked.b + 3 * asked.c + 4 * asked.d)


def slowly(asked: Features) -> Score:
    """Take 20 ms, in FastAPI's pool of threads."""
    time.sleep(0.02)
    return Score(score=asked.a + 2 * asked.b + 3 * asked.c + 4 * asked.d)


workload = os.environ["WORKLOAD"]
model = trained(named=workload == "functions-pandas")
functions = {
    "functions": with_numpy,
    "functions-pandas": with_pandas,
    "functions-rows": by_row,
    "functions-slow": slowly,
}
app.post("/my_api")(functions[workload])
