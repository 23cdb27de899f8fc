"""What a function is made of, and how it is called."""

import json
import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest
import sparkserving
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType
from sparkserving import HttpError
from sparkserving._function import Function, FunctionCall
from sparkserving._version import JAR_VERSION


@sparkserving.function("double")
def add(a, b, c=0.0):
    """Adds."""
    return a + b + c


def test_a_function_keeps_its_name_and_can_be_tested():
    assert add.function(1.0, 2.0) == 3.0
    assert (add.__name__, add.__doc__) == ("add", "Adds.")
    assert repr(add) == "sparkserving.function('double')(add)"


def test_a_lambda_and_an_object_are_functions():
    assert sparkserving.function("double")(lambda a: a).function(1) == 1
    model = Model()
    assert sparkserving.function("double")(model).function is model


class Model:
    """What has names of its own for what a function is given."""

    def __init__(self):
        self.function = self.settings = None

    def __call__(self, a):
        return a


def test_calling_it_names_columns(spark):
    call = add("a", F.col("b"), c="c")
    assert isinstance(call, FunctionCall)
    assert (call.function, call.columns[0], call.keywords) == (add, "a", ("c",))


@pytest.mark.parametrize("value", [1, None, 1.5, ["a"], {"a": 1}])
def test_what_is_no_column_is_refused(value):
    with pytest.raises(TypeError, match=r"of add: expected a column or its name"):
        add("a", value)


def test_columns_that_the_function_does_not_take_are_refused():
    for call in (lambda: add("a"), lambda: add("a", "b", "c", "d"), lambda: add("a", "b", e="e")):
        with pytest.raises(TypeError, match="Invalid arguments of add: "):
            call()


def test_settings_have_defaults():
    assert add.settings == {
        "batch": "rows",
        "maxBatch": 1024,
        "maxWaitNanos": 0,
        "workers": 1,
        "timeoutNanos": 30_000_000_000,
        "memory": None,
        "threads": 1,
        "environment": {},
    }


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ({"max_batch": 1}, "maxBatch", 1),
        ({"max_wait": "5ms"}, "maxWaitNanos", 5_000_000),
        ({"max_wait": 0.005}, "maxWaitNanos", 5_000_000),
        ({"max_wait": "0ms"}, "maxWaitNanos", 0),
        ({"timeout": 2}, "timeoutNanos", 2_000_000_000),
        ({"timeout": " 1.5 min "}, "timeoutNanos", 90_000_000_000),
        ({"timeout": "24H"}, "timeoutNanos", 86_400_000_000_000),
        ({"memory": "2g"}, "memory", 2 << 30),
        ({"memory": 1000}, "memory", 1000),
        ({"workers": 4}, "workers", 4),
        ({"threads": 2}, "threads", 2),
        ({"environment": {"A": "b"}}, "environment", {"A": "b"}),
        ({"batch": "arrow"}, "batch", "arrow"),
    ],
)
def test_settings_are_those_given(given, name, expected):
    made = sparkserving.function("double", **given)(lambda a: a)
    assert made.settings[name] == expected


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"batch": "polars"}, ValueError, "batch 'polars': expected rows, numpy, pandas, arrow"),
        ({"batch": None}, ValueError, "batch None"),
        ({"setup": "load"}, TypeError, "setup 'load': expected a function"),
        ({"max_batch": 0}, ValueError, "max_batch 0: expected 1 to 1000000"),
        ({"max_batch": True}, TypeError, "max_batch True: expected a whole number"),
        ({"max_batch": "9"}, TypeError, "max_batch '9'"),
        ({"max_wait": -1}, ValueError, "max_wait -1: expected 0 to 24h"),
        ({"max_wait": "5"}, ValueError, "max_wait '5'"),
        ({"max_wait": "5 parsecs"}, ValueError, "max_wait '5 parsecs'"),
        ({"max_wait": None}, TypeError, "max_wait None"),
        ({"timeout": 0}, ValueError, "timeout 0: expected more than 0 to 24h"),
        ({"timeout": float("nan")}, ValueError, "timeout nan"),
        ({"timeout": "25h"}, ValueError, "timeout '25h'"),
        ({"workers": 0}, ValueError, "workers 0"),
        ({"threads": 1.0}, TypeError, "threads 1.0"),
        ({"memory": 0}, ValueError, "memory 0: expected bytes"),
        ({"memory": "lots"}, ValueError, "memory 'lots'"),
        ({"memory": 1.5}, TypeError, "memory 1.5"),
        ({"environment": ["A"]}, TypeError, "environment"),
        ({"environment": {"A": 1}}, TypeError, "environment 'A': 1: expected text"),
        ({"environment": {"A=": "b"}}, ValueError, "environment 'A='"),
        ({"returns": int}, TypeError, "expected a DataType"),
        ({"returns": lambda a: a}, TypeError, "say @sparkserving.function"),
    ],
)
def test_settings_that_do_not_fit_are_refused(given, error, message):
    with pytest.raises(error, match=message):
        sparkserving.function(**{"returns": "double", **given})


def test_what_is_no_plain_function_is_refused():
    async def later(a):
        return a

    def many(a):
        yield a

    for given in (later, many, "text", add):
        with pytest.raises(TypeError, match=r"(Invalid|Unsupported) function"):
            sparkserving.function("double")(given)


def test_java_is_told_everything(spark):
    made = sparkserving.function("array<int>", batch="numpy", memory="1g")(add.function)
    told = json.loads(made.json(spark, ("c",)))
    context = spark.sparkContext
    assert told == {
        **made.settings,
        "name": "add",
        "returns": {"type": "array", "elementType": "integer", "containsNull": True},
        "keywords": 1,
        "version": JAR_VERSION,
        "pythonExec": context.pythonExec,
        "pythonVersion": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "includes": [],
    }
    returns = sparkserving.function(DoubleType())(add.function).json(spark, ())
    assert json.loads(returns)["returns"] == "double"


def test_a_type_that_cannot_be_read_is_refused_by_its_name(spark):
    made = sparkserving.function("dubble")(add.function)
    with pytest.raises(Exception, match="dubble"):
        spark.range(1).withFunction("x", made("id", "id"))


@pytest.mark.parametrize("name", ["score", "other"])
@pytest.mark.parametrize("has_module", [True, False])
def test_a_function_has_the_globals_that_its_setup_sets(tmp_path, name, has_module):
    (tmp_path / "scoring.py").write_text(MODULE)
    made = [sys.executable, "-c", "import scoring, sys; scoring.save(sys.argv[1])", name]
    subprocess.run(made, cwd=tmp_path, check=True)
    if not has_module:
        (tmp_path / "scoring.py").unlink()
    shown = [sys.executable, "-c", READ, name]
    ran = subprocess.run(shown, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert ran.stdout == "['b'] 42\n"


MODULE = """
import sparkserving
model = None
def load():
    global model
    model = 40
@sparkserving.function("long", setup=load)
def score(a, b):
    return known() + a + b
def known():
    return model
def plain(a, b):
    return score.function(a, b)
other = sparkserving.function("long", setup=lambda: load())(plain)
def save(name):
    with open(name, "wb") as file:
        file.write(globals()[name].command(("b",)))
"""
READ = """
import pickle, sys
function, keywords, setup = pickle.load(open(sys.argv[1], "rb"))
setup()
print(keywords, function(1, b=1))
"""


def test_a_setup_that_sets_what_the_function_cannot_see_is_refused():
    model = None

    def load():
        nonlocal model
        model = 1

    with pytest.raises(ValueError, match=r"sets 'model' by nonlocal, .* say global model"):
        sparkserving.function("long", setup=load)

    loaded = {}

    def fill():
        loaded["model"] = 1

    sparkserving.function("long", setup=fill)


def test_data_frames_have_the_method_and_its_twin(spark):
    df = spark.range(1)
    for method in (df.withFunction, df.with_function):
        with pytest.raises(
            TypeError, match=r"Invalid call .* expected a function with its columns"
        ):
            method("x", add)


def test_where_the_jvm_is_out_of_reach_it_says_so():
    frame = SimpleNamespace(sparkSession=SimpleNamespace())
    with pytest.raises(NotImplementedError, match="Use a plain pandas_udf"):
        sparkserving._methods.withFunction(frame, "x", add("a", "b"))


def test_an_http_error_says_what_is_answered():
    error = HttpError(422, "no such thing", headers={"X-Why": "this"})
    assert (error.status, error.detail, error.headers) == (422, "no such thing", {"X-Why": "this"})
    assert str(error) == "422 no such thing"
    assert str(HttpError(503)) == "503"
    assert HttpError(503).headers == {}


def test_an_http_error_travels():
    error = pickle.loads(pickle.dumps(HttpError(429, None, {"Retry-After": "1"})))
    assert (error.status, error.detail, error.headers) == (429, None, {"Retry-After": "1"})


@pytest.mark.parametrize("status", [200, 399, 600, "422", 422.0, True, None])
def test_a_status_that_is_no_error_is_refused(status):
    with pytest.raises(ValueError, match="Invalid status"):
        HttpError(status)


def test_details_and_headers_are_text():
    with pytest.raises(TypeError, match="Invalid detail"):
        HttpError(422, 7)
    with pytest.raises(TypeError, match="Invalid header"):
        HttpError(422, headers={"Retry-After": 5})


def test_functions_are_of_one_class():
    assert isinstance(add, Function)
