"""The slow function on FastAPI's event loop: one call at a time in each process."""

from fastapi import FastAPI
from function_fastapi import Features, Score, slowly

app = FastAPI()


@app.post("/my_api")
async def score(asked: Features) -> Score:
    """Take 20 ms."""
    return slowly(asked)
