"""Document time stamps: what they are worth, and what they prove of what is older.

A proven document time stamp shows that the bytes it covers existed at its moment
(ETSI EN 319 102-1, 5.6.2.3, proof of existence): signatures, and the revocation data
in the file. Stamps are judged from the newest to the oldest; a later one keeps an
older one alive after its authority's certificate has run out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.findings import Finding
from hub.signatures.conclude import (
    algorithm_facts,
    signer_facts,
    timed,
    with_trust,
)
from hub.signatures.pdf_cms import refuse_too_many
from hub.signatures.pdf_dss import Offered, dss_of
from hub.signatures.pdf_file import File
from hub.signatures.pdf_ranges import signed_end
from hub.signatures.pdf_speed import predigest
from hub.signatures.pdf_whole import broken, changed
from hub.signatures.policy import Ground, choose_moment
from hub.signatures.stamps import Stamp, judge_token


@dataclass(frozen=True, slots=True)
class Proof:
    """That the first `end` bytes of a file existed at a moment."""

    at: datetime
    end: int
    #: What the file brought along within these bytes.
    offered: Offered

    def covers(self, end: int | None) -> bool:
        """Whether a signature over the first `end` bytes lies within."""
        return end is not None and end < self.end

    def ground(self, now: Ground) -> Ground:
        """The ground to judge on as of this moment, with what was there then."""
        return replace(self.offered.added_to(now), at=self.at)


class HasEmbedded(Protocol):
    """Anything about one signature."""

    @property
    def embedded(self) -> EmbeddedPdfSignature: ...


T = TypeVar("T", bound=HasEmbedded)


def newest_first(items: Iterable[T]) -> list[T]:
    """By how far their byte ranges reach, the furthest first."""
    return sorted(items, key=lambda item: _reach(item.embedded), reverse=True)


def _reach(embedded: EmbeddedPdfSignature) -> int:
    try:
        return sum([int(number) for number in embedded.byte_range][-2:])
    except (TypeError, ValueError):
        return 0


def judge_document_stamp(
    file: File, embedded: EmbeddedPdfSignature, finding: Finding, proofs: list[Proof]
) -> tuple[Finding, Proof | None]:
    """The finding about one document time stamp, and what it proves if anything.

    Raises Refused, or one of FOREIGN.
    """
    refuse_too_many(embedded, file.ground)
    end = signed_end(embedded, file.data)
    stamp = _judged(file, embedded, [p for p in proofs if p.covers(end)])
    finding = _facts(finding, stamp, file.ground)
    predigest(embedded, file.data, file.midway)
    info = embedded.signed_data["encap_content_info"]["content"].parsed
    same = bytes(info["message_imprint"]["hashed_message"].native)
    digest_holds = same == embedded.compute_digest()
    if not (digest_holds and stamp.intact):
        return broken(finding, digest_holds=digest_holds), None
    finding, signed = changed(file, embedded, finding)
    proof = None
    if stamp.proven and end is not None:
        revision = None if signed is None else signed.revision
        proof = Proof(stamp.at, end, _offered(file, revision))
    return with_trust(finding, stamp.trust), proof


def _offered(file: File, revision: int | None) -> Offered:
    """What the file brings along as of a revision; nothing of half a one."""
    if revision is None:
        return Offered()
    return dss_of(file.chronicle.history.view(revision))


def _judged(
    file: File, embedded: EmbeddedPdfSignature, proofs: Sequence[Proof]
) -> Stamp:
    """The token as of now, else as of a later proven moment."""
    first, *more = (
        judge_token(embedded.signed_data, None, ground)
        for ground in _grounds(file, proofs)
    )
    return next((stamp for stamp in (first, *more) if stamp.proven), first)


def _grounds(file: File, proofs: Sequence[Proof]) -> Iterator[Ground]:
    yield file.offered.added_to(file.ground)
    for proof in proofs:
        yield proof.ground(file.ground)


def _facts(finding: Finding, stamp: Stamp, ground: Ground) -> Finding:
    finding = algorithm_facts(
        finding, [stamp.digest], stamp.method, stamp.authority, ground
    )
    finding = replace(finding, stamps=(stamp.fact,))
    finding = signer_facts(finding, stamp.authority, ground)
    proof = choose_moment(stamp.at, stamp.at if stamp.proven else None, ground)
    return timed(finding, proof)
