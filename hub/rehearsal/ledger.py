"""What a simulated axis knows of each message: where it is, and who said what when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: States of the transport (EDXML.md 3.1).
INITIAL, PROCESSING, DONE, FAIL = "INITIAL", "PROCESSING", "DONE", "FAIL"


@dataclass
class Line:
    """One message for one system."""

    doc_id: str
    kind: str
    sender: str
    receiver: str
    data: bytes = field(repr=False)
    state: str = INITIAL
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    #: Every state it was given, with who gave it; fetches too.
    history: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, what: str, who: str, at: datetime) -> None:
        """One thing that happened to it."""
        self.history.append((at.isoformat(timespec="seconds"), who, what))
        self.updated_at = at


@dataclass
class Ledger:
    """Mailboxes by system, and all that systems sent."""

    inboxes: dict[str, dict[str, Line]] = field(default_factory=dict)
    #: What systems handed in, documents and statuses, in order.
    sent: list[Line] = field(default_factory=list)

    def put(self, system: str, line: Line) -> None:
        """A message comes in for a system; the same id again changes nothing."""
        self.inboxes.setdefault(system, {}).setdefault(line.doc_id, line)

    def find(self, system: str, doc_id: str) -> Line | None:
        """A message of this system; nobody sees another's."""
        return self.inboxes.get(system, {}).get(doc_id)

    def of(self, system: str, kind: str) -> list[Line]:
        """What came for a system, oldest first."""
        lines = self.inboxes.get(system, {}).values()
        return [line for line in lines if line.kind == kind]

    def states(self, system: str) -> dict[str, int]:
        """How many messages are in each state."""
        told: dict[str, int] = {}
        for line in self.inboxes.get(system, {}).values():
            told[line.state] = told.get(line.state, 0) + 1
        return told

    def export(self) -> dict[str, Any]:
        """As JSON values, without the messages themselves."""
        return {
            "inboxes": {
                system: [_line(line) for line in lines.values()]
                for system, lines in self.inboxes.items()
            },
            "sent": [_line(line) for line in self.sent],
        }


def _line(line: Line) -> dict[str, Any]:
    return {
        "docId": line.doc_id,
        "messageType": line.kind,
        "from": line.sender,
        "to": line.receiver,
        "status": line.state,
        "created_time": line.created_at.isoformat(timespec="seconds"),
        "updated_time": line.updated_at.isoformat(timespec="seconds"),
        "history": [list(step) for step in line.history],
    }


def receivers_of(lines: Iterable[Line]) -> set[str]:
    """Who is written to."""
    return {line.receiver for line in lines}
