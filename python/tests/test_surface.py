"""What users can call, held against ``surface.txt``; ``python test_surface.py`` renews that file.

A line that goes or changes breaks programs: docs/compatibility.md says when one may.
"""

import argparse
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sparkserving
from sparkserving import _command, _methods, functions
from sparkserving._writer import ServingWriter

SURFACE = Path(__file__).with_name("surface.txt")
METHODS = {
    "DataStreamReader": _methods.READER,
    "DataStreamWriter": _methods.WRITER,
    "DataFrame": _methods.DATA_FRAME,
}
COMMANDS = {"run": _command._add_run, "model": _command._add_model}


def surface() -> list[str]:
    """Tells names and parameters, without types, whose texts differ between versions of Python."""
    lines = [
        *_members("sparkserving", sparkserving, sparkserving.__all__),
        *_members("sparkserving.functions", functions, functions.__all__),
        *_class("ServingWriter", ServingWriter),
    ]
    for owner, methods in METHODS.items():
        lines += [f"{owner}.{name}{_parameters(method)}" for name, method in methods.items()]
    for command, add in COMMANDS.items():
        parser = argparse.ArgumentParser()
        add(parser)
        for action in parser._actions:
            lines.append(
                f"$ sparkserving {command} {'/'.join(action.option_strings) or action.dest}"
            )
    return sorted(lines)


def _members(prefix: str, owner: object, names: list[str]) -> Iterator[str]:
    for name in names:
        member = getattr(owner, name)
        if inspect.isclass(member):
            yield from _class(f"{prefix}.{name}", member)
        elif callable(member):
            yield f"{prefix}.{name}{_parameters(member)}"
        else:
            yield f"{prefix}.{name}"


def _class(name: str, type_: type) -> Iterator[str]:
    yield f"{name}{_parameters(type_)}"
    for member, value in vars(type_).items():
        if not member.startswith("_"):
            function = inspect.isfunction(value)
            yield f"{name}.{member}{_parameters(value) if function else ''}"
    for field in getattr(type_, "__dataclass_fields__", {}):
        yield f"{name}.{field}"


def _parameters(member: Callable[..., object]) -> str:
    try:
        signature = inspect.signature(member)
    except ValueError:  # a class that takes what its parent takes
        return "(...)"
    empty = inspect.Parameter.empty
    plain = [p.replace(annotation=empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))


def test_the_surface_is_as_it_was_written_down():
    now, before = surface(), SURFACE.read_text().splitlines()

    gone = [line for line in before if line not in now]
    new = [line for line in now if line not in before]
    if gone or new:
        told = "".join(f"\n- {line}" for line in gone) + "".join(f"\n+ {line}" for line in new)
        pytest.fail(f"The surface is another; if so on purpose, renew surface.txt:{told}")


def test_every_name_in_camel_case_has_a_twin():
    for methods in METHODS.values():
        for name, method in methods.items():
            twin = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
            assert methods[twin] is method


if __name__ == "__main__":
    SURFACE.write_text("".join(f"{line}\n" for line in surface()))
