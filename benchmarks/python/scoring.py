"""The model that servers of the workloads ``functions`` and ``functions-pandas`` answer with."""

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

NAMES = ["a", "b", "c", "d"]


def trained(*, named: bool = False) -> LogisticRegression:
    """Train on 150 flowers, until the model is the same wherever it is trained.

    Args:
        named: whether the model is to be asked with data frames of named columns, or else arrays.
    """
    flowers = load_iris(as_frame=named)
    features = flowers.data.set_axis(NAMES, axis="columns") if named else flowers.data
    return LogisticRegression(tol=1e-10, max_iter=10_000).fit(features, flowers.target == 2)
