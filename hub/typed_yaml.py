"""YAML files into frozen dataclasses, strictly, with every problem at once."""

import re
from collections.abc import Hashable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from hub.errors import SettingsError

T = TypeVar("T")

#: What PyYAML quotes of the file; its own words stand in angle brackets.
_QUOTED = re.compile(r"""(['"])(?!<).*\1""")

#: Plain values as YAML knows them.
Plain = dict[str, object]

#: Not UTF-8 and a date that cannot be (2019-02-30) are ValueErrors; a tag that does not
#: fit its text (`!!bool x`, `!!timestamp x`) escapes PyYAML as one of the others.
_UNREADABLE = (
    yaml.YAMLError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
)


class _StrictLoader(yaml.SafeLoader):
    """PyYAML lets the last of two equal keys win in silence; here it is a problem."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - the library's own signature
    ) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"key {key.value} stands there twice",
                    problem_mark=key.start_mark,
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load(data: bytes) -> Plain:
    """The mapping a YAML file holds; raises SettingsError."""
    try:
        value = yaml.load(data.decode("utf-8-sig"), Loader=_StrictLoader)  # noqa: S506 - stricter than safe
    except _UNREADABLE as error:
        raise SettingsError((f"not readable as YAML: {_why(error)}",)) from error
    if not isinstance(value, dict):
        raise SettingsError(("the file must be a mapping of keys to values",))
    return value


def _why(error: Exception) -> str:
    """One line without words of the file: one that holds settings may hold a secret."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        problem = _QUOTED.sub("…", error.problem or "")
        return f"{problem}, line {error.problem_mark.line + 1}"
    return _QUOTED.sub("…", next(iter(str(error).splitlines()), type(error).__name__))


def read_file(path: Path, kind: type[T]) -> T:
    """A file as a dataclass; raises SettingsError, its path before each problem."""
    try:
        return shape(load(path.read_bytes()), kind)
    except OSError as error:
        raise SettingsError((f"{path}: {error.strerror}",)) from error
    except SettingsError as error:
        raise SettingsError(tuple(f"{path}: {p}" for p in error.problems)) from error


def shape(value: Plain, kind: type[T]) -> T:
    """The mapping as a dataclass; raises SettingsError with one line a problem."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise SettingsError(_lines(error)) from error


def _lines(error: ValidationError) -> tuple[str, ...]:
    return tuple(
        f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )


def version_of(data: bytes) -> str:
    """What decisions and verdicts name a file by: its SHA-256, hex, whole."""
    return sha256(data).hexdigest()
