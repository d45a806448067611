"""A mail is examined with what proves its sender, and what its signature needs."""

from dataclasses import replace

import pytest

from hub.judging.child import craft_of
from hub.judging.examine import Matter, Wording, examine, inspect, write
from hub.model.faults import FaultCode
from hub.model.knowledge import Knowledge
from hub.rehearsal import mails
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT as AT
from tests.unit.judging.test_hand import SETUP

LETTER = mails.clear_letter()
KNOWLEDGE = Knowledge(dkim_keys=mails.dkim_keys())


@pytest.fixture(scope="module")
def craft():
    translators = {"mail-imap": "adapters.mail.translate:translate"}
    made = craft_of(replace(SETUP, translators=translators))
    return replace(made, grounds={"mail": mails.ground()})


def matter(data: bytes) -> Matter:
    return Matter(data, "mail-imap", "message/rfc822", AT, source="mail")


def test_a_signed_mail_is_proven(craft):
    found = examine(matter(mails.proven(LETTER)), craft, KNOWLEDGE)

    assert found.fault is None
    assert found.proofs is not None
    assert [proof.proves for proof in found.proofs] == [True]
    assert found.vouched == ("000.00.12.H40",)
    assert {guess.name for guess in found.guesses} >= {"number", "promulgated"}


def test_a_mail_without_proof_has_none(craft):
    found = examine(matter(mails.compose(LETTER)), craft, KNOWLEDGE)

    assert found.proofs == ()


def test_an_odd_mail_is_a_fault(craft):
    data = mails.ODD_MAILS["two-from"].data()
    found = examine(matter(data), craft, KNOWLEDGE)

    assert found.fault is not None
    assert found.fault.code is FaultCode.MIME_AMBIGUOUS


def test_what_the_mails_own_signature_needs_is_gathered(craft):
    url = "http://crl.example.vn/a.crl"
    signer = Pki.make(AT).leaf("Văn thư", "Sở", email=mails.ADDRESS, crl_url=url)
    head, _, _ = mails.compose(LETTER).partition(b"Content-Type:")
    data = mails.smime_detached(head, mails.entity(LETTER), signer, AT)

    assert inspect(matter(data), craft).crl_urls == (url,)


def test_the_normalised_envelope_is_written(craft):
    pieces, to_sign = write(matter(mails.compose(LETTER)), craft, Wording(0))
    again, _ = write(matter(mails.compose(LETTER)), craft, Wording(0))
    written = b"".join(pieces)

    assert b"218" in written
    assert to_sign is None
    assert written == b"".join(again)
