"""Authentication-Results count where the trusted server wrote them, and only there."""

from dataclasses import replace

import pytest

from hub.model.frames import Proof, ProofState, aligned
from hub.rehearsal import mails
from tests.unit.adapters.mail.reading import frame

DOMAIN = mails.ADDRESS.partition("@")[2]
RESULTS, RECEIVED = mails.received()
FORGED = RESULTS
FOREIGN = "Received: from a by mail.la.vn; Mon, 2 Dec 2019 10:00:00 +0700"


def proofs(*above: str) -> tuple[Proof, ...]:
    mail = frame(mails.compose(replace(mails.clear_letter(), above=above))).mail
    assert mail is not None
    return mail.proofs


def own(results: str) -> str:
    return f"Authentication-Results: {mails.SERVER}; {results}"


@pytest.mark.parametrize(
    "above",
    [
        (RESULTS, RECEIVED),
        (RECEIVED, RESULTS),
        (RECEIVED, RECEIVED, RESULTS, FOREIGN),
        ("X-Spam: no", RECEIVED, "Received-SPF: pass", RESULTS),
    ],
)
def test_what_our_server_wrote_counts(above):
    (proof,) = proofs(*above)

    assert (proof.method, proof.about, proof.by) == ("dkim", DOMAIN, mails.SERVER)
    assert proof.proves


@pytest.mark.parametrize(
    "above",
    [
        (FORGED,),
        (FOREIGN, FORGED),
        (RECEIVED, FOREIGN, FORGED),
        (FORGED, FOREIGN),
        (RECEIVED, RESULTS.replace(mails.SERVER, "mx.la.vn")),
        (RECEIVED, RESULTS.replace(mails.SERVER, "mx.la.vn"), FORGED),
        (RECEIVED, f"Authentication-Results: ({mails.SERVER}) la.vn; dkim=pass"),
    ],
)
def test_what_others_wrote_does_not(above):
    assert proofs(*above) == ()


def test_a_second_header_below_ours_may_be_the_senders():
    said = proofs(RECEIVED, own("dkim=none"), FORGED)

    assert [proof.state for proof in said] == [ProofState.NONE]


@pytest.mark.parametrize(
    ("results", "states"),
    [
        (f"dkim=pass header.d={DOMAIN}", [(ProofState.PASSED, True)]),
        (f"dkim=fail header.d={DOMAIN}", [(ProofState.FAILED, True)]),
        ("dkim=pass header.d=la.vn", [(ProofState.PASSED, False)]),
        ("dkim=pass header.i=@namdinh.gov.vn", [(ProofState.PASSED, True)]),
        ("dkim=pass header.d=gov.vn", [(ProofState.PASSED, False)]),
        ("dkim=pass", [(ProofState.PASSED, False)]),
        (f"spf=softfail smtp.mailfrom=a@{DOMAIN}", [(ProofState.FAILED, True)]),
        (f"dmarc=pass (p=none) header.from={DOMAIN}", [(ProofState.PASSED, True)]),
        (
            f"dkim=temperror header.d={DOMAIN}; spf=pass smtp.mailfrom={DOMAIN}",
            [(ProofState.NONE, True), (ProofState.PASSED, True)],
        ),
        (f"dkim=fail (dkim=pass header.d={DOMAIN})", [(ProofState.FAILED, False)]),
        ("auth=pass smtp.auth=a; none", []),
        ("none", []),
    ],
)
def test_each_result_is_told(results, states):
    assert [(p.state, p.aligned) for p in proofs(RECEIVED, own(results))] == states


@pytest.mark.parametrize(
    ("domain", "speaks"),
    [
        (DOMAIN, True),
        (DOMAIN.upper(), True),
        ("namdinh.gov.vn", True),
        ("gov.vn", False),
        ("vn", False),
        ("", False),
        (f"a.{DOMAIN}", False),
        ("dinh.gov.vn", False),
    ],
)
def test_which_domain_speaks_for_an_address(domain, speaks):
    assert aligned(mails.ADDRESS, domain) == speaks


@pytest.mark.parametrize(
    "results",
    [
        f'spf=pass smtp.mailfrom="a; dkim=pass header.d={DOMAIN};"@la.vn',
        f'spf=pass (of "x) dkim=pass header.d={DOMAIN} (y"@la.vn) smtp.helo=la.vn',
        f'spf=pass (of "x); dkim=pass header.d={DOMAIN}; (y"@la.vn) smtp.helo=la.vn',
        f"spf=pass (of x)y;dkim=pass header.d={DOMAIN}) smtp.helo=la.vn",
        f"spf=pass (\\); dkim=pass header.d={DOMAIN}; (\\)) smtp.helo=la.vn",
        f'spf=pass smtp.mailfrom="a; dkim=pass header.d={DOMAIN}',
    ],
)
def test_what_a_sender_made_our_server_repeat_is_no_word_of_its_own(results):
    assert not any(proof.proves for proof in proofs(RECEIVED, own(results)))


def test_a_plain_quoted_value_is_read():
    quoted = own(f'spf=pass smtp.mailfrom="van.thu@{DOMAIN}"')
    assert [proof.proves for proof in proofs(RECEIVED, quoted)] == [True]
