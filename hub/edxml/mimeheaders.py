"""Reads MIME headers; the standard library's reader raises on odd ones (RFC 2231)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

_PARAMETER = re.compile(r';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_FOLD = re.compile(rb"\r?\n[ \t]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A structured header: its value in small letters, and its parameters."""

    value: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        """A parameter, its extended form (`name*=utf-8''...`) decoded; "" if absent."""
        plain = self.parameters.get(name)
        if plain is not None:
            return plain
        return unquote(self.parameters.get(f"{name}*", "").rpartition("'")[2])


def structured(text: str) -> Header:
    """`value; name=word; name="words"`; of two parameters of a name the first holds."""
    value, _, rest = text.partition(";")
    found: dict[str, str] = {}
    for name, written in _PARAMETER.findall(f";{rest}"):
        found.setdefault(name.lower(), _unquoted(written.strip()))
    return Header(value.strip().lower(), found)


def fields(head: bytes) -> dict[str, str]:
    """Header lines by name in small letters; of two of a name the first holds."""
    found: dict[str, str] = {}
    for line in _FOLD.sub(b" ", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            key = name.strip().decode("ascii", "replace").lower()
            found.setdefault(key, value.strip().decode("utf-8", "replace"))
    return found


def _unquoted(text: str) -> str:
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return _QUOTED_PAIR.sub(r"\1", text[1:-1])
    return text
