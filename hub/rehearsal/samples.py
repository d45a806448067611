"""What a rehearsal sends: every case by name, with what must become of it.

    scene = Scene(Pki.make(at), at)
    for sample in every(scene): ...

The maker writes edXML as real senders do and never through the hub's own writer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.verdicts import Headline
from hub.rehearsal.cast import DISTRICT, Body
from hub.rehearsal.papers import Paper
from hub.rehearsal.parcels import Parcel, parcel_of
from hub.rehearsal.pdfs import Drawing, draw
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.signing import Stamp, sign_pdf

#: Monday 2 December 2019, 10:00 in Vietnam: two weeks after the paper rule began.
DEFAULT_DAY = date(2019, 12, 2)
DEFAULT_AT = datetime(2019, 12, 2, 3, 0, tzinfo=UTC)
XML = "application/xml"

#: A certificate's serial and the moment it was revoked.
Revoked = tuple[int, datetime]


@dataclass(frozen=True, slots=True)
class Expected:
    """Where a sample must end."""

    disposition: Disposition
    #: Name of the rule that must speak.
    rule: str
    fault: FaultCode | None = None
    headline: Headline | None = None
    #: The paper flag; None where the case says nothing of it.
    paper: int | None = None
    #: Codes that must receive it; empty unless it is delivered.
    receivers: tuple[AgencyCode, ...] = ()
    unknown: tuple[AgencyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One entity as a source hands it over, body and content type."""

    name: str
    title_vi: str
    title_en: str
    xml: bytes = field(repr=False)
    expected: Expected
    content_type: str = XML
    document_id: str = ""
    #: The sample it is about, which must have come before; "": it is about none.
    after: str = ""
    #: Bare files inside, as sent: to compare with what comes out.
    files: tuple[bytes, ...] = field(default=(), repr=False)
    #: What the issuing CA's CRL must name for the sample to be what it says.
    revoked: tuple[Revoked, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Time, place and people of a rehearsal."""

    pki: Pki
    #: The moment of signing.
    at: datetime = DEFAULT_AT
    #: The day written on the paper.
    day: date = DEFAULT_DAY
    receivers: tuple[Body, ...] = (DISTRICT,)
    #: Who sends, where the case does not need somebody else.
    sender: Body | None = None

    def parcel(self, paper: Paper, sender: Body, pdf: bytes) -> Parcel:
        """The fields of an envelope about `paper`."""
        return parcel_of(paper, self.sender or sender, self.receivers, pdf)

    def signed(
        self,
        paper: Paper,
        sender: Body,
        *,
        subfilter: str = "pades",
        timestamp: bool = False,
    ) -> bytes:
        """The paper drawn, signed by its leader and stamped by its office."""
        who = self.sender or sender
        drawing = drawn(paper)
        first = sign_pdf(
            drawing.pdf,
            who.leader(self.pki, paper.signer),
            self.pki,
            at=self.at,
            subfilter=subfilter,
            stamp=Stamp("hand", drawing.hand, drawing.page),
        )
        return self.stamped(
            first,
            drawing,
            who.seal(self.pki),
            subfilter=subfilter,
            timestamp=timestamp,
        )

    def stamped(
        self,
        pdf: bytes,
        drawing: Drawing,
        seal: Identity,
        *,
        subfilter: str = "pades",
        timestamp: bool = False,
    ) -> bytes:
        """The file with an office's seal over the signature, a minute later."""
        return sign_pdf(
            pdf,
            seal,
            self.pki,
            at=self.at + timedelta(minutes=1),
            subfilter=subfilter,
            timestamp=timestamp,
            field="Signature2",
            stamp=Stamp("seal", drawing.seal, drawing.page),
        )


@cache
def drawn(paper: Paper) -> Drawing:
    """The same paper is drawn once."""
    return draw(paper)


Maker = Callable[[Scene], Sample]


def codes(bodies: Iterable[Body]) -> tuple[AgencyCode, ...]:
    """The codes of bodies."""
    return tuple(body.code for body in bodies)


def delivered(
    scene: Scene, headline: Headline | None, paper: int | None = None
) -> Expected:
    """It goes to everybody it names."""
    return Expected(
        Disposition.DELIVER,
        "deliver",
        headline=headline,
        paper=paper,
        receivers=codes(scene.receivers),
    )


def refused(rule: str, fault: FaultCode, headline: Headline | None = None) -> Expected:
    """The sender is told to put something right."""
    return Expected(Disposition.REFUSE, rule, fault, headline)


def held(rule: str, fault: FaultCode, headline: Headline | None = None) -> Expected:
    """A person must look at it."""
    return Expected(Disposition.HOLD, rule, fault, headline)


def revoked_in(samples: Iterable[Sample]) -> tuple[Revoked, ...]:
    """What the issuing CA's CRL must name for all of them: for `Pki.write_trust`."""
    return tuple(line for sample in samples for line in sample.revoked)
