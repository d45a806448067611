"""Revocation answers to be had: what is wanted, what was kept, when to ask again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.model.ids import Digest


class RevocationKind(StrEnum):
    """What is remembered under one key."""

    CRL = "crl"
    OCSP = "ocsp"
    #: No answer: how a server behaves.
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One answer that may be had; the same for every document that needs it."""

    #: SHA-256 over everything below, and over the certificate OCSP is asked about.
    key: Digest
    kind: RevocationKind
    url: str
    #: SHA-256 of the certificate of the authority that must stand behind the answer.
    issuer: Digest
    #: CRL: all addresses under which certificates name this list.
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer whose signature held when it came; its bytes are in the evidence."""

    digest: Digest
    size: int
    this_update: datetime
    next_update: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """What all processes of an installation know about one thing wanted."""

    wanted: Wanted
    #: The last good answer, however old: it stands until a newer one comes.
    answer: KeptAnswer | None
    fetched_at: datetime | None
    #: Nobody asks before this moment.
    due_at: datetime
    #: Somebody is asking until then, or died while asking.
    claimed_until: datetime | None
    #: Tries in vain since the last good one, and what the last of them came to.
    failures: int
    why: str
    #: A document wanted it last about then (to the day).
    wanted_at: datetime

    def in_force(self, at: datetime) -> bool:
        """Whether an answer is kept that has not run out."""
        return self.answer is not None and self.answer.next_update > at

    def claimed(self, at: datetime) -> bool:
        """Whether somebody is asking at this moment."""
        return self.claimed_until is not None and self.claimed_until > at

    def due(self, at: datetime) -> bool:
        """Whether it may be asked for now."""
        return self.due_at <= at and not self.claimed(at)
