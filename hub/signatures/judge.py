"""The verifier's two questions: what must be gathered, and what is found.

Pure: bytes, knowledge and a moment in, plain values out. Whatever the libraries
raise for hostile input becomes a finding; what cannot be classified is
indeterminate (POLICY_PROCESSING_ERROR), never passed.
"""

import binascii
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from asn1crypto import cms
from lxml import etree

from hub.model.findings import Finding
from hub.model.frames import Hoisted
from hub.model.knowledge import Needs
from hub.model.limits import Limits
from hub.signatures.certificates import needs_of
from hub.signatures.document import Document
from hub.signatures.keyinfo import certificate_bytes
from hub.signatures.pdf import FOREIGN as FOREIGN_PDF
from hub.signatures.pdf import pdf_findings
from hub.signatures.policy import Ground, Refused
from hub.signatures.xml import xml_findings

__all__ = ["Ground", "judge", "needs"]

_CONTENTS = re.compile(rb"/Contents\s*<([0-9a-fA-F\s]{64,})>")
_FOREIGN = (*FOREIGN_PDF, etree.LxmlError, Refused)


def judge(
    hoisted: Hoisted, pdfs: Sequence[tuple[int, bytes]], case: Ground
) -> tuple[Finding, ...]:
    """Findings about every signature of an envelope and of its PDF files.

    `hoisted` is the XML as received, payloads taken out where that was safe; `pdfs`
    are (attachment position, file bytes). XML first, then the files as given.
    """
    with _in_silence():
        found = xml_findings(hoisted, case)
        for position, data in pdfs:
            found += pdf_findings(position, data, _left(case, len(found)))
    return tuple(found)


def _left(case: Ground, judged: int) -> Ground:
    """The same ground with what is left of the envelope's number of signatures."""
    signatures = max(case.limits.signatures - judged, 0)
    return replace(case, limits=replace(case.limits, signatures=signatures))


def needs(hoisted: Hoisted, pdfs: Sequence[tuple[int, bytes]], limits: Limits) -> Needs:
    """Issuers and addresses of revocation data that certificates name.

    Never raises for hostile input: what cannot be read names nothing.
    """
    with _in_silence():
        ders = [*_from_xml(hoisted, limits)]
        for _, data in pdfs:
            ders += _from_pdf(data, limits)
        return needs_of(dict.fromkeys(ders))


@contextmanager
def _in_silence() -> Iterator[None]:
    """Libraries warn of odd serials, names and keys; findings say what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _from_xml(hoisted: Hoisted, limits: Limits) -> list[bytes]:
    try:
        signatures = Document.open(hoisted, limits).signatures[: limits.signatures]
        return [
            der
            for signature in signatures
            for der in certificate_bytes(signature)[: limits.certificates]
        ]
    except _FOREIGN:
        return []


def _from_pdf(data: bytes, limits: Limits) -> Iterator[bytes]:
    """Certificates of every CMS in the file, found without opening it."""
    for count, match in enumerate(_CONTENTS.finditer(data)):
        if count >= limits.signatures:
            return
        try:
            yield from _from_cms(binascii.unhexlify(b"".join(match[1].split())), limits)
        except _FOREIGN:
            continue


def _from_cms(der: bytes, limits: Limits) -> list[bytes]:
    signed_data = cms.ContentInfo.load(der)["content"]
    return [
        bytes(certificate.dump())
        for certificate in list(signed_data["certificates"])[: limits.certificates]
    ]
