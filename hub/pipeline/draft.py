"""One decision with all that its rows are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hub.model.arrivals import Arrival
from hub.model.decisions import Decision, Disposition
from hub.model.examined import Examined
from hub.model.ids import AgencyCode, Digest, DocumentKey
from hub.model.policy import DeliveryPolicy
from hub.model.recalls import Original
from hub.model.records import NewEntry, Tag
from hub.model.rejudging import Patience
from hub.model.statuses import Said
from hub.model.targets import Target


@dataclass(frozen=True, slots=True)
class Writer:
    """The agency attached here that sent what arrived, as its own document."""

    code: AgencyCode
    queue: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What leaving needs to know beside the decision."""

    at: datetime
    hub: str
    public_url: str
    policy: DeliveryPolicy
    #: The normalised envelope in the evidence store; None when nothing is delivered.
    body: Digest | None = None
    size: int = 0
    #: Source -> the envelope for bodies elsewhere that it brings, in the evidence.
    outward: Mapping[str, Digest] = field(default_factory=dict, hash=False)
    #: There where an agency attached here sent it: it hears by a notice.
    writer: Writer | None = None
    #: Who has the document from an earlier arrival of it.
    had: tuple[AgencyCode, ...] = ()
    #: Version of the procedures by which a dossier's office was found.
    procedures_version: str = ""
    #: The manifest of what it was judged by (keeping.py).
    knowledge: Digest | None = None
    #: How often an open verdict is judged again.
    patience: Patience = Patience()
    #: What it says of documents that were carried before.
    said: tuple[Said, ...] = ()
    #: Documents of the DocumentIds it is about, as the decision knew them.
    originals: tuple[Original, ...] = ()
    #: DocumentIds of what replaced the document before it came.
    superseded_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """The four inputs of a conclusion, so that each part of it says what it adds."""

    arrival: Arrival
    examined: Examined
    decision: Decision
    outgoing: Outgoing

    @property
    def at(self) -> datetime:
        """The moment of the conclusion, UTC."""
        return self.outgoing.at

    def until(self, target: Target) -> datetime:
        """Until when a row to a target is tried."""
        return self.at + self.outgoing.policy.plan(target).patience

    @property
    def key(self) -> DocumentKey | None:
        """Of the document; None where none was read."""
        identity = self.examined.identity
        return identity.key if identity else None

    @property
    def delivered(self) -> bool:
        """Whether anything goes on to agencies."""
        return self.decision.disposition is Disposition.DELIVER

    @property
    def said(self) -> tuple[Said, ...]:
        """What it says of documents carried before; nothing where it is not taken."""
        if not self.delivered:
            return ()
        told = self.outgoing.said
        return tuple(replace(one, arrival=self.arrival.id) for one in told)

    def entry(
        self, tag: Tag, facts: dict[str, Any], particulars: dict[str, Any] | None = None
    ) -> NewEntry:
        """An entry on this arrival and its document."""
        return NewEntry(
            tag=tag,
            moment=self.at,
            arrival=self.arrival.id,
            document=self.key,
            facts=facts,
            particulars=particulars,
        )
