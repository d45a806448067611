"""What a server sends is kept only where the right authority has signed it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from hub.model.revocations import RevocationKind
from hub.rehearsal.pki import FRESH, Pki
from hub.trust.checking import check
from hub.trust.wants import Authorities, Unfit, wants_of

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERVED = "http://ca.example"


@pytest.fixture(scope="module")
def pki():
    return Pki.make(NOW, served=SERVED)


@pytest.fixture(scope="module")
def leaf(pki):
    return pki.leaf("UBND huyện Giao Thủy")


@pytest.fixture(scope="module")
def wants(pki, leaf):
    known = Authorities.of([pki.root.certificate, pki.issuing.certificate], {})
    return wants_of([leaf.certificate], known)


@pytest.fixture(scope="module")
def a_list(wants):
    """The issuing authority's list is wanted."""
    return next(w for w in wants if "issuing" in w.wanted.url)


@pytest.fixture(scope="module")
def an_answer(wants, leaf):
    """OCSP about the leaf is wanted."""
    return next(w for w in wants if w.about and w.about.der == leaf.certificate)


def scoped(pki, *extensions: x509.ExtensionType) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(pki.issuing.parsed.subject)
        .last_update(NOW - HOUR)
        .next_update(NOW + DAY)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    made = builder.sign(pki.issuing.key, hashes.SHA256())
    return made.public_bytes(Encoding.DER)


def part_at(url: str) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(url)],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def forged(pki: Pki) -> bytes:
    """Our authority's name over another's key."""
    return pki.crl((), at=NOW, issuer=replace(pki.issuing, key=pki.other_issuing.key))


def spoiled(der: bytes) -> bytes:
    return der[:-1] + bytes([der[-1] ^ 1])


def test_a_list_is_taken_with_its_times(pki, a_list):
    made = pki.crl((), at=NOW - HOUR)
    found = check(made, a_list, NOW)
    assert (found.der, found.this_update) == (made, NOW - HOUR)
    assert found.next_update == NOW - HOUR + FRESH


def test_a_list_in_pem_is_kept_as_der(pki, a_list):
    made = pki.crl((), at=NOW - HOUR)
    pem = x509.load_der_x509_crl(made).public_bytes(Encoding.PEM)
    assert check(pem, a_list, NOW).der == made


def test_a_list_that_has_run_out_is_still_a_list(pki, a_list):
    """What it says of a revocation does not end."""
    assert check(pki.crl((), at=NOW - 60 * DAY), a_list, NOW).next_update < NOW


def test_a_part_of_a_list_is_taken_where_it_is_the_part_that_was_named(pki, a_list):
    made = scoped(pki, part_at(a_list.wanted.url))
    assert check(made, a_list, NOW).der == made


@pytest.mark.parametrize(
    ("why", "make"),
    [
        ("no list", lambda _: b""),
        ("no list", lambda _: b"<html>"),
        ("no list", lambda _: b"-----BEGIN X509 CRL-----\nAAAA\n-----END"),
        ("no list", lambda p: p.issuing.certificate),
        ("list of another authority", lambda p: p.crl((), at=NOW, issuer=p.root)),
        ("signature of the list", forged),
        ("signature of the list", lambda p: spoiled(p.crl((), at=NOW))),
        ("from the future", lambda p: p.crl((), at=NOW + DAY)),
        ("part of a list", lambda p: scoped(p, x509.DeltaCRLIndicator(1))),
        ("part of a list", lambda p: scoped(p, part_at("http://ca.example/other"))),
    ],
)
def test_anything_else_in_the_place_of_a_list_is_refused(pki, a_list, why, make):
    with pytest.raises(Unfit) as caught:
        check(make(pki), a_list, NOW)
    assert caught.value.why == why


def test_an_answer_is_taken_good_or_revoked(pki, leaf, an_answer):
    for revoked_at in (None, NOW - DAY):
        made = pki.ocsp(leaf, at=NOW - HOUR, revoked_at=revoked_at)
        found = check(made, an_answer, NOW)
        assert (found.der, found.this_update) == (made, NOW - HOUR)


@pytest.mark.parametrize(
    ("why", "make"),
    [
        ("no answer", lambda p, _: b""),
        ("no answer", lambda p, _: b"\x30\x03\x0a\x01\x06"),
        ("no answer", lambda p, _: p.crl((), at=NOW)),
        ("no answer", lambda p, _: p.ocsp(p.leaf("UBND xã Giao Hà"), at=NOW)),
        ("no answer", lambda p, leaf: spoiled(p.ocsp(leaf, at=NOW))),
        ("from the future", lambda p, leaf: p.ocsp(leaf, at=NOW + DAY)),
    ],
)
def test_anything_else_in_the_place_of_an_answer_is_refused(
    pki, leaf, an_answer, why, make
):
    with pytest.raises(Unfit) as caught:
        check(make(pki, leaf), an_answer, NOW)
    assert caught.value.why == why


def test_a_request_names_the_leaf_and_its_issuer(an_answer, leaf):
    asked = x509.ocsp.load_der_ocsp_request(an_answer.request())
    assert asked.serial_number == leaf.serial
    assert an_answer.wanted.kind is RevocationKind.OCSP
