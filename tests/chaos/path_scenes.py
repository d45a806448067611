"""What the crash matrix plays: a few comings, each scene after the ones before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from hub.edxml.identity import identify
from hub.model.agencies import agency_source
from hub.model.arrivals import AGENCY_AMQP, Offer, Source
from hub.model.envelopes import Envelope, Organization
from hub.model.examined import Examined
from hub.model.ids import AgencyCode, Digest, digest_of
from tests.fakes.district import letter, recall
from tests.integration.journal.recalling import word
from tests.unit.rules.cases import (
    CARRIER,
    GIAO_AN,
    NOI_VU,
    OUTSIDE,
    SIGNED,
    UBND,
)

#: The UBND as a source itself: it says statuses and sends documents.
OFFICE = Source(agency_source("ubnd-huyen"), AGENCY_AMQP, (UBND,))
MINISTRY = AgencyCode("000.00.00.G15")
SOURCES = {source.name: source for source in (CARRIER, OFFICE)}


@dataclass(frozen=True)
class Coming:
    """One thing that a source sends until it hears "taken"."""

    door_id: str
    envelope: Envelope
    source: Source = CARRIER

    @property
    def data(self) -> bytes:
        told = msgspec.to_builtins(self.envelope)
        return msgspec.json.encode([self.door_id, told])

    @property
    def offer(self) -> Offer:
        data = self.data
        return Offer(self.source, self.door_id, digest_of(data), len(data), "text/xml")

    @property
    def examined(self) -> Examined:
        """What the judging child would say of it."""
        return Examined(
            digest=digest_of(self.data),
            envelope=self.envelope,
            verdict=SIGNED,
            identity=identify(self.envelope),
        )


def _other(told: Envelope) -> Envelope:
    return replace(told, document_id="000.00.00.G22,2019/11/19,13/BC-UBND")


_OWN = replace(
    letter(MINISTRY, NOI_VU, sender=Organization(UBND)),
    document_id="000.00.37.H40,2019/11/20,1/CV-UBND",
)

#: In the order they are played.
SCENES: Mapping[str, tuple[Coming, ...]] = MappingProxyType(
    {
        "a document": (Coming("doc", letter(UBND, NOI_VU)),),
        "its status": (Coming("status", word("03", UBND, OUTSIDE), OFFICE),),
        "its recall": (Coming("recall", recall(UBND, NOI_VU)),),
        "an agency's own document": (Coming("own", _OWN, OFFICE),),
        "a document recalled before it left": (
            Coming("doc-2", _other(letter(GIAO_AN, UBND))),
            Coming("recall-2", _other(recall(GIAO_AN, UBND))),
        ),
    }
)

#: What the judging child knows.
READ: Mapping[Digest, Examined] = MappingProxyType(
    {
        coming.examined.digest: coming.examined
        for scene in SCENES.values()
        for coming in scene
    }
)
