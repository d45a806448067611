"""Which certificates an envelope's signatures bring: what must be gathered for them.

Pure, and never raises for hostile input: what cannot be read names nothing.
Certificates come with XML signatures (KeyInfo, XAdES CertificateValues), with CMS in
PDF files, and inside the time stamps of both.
"""

import binascii
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from asn1crypto import cms
from lxml import etree

from hub.model.frames import Hoisted
from hub.model.knowledge import Needs
from hub.model.limits import Limits
from hub.signatures.certificates import needs_of
from hub.signatures.document import Document, elements, local
from hub.signatures.keyinfo import certificate_bytes
from hub.signatures.pdf import FOREIGN as FOREIGN_PDF
from hub.signatures.policy import Refused
from hub.signatures.stamps import tokens_of
from hub.signatures.xades import decoded

_CONTENTS = re.compile(rb"/Contents\s*<([0-9a-fA-F\s]{64,})>")
_FOREIGN = (*FOREIGN_PDF, etree.LxmlError, Refused)
#: XAdES: a certificate, and a token whose certificates count too.
_VALUE, _TOKEN = "EncapsulatedX509Certificate", "EncapsulatedTimeStamp"
#: A real one has 2 KB; a hundred of these are still no burden.
_LARGEST = 16_384


def needs(hoisted: Hoisted, pdfs: Sequence[tuple[int, bytes]], limits: Limits) -> Needs:
    """Certificates met, each once, with the issuers and addresses they name.

    No more than twice the limits' signatures: one that signs, one above it.
    """
    met = dict.fromkeys(_met(hoisted, pdfs, limits))
    fit = (der for der in met if len(der) <= _LARGEST)
    return needs_of(islice(fit, 2 * limits.signatures))


def _met(
    hoisted: Hoisted, pdfs: Sequence[tuple[int, bytes]], limits: Limits
) -> Iterator[bytes]:
    yield from _from_xml(hoisted, limits)
    for _, data in pdfs:
        yield from _from_pdf(data, limits)


def _from_xml(hoisted: Hoisted, limits: Limits) -> list[bytes]:
    try:
        signatures = Document.open(hoisted, limits).signatures[: limits.signatures]
        return [der for each in signatures for der in _from_signature(each, limits)]
    except _FOREIGN:
        return []


def _from_signature(signature: etree._Element, limits: Limits) -> Iterator[bytes]:
    yield from certificate_bytes(signature)[: limits.certificates]
    values = (decoded(e) or b"" for e in elements(signature) if local(e) == _VALUE)
    yield from islice(values, limits.certificates)
    tokens = (decoded(e) or b"" for e in elements(signature) if local(e) == _TOKEN)
    for token in islice(tokens, limits.certificates):
        yield from _from_cms(token, limits)


def _from_pdf(data: bytes, limits: Limits) -> Iterator[bytes]:
    """Certificates of every CMS in the file, found without opening it."""
    for match in islice(_CONTENTS.finditer(data), limits.signatures):
        try:
            der = binascii.unhexlify(b"".join(match[1].split()))
        except binascii.Error:
            continue
        yield from _from_cms(der, limits)


def _from_cms(der: bytes, limits: Limits) -> list[bytes]:
    """Its certificates and those of the time stamps on it."""
    try:
        signed_data = cms.ContentInfo.load(der)["content"]
        found = _certificates(signed_data, limits)
        for token in islice(_tokens(signed_data), limits.certificates):
            found += _certificates(token, limits)
    except _FOREIGN:
        return []
    return found


def _certificates(signed_data: Any, limits: Limits) -> list[bytes]:  # noqa: ANN401 - asn1crypto has no types
    held = list(signed_data["certificates"])[: limits.certificates]
    return [bytes(certificate.dump()) for certificate in held]


def _tokens(signed_data: Any) -> Iterator[Any]:  # noqa: ANN401 - asn1crypto has no types
    for info in signed_data["signer_infos"]:
        yield from (token["content"] for token in tokens_of(info))
