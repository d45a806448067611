"""An old verdict judged again: as of then and as of today, beside what is recorded.

This is the shape of the JSON of `hub verify --again ID --json`; names in it are kept.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.model.ids import ArrivalId, Digest, DocumentKey
from hub.model.records import Facts

#: Changes when a name or a meaning in the JSON changes; additions leave it.
FORMAT = "lienthong-verify-again/1"


class Sameness(StrEnum):
    """What judging as of then came to."""

    #: Every recorded fact came out again.
    SAME = "same"
    DIFFERENT = "different"
    #: What it was made of is not recorded, or not in the evidence store any more.
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is not the same: where, what it was, what it is."""

    #: Keys and positions from the top: "findings.0.reasons".
    place: str
    recorded: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """One verdict of the journal, and the same judged again as of its moment."""

    #: Number in the chain of seals; None: not sealed yet.
    number: int | None
    moment: datetime
    #: `envelope:judged` or `envelope:judged-again`.
    tag: str
    facts: Facts = field(hash=False)
    sameness: Sameness
    #: Why it is LOST; "" otherwise.
    why: str = ""
    then: Facts | None = field(default=None, hash=False)
    differences: tuple[Difference, ...] = ()
    #: Programs that are not what they were: name, version then, version now.
    software: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """Everything about one arrival's verdicts."""

    arrival: ArrivalId
    document: DocumentKey | None
    #: SHA-256 of the bytes as received.
    sha256: Digest
    recorded: tuple[Recorded, ...]
    #: With the trust, the policy and the moment of today.
    today: Facts = field(hash=False)
    #: What today says otherwise than the last recorded verdict; the moment, versions
    #: and ages, which always differ, are left out.
    changed: tuple[Difference, ...] = ()
    format: str = FORMAT

    @property
    def reproduced(self) -> bool:
        """Every recorded verdict came out as it was recorded."""
        return all(one.sameness is Sameness.SAME for one in self.recorded)

    @property
    def still_holds(self) -> bool:
        """Today's headline is that of the last recorded verdict."""
        last = self.recorded[-1].facts.get("headline")
        return bool(last == self.today.get("headline"))
