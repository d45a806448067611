"""What a ds:Signature carries besides SignedInfo: certificates and a claimed time."""

import binascii
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from hub.model.findings import SubIndication
from hub.model.limits import Limits
from hub.signatures.certificates import UNREADABLE, Certificate, read
from hub.signatures.document import elements, local
from hub.signatures.policy import XMLDSIG, Refused, as_utc

_KEY_INFO = f"{{{XMLDSIG}}}KeyInfo"


def certificate_bytes(signature: etree._Element) -> list[bytes]:
    """DER of every X509Certificate in KeyInfo, repeated ones once."""
    info = signature.find(_KEY_INFO)
    if info is None:
        return []
    texts = [e.text or "" for e in elements(info) if local(e) == "X509Certificate"]
    found: dict[bytes, None] = {}
    for text in texts:
        try:
            found[b64decode("".join(text.split()), validate=True)] = None
        except (binascii.Error, ValueError):
            continue
    return list(found)


def read_certificates(
    signature: etree._Element, limits: Limits
) -> tuple[Certificate, ...]:
    """The certificates of KeyInfo; raises Refused where none can be read."""
    names = frozenset(_names_in(signature))
    if "RetrievalMethod" in names:
        raise Refused(SubIndication.UNSUPPORTED, "RetrievalMethod")
    ders = certificate_bytes(signature)
    if len(ders) > limits.certificates:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many certificates")
    found = []
    for der in ders:
        try:
            found.append(read(der))
        except UNREADABLE:
            continue
    if not found:
        reason = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        raise Refused(reason, _instead(names))
    return tuple(found)


def _names_in(signature: etree._Element) -> Iterator[str]:
    info = signature.find(_KEY_INFO)
    if info is not None:
        yield from (local(element) for element in elements(info))


def _instead(names: frozenset[str]) -> str:
    """What there is instead of a certificate; a key alone is anybody's."""
    if "X509Certificate" in names:
        return "no readable certificate"
    if names & {"KeyValue", "DEREncodedKeyValue"}:
        return "key without certificate"
    if names & {"X509IssuerSerial", "X509SKI", "X509SubjectName", "X509Digest"}:
        return "certificate only named"
    return "no certificate"


def claimed_time(signature: etree._Element) -> datetime | None:
    """The first SigningTime among a plain signature's properties; claimed only."""
    for element in elements(signature):
        if local(element) == "SigningTime":
            return read_time(element.text)
    return None


def read_time(text: str | None) -> datetime | None:
    """A moment as XML Schema writes it; None where it is none."""
    try:
        return as_utc(datetime.fromisoformat((text or "").strip()))
    except (ValueError, OverflowError):
        return None
