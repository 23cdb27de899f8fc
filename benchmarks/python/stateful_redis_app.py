"""FastAPI with its state in Redis: each request adds one to the count of its user."""

import os

from fastapi import FastAPI
from pydantic import BaseModel
from redis.asyncio import Redis

app = FastAPI()
redis = Redis(host="localhost", port=int(os.environ["REDIS_PORT"]))


class Asked(BaseModel):
    """What is asked."""

    user: str


class Counted(BaseModel):
    """What is answered."""

    user: str
    count: int


@app.post("/my_api")
async def count(asked: Asked) -> Counted:
    """Count the request."""
    return Counted(user=asked.user, count=await redis.hincrby("counts", asked.user, 1))
