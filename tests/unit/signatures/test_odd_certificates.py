"""Certificates no CA should make: they end in a finding, never in an exception."""

import base64
from dataclasses import replace

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from hub.model.findings import Indication
from hub.model.limits import Limits
from hub.signatures.certificates import UNREADABLE, may_sign, needs_of, read
from hub.signatures.judge import needs
from hub.signatures.paths import vouched
from tests.cases.room import (
    ground,
    knowledge,
    office,
    only_pdf,
    only_xml,
    pki,
    plain,
    signed_envelope,
    signed_pdf,
)
from tests.cases.shapes import refilled


def with_version(der: bytes, version: int) -> bytes:
    place = der.index(b"\xa0\x03\x02\x01\x02") + 4
    return der[:place] + bytes([version]) + der[place + 1 :]


def with_usage_twice(der: bytes) -> bytes:
    made = asn1.Certificate.load(der)
    extensions = made["tbs_certificate"]["extensions"]
    twice = next(e for e in extensions if e["extn_id"].native == "key_usage")
    extensions.append(twice.copy())
    return resigned(made)


def with_odd_address(der: bytes) -> bytes:
    """A subjectAltName holding an EDI name, which cryptography does not read."""
    made = asn1.Certificate.load(der)
    odd = bytes.fromhex("3010 0603551d11 0409 3007 a505 a103 0c0161")
    made["tbs_certificate"]["extensions"].append(asn1.Extension.load(odd))
    return resigned(made)


def resigned(made: asn1.Certificate) -> bytes:
    body = made["tbs_certificate"].dump()
    made["signature_value"] = pki().issuing.key.sign(body, PKCS1v15(), hashes.SHA256())
    return bytes(made.dump())


ODD = {
    "version 4": with_version(office().certificate, 3),
    "usage twice": with_usage_twice(office().certificate),
    "odd address": with_odd_address(office().certificate),
}
odd = pytest.mark.parametrize("der", ODD.values(), ids=ODD.keys())


def instead(xml: bytes, der: bytes) -> bytes:
    """The XML with another certificate in KeyInfo."""
    return refilled(xml, b"ds:X509Certificate", base64.b64encode(der))


@odd
def test_what_they_raise_is_named(der):
    with pytest.raises(UNREADABLE):
        may_sign(read(der))


@odd
def test_as_the_signer_of_an_envelope(der):
    finding = only_xml(instead(signed_envelope(), der))
    assert finding.indication is Indication.INDETERMINATE


@odd
def test_beside_the_signer_of_an_envelope(der):
    more = b"<ds:X509Certificate>" + base64.b64encode(der) + b"</ds:X509Certificate>"
    closing = b"</ds:X509Data>"
    assert only_xml(signed_envelope().replace(closing, more + closing)).passed


@odd
def test_as_the_signer_of_a_pdf(der):
    finding = only_pdf(signed_pdf(replace(office(), certificate=der)))
    assert finding.indication is not Indication.TOTAL_PASSED


@odd
def test_nobody_is_asked_about_them(der):
    needs_of([der])
    xml = plain(instead(signed_envelope(), der))
    files = ((1, signed_pdf(replace(office(), certificate=der))),)
    assert isinstance(needs(xml, files, Limits()).issuers, tuple)


@odd
def test_as_an_intermediate(der):
    leaf = read(pki().leaf("UBND xã Giao Phong").certificate)
    assert set(vouched(leaf, [der], ground())) <= {der}


def test_a_revocation_list_of_an_unknown_version_says_nothing():
    good = pki().crl((), at=ground().at)
    der = good.replace(b"\x02\x01\x01\x30", b"\x02\x01\x07\x30", 1)
    with pytest.raises(x509.InvalidVersion):
        x509.load_der_x509_crl(der)
    known = replace(knowledge(), crls=(*knowledge().crls, der))
    assert only_xml(signed_envelope(), ground(known)).passed
