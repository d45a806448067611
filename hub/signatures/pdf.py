"""Findings about the signatures and document time stamps of one PDF."""

import logging
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from struct import error as StructError  # noqa: N812 - a class with a small name
from typing import Any

from asn1crypto import core
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.changes import Changes
from hub.model.findings import Covered, Finding, SignatureKind, Slot, SubIndication
from hub.signatures.certificates import Certificate
from hub.signatures.conclude import (
    algorithm_facts,
    refused,
    signer_facts,
    timed,
    trusted,
    unclear,
    with_trust,
)
from hub.signatures.pdf_changes import ONLY_MORE_SIGNATURES, changes_after
from hub.signatures.pdf_speed import predigest, speed_up
from hub.signatures.policy import (
    Ground,
    Moment,
    Refused,
    as_utc,
    choose_moment,
)
from hub.signatures.stamps import (
    FOREIGN_CMS,
    Stamp,
    cms_certificates,
    count_certificates,
    judge_token,
    signature_stamps,
)

speed_up()
# pyHanko logs what it meets in hostile files; findings say it in our own words.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

#: What pyHanko raises for odd files.
FOREIGN = (*FOREIGN_CMS, PdfError, StructError, zlib.error, EOFError, StopIteration)

_SUBFILTERS = {
    "/adbe.pkcs7.detached": SignatureKind.PDF,
    "/ETSI.CAdES.detached": SignatureKind.PDF,
    "/ETSI.RFC3161": SignatureKind.PDF_TIMESTAMP,
}
#: Field names are the sender's: what goes into a place is short and printable.
_NAME_LENGTH = 40
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")


def pdf_findings(position: int, data: bytes, ground: Ground) -> list[Finding]:
    """One finding for every signature of a PDF; none for an unsigned one.

    A file that looks signed and shows no signature gets MALFORMED.
    """
    try:
        found = list(_each(_File(position, data, _open(data), ground)))
    except FOREIGN:
        found = []
    if found or not _BYTE_RANGE.search(data):
        return found
    lost = Finding(SignatureKind.PDF, f"attachment {position}", Slot.MALFORMED)
    return [replace(lost, attachment=position, remark="signature out of reach")]


@dataclass(frozen=True, slots=True)
class _File:
    """One PDF with its reader."""

    position: int
    data: bytes = field(repr=False)
    reader: PdfFileReader = field(repr=False)
    ground: Ground = field(repr=False)

    def blank(self, name: str, kind: SignatureKind = SignatureKind.PDF) -> Finding:
        """A finding about the signature field of that name, nothing found yet."""
        shown = "".join(c for c in name[:_NAME_LENGTH] if c.isprintable())
        place = f"attachment {self.position}, {shown}"
        return Finding(kind, place, Slot.SIGNATURE, attachment=self.position)


def _open(data: bytes) -> PdfFileReader:
    """Strictly where the file allows it; Word's hybrid files need the lax mode."""
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        if not reader.xrefs.hybrid_xrefs_present:
            list(enumerate_sig_fields(reader))
            return reader
    except FOREIGN:
        pass
    return PdfFileReader(BytesIO(data), strict=False)


def _each(file: _File) -> Iterator[Finding]:
    fields = enumerate_sig_fields(file.reader, filled_status=True)
    for index, (name, _, signature_field) in enumerate(fields):
        if index >= file.ground.limits.signatures:
            why = Refused(SubIndication.RESOURCE_LIMIT, "too many signatures")
            yield refused(file.blank(""), why)
            return
        yield _judge(file, str(name), signature_field)


def _judge(file: _File, name: str, signature_field: Any) -> Finding:  # noqa: ANN401 - pyHanko's object
    """The finding about one field; whatever goes wrong becomes its reason."""
    finding = file.blank(name)
    try:
        embedded = EmbeddedPdfSignature(file.reader, signature_field, name)
        kind = _SUBFILTERS.get(str(embedded.sig_object.get("/SubFilter", "")))
    except FOREIGN:
        return replace(finding, slot=Slot.MALFORMED, remark="signature unreadable")
    if kind is None:
        why = Refused(SubIndication.UNSUPPORTED, "SubFilter not known")
        return refused(finding, why)
    finding = replace(finding, kind=kind)
    try:
        if kind is SignatureKind.PDF_TIMESTAMP:
            return _document_stamp(file, embedded, finding)
        return _signature(file, embedded, finding)
    except Refused as why:
        return refused(finding, why)
    except FOREIGN:
        return unclear(finding)


# an ordinary signature


def _signature(
    file: _File, embedded: EmbeddedPdfSignature, finding: Finding
) -> Finding:
    signer, others = _certificates(embedded, file.ground)
    if not isinstance(embedded.signed_data["encap_content_info"]["content"], core.Void):
        raise Refused(SubIndication.SIG_CONSTRAINTS_FAILURE, "content inside the CMS")
    info = embedded.signer_info
    finding = algorithm_facts(
        finding,
        [str(embedded.md_algorithm)],
        str(info["signature_algorithm"]["algorithm"].native),
        signer,
        file.ground,
    )
    moment = _moment(embedded, file.ground)
    finding = timed(signer_facts(finding, signer, file.ground), moment)
    _integrity(file, embedded)
    digest_holds, signature_holds = validate_sig_integrity(
        info,
        extract_certificate_info(embedded.signed_data).signer_cert,
        expected_content_type="data",
        actual_digest=embedded.compute_digest(),
    )
    if not (digest_holds and signature_holds):
        return _broken(finding, digest_holds=digest_holds)
    finding = _changed(file, embedded, finding)
    return trusted(finding, signer, others, moment, file.ground)


def _certificates(
    embedded: EmbeddedPdfSignature, ground: Ground
) -> tuple[Certificate, tuple[bytes, ...]]:
    if count_certificates(embedded.signed_data) > ground.limits.certificates:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many certificates")
    try:
        return cms_certificates(embedded.signed_data, ground.limits)
    except FOREIGN as error:
        reason = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        raise Refused(reason, "no readable certificate") from error


def _integrity(file: _File, embedded: EmbeddedPdfSignature) -> None:
    predigest(embedded, file.data)
    embedded.compute_integrity_info(  # type: ignore[no-untyped-call]  # theirs
        diff_policy=ONLY_MORE_SIGNATURES
    )


def _broken(finding: Finding, *, digest_holds: bool) -> Finding:
    reason = (
        SubIndication.SIG_CRYPTO_FAILURE if digest_holds else SubIndication.HASH_FAILURE
    )
    return replace(
        finding,
        intact=False,
        changes=Changes.BROKEN,
        reasons=(reason, *finding.reasons),
    )


def _changed(file: _File, embedded: EmbeddedPdfSignature, finding: Finding) -> Finding:
    """Whole or changed; only what is clean covers the file that is read."""
    changes = changes_after(embedded, file.data)
    finding = replace(finding, intact=True, changes=changes)
    if changes in {Changes.WHOLE, Changes.ALLOWED}:
        return replace(finding, covers=(Covered.FILE,))
    why = Refused(SubIndication.CHANGED_UNEXPLAINED, "changed after signing")
    return refused(finding, why)


def _moment(embedded: EmbeddedPdfSignature, ground: Ground) -> Moment:
    """The earliest proven time stamp on the signature, else what the signer says."""
    stamps = signature_stamps(embedded.signer_info, ground)
    proven = [stamp.at for stamp in stamps if stamp.proven]
    return choose_moment(_claimed(embedded), min(proven, default=None), ground)


def _claimed(embedded: EmbeddedPdfSignature) -> Any:  # noqa: ANN401 - datetime or None, from Any
    try:
        claimed = embedded.self_reported_timestamp
        return None if claimed is None else as_utc(claimed)
    except FOREIGN:
        return None


# a document time stamp


def _document_stamp(
    file: _File, embedded: EmbeddedPdfSignature, finding: Finding
) -> Finding:
    if count_certificates(embedded.signed_data) > file.ground.limits.certificates:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many certificates")
    stamp = judge_token(embedded.signed_data, None, file.ground)
    finding = _stamp_facts(finding, stamp, file.ground)
    _integrity(file, embedded)
    info = embedded.signed_data["encap_content_info"]["content"].parsed
    same = bytes(info["message_imprint"]["hashed_message"].native)
    digest_holds = same == embedded.compute_digest()
    if not (digest_holds and stamp.intact):
        return _broken(finding, digest_holds=digest_holds)
    return with_trust(_changed(file, embedded, finding), stamp.trust)


def _stamp_facts(finding: Finding, stamp: Stamp, ground: Ground) -> Finding:
    finding = algorithm_facts(
        finding, [stamp.digest], stamp.method, stamp.authority, ground
    )
    finding = signer_facts(finding, stamp.authority, ground)
    proof = choose_moment(stamp.at, stamp.at if stamp.proven else None, ground)
    return timed(finding, proof)
