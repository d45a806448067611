"""Certificates documented for this country: what an administrator may install.

An entry is a description, never a certificate: nothing is downloaded by it, and an
entry alone is trusted for nothing. Read from `entries.yaml` of the trust folder, else
from the one that is shipped.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from hub import typed_yaml
from hub.errors import SettingsError
from hub.resources import resource

_NAME = "entries.yaml"
_SHA256 = re.compile("[0-9a-f]{64}")


class Role(StrEnum):
    """Which folder a certificate lies in."""

    ANCHOR = "anchor"
    INTERMEDIATE = "intermediate"

    @property
    def folder(self) -> str:
        """The folder below the trust folder."""
        return f"{self.value}s"


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented certificate; everything but name, role and sha256 may be empty."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    role: Role
    #: Of the DER, 64 hex digits of either case.
    sha256: str
    #: As a stranger's repository has it: "2018-08-22 – 2048-08-14".
    validity: str = ""
    serial: str = ""
    #: Addresses of the lists this authority publishes.
    crls: tuple[str, ...] = ()
    #: Addresses that answer OCSP about what it has issued.
    ocsps: tuple[str, ...] = ()
    #: With whom its fingerprint is to be confirmed.
    confirm_with: str = ""
    #: Where the values above come from.
    source: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 as this hub writes it: lower-case hex."""
        return plain_hex(self.sha256)


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    entries: tuple[Entry, ...]


def read_entries(folder: Path) -> dict[str, Entry]:
    """Entries by fingerprint; raises SettingsError."""
    own = folder / _NAME
    path = own if own.exists() else resource("config", "trust") / _NAME
    file = typed_yaml.read_file(path, _File)
    bad = [e.name for e in file.entries if not _SHA256.fullmatch(e.fingerprint)]
    if bad:
        raise SettingsError(tuple(f"{path}: {n}: sha256: 64 hex digits" for n in bad))
    return {entry.fingerprint: entry for entry in file.entries}


def plain_hex(text: str) -> str:
    """Hex digits without the colons and blanks people write between them."""
    return "".join(c for c in text.lower() if c in "0123456789abcdef")
