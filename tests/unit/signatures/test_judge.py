"""The two questions of the verifier, and the shape of what it answers."""

import pickle

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
