"""The two questions of the verifier, and the shape of what it answers."""

import base64
import pickle
import re

import msgspec

from hub.model.findings import Finding, SignatureKind, SubIndication
from hub.model.limits import Limits
from hub.signatures.judge import judge, needs
from tests.cases.room import (
    envelope,
    ground,
    leader,
    office,
    pki,
    plain,
    signed_envelope,
    signed_pdf,
)


def test_findings_are_plain_values():
    found = judge(
        plain(signed_envelope()), ((1, signed_pdf(timestamp=True)),), ground()
    )
    assert pickle.loads(pickle.dumps(found)) == found
    moved = msgspec.json.encode(found)
    assert msgspec.json.decode(moved, type=tuple[Finding, ...]) == found


def test_xml_comes_first_then_the_files_as_given():
    files = ((3, signed_pdf()), (1, signed_pdf(leader())))
    found = judge(plain(signed_envelope()), files, ground())
    assert [f.kind for f in found] == [
        SignatureKind.XML,
        SignatureKind.PDF,
        SignatureKind.PDF,
    ]
    assert [f.attachment for f in found] == [None, 3, 1]


def test_the_same_judgement_twice_is_the_same():
    xml, files = plain(signed_envelope()), ((1, signed_pdf()),)
    assert judge(xml, files, ground()) == judge(xml, files, ground())


def test_needs_names_issuers_and_addresses():
    leaf = pki().leaf("UBND xã Giao Tân", crl_url="http://ca.example/cp.crl")
    found = needs(plain(signed_envelope(leaf)), ((1, signed_pdf(leaf)),), Limits())
    assert found.issuers == (leaf.parsed.issuer.rfc4514_string(),)
    assert found.crl_urls == ("http://ca.example/cp.crl",)


def test_needs_sees_signers_of_every_file_and_their_time_stamps():
    files = ((1, signed_pdf(office(), timestamp=True)),)
    found = needs(plain(envelope()), files, Limits())
    assert pki().issuing.parsed.subject.rfc4514_string() in found.issuers


def test_only_web_addresses_are_wanted():
    leaf = pki().leaf("UBND xã Giao Xuân", crl_url="ldap://ca.example/cn=x")
    assert needs(plain(signed_envelope(leaf)), (), Limits()).crl_urls == ()


def test_the_limit_counts_all_signatures_of_an_envelope():
    files = ((1, signed_pdf()), (2, signed_pdf()))
    limits = Limits(signatures=2)
    found = judge(plain(signed_envelope()), files, ground(limits=limits))
    assert [f.passed for f in found] == [True, True, False]
    assert found[2].reasons == (SubIndication.RESOURCE_LIMIT,)


def test_needs_brings_every_certificate_once_for_ocsp_to_be_asked_about():
    files = ((1, signed_pdf(timestamp=True)), (2, signed_pdf(leader())))
    found = needs(plain(signed_envelope()), files, Limits()).certificates
    assert len(found) == len(set(found))
    met = {office().certificate, leader().certificate, pki().tsa.certificate}
    assert met <= set(found)


def test_needs_looks_into_the_time_stamps_and_values_of_xml_signatures():
    contents = re.search(rb"/Contents\s*<([0-9a-fA-F]{64,})>", signed_pdf(leader()))
    assert contents
    token = base64.b64encode(bytes.fromhex(contents[1].decode()))
    value = base64.b64encode(pki().tsa.certificate)
    xml = re.sub(
        rb"</(\w+:)?Signature>",
        lambda end: (
            b"<x xmlns='x'><EncapsulatedTimeStamp>%s</EncapsulatedTimeStamp>"
            b"<EncapsulatedX509Certificate>%s</EncapsulatedX509Certificate></x>%s"
            % (token, value, end[0])
        ),
        signed_envelope(),
    )
    found = needs(plain(xml), (), Limits()).certificates
    assert {leader().certificate, pki().tsa.certificate} <= set(found)


def test_a_pile_of_certificates_is_cut_at_twice_the_signatures():
    leaves = [pki().leaf(f"UBND xã số {n}", issuer=pki().issuing) for n in range(5)]
    files = tuple((n, signed_pdf(leaf)) for n, leaf in enumerate(leaves))
    found = needs(plain(envelope()), files, Limits(signatures=2)).certificates
    assert len(found) == 4
