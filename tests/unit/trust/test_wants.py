"""What is wanted for a document, and which servers may be asked for it."""

from datetime import UTC, datetime

import pytest

from hub.model.ids import digest_of
from hub.model.revocations import RevocationKind
from hub.rehearsal.pki import Pki
from hub.trust.entries import Entry, Role
from hub.trust.wants import Authorities, Places, lists_of, place_of, wants_of

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
SERVED = "http://ca.example"


@pytest.fixture(scope="module")
def pki():
    return Pki.make(AT, served=SERVED)


def known_to(pki, *, issuing=True, entries=()):
    ders = [pki.root.certificate, *([pki.issuing.certificate] if issuing else ())]
    return Authorities.of(ders, {entry.fingerprint: entry for entry in entries})


def urls(wants):
    return sorted((str(w.wanted.kind), w.wanted.url) for w in wants)


def test_a_leaf_wants_its_list_its_answer_and_those_of_the_path_above(pki):
    leaf = pki.leaf("UBND huyện Giao Thủy")
    assert urls(wants_of([leaf.certificate], known_to(pki))) == [
        ("crl", f"{SERVED}/crl/issuing.crl"),
        ("crl", f"{SERVED}/crl/root.crl"),
        ("ocsp", f"{SERVED}/ocsp"),
        ("ocsp", f"{SERVED}/ocsp"),
    ]


def test_an_intermediate_that_came_along_counts_where_a_root_of_ours_made_it(pki):
    leaf = pki.leaf("UBND huyện Giao Thủy")
    met, known = [leaf.certificate, *leaf.above], known_to(pki, issuing=False)
    assert len(wants_of(met, known)) == 4
    assert wants_of([leaf.certificate], known) == ()


def test_a_stranger_wants_nothing(pki):
    leaf = pki.leaf("UBND huyện Giao Thủy", issuer=pki.other_issuing)
    met = [leaf.certificate, pki.other_issuing.certificate, pki.other_root.certificate]
    assert wants_of(met, known_to(pki)) == ()


def test_a_name_without_its_key_is_a_stranger(pki):
    other = Pki.make(AT, served=SERVED)
    forged = other.leaf("UBND huyện Giao Thủy", issuer=other.other_issuing)
    assert wants_of([forged.certificate, b"no certificate"], known_to(pki)) == ()


def test_a_leaf_that_names_nothing_wants_the_documented_list_of_its_issuer(pki):
    leaf = pki.leaf("UBND xã Giao Tân", crl_url="", ocsp_url="")
    entry = Entry(
        "issuing",
        Role.INTERMEDIATE,
        digest_of(pki.issuing.certificate),
        crls=("http://documented.example/a.crl",),
        ocsps=("http://documented.example/ocsp",),
    )
    wants = wants_of([leaf.certificate], known_to(pki, entries=[entry]))
    assert ("crl", "http://documented.example/a.crl") in urls(wants)
    assert ("ocsp", "http://documented.example/ocsp") in urls(wants)


def test_what_is_installed_is_kept_warm_without_any_document(pki):
    assert urls(lists_of(known_to(pki))) == [
        ("crl", f"{SERVED}/crl/root.crl"),
        ("ocsp", f"{SERVED}/ocsp"),
    ]


def test_the_same_thing_wanted_twice_has_one_key_and_others_have_their_own(pki):
    one, other = (pki.leaf(name) for name in ("UBND xã Giao Tân", "UBND xã Giao Hà"))
    known = known_to(pki)
    wants = wants_of([one.certificate, other.certificate], known)
    kinds = [w.wanted.kind for w in wants]
    assert kinds.count(RevocationKind.CRL) == 2
    assert kinds.count(RevocationKind.OCSP) == 3
    assert len({w.wanted.key for w in wants}) == 5


def test_servers_are_those_that_installed_certificates_name_and_those_allowed(pki):
    places = Places.of(known_to(pki), ["http://more.example:8080/x"])
    assert places.admit(f"{SERVED}/anything.crl")
    assert places.admit("https://ca.example/moved.crl")
    assert places.admit("http://more.example:8080/y")
    for url in (
        "http://evil.example/a.crl",
        "http://ca.example:81/a.crl",
        "ftp://ca.example/a.crl",
        "http://ca.example@evil.example/a.crl",
        "http://evil@ca.example/a.crl",
        f"{SERVED}/{'a' * 2_000}",
        "",
    ):
        assert not places.admit(url), url


def test_an_entry_opens_no_server_before_its_certificate_is_installed(pki):
    entry = Entry("G2", Role.ANCHOR, "ab" * 32, crls=("http://documented.example/a",))
    places = Places.of(known_to(pki, entries=[entry]), ())
    assert not places.admit("http://documented.example/a")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://Ca.Example/x", "http://ca.example:80"),
        ("https://ca.example:8443/x", "https://ca.example:8443"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]:80"),
        ("http://ca.example:99999/", ""),
        ("http://[bad/", ""),
        ("//ca.example/x", ""),
        ("ldap://ca.example/x", ""),
    ],
)
def test_a_server_is_known_by_scheme_host_and_port(url, place):
    assert place_of(url) == place
