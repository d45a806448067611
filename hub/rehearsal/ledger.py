"""What a simulated axis knows of each message: where it is, and who said what when."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

#: States of the transport (EDXML.md 3.1).
INITIAL, PROCESSING, DONE, FAIL = "INITIAL", "PROCESSING", "DONE", "FAIL"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Line:
    """One message: for one system, or handed in by one."""

    doc_id: str
    kind: str
    sender: str
    receiver: str
    data: bytes = field(repr=False)
    state: str = INITIAL
    created_at: datetime = field(default_factory=_now)
    updated_at: datetime = field(default_factory=_now)
    #: Every state it was given, with who gave it; fetches too.
    history: list[tuple[str, str, str]] = field(default_factory=list)
    #: DocumentId of the edXML inside; "" if it cannot be read.
    document_id: str = ""
    #: Why it was told FAIL.
    reason: str = ""
    #: How often it was fetched, or handed in.
    times: int = 0
    #: docId it repeats (mishap `twice`), or that it was handed in under.
    copy_of: str = ""
    #: The system that handed it in; "" where the rehearsal did.
    by: str = ""
    #: Status messages about it, in the order they came.
    statuses: list[dict[str, str]] = field(default_factory=list)
    #: SHA-256 of the edXML as carried, hex.
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        self.digest = sha256(self.data).hexdigest()

    def note(self, what: str, who: str, at: datetime) -> None:
        """One thing that happened to it."""
        self.history.append((at.isoformat(timespec="seconds"), who, what))
        self.updated_at = at


@dataclass
class Ledger:
    """Mailboxes by system, and all that systems sent."""

    inboxes: dict[str, dict[str, Line]] = field(default_factory=dict)
    #: What systems handed in, documents and statuses, in order, each once.
    sent: list[Line] = field(default_factory=list)
    #: Status messages about documents nobody knows here.
    astray: list[dict[str, str]] = field(default_factory=list)

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

    def handed_in(self, system: str, kind: str, digest: str) -> Line | None:
        """What a system handed in before with these very bytes."""
        key = (system, kind, digest)
        return next((s for s in self.sent if (s.by, s.kind, s.digest) == key), None)

    def own(self, system: str, doc_id: str) -> Line | None:
        """A message that a system handed in itself."""
        mine = (s for s in self.sent if s.by == system)
        return next((s for s in mine if s.doc_id == doc_id), None)

    def status(self, document_id: str, told: dict[str, str]) -> None:
        """A status message came about a document: on its line, or astray."""
        lines = [line for box in self.inboxes.values() for line in box.values()]
        about = [
            line
            for line in (*lines, *self.sent)
            if document_id and line.document_id == document_id and line.kind == "edoc"
        ]
        for line in about:
            line.statuses.append(told)
        if not about:
            self.astray.append(told)

    def export(self) -> dict[str, Any]:
        """As JSON values, without the messages themselves."""
        return {
            "states": {system: self.states(system) for system in self.inboxes},
            "inboxes": {
                system: [_line(line) for line in lines.values()]
                for system, lines in self.inboxes.items()
            },
            "sent": [_line(line) for line in self.sent],
            "astray": self.astray,
        }


def _line(line: Line) -> dict[str, Any]:
    return {
        "docId": line.doc_id,
        "messageType": line.kind,
        "documentId": line.document_id,
        "from": line.sender,
        "to": line.receiver,
        "status": line.state,
        "reason": line.reason,
        "sha256": line.digest,
        "bytes": len(line.data),
        "times": line.times,
        "copyOf": line.copy_of,
        "by": line.by,
        "statuses": line.statuses,
        "created_time": line.created_at.isoformat(timespec="seconds"),
        "updated_time": line.updated_at.isoformat(timespec="seconds"),
        "history": [list(step) for step in line.history],
    }
