"""FastAPI as its tutorial has it: a pydantic model in, a pydantic model out."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Hello(BaseModel):
    """What is asked."""

    foo: str
    bar: int


class HelloReply(BaseModel):
    """What is answered."""

    fooLength: int  # noqa: N815 - the name in the reply


@app.post("/my_api")
async def hello(asked: Hello) -> HelloReply:
    """Answer with the length of ``foo``."""
    return HelloReply(fooLength=len(asked.foo))
