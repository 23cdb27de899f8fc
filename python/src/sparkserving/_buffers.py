"""Buffers of bits and of offsets."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

#: Anything that has a buffer of bytes: bytes, memoryviews, arrays.
Buffer = Any

_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")
_FROM_DIGITS = bytes.maketrans(b"01", b"\0\1")
#: What keeps all offsets of one vector within 32 bits.
_MOST_BYTES = 2**31 - 1


def bits_of(valid: bytes) -> bytes:
    """A bit for each byte that is 0 or 1, the first one lowest."""
    if not valid:
        return b""
    digits = valid.translate(_TO_DIGITS)[::-1]
    return int(digits, 2).to_bytes((len(valid) + 7) // 8, "little")


def bytes_of(bits: Buffer, length: int) -> bytes:
    """A byte that is 0 or 1 for each bit, the lowest one first."""
    digits = f"{int.from_bytes(bits[: (length + 7) // 8], 'little'):0{length}b}"[::-1]
    return digits[:length].encode().translate(_FROM_DIGITS)


def offsets_of(lengths: Sequence[int]) -> Buffer:
    """Where values of these lengths begin, one after another, and the last one ends."""
    offsets = [0]
    end = 0
    for length in lengths:
        end += length
        offsets.append(end)
    if end > _MOST_BYTES:
        raise ValueError(f"Invalid result of {end} bytes or elements: expected less than 2 GiB.")
    return array("i", offsets)
