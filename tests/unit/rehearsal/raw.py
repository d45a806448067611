"""Verifiers that are not ours: signxml and pyHanko, asked without any policy."""

import base64
from datetime import datetime
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from signxml.verifier import SignatureConfiguration, XMLVerifier

from hub.rehearsal.foreign import as_asn1_certificate
from hub.rehearsal.pki import Identity, Pki


def xml_signature_holds(xml: bytes, signer: Identity, references: int = 1) -> bytes:
    """What the one signature signed; signxml raises where it does not hold."""
    pem = signer.parsed.public_bytes(Encoding.PEM).decode()
    found = XMLVerifier().verify(
        xml,
        x509_cert=pem,
        expect_config=SignatureConfiguration(expect_references=references),
    )
    results = found if isinstance(found, list) else [found]
    return b"".join(result.signed_data for result in results)


def embedded(pdf: bytes) -> list[EmbeddedPdfSignature]:
    """The signatures of a file."""
    return list(PdfFileReader(BytesIO(pdf)).embedded_regular_signatures)


def judged(pdf: bytes, pki: Pki, at: datetime) -> list[PdfSignatureStatus]:
    """pyHanko's status of each signature, with the rehearsal's root as anchor."""
    context = ValidationContext(
        trust_roots=[as_asn1_certificate(pki.root.certificate)],
        other_certs=[as_asn1_certificate(pki.issuing.certificate)],
        moment=at,
        allow_fetching=False,
    )
    return [validate_pdf_signature(found, context) for found in embedded(pdf)]


def certificates(xml: bytes) -> list[x509.Certificate]:
    """Certificates in KeyInfo, in order."""
    found = etree.fromstring(xml).iter("{*}X509Certificate")
    return [
        x509.load_der_x509_certificate(base64.b64decode(e.text or "")) for e in found
    ]
