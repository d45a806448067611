"""Findings about the signatures and document time stamps of one PDF."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.findings import Finding, SignatureKind, Slot, SubIndication
from hub.model.midway import Midway
from hub.signatures.conclude import refused, unclear
from hub.signatures.pdf_file import FOREIGN, File
from hub.signatures.pdf_proofs import Proof, judge_document_stamp, newest_first
from hub.signatures.pdf_signature import judge_signature
from hub.signatures.policy import Ground, Refused

__all__ = ["FOREIGN", "pdf_findings"]

_SUBFILTERS = {
    "/adbe.pkcs7.detached": SignatureKind.PDF,
    "/ETSI.CAdES.detached": SignatureKind.PDF,
    "/ETSI.RFC3161": SignatureKind.PDF_TIMESTAMP,
}
#: Deprecated since 2017 (ISO 32000-2, 12.8.3), not seen in official files: SHA-1
#: digests inside the CMS, raw RSA. Said to be there, and not computed.
_OLD_SUBFILTERS = frozenset({"/adbe.pkcs7.sha1", "/adbe.x509.rsa_sha1"})
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[")


def pdf_findings(
    position: int, data: bytes, ground: Ground, midway: Midway | None = None
) -> list[Finding]:
    """One finding for every signature of a PDF; none for an unsigned one.

    A file that looks signed and shows no signature gets MALFORMED.
    """
    try:
        file = File.open(position, data, ground, midway)
        return _findings(file) or _lost(position, data)
    except Refused as why:
        lost = _lost(position, data)
        return [refused(replace(f, slot=Slot.SIGNATURE, remark=""), why) for f in lost]
    except FOREIGN:
        return _lost(position, data)


def _lost(position: int, data: bytes) -> list[Finding]:
    """What is said of a file that has a byte range and shows no signature."""
    if not _BYTE_RANGE.search(data):
        return []
    place, remark = f"attachment {position}", "signature out of reach"
    lost = Finding(SignatureKind.PDF, place, Slot.MALFORMED, attachment=position)
    return [replace(lost, remark=remark)]


@dataclass(slots=True)
class _Item:
    """One signature field on its way to a finding."""

    finding: Finding
    #: None: nothing more is to be found.
    opened: EmbeddedPdfSignature | None = field(default=None, repr=False)

    @property
    def embedded(self) -> EmbeddedPdfSignature:
        """The signature, where it could be opened."""
        assert self.opened is not None
        return self.opened


def _findings(file: File) -> list[Finding]:
    """Document time stamps first, the newest first: they prove what is older."""
    most = file.ground.limits.signatures
    items = [_open(file, name, one) for name, one in file.fields[:most]]
    proofs: list[Proof] = []
    for item in newest_first(_of_kind(items, SignatureKind.PDF_TIMESTAMP)):
        _judge_stamp(file, item, proofs)
    for item in _of_kind(items, SignatureKind.PDF):
        _judge_signature(file, item, proofs)
    found = [item.finding for item in items]
    if len(file.fields) > most:
        why = Refused(SubIndication.RESOURCE_LIMIT, "too many signatures")
        found.append(refused(file.blank(""), why))
    return found


def _of_kind(items: list[_Item], kind: SignatureKind) -> Iterator[_Item]:
    return (i for i in items if i.opened is not None and i.finding.kind is kind)


def _open(file: File, name: str, signature_field: Any) -> _Item:  # noqa: ANN401 - pyHanko's object
    """One field's signature, opened; whatever goes wrong becomes its finding."""
    finding = file.blank(name)
    try:
        embedded = EmbeddedPdfSignature(file.reader, signature_field, name)
        subfilter = str(embedded.sig_object.get("/SubFilter", ""))
    except FOREIGN:
        lost = replace(finding, slot=Slot.MALFORMED, remark="signature unreadable")
        return _Item(lost)
    kind = _SUBFILTERS.get(subfilter)
    if kind is None:
        old = subfilter in _OLD_SUBFILTERS
        remark = "SubFilter out of use" if old else "SubFilter not known"
        why = Refused(SubIndication.UNSUPPORTED, remark)
        return _Item(refused(finding, why))
    return _Item(replace(finding, kind=kind), embedded)


def _judge_stamp(file: File, item: _Item, proofs: list[Proof]) -> None:
    try:
        item.finding, proof = judge_document_stamp(
            file, item.embedded, item.finding, proofs
        )
    except Refused as why:
        item.finding = refused(item.finding, why)
    except FOREIGN:
        item.finding = unclear(item.finding)
    else:
        proofs += [proof] if proof else []


def _judge_signature(file: File, item: _Item, proofs: list[Proof]) -> None:
    try:
        item.finding = judge_signature(file, item.embedded, item.finding, proofs)
    except Refused as why:
        item.finding = refused(item.finding, why)
    except FOREIGN:
        item.finding = unclear(item.finding)
