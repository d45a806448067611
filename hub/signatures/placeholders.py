"""What stands where a signature should: nothing, a specimen, a token (EDXML.md 5.1)."""

from collections.abc import Iterator

from lxml import etree

from hub.model.findings import Finding, SignatureKind, Slot
from hub.signatures.document import Document, local, namespace, place_of
from hub.signatures.policy import (
    DUMMY_DIGESTS,
    EDOC,
    QCVN,
    SPECIMEN_SUBJECT,
    XMLDSIG,
)

#: No real certificate is shorter; the specimens are cut after a line or less.
_SHORTEST_CERTIFICATE = 200


def slots(document: Document) -> Iterator[Finding]:
    """Findings for slots that hold no XML-DSig signature."""
    for element in document.root.iter("{*}Signature", "{*}DigitalSignature"):
        if local(element) == "Signature" and namespace(element) in {QCVN, EDOC, ""}:
            yield slot_finding(element, _kind_of_alias(element))
        if local(element) == "DigitalSignature" and not _holds_signature(element):
            yield slot_finding(element, _kind_of_alias(element))


def slot_finding(element: etree._Element, slot: Slot, remark: str = "") -> Finding:
    """A finding about a slot in which there is nothing to verify."""
    return Finding(SignatureKind.XML, place_of(element), slot, remark=remark)


def absent() -> Finding:
    """The finding of an envelope in which no signature stands anywhere."""
    return Finding(SignatureKind.XML, "", Slot.ABSENT)


def _holds_signature(element: etree._Element) -> bool:
    """Whether a signature stands within, which then has its own finding."""
    return next(element.iterdescendants("{*}Signature"), None) is not None


def _kind_of_alias(element: etree._Element) -> Slot:
    """What a Signature outside the XML-DSig namespace is; it can never verify."""
    if not len(element) and not (element.text or "").strip():
        return Slot.ABSENT
    if _texts(element, "Token") and not _texts(element, "SignatureValue"):
        return Slot.TOKEN
    if _texts(element, "SignedInfo") or _texts(element, "SignatureValue"):
        return Slot.PLACEHOLDER
    return Slot.MALFORMED


def specimen_slot(signature: etree._Element) -> Slot:
    """Whether a ds:Signature is a token or a pasted specimen; else SIGNATURE."""
    if _texts(signature, "Token") and not signature.findall(_ds("SignedInfo")):
        return Slot.TOKEN
    digests = {text.strip() for text in _texts(signature, "DigestValue")}
    if digests & DUMMY_DIGESTS or _is_specimen_certificate(signature):
        return Slot.PLACEHOLDER
    return Slot.SIGNATURE


def _is_specimen_certificate(signature: etree._Element) -> bool:
    subjects = {text.strip() for text in _texts(signature, "X509SubjectName")}
    if SPECIMEN_SUBJECT in subjects:
        return True
    certificates = ["".join(t.split()) for t in _texts(signature, "X509Certificate")]
    return any(len(text) < _SHORTEST_CERTIFICATE for text in certificates)


def _texts(element: etree._Element, name: str) -> list[str]:
    return [e.text or "" for e in element.iter(f"{{*}}{name}")]


def _ds(name: str) -> str:
    return f"{{{XMLDSIG}}}{name}"
