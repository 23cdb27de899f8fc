"""The columns that cross between Java and a worker: their bytes, and not what they mean.

Numbers are little-endian, and each buffer is padded to a multiple of eight bytes. The layout is
Arrow's, but for booleans, which take a byte each.
"""

from __future__ import annotations

from collections.abc import Sequence

from sparkserving._buffers import Buffer, bits_of, bytes_of, offsets_of

_PADDING = tuple(bytes(length) for length in range(8))
_NO_NULLS = bytes(8)
_NULLS = b"\1" + bytes(7)


class Vector:
    """Values of one type, as the bytes that they cross in.

    Attributes:
        length: how many values.
        valid: None if no value is null; else a byte for each, 0 where it is null.
        data: values of a fixed width, or texts one after another.
        offsets: where each text or list begins and the last one ends, 32 bits each.
        children: elements of lists, keys and values of maps, fields of structs.
    """

    __slots__ = ("children", "data", "length", "offsets", "valid")

    def __init__(
        self,
        length: int,
        valid: bytes | None = None,
        data: Buffer = b"",
        offsets: Buffer = None,
        children: Sequence[Vector] = (),
    ) -> None:
        self.length = length
        self.valid = valid
        self.data = data
        self.offsets = offsets
        self.children = children


class Type:
    """A type of Spark's: how its values lie in a buffer, and where."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, buffer: memoryview, at: int, length: int) -> tuple[Vector, int]:
        """The vector that begins at a place in a buffer, and where the next one begins."""
        if not buffer[at] or not length:
            return self._read(buffer, at + 8, length, None)
        end = at + 8 + (length + 7) // 8
        return self._read(buffer, (end + 7) & ~7, length, bytes_of(buffer[at + 8 : end], length))

    def write(self, vector: Vector, parts: list[Buffer]) -> None:
        """Adds the buffers of a vector, whose offsets begin at 0."""
        if not vector.valid:
            parts.append(_NO_NULLS)
        else:
            bits = bits_of(vector.valid)
            parts += (_NULLS, bits, _PADDING[-len(bits) % 8])
        self._write(vector, parts)

    def part(self, vector: Vector, start: int, length: int) -> Vector:
        """Some values of a vector, on the same buffers."""
        valid = None if vector.valid is None else vector.valid[start : start + length]
        return self._part(vector, start, length, valid)

    def joined(self, vectors: Sequence[Vector]) -> Vector:
        """The values of several vectors, whose offsets begin at 0."""
        valid = None
        if any(vector.valid is not None for vector in vectors):
            valid = b"".join(vector.valid or b"\1" * vector.length for vector in vectors)
        return self._joined(vectors, sum(vector.length for vector in vectors), valid)

    def nulls(self, length: int) -> Vector:
        """A vector of nulls."""
        return Vector(length, bytes(length))

    def _read(
        self, buffer: memoryview, at: int, length: int, valid: bytes | None
    ) -> tuple[Vector, int]:
        del buffer
        return Vector(length, valid), at

    def _write(self, vector: Vector, parts: list[Buffer]) -> None:
        """Nothing follows what says which values are null."""

    def _part(self, vector: Vector, start: int, length: int, valid: bytes | None) -> Vector:
        del vector, start
        return Vector(length, valid)

    def _joined(self, vectors: Sequence[Vector], length: int, valid: bytes | None) -> Vector:
        del vectors
        return Vector(length, valid)

    def __str__(self) -> str:
        """The type as a query names it."""
        return self.name


class Fixed(Type):
    """Numbers, and what is counted in numbers."""

    def __init__(self, name: str, width: int, code: str) -> None:
        super().__init__(name)
        self.width = width
        self.code = code

    def nulls(self, length: int) -> Vector:
        return Vector(length, bytes(length), bytes(length * self.width))

    def _read(
        self, buffer: memoryview, at: int, length: int, valid: bytes | None
    ) -> tuple[Vector, int]:
        end = at + length * self.width
        return Vector(length, valid, buffer[at:end]), (end + 7) & ~7

    def _write(self, vector: Vector, parts: list[Buffer]) -> None:
        parts += (vector.data, _PADDING[-(vector.length * self.width) % 8])

    def _part(self, vector: Vector, start: int, length: int, valid: bytes | None) -> Vector:
        data = vector.data[start * self.width : (start + length) * self.width]
        return Vector(length, valid, data)

    def _joined(self, vectors: Sequence[Vector], length: int, valid: bytes | None) -> Vector:
        return Vector(length, valid, b"".join(vector.data for vector in vectors))


class Decimals(Fixed):
    """Decimals: two's complement of the unscaled value, in 16 bytes."""

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(f"decimal({precision},{scale})", 16, "")
        self.precision = precision
        self.scale = scale


class Texts(Type):
    """Strings in UTF-8, and binaries."""

    def nulls(self, length: int) -> Vector:
        return Vector(length, bytes(length), b"", offsets_of(bytes(length)))

    def _read(
        self, buffer: memoryview, at: int, length: int, valid: bytes | None
    ) -> tuple[Vector, int]:
        offsets, at = _read_offsets(buffer, at, length)
        end = at + offsets[length]
        return Vector(length, valid, buffer[at:end], offsets), (end + 7) & ~7

    def _write(self, vector: Vector, parts: list[Buffer]) -> None:
        _write_offsets(vector, parts)
        parts += (vector.data, _PADDING[-vector.offsets[vector.length] % 8])

    def _part(self, vector: Vector, start: int, length: int, valid: bytes | None) -> Vector:
        offsets = vector.offsets[start : start + length + 1]
        return Vector(length, valid, vector.data, offsets)

    def _joined(self, vectors: Sequence[Vector], length: int, valid: bytes | None) -> Vector:
        data = b"".join(vector.data for vector in vectors)
        return Vector(length, valid, data, _joined_offsets(vectors))


class Nested(Type):
    """Types that are made of others."""

    def __init__(self, name: str, children: Sequence[Type]) -> None:
        super().__init__(name)
        self.children = children


class Lists(Nested):
    """Arrays, and maps as arrays of keys and of values."""

    def nulls(self, length: int) -> Vector:
        children = [child.nulls(0) for child in self.children]
        return Vector(length, bytes(length), b"", offsets_of(bytes(length)), children)

    def _read(
        self, buffer: memoryview, at: int, length: int, valid: bytes | None
    ) -> tuple[Vector, int]:
        offsets, at = _read_offsets(buffer, at, length)
        children = []
        for child in self.children:
            vector, at = child.read(buffer, at, offsets[length])
            children.append(vector)
        return Vector(length, valid, b"", offsets, children), at

    def _write(self, vector: Vector, parts: list[Buffer]) -> None:
        _write_offsets(vector, parts)
        for child, values in zip(self.children, vector.children, strict=True):
            child.write(values, parts)

    def _part(self, vector: Vector, start: int, length: int, valid: bytes | None) -> Vector:
        offsets = vector.offsets[start : start + length + 1]
        return Vector(length, valid, b"", offsets, vector.children)

    def _joined(self, vectors: Sequence[Vector], length: int, valid: bytes | None) -> Vector:
        children = _joined_children(self.children, vectors)
        return Vector(length, valid, b"", _joined_offsets(vectors), children)


class Structs(Nested):
    """Structs: each field a vector of as many values."""

    def __init__(self, names: Sequence[str], children: Sequence[Type]) -> None:
        fields = zip(names, children, strict=True)
        super().__init__(
            f"struct<{','.join(f'{name}:{child}' for name, child in fields)}>", children
        )
        self.names = names

    def nulls(self, length: int) -> Vector:
        children = [child.nulls(length) for child in self.children]
        return Vector(length, bytes(length), children=children)

    def _read(
        self, buffer: memoryview, at: int, length: int, valid: bytes | None
    ) -> tuple[Vector, int]:
        children = []
        for child in self.children:
            vector, at = child.read(buffer, at, length)
            children.append(vector)
        return Vector(length, valid, children=children), at

    def _write(self, vector: Vector, parts: list[Buffer]) -> None:
        for child, values in zip(self.children, vector.children, strict=True):
            child.write(values, parts)

    def _part(self, vector: Vector, start: int, length: int, valid: bytes | None) -> Vector:
        children = [
            child.part(values, start, length)
            for child, values in zip(self.children, vector.children, strict=True)
        ]
        return Vector(length, valid, children=children)

    def _joined(self, vectors: Sequence[Vector], length: int, valid: bytes | None) -> Vector:
        return Vector(length, valid, children=_joined_children(self.children, vectors))


def vectors_of(types: Sequence[Type], arguments: memoryview, rows: int) -> list[Vector]:
    """The vectors that lie one after another.

    Raises:
        ValueError: if something follows them.
    """
    vectors = []
    at = 0
    for type_ in types:
        vector, at = type_.read(arguments, at, rows)
        vectors.append(vector)
    if at != len(arguments):
        raise ValueError(f"Invalid batch of {len(arguments)} bytes: expected {at}.")
    return vectors


def _read_offsets(buffer: memoryview, at: int, length: int) -> tuple[memoryview, int]:
    end = at + 4 * (length + 1)
    return buffer[at:end].cast("i"), (end + 7) & ~7


def _write_offsets(vector: Vector, parts: list[Buffer]) -> None:
    parts += (vector.offsets, _PADDING[-4 * (vector.length + 1) % 8])


def _joined_offsets(vectors: Sequence[Vector]) -> Buffer:
    return offsets_of(
        [
            vector.offsets[index + 1] - vector.offsets[index]
            for vector in vectors
            for index in range(vector.length)
        ]
    )


def _joined_children(types: Sequence[Type], vectors: Sequence[Vector]) -> list[Vector]:
    return [
        child.joined([vector.children[index] for vector in vectors])
        for index, child in enumerate(types)
    ]
