"""Who installed which certificate, when, and with whom its fingerprint was confirmed.

Kept beside the certificates in `confirmed.yaml`; what was removed stays on record.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import yaml

from hub import typed_yaml
from hub.model.ids import Digest

_NAME = "confirmed.yaml"
_HEAD = """\
# Ghi bởi `hub trust install` và `hub trust remove`. / Written by these commands.
"""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One certificate taken in by a person."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    sha256: Digest
    #: Below the trust folder.
    file: str
    subject: str
    #: The user of this machine who did it, and when.
    by: str
    at: datetime
    #: With whom and how the fingerprint was compared.
    confirmed_with: str
    removed_by: str = ""
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    confirmations: tuple[Confirmation, ...] = ()


def read_confirmations(folder: Path) -> dict[str, Confirmation]:
    """Those in force, by fingerprint; raises SettingsError."""
    return {c.sha256: c for c in _read(folder) if c.removed_at is None}


def record(folder: Path, confirmation: Confirmation) -> None:
    """Add one; raises SettingsError where what is there cannot be read."""
    _write(folder, (*_read(folder), confirmation))


def withdraw(folder: Path, sha256: Digest, by: str, at: datetime) -> None:
    """Note that a certificate was taken out again."""
    _write(
        folder,
        (
            replace(c, removed_by=by, removed_at=at)
            if c.sha256 == sha256 and c.removed_at is None
            else c
            for c in _read(folder)
        ),
    )


def _read(folder: Path) -> tuple[Confirmation, ...]:
    path = folder / _NAME
    if not path.exists():
        return ()
    return typed_yaml.read_file(path, _File).confirmations


def _write(folder: Path, confirmations: Iterable[Confirmation]) -> None:
    values = [
        {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name in Confirmation.__slots__
            if (value := getattr(one, name))
        }
        for one in confirmations
    ]
    text = yaml.safe_dump(
        {"confirmations": values}, allow_unicode=True, sort_keys=False
    )
    write_whole(folder / _NAME, f"{_HEAD}{text}".encode())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever reads half of it; readable by everybody."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
