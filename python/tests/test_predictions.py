"""What models give becomes a row for each row, whatever they give it as."""

import pytest
from pyspark.sql.types import StructType, _parse_datatype_string
from sparkserving._signature import INPUT, Input, Interface

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
predictions = pytest.importorskip("sparkserving._predictions")


def outputs(spark, text: str) -> StructType:
    return _parse_datatype_string(text)


@pytest.mark.parametrize(
    "result",
    [
        pd.DataFrame({"prediction": [1.0, 2.0]}),
        pd.DataFrame({"anything": [1.0, 2.0]}, index=[7, 8]),
        pd.Series([1.0, 2.0], index=[7, 8]),
        np.array([1.0, 2.0]),
        np.array([[1.0], [2.0]]),
        [1.0, 2.0],
        (1.0, 2.0),
        {"anything": np.array([1.0, 2.0])},
        [{"prediction": 1.0}, {"prediction": 2.0}],
    ],
)
def test_one_output(spark, result):
    frame = predictions._frame(outputs(spark, "prediction double"), result, 2)
    assert frame.to_dict("list") == {"prediction": [1.0, 2.0]}


@pytest.mark.parametrize(
    "result",
    [
        pd.DataFrame({"score": [0.5, 1.0], "label": ["a", "b"], "more": [1, 2]}),
        pd.DataFrame({0: ["a", "b"], 1: [0.5, 1.0]}),
        {"label": ["a", "b"], "score": np.array([0.5, 1.0])},
        [{"label": "a", "score": 0.5}, {"label": "b", "score": 1.0}],
        [("a", 0.5), ("b", 1.0)],
    ],
)
def test_outputs_with_names(spark, result):
    frame = predictions._frame(outputs(spark, "label string, score double"), result, 2)
    assert frame.to_dict("list") == {"label": ["a", "b"], "score": [0.5, 1.0]}


@pytest.mark.parametrize("result", [np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]])
def test_arrays(spark, result):
    frame = predictions._frame(outputs(spark, "prediction array<int>"), result, 2)
    assert [list(each) for each in frame["prediction"]] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(("result", "row"), [("a", "a"), (1.5, 1.5), (np.float32(0.5), 0.5)])
def test_a_lone_row_may_be_answered_by_a_value(spark, result, row):
    frame = predictions._frame(outputs(spark, "prediction string"), result, 1)
    assert frame["prediction"].tolist() == [row]


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        (np.array([1.0, 2.0, 3.0]), "Invalid prediction of 3 rows: expected 2"),
        (pd.DataFrame({"a": [1, 2], "b": [1, 2]}), "Invalid prediction with 2 columns: expected"),
    ],
)
def test_what_is_not_a_row_for_each_fails(spark, result, complaint):
    with pytest.raises(ValueError, match=complaint):
        predictions._frame(outputs(spark, "prediction double"), result, 2)


class Sums:
    """A model that adds up, and remembers what it got."""

    def __init__(self):
        self.given = []

    def predict(self, given):
        self.given.append(given)
        return given.reshape(len(given), -1).sum(axis=1)


def test_tensors_of_different_sizes_are_taken_apart(spark):
    field = _parse_datatype_string(f"{INPUT} array<double>").fields[0]
    tensor = Input(field, 0, (-1, -1), "<f4")
    interface = Interface((tensor,), False, (), outputs(spark, "prediction float"))
    served = predictions.ServedModel("sums", interface)
    served._model = Sums()
    column = pd.Series([np.arange(size, dtype=float) for size in (2, 3, 2)])
    assert served(column)["prediction"].tolist() == [1.0, 3.0, 1.0]
    assert [given.shape for given in served._model.given] == [(2, 2), (1, 3)]
    assert {given.dtype for given in served._model.given} == {np.dtype("f4")}
