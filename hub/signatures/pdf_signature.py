"""The finding about one ordinary PDF signature."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.findings import FAILING, Finding, Level, SubIndication
from hub.signatures import pdf_cms
from hub.signatures.chain import Trust, trust_signer
from hub.signatures.conclude import (
    algorithm_facts,
    refused,
    signer_facts,
    timed,
    with_trust,
)
from hub.signatures.pdf_cms import Signed
from hub.signatures.pdf_dss import archived
from hub.signatures.pdf_file import FOREIGN, File
from hub.signatures.pdf_proofs import Proof
from hub.signatures.pdf_ranges import signed_end
from hub.signatures.pdf_speed import predigest
from hub.signatures.pdf_whole import broken, changed
from hub.signatures.policy import Ground, Moment, Refused, as_utc, choose_moment
from hub.signatures.stamps import Stamps, content_stamps, signature_stamps

_CADES = "/ETSI.CAdES.detached"

#: What judging as of a proven moment may mend.
_MENDED = frozenset(
    {
        SubIndication.TRY_LATER,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.NO_POE,
    }
)


def judge_signature(
    file: File, embedded: EmbeddedPdfSignature, finding: Finding, proofs: list[Proof]
) -> Finding:
    """All that is found; raises Refused, or one of FOREIGN."""
    ground = _ground(file, embedded)
    signer, others = pdf_cms.certificates(embedded, ground)
    info = embedded.signer_info
    finding = algorithm_facts(
        finding,
        [str(embedded.md_algorithm)],
        str(info["signature_algorithm"]["algorithm"].native),
        signer,
        ground,
    )
    end = signed_end(embedded, file.data) if proofs else None
    over = [p for p in proofs if p.covers(end)]
    stamps = _stamps(info, ground, over)
    predigest(embedded, file.data, file.midway)
    before = content_stamps(
        info, embedded.compute_digest(), str(embedded.md_algorithm), ground
    )
    moment = _moment(embedded, stamps, over, ground)
    moment = replace(moment, after=before.latest)
    finding = replace(finding, stamps=(*stamps.facts, *before.facts))
    finding = timed(signer_facts(finding, signer, ground), moment)
    try:
        signed = pdf_cms.check(embedded, signer, others)
    except Refused as why:
        return refused(finding, why)
    if not (signed.digest_holds and signed.signature_holds):
        return broken(finding, digest_holds=signed.digest_holds)
    finding, _ = changed(file, embedded, _formed(finding, embedded, signed))
    finding = replace(finding, level=_level(file, embedded, stamps, over))
    return with_trust(finding, _trust(signed, moment, ground, over, file))


def _ground(file: File, embedded: EmbeddedPdfSignature) -> Ground:
    """What is known, and what the file and the signature bring along."""
    return archived(embedded.signer_info).added_to(file.offered.added_to(file.ground))


def _stamps(info: Any, ground: Ground, over: list[Proof]) -> Stamps:  # noqa: ANN401 - asn1crypto has no types
    """Tokens on the signature, as of now; else as of a proven moment after them."""
    now = signature_stamps(info, ground)
    if now.earliest is not None or not now.judged:
        return now
    later = (signature_stamps(info, proof.ground(ground)) for proof in over)
    return next((then for then in later if then.earliest is not None), now)


def _moment(
    embedded: EmbeddedPdfSignature, stamps: Stamps, over: list[Proof], ground: Ground
) -> Moment:
    """The earliest proven moment: a stamp on the signature, or over the document.

    Else what the signer says.
    """
    proven = [proof.at for proof in over]
    if stamps.earliest is not None:
        proven.append(stamps.earliest)
    return choose_moment(_claimed(embedded), min(proven, default=None), ground)


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    try:
        claimed = embedded.self_reported_timestamp
        return None if claimed is None else as_utc(claimed)
    except FOREIGN:
        return None


def _formed(
    finding: Finding, embedded: EmbeddedPdfSignature, signed: Signed
) -> Finding:
    """CAdES wants the signer's certificate named (ETSI EN 319 142-1, 6.3)."""
    if _is_cades(embedded) and not signed.names_signer:
        why = Refused(
            SubIndication.SIG_CONSTRAINTS_FAILURE, "signing certificate not named"
        )
        return refused(finding, why)
    return finding


def _is_cades(embedded: EmbeddedPdfSignature) -> bool:
    return str(embedded.sig_object.get("/SubFilter", "")) == _CADES


def _level(
    file: File, embedded: EmbeddedPdfSignature, stamps: Stamps, over: list[Proof]
) -> Level:
    """The form (ETSI EN 319 142-1, 6): what is there and holds, not what it is worth.

    T: a stamp; LT: revocation data in the file, too; LTA: a document time stamp over
    that data.
    """
    if not _is_cades(embedded):
        return Level.PLAIN
    if not (over or any(stamp.intact for stamp in stamps.judged)):
        return Level.B
    if not file.offered.has_answers:
        return Level.T
    return Level.LTA if any(p.offered.has_answers for p in over) else Level.LT


def _trust(
    signed: Signed, moment: Moment, ground: Ground, over: list[Proof], file: File
) -> Trust:
    """The signer's certificate as of now; else as of a moment that is proven.

    Only what time has taken away is looked for there: revocation data that is stale
    by now and was in force when a stamp was put over it (ETSI EN 319 102-1, 5.6.2).
    """
    others = (*signed.others, *file.offered.certificates)
    found = trust_signer(signed.signer, others, moment, ground)
    for proof in over:
        if not found.reasons or not _MENDED.issuperset(found.reasons):
            break
        then = trust_signer(signed.signer, others, moment, proof.ground(ground))
        if not then.reasons or FAILING.intersection(then.reasons):
            return then
    return found
