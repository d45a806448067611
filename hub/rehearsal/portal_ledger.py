"""What a simulated portal knows: its dossiers, who has them, what was told of them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from hub.rehearsal.dossiers import Dossier, ServedFile

_STATUS = "TrangThaiHoSo"
#: TrangThaiHoSo of the national table (EDXML.md 4.3).
_STATUSES = frozenset(map(str, range(1, 11)))


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Try:
    """One message to the hub about a dossier, and what the hub said."""

    act: str
    at: datetime
    believed: bool
    code: str
    message: str


@dataclass
class Case:
    """One dossier at the portal."""

    dossier: Dossier
    changed_at: datetime = field(default_factory=_now)
    #: How often it stood on a list the hub asked for.
    listed: int = 0
    #: What the portal pushed of it.
    tries: list[Try] = field(default_factory=list)
    #: Progress the hub told, each entry once, in order; and how often it came.
    progress: list[dict[str, Any]] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)

    def hear(self, entry: dict[str, Any]) -> bool:
        """One progress entry; whether it is new. Its status is the dossier's now."""
        key = sha256(msgspec.json.encode(entry, order="sorted")).hexdigest()
        self.heard[key] += 1
        if self.heard[key] > 1:
            return False
        self.progress.append(entry)
        self._move_to(str(entry.get("TrangThai", "")))
        return True

    def _move_to(self, status: str) -> None:
        """What the hub hands back unchanged changes nothing; nor does a blank."""
        if status in _STATUSES and status != self.dossier.row.get(_STATUS):
            self.dossier, self.changed_at = (
                self.dossier.but(**{_STATUS: status}),
                _now(),
            )

    def is_taken(self, act: str = "add") -> bool:
        """Whether the hub said, believably, that it has it."""
        return any(one.believed for one in self.tries if one.act == act)


@dataclass
class PortalLedger:
    """Dossiers by the number the portal keeps them under, and files by name."""

    cases: dict[str, Case] = field(default_factory=dict)
    files: dict[str, ServedFile] = field(default_factory=dict)
    #: Name of a file -> how often it was asked for.
    fetched: Counter[str] = field(default_factory=Counter)
    #: Progress about numbers nobody has here.
    astray: list[dict[str, Any]] = field(default_factory=list)
    #: Sizes of the lots of progress, in order; over 10 were refused.
    lots: list[int] = field(default_factory=list)

    def put(self, key: str, dossier: Dossier) -> Case:
        """A dossier is there, or has changed."""
        case = self.cases.setdefault(key, Case(dossier))
        case.dossier, case.changed_at = dossier, _now()
        self.files |= {file.name: file for file in dossier.files}
        return case

    def find(self, number: str) -> Case | None:
        """By either of its numbers."""
        if number in self.cases:
            return self.cases[number]
        other = "MaHoSoKhac"
        cases = self.cases.values()
        return next((c for c in cases if c.dossier.row.get(other) == number), None)

    def export(self) -> dict[str, Any]:
        """As JSON values, without the files themselves."""
        taken = sum(case.is_taken() for case in self.cases.values())
        answered = sum(bool(case.progress) for case in self.cases.values())
        return {
            "dossiers": len(self.cases),
            "taken": taken,
            "answered": answered,
            "lots": self.lots,
            "cases": [_case(key, case) for key, case in self.cases.items()],
            "files": [self._file(file) for file in self.files.values()],
            "astray": self.astray,
        }

    def _file(self, file: ServedFile) -> dict[str, Any]:
        return {
            "name": file.name,
            "manner": file.manner,
            "bytes": len(file.data),
            "sha256": file.digest,
            "fetched": self.fetched[file.name],
        }


def _case(key: str, case: Case) -> dict[str, Any]:
    return {
        "MaHoSo": key,
        "MaHoSoKhac": case.dossier.row.get("MaHoSoKhac", ""),
        "TrangThaiHoSo": case.dossier.row.get(_STATUS, ""),
        "files": [file.name for file in case.dossier.files],
        "listed": case.listed,
        "tries": [_try(one) for one in case.tries],
        "progress": case.progress,
        "heard": sum(case.heard.values()),
    }


def _try(one: Try) -> dict[str, Any]:
    return {
        "act": one.act,
        "at": one.at.isoformat(timespec="seconds"),
        "believed": one.believed,
        "error_code": one.code,
        "message": one.message,
    }
