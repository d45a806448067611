"""What a ds:Signature carries besides SignedInfo: certificates and a claimed time."""

import binascii
from base64 import b64decode
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
        raise Refused(reason, "no readable certificate")
    return tuple(found)


def claimed_time(signature: etree._Element) -> datetime | None:
    """The first SigningTime in the signature (XAdES or a property); claimed only."""
    for element in elements(signature):
        if local(element) == "SigningTime":
            try:
                return as_utc(datetime.fromisoformat((element.text or "").strip()))
            except (ValueError, OverflowError):
                return None
    return None
