"""A mail's sender is proven by a signature that speaks for From, or not at all."""

import base64
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from asn1crypto.keys import PublicKeyInfo, RSAPublicKey
from dkim.canonicalization import Relaxed
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.mail.translate import translate
from hub.model.frames import Entity, Mail, Proof, ProofState
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.rehearsal import mails
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.samples import DEFAULT_AT as AT
from hub.signatures.mail import Ground, needs, prove

DOMAIN = mails.ADDRESS.partition("@")[2]
PKI = Pki.make(AT)
LETTER = mails.clear_letter()
PLAIN = mails.compose(LETTER)
KNOWLEDGE = Knowledge(
    anchors=(PKI.root.certificate,),
    intermediates=(PKI.issuing.certificate,),
    crls=(PKI.crl((), at=AT), PKI.crl((), at=AT, issuer=PKI.root)),
    dkim_keys=mails.dkim_keys(),
)


def ground(knowledge: Knowledge = KNOWLEDGE, at=AT) -> Ground:
    return Ground(knowledge, VerificationPolicy(), Limits(), at)


def dkim_of(data: bytes, **more) -> Proof:
    (proof,) = prove(Mail(data, mails.ADDRESS), ground(**more))
    return proof


def signed(**manner) -> bytes:
    domain = manner.pop("domain", DOMAIN)
    return mails.dkim_sign(PLAIN, domain, mails.SELECTOR, at=AT, **manner)


# --- DKIM


@pytest.mark.parametrize(
    "canonical",
    ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"],
)
def test_a_signature_of_the_senders_domain_proves_it(canonical):
    proof = dkim_of(signed(canonical=canonical))

    assert (proof.method, proof.about, proof.by) == ("dkim", DOMAIN, "hub")
    assert proof.proves, proof


def test_a_domain_right_above_speaks_for_the_one_below():
    keys = {f"{mails.SELECTOR}._domainkey.namdinh.gov.vn": next(iter(keys_().values()))}
    proof = dkim_of(
        signed(domain="namdinh.gov.vn"), knowledge=replace(KNOWLEDGE, dkim_keys=keys)
    )

    assert proof.proves


def keys_() -> dict[str, str]:
    return mails.dkim_keys()


@pytest.mark.parametrize("domain", ["gov.vn", "stttt.namdinh.gov.vn", "la.vn"])
def test_another_domains_signature_is_no_proof(domain):
    keys = {f"{mails.SELECTOR}._domainkey.{domain}": next(iter(keys_().values()))}
    proof = dkim_of(signed(domain=domain), knowledge=replace(KNOWLEDGE, dkim_keys=keys))

    assert proof.state is ProofState.PASSED
    assert (proof.proves, proof.detail) == (False, "other-domain")


NOT_PROVEN = {
    "no-key": signed(domain="khac.namdinh.gov.vn"),
    "body-changed": signed().replace(b"base64\r\n\r\n", b"base64\r\n\r\nAAAA", 1),
    "header-changed": signed().replace(b"\r\nTo: <", b"\r\nTo: X <", 1),
    "algorithm": signed().replace(b"a=rsa-sha256", b"a=rsa-sha1", 1),
    "from-unsigned": signed(headers=("subject", "content-type")),
    "header-unsigned": signed(headers=("from", "subject")),
    "body-uncovered": signed(length=100),
    "expired": signed(expires=AT - timedelta(days=1)),
    "syntax": signed().replace(b"v=1;", b"v=1; v=1;", 1),
}


@pytest.mark.parametrize("detail", NOT_PROVEN)
def test_what_does_not_prove_says_why(detail):
    proof = dkim_of(NOT_PROVEN[detail])

    assert not proof.proves
    assert proof.detail == detail
    assert (proof.state is ProofState.NONE) == (detail == "no-key")


def test_another_from_on_top_is_not_covered_by_a_signature():
    forged = b"From: <ke.khac@la.vn>\r\n" + signed()

    assert not dkim_of(forged).proves


def test_a_name_put_on_a_signed_file_is_not_covered():
    """Number and date are read out of it."""
    named = b"Content-Disposition: attachment; filename=9_QD-UBND.pdf\r\n" + signed()

    assert dkim_of(named).detail == "header-unsigned"


def test_a_signature_made_in_the_future_proves_nothing():
    assert dkim_of(signed(), at=AT - timedelta(days=1)).detail == "future"


def test_a_signature_stays_good_for_years():
    assert dkim_of(signed(), at=AT + timedelta(days=3650)).proves


def test_a_body_length_that_covers_everything_is_no_fault():
    body = PLAIN.partition(b"\r\n\r\n")[2]

    assert dkim_of(signed(length=len(Relaxed.canonicalize_body(body)))).proves


def test_a_short_key_proves_nothing():
    der = PublicKeyInfo.wrap(
        RSAPublicKey({"modulus": 2**511 + 111, "public_exponent": 65537}), "rsa"
    ).dump()
    text = f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"
    keys = {f"{mails.SELECTOR}._domainkey.{DOMAIN}": text}

    assert (
        dkim_of(signed(), knowledge=replace(KNOWLEDGE, dkim_keys=keys)).detail
        == "weak-key"
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("v=DKIM1; p=", "key-revoked"),
        ("v=DKIM1; k=rsa; p=!!", "syntax"),
        ("v=DKIM1; k=ed25519; p=AAAA", "syntax"),
        ("khóa", "syntax"),
        ("", "key-revoked"),
    ],
)
def test_a_key_that_is_none_proves_nothing(text, detail):
    keys = {f"{mails.SELECTOR}._domainkey.{DOMAIN}": text}

    assert (
        dkim_of(signed(), knowledge=replace(KNOWLEDGE, dkim_keys=keys)).detail == detail
    )


@pytest.mark.parametrize(
    ("more", "detail"),
    [("; t=y", "testing"), ("; t=s", ""), ("; h=sha1", "algorithm")],
)
def test_what_a_key_says_of_its_use_holds(more, detail):
    keys = {name: text + more for name, text in mails.dkim_keys().items()}
    proof = dkim_of(signed(), knowledge=replace(KNOWLEDGE, dkim_keys=keys))

    assert (proof.detail, proof.proves) == (detail, not detail)


def test_a_key_copied_in_pieces_is_put_together():
    keys = {
        name: f'"{text[:90]}" "{text[90:]}"' for name, text in mails.dkim_keys().items()
    }

    assert dkim_of(signed(), knowledge=replace(KNOWLEDGE, dkim_keys=keys)).proves


def test_each_of_several_signatures_is_told():
    twice = mails.dkim_sign(signed(), "la.vn", "s1", at=AT)
    found = prove(Mail(twice, mails.ADDRESS), ground())

    assert [(p.detail, p.proves) for p in found] == [("no-key", False), ("", True)]


def test_no_more_than_five_signatures_are_looked_at():
    many = b"DKIM-Signature: v=1\r\n" * 50 + PLAIN

    assert len(prove(Mail(many, mails.ADDRESS), ground())) == 5


def test_blanks_without_end_take_no_time_by_their_square():
    body = b" " * 300_000 + b"x"
    data = signed() + body

    assert dkim_of(data).detail == "body-changed"


OPENED: list[str] = []
sys.addaudithook(
    lambda event, _: OPENED.append(event) if event.startswith("socket.") else None
)


def test_no_name_is_looked_up_and_no_socket_opened():
    OPENED.clear()

    assert dkim_of(signed()).proves
    assert dkim_of(NOT_PROVEN["no-key"]).detail == "no-key"
    assert OPENED == []


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 900), st.integers(0, 6), st.binary(max_size=6))
def test_a_changed_mail_is_never_proven_and_never_an_exception(at, cut, more):
    data = signed()
    changed = data[:at] + more + data[at + cut :]
    found = prove(Mail(changed, mails.ADDRESS), ground())

    if any(proof.proves for proof in found):  # blanks inside "b=" are not signed
        assert b"".join(changed.lower().split()) == b"".join(data.lower().split())


# --- S/MIME


def clerk(email: str = mails.ADDRESS, **sort) -> Identity:
    return PKI.leaf(f"Văn thư {email}", "Sở Nông nghiệp", email=email, **sort)


def smime(email: str = mails.ADDRESS, *, opaque: bool = False, **sort) -> bytes:
    return smime_by(clerk(email, **sort), opaque=opaque)


def smime_by(signer: Identity, *, opaque: bool = False) -> bytes:
    head, _, _ = PLAIN.partition(b"Content-Type:")
    make = mails.smime_opaque if opaque else mails.smime_detached
    return make(head, mails.entity(LETTER), signer, AT)


def translated(data: bytes) -> Mail:
    frame = translate(Entity("message/rfc822", data, ground=mails.ground()), Limits())
    assert frame.mail is not None
    return frame.mail


def smime_of(data: bytes, **more) -> Proof:
    (proof,) = prove(translated(data), ground(**more))
    return proof


@pytest.mark.parametrize("opaque", [False, True])
def test_a_signature_made_out_to_from_proves_it(opaque):
    proof = smime_of(smime(opaque=opaque))

    assert (proof.method, proof.about) == ("s/mime", mails.ADDRESS)
    assert proof.proves, proof


@pytest.mark.parametrize("opaque", [False, True])
def test_a_perfect_signature_of_another_address_is_no_proof(opaque):
    proof = smime_of(smime("ke.khac@la.vn", opaque=opaque))

    assert (proof.state, proof.detail) == (ProofState.PASSED, "other-address")
    assert (proof.proves, proof.about) == (False, "ke.khac@la.vn")


def test_a_certificate_without_an_address_is_no_proof():
    assert smime_of(smime("")).detail == "other-address"


def test_a_changed_file_is_found():
    data = smime().replace(b"\r\nJVBER", b"\r\nJVBEX", 1)

    assert smime_of(data).detail == "body-changed"


def test_only_what_was_signed_is_read():
    mail = translated(smime())

    assert mail.signed == mails.entity(LETTER)


def test_what_stands_beside_the_signed_part_is_never_read_as_signed():
    wrapped = smime().partition(b"Content-Type: multipart/signed")
    inner = wrapped[1] + wrapped[2]
    data = (
        wrapped[0]
        + b'Content-Type: multipart/mixed; boundary="ngoai"\r\n\r\n--ngoai\r\n'
        + inner
        + b"\r\n--ngoai\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4"
        + b"\r\n--ngoai--\r\n"
    )
    mail = translated(data)

    assert mail.signature == b""
    assert prove(mail, ground()) == ()


def test_a_stranger_is_not_known():
    data = smime(issuer=PKI.other_issuing)

    assert smime_of(data).state is ProofState.NONE
    assert smime_of(data).detail == "unknown-issuer"


def test_a_revoked_certificate_proves_nothing():
    signer = clerk()
    crl = PKI.crl([(signer.serial, AT - timedelta(days=2))], at=AT)
    proof = smime_of(
        smime_by(signer), knowledge=replace(KNOWLEDGE, crls=(crl, KNOWLEDGE.crls[1]))
    )

    assert proof.state is ProofState.FAILED
    assert proof.detail.startswith("revoked")


def test_an_expired_certificate_proves_nothing():
    ended = (AT - timedelta(days=900), AT - timedelta(days=30))

    assert smime_of(smime(valid=ended)).state is ProofState.FAILED


def test_what_a_signature_needs_is_named():
    found = needs(translated(smime(crl_url="http://crl.vn/a.crl")), Limits())

    assert found.crl_urls == ("http://crl.vn/a.crl",)
    assert found.issuers
    assert needs(Mail(PLAIN, mails.ADDRESS), Limits()).issuers == ()
    assert needs(Mail(b"", "", signature=b"x"), Limits()).issuers == ()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=4))
def test_a_damaged_signature_is_never_an_exception(at, more):
    mail = translated(SMIME)
    der = mail.signature[:at] + more + mail.signature[at + len(more) :]
    found = prove(replace(mail, signature=der), ground())

    assert len(found) == 1
    if found[0].proves:  # unsigned bytes of the CMS, such as its other certificates
        assert mail.signed == mails.entity(LETTER)


SMIME = smime()


def test_what_the_trusted_server_said_comes_first():
    said = Proof("spf", ProofState.PASSED, DOMAIN, aligned=True, by=mails.SERVER)
    found = prove(Mail(signed(), mails.ADDRESS, (said,)), ground())

    assert [proof.method for proof in found] == ["spf", "dkim"]
