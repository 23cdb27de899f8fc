"""What a model of MLflow takes and gives, as its signature says: as types of Spark's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DoubleType,
    FloatType,
    IntegerType,
    IntegralType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
)

#: The field of a request that a nameless input comes from.
INPUT = "input"
#: The field of a request with a model's parameters.
PARAMETERS = "params"
#: The field of a reply with a nameless output; Spark's own models call it so, too.
PREDICTION = "prediction"

_TYPES: dict[str, DataType] = {
    "boolean": BooleanType(),
    "integer": IntegerType(),
    "long": LongType(),
    "float": FloatType(),
    "double": DoubleType(),
    "string": StringType(),
    "binary": BinaryType(),
    # MLflow takes times without a zone, and refuses others.
    "datetime": TimestampNTZType(),
}
#: By the kind of NumPy's type and its bytes; what has no sign gets the next wider one.
_TENSORS: dict[str, DataType] = {
    "b1": BooleanType(),
    "i1": ByteType(),
    "i2": ShortType(),
    "i4": IntegerType(),
    "i8": LongType(),
    "u1": ShortType(),
    "u2": IntegerType(),
    "u4": LongType(),
    "u8": LongType(),
    "f2": FloatType(),
    "f4": FloatType(),
    "f8": DoubleType(),
}
_OTHER_TENSORS: dict[str, DataType] = {
    "U": StringType(),
    "O": StringType(),
    "S": BinaryType(),
    "M": TimestampNTZType(),
}
#: What to do where MLflow is not.
MISSING_MLFLOW = 'Missing mlflow: pip install "sparkserving[mlflow]", or mlflow itself,'
#: What to do about a model that does not say what it takes.
MISSING = (
    "Missing signature: this model does not say what it takes. Say it with schema=, such as"
    ' schema="age double, city string", and what it gives with returns=, such as returns="double";'
    " or save the model with signature=mlflow.models.infer_signature(inputs, predictions)."
)
_CHOOSE = "Say what a request has yourself, with schema=."


@dataclass(frozen=True)
class Input:
    """What a model takes, and the field of a request that it comes from.

    Attributes:
        field: the field; one that is nullable may be missing.
        name: what the model calls it.
        shape: of a tensor, -1 for any size; None of a column.
        dtype: of a tensor, what NumPy calls its type.
    """

    field: StructField
    name: str | int
    shape: tuple[int, ...] | None = None
    dtype: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether the model gets values of Python's own: NumPy has no integer that is missing."""
        type_ = self.field.dataType
        if isinstance(type_, ArrayType | MapType | StructType):
            return self.shape is None
        return isinstance(type_, IntegralType) and self.field.nullable


@dataclass(frozen=True)
class Interface:
    """What a model takes and gives.

    Attributes:
        inputs: what it takes; all of them tensors, or none.
        has_names: whether it knows them by their names, and not by their places.
        parameters: what requests may set; what one does not set is the model's own.
        outputs: what it gives for each row.
        nameless: the only field of the outputs, if it stands for what has no name.
    """

    inputs: tuple[Input, ...]
    has_names: bool
    parameters: tuple[StructField, ...]
    outputs: StructType
    nameless: str | None = None

    @property
    def request(self) -> StructType:
        """The schema of a request."""
        fields = [each.field for each in self.inputs]
        if self.parameters:
            fields.append(StructField(PARAMETERS, StructType(list(self.parameters))))
        return StructType(fields)

    @property
    def largest_batch(self) -> int | None:
        """How many rows the model takes at once; None if it takes as many as come."""
        first = {each.shape[0] for each in self.inputs if each.shape}
        return 1 if first == {1} else None


def interface(signature: Any, schema: StructType | None, returns: StructType | None) -> Interface:
    """What a model takes and gives.

    Args:
        signature: MLflow's, or None.
        schema: what a request has instead, or None.
        returns: what the model gives instead, or None.

    Raises:
        ValueError: if the signature does not say enough.
    """
    inputs = getattr(signature, "inputs", None)
    if schema is None and inputs is None:
        raise ValueError(MISSING)
    outputs = _outputs(getattr(signature, "outputs", None)) if returns is None else returns
    nameless = PREDICTION if outputs.names == [PREDICTION] and not _names(signature) else None
    if schema is not None:
        columns = tuple(Input(field, field.name) for field in required(schema).fields)
        return Interface(columns, True, (), outputs, nameless)
    specs = list(inputs or ())
    takes = tuple(_input(spec, index, len(specs)) for index, spec in enumerate(specs))
    is_taken = any(each.field.name == PARAMETERS for each in takes)
    parameters = () if is_taken else _parameters(getattr(signature, "params", None) or ())
    return Interface(takes, specs[0].name is not None, parameters, outputs, nameless)


def required(type_: Any) -> Any:
    """The same type, in which no field may be missing."""
    if isinstance(type_, StructType):
        return StructType([StructField(f.name, required(f.dataType), False) for f in type_.fields])
    if isinstance(type_, ArrayType):
        return ArrayType(required(type_.elementType), type_.containsNull)
    if isinstance(type_, MapType):
        return MapType(type_.keyType, required(type_.valueType), type_.valueContainsNull)
    return type_


def _input(spec: Any, index: int, count: int) -> Input:
    name = spec.name if spec.name is not None else index
    called = INPUT if spec.name is None and count == 1 else str(name)
    if not _is_tensor(spec):
        optional = not getattr(spec, "required", True)
        return Input(StructField(called, _type(spec.type), optional), name)
    shape = tuple(spec.shape)
    if shape[:1] not in ((-1,), (1,)):
        raise ValueError(
            f"Unsupported tensor {called!r} of shape {shape}: expected one whose first size is -1,"
            " for as many rows as come, or 1."
        )
    field = StructField(called, _tensor(spec), False)
    return Input(field, name, shape, spec.type.str)


def _outputs(outputs: Any) -> StructType:
    if outputs is None:
        raise ValueError(
            "Missing outputs in the model's signature: say what the model gives with returns=, such"
            ' as returns="double", returns="array<double>" or returns="label string, score double".'
        )
    specs = list(outputs)
    fields = []
    for index, spec in enumerate(specs):
        name = index if spec.name is None else spec.name
        called = PREDICTION if spec.name is None and len(specs) == 1 else str(name)
        fields.append(StructField(called, _tensor(spec) if _is_tensor(spec) else _type(spec.type)))
    return StructType(fields)


def _names(signature: Any) -> list[str]:
    """The names of the outputs that have one."""
    specs = getattr(signature, "outputs", None) or ()
    return [spec.name for spec in specs if spec.name is not None]


def _parameters(specs: Iterable[Any]) -> tuple[StructField, ...]:
    fields = []
    for spec in specs:
        type_ = _type(spec.dtype)
        fields.append(StructField(spec.name, ArrayType(type_) if spec.shape else type_))
    return tuple(fields)


def _is_tensor(spec: Any) -> bool:
    return hasattr(spec, "shape")


def _tensor(spec: Any) -> DataType:
    dtype = spec.type
    type_ = _TENSORS.get(f"{dtype.kind}{dtype.itemsize}", _OTHER_TENSORS.get(dtype.kind))
    if type_ is None:
        raise ValueError(f"Unsupported tensor of type {dtype}. {_CHOOSE}")
    for _ in spec.shape[1:]:
        type_ = ArrayType(type_)
    return type_


def _type(given: Any) -> DataType:
    # MLflow has had some of these classes only of late.
    kind = type(given).__name__
    if kind == "DataType" and given.name in _TYPES:
        return _TYPES[given.name]
    if kind == "SparkMLVector":
        return ArrayType(DoubleType())
    if kind == "Array":
        return ArrayType(_type(given.dtype))
    if kind == "Map":
        return MapType(StringType(), _type(given.value_type))
    if kind == "Object":
        return StructType(
            [
                StructField(each.name, _type(each.dtype), not each.required)
                for each in given.properties
            ]
        )
    raise ValueError(f"Unsupported type {given!r} in the model's signature. {_CHOOSE}")
