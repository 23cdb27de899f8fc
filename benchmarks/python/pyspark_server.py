"""FastAPI with a Spark session behind it, which transforms a data frame of one row per request."""

import os

from fastapi import FastAPI
from pydantic import BaseModel
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import HashingTF, Tokenizer
from pyspark.sql import SparkSession
from pyspark.sql.functions import length

app = FastAPI()
spark = (
    SparkSession.builder.master("local[*]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "2g")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("WARN")


class Hello(BaseModel):
    """What is asked."""

    foo: str
    bar: int


class HelloReply(BaseModel):
    """What is answered."""

    fooLength: int  # noqa: N815 - the name in the reply


class Text(BaseModel):
    """A text to classify."""

    text: str


class Prediction(BaseModel):
    """Its class."""

    prediction: float


def hello(asked: Hello) -> HelloReply:
    """Answer with the length of ``foo``."""
    df = spark.createDataFrame([(asked.foo, asked.bar)], "foo string, bar int")
    row = df.withColumn("fooLength", length("foo")).first()
    return HelloReply(fooLength=row["fooLength"])


def text(asked: Text) -> Prediction:
    """Answer with the class of the text."""
    row = model.transform(spark.createDataFrame([(asked.text,)], "text string")).first()
    return Prediction(prediction=row["prediction"])


# Functions that are no coroutines run in FastAPI's pool of threads.
if os.environ["WORKLOAD"] == "ml":
    model = Pipeline(
        stages=[
            Tokenizer(inputCol="text", outputCol="words"),
            HashingTF(inputCol="words", outputCol="features", numFeatures=1_000),
            LogisticRegression(maxIter=10, regParam=0.01),
        ]
    ).fit(
        spark.createDataFrame(
            [
                ("a spark that serves", 1.0),
                ("many requests for spark", 1.0),
                ("nothing at all", 0.0),
                ("to see here is to wait", 0.0),
            ],
            "text string, label double",
        )
    )
    app.post("/my_api")(text)
else:
    app.post("/my_api")(hello)
