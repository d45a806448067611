"""How a simulated axis takes what systems hand in, and carries it on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_wire import System
from hub.rehearsal.edxml_peek import Peeked, peek
from hub.rehearsal.ledger import Ledger, Line

#: What an axis keeps apart (EDXML.md 3.1).
KINDS = ("edoc", "status")
_WORDS = {
    Code.RECEIVER_UNKNOWN: "không có đơn vị nhận",
    Code.RECEIVER_LOCKED: "đơn vị nhận bị khóa",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What a system hands in; what it does not say is read from the edXML."""

    kind: str
    data: bytes
    sender: str = ""
    receivers: tuple[str, ...] = ()


class Post:
    """Checks, notes and delivers; the same bytes from the same system are one."""

    def __init__(
        self, ledger: Ledger, systems: Sequence[System], refused: Mapping[str, Code]
    ) -> None:
        self._ledger = ledger
        self._systems = systems
        self._refused = refused

    def take(self, system: str, handed: Handed) -> str:
        """The docId it is carried under; raises Refusal.

        Handed in again, byte for byte, it keeps its docId: whether real axes do so is
        not known [I].
        """
        if handed.kind not in KINDS:
            raise Refusal(Code.SDK, f"messagetype {handed.kind!r}: {', '.join(KINDS)}")
        seen = peek(handed.data)
        digest = hashlib.sha256(handed.data).hexdigest()
        line = self._ledger.handed_in(system, handed.kind, digest)
        if line is None:
            line = self._new(system, handed, seen)
        line.times += 1
        line.note("sent", system, datetime.now(UTC))
        return line.doc_id

    def _new(self, system: str, handed: Handed, seen: Peeked) -> Line:
        sender = handed.sender or seen.sender
        receivers = handed.receivers or seen.receivers or _asked(seen)
        self._check(system, sender, receivers)
        doc_id = hashlib.sha256(f"{system} {handed.kind} ".encode() + handed.data)
        line = Line(
            doc_id.hexdigest()[:24],
            handed.kind,
            sender,
            ";".join(receivers),
            handed.data,
            document_id=seen.document_id,
            by=system,
        )
        self._ledger.sent.append(line)
        if handed.kind == "status":
            self._ledger.status(seen.about, _told(line, seen))
        for number, code in enumerate(receivers, 1):
            self._deliver(line, code, number)
        return line

    def _check(self, system: str, sender: str, receivers: tuple[str, ...]) -> None:
        [codes] = [one.codes for one in self._systems if one.id == system]
        if codes and sender not in codes:
            raise Refusal(Code.SENDER_UNKNOWN, f"{sender!r} chưa đăng ký cho {system}")
        for code in receivers:
            if why := self._refused.get(code):
                raise Refusal(why, f"{_WORDS.get(why, 'từ chối')}: {code}")

    def _deliver(self, sent: Line, code: str, number: int) -> None:
        """Into the mailbox of the receiver's system, under a docId of its own."""
        for system in self._systems:
            if code in system.codes:
                named = f"{sent.doc_id}-to-{number}"
                line = Line(named, sent.kind, sent.sender, code, sent.data)
                line.document_id, line.by = sent.document_id, sent.by
                line.copy_of = sent.doc_id
                self._ledger.put(system.id, line)


def _asked(seen: Peeked) -> tuple[str, ...]:
    """A status message is for who sent what it speaks of (EDXML.md 1.6)."""
    return (seen.about_sender,) if seen.about_sender else ()


def _told(line: Line, seen: Peeked) -> dict[str, str]:
    return {
        "code": seen.status,
        "from": line.sender,
        "about": seen.about,
        "description": seen.description,
        "docId": line.doc_id,
        "at": line.created_at.isoformat(timespec="seconds"),
    }
