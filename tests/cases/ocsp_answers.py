"""What OCSP answers say, and who may give them (RFC 6960, 4.2.2.2).

    root -> CA -> leaf

root's list says good of the CA; the CA has no list in most of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Revocation
from hub.model.knowledge import Knowledge
from tests.cases.authorities import (
    LEAF,
    YEAR,
    Authority,
    Entry,
    Shape,
    below,
    crl,
    issue,
    known,
    leaf,
    name,
    root,
)
from tests.cases.book import PASSED, Book, Case, Expected
from tests.cases.revocations import (
    LATER,
    NO_POE,
    by,
    ca,
    dated,
    gone,
    judged,
    lists,
    saying,
)
from tests.cases.room import DAY, HOUR, NOW

BOOK = Book()
GOOD = "good_says_the_ca"

_PURPOSE = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), True)
_NO_CHECK = (x509.OCSPNoCheck(), False)
RESPONDER = replace(LEAF, more=(_PURPOSE, _NO_CHECK))


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: of whom, what, when, and by whom."""

    about: Authority | None = None
    #: Whose certificate it is said to be; None: the CA's.
    issuer: Authority | None = None
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    reason: x509.ReasonFlags | None = None
    revoked_at: datetime = NOW - DAY
    at: datetime = NOW - HOUR
    until: datetime | None = NOW + DAY
    #: Who signs; None: the CA itself.
    responder: Authority | None = None
    #: Certificates that come in it.
    along: tuple[Authority, ...] = ()

    def answer(self) -> bytes:
        """The response (DER)."""
        signer = self.responder or self.issuer or ca()
        revoked = self.status is ocsp.OCSPCertStatus.REVOKED
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                (self.about or by()).parsed,
                (self.issuer or ca()).parsed,
                hashes.SHA256(),
                self.status,
                self.at,
                self.until,
                self.revoked_at if revoked else None,
                self.reason,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.parsed)
        )
        if self.along:
            builder = builder.certificates([each.parsed for each in self.along])
        plain = isinstance(signer.key, ed25519.Ed25519PrivateKey)
        made = builder.sign(signer.key, None if plain else hashes.SHA256())
        return made.public_bytes(Encoding.DER)


REVOKED = Said(status=ocsp.OCSPCertStatus.REVOKED)


def knowing(*said: Said, crls: Sequence[bytes] = ()) -> Knowledge:
    return replace(lists(*crls), ocsps=tuple(each.answer() for each in said))


def told(said: Said, expected: Expected = PASSED, twin: str = "") -> Case:
    """An envelope judged with one answer."""
    return judged(knowing(said), expected, twin)


# what is said


@BOOK.case
def good_says_the_ca() -> Case:
    """Good, by the CA's own key: TOTAL_PASSED, by OCSP."""
    also = saying(Revocation.GOOD, NOW - HOUR, "ocsp")
    return judged(knowing(Said()), also=also)


@BOOK.case
def revoked_says_the_ca() -> Case:
    """Revoked yesterday; XML without a time: REVOKED_NO_POE."""
    also = saying(Revocation.REVOKED, NOW - HOUR, "ocsp")
    return judged(knowing(REVOKED), NO_POE, GOOD, also)


@BOOK.case
def on_hold_says_the_ca() -> Case:
    """Revoked (certificateHold): TRY_LATER."""
    hold = replace(REVOKED, reason=x509.ReasonFlags.certificate_hold)
    return told(hold, LATER, GOOD)


@BOOK.case
def taken_off_a_list_says_the_ca() -> Case:
    """Revoked (removeFromCRL), which no answer should say: TRY_LATER, never good."""
    odd = replace(REVOKED, reason=x509.ReasonFlags.remove_from_crl)
    return told(odd, LATER, GOOD)


@BOOK.case
def unknown_says_the_ca() -> Case:
    """Unknown: TRY_LATER."""
    return told(Said(status=ocsp.OCSPCertStatus.UNKNOWN), LATER, GOOD)


@BOOK.case
def good_says_the_answer_and_revoked_the_list() -> Case:
    """Good by a newer answer, revoked by a list: REVOKED_NO_POE, revoked beats good."""
    line = gone(NOW - 2 * DAY, x509.ReasonFlags.key_compromise)
    what = knowing(Said(), crls=[crl(ca(), line, at=NOW - DAY)])
    return judged(what, NO_POE, GOOD)


@BOOK.case
def revoked_says_the_answer_and_good_the_list() -> Case:
    """Good by a list still in force, revoked by an answer: REVOKED_NO_POE."""
    what = knowing(REVOKED, crls=[crl(ca(), at=NOW - 2 * DAY)])
    return judged(what, NO_POE, GOOD)


@BOOK.case
def hold_lifted_says_the_answer() -> Case:
    """On hold by a list, good by a newer answer: TOTAL_PASSED."""
    hold = gone(NOW - 3 * DAY, x509.ReasonFlags.certificate_hold)
    return judged(knowing(Said(), crls=[crl(ca(), hold, at=NOW - 2 * DAY)]))


# when


@BOOK.case
def stale_answer() -> Case:
    """Good, a month ago, for a day: TRY_LATER."""
    old = Said(at=NOW - 30 * DAY, until=NOW - 29 * DAY)
    return told(old, LATER, GOOD)


@BOOK.case
def answer_of_tomorrow() -> Case:
    """Good, tomorrow: TRY_LATER."""
    return told(Said(at=NOW + DAY, until=NOW + 2 * DAY), LATER, GOOD)


@BOOK.case
def answer_without_an_end() -> Case:
    """Good, ten minutes ago, no nextUpdate: TOTAL_PASSED."""
    return told(Said(at=NOW - timedelta(minutes=10), until=None))


@BOOK.case
def old_answer_without_an_end() -> Case:
    """Good, yesterday, no nextUpdate: TRY_LATER, newer ones were to be had."""
    old = Said(at=NOW - DAY, until=None)
    return told(old, LATER, "answer_without_an_end")


@BOOK.case
def answer_of_then() -> Case:
    """Stamped 300 days ago, good the day after, stale by now: TOTAL_PASSED."""
    at = NOW - 300 * DAY
    return dated(knowing(Said(at=at + DAY, until=at + 2 * DAY)), at, at)


@BOOK.case
def answer_of_then_for_a_claimed_time() -> Case:
    """Claimed 300 days ago, the same answer: TRY_LATER."""
    at = NOW - 300 * DAY
    what = knowing(Said(at=at + DAY, until=at + 2 * DAY))
    return dated(what, at, expected=LATER, twin="answer_of_then")


# about whom


@BOOK.case
def answer_about_another() -> Case:
    """Good, of another certificate of the CA: TRY_LATER."""
    return told(Said(about=leaf(ca(), "UBND xã Giao Lạc")), LATER, GOOD)


@BOOK.case
def answer_about_the_same_serial_elsewhere() -> Case:
    """Good, of the leaf's serial under root's name and key: TRY_LATER."""
    return told(Said(issuer=root()), LATER, GOOD)


@BOOK.case
def answer_under_the_same_name_and_another_key() -> Case:
    """Good, under the CA's name and a key it never had: TRY_LATER."""
    namesake = issue(ca().parsed.subject, None, Shape(label="another"))
    return told(Said(issuer=namesake, responder=ca()), LATER, GOOD)


# by whom


def responder(issuer: Authority, shape: Shape = RESPONDER) -> Authority:
    return issue(name("OCSP của CA", ORGANIZATION_NAME=str(shape.label)), issuer, shape)


@cache
def delegate() -> Authority:
    """A responder that the CA certified for this."""
    return responder(ca())


def by_responder(one: Authority, said: Said = Said()) -> Said:
    return replace(said, responder=one, along=(one,))


@BOOK.case
def good_says_a_delegate() -> Case:
    """By a responder of the CA (OCSPSigning, nocheck): TOTAL_PASSED."""
    return told(by_responder(delegate()))


@BOOK.case
def revoked_says_a_delegate() -> Case:
    """Revoked, by the same: REVOKED_NO_POE."""
    return told(by_responder(delegate(), REVOKED), NO_POE, "good_says_a_delegate")


@BOOK.case
def delegate_without_its_purpose() -> Case:
    """By an ordinary certificate of the CA: TRY_LATER.

    Else every customer of the CA could answer for every other one.
    """
    holder = responder(ca(), LEAF)
    return told(by_responder(holder), LATER, "good_says_a_delegate")


@BOOK.case
def delegate_of_another_ca() -> Case:
    """By a responder that root certified, not the CA: TRY_LATER."""
    return told(by_responder(responder(root())), LATER, "good_says_a_delegate")


@BOOK.case
def delegate_that_is_not_there() -> Case:
    """By a responder of the CA whose certificate does not come along: TRY_LATER."""
    lost = Said(responder=delegate())
    return told(lost, LATER, "good_says_a_delegate")


@BOOK.case
def delegate_that_is_expired() -> Case:
    """Signed in a responder's day, still in force; the responder has expired since.

    TRY_LATER: an old responder's key answers with any date.
    """
    old = responder(ca(), replace(RESPONDER, valid=(NOW - YEAR, NOW - HOUR)))
    said = Said(at=NOW - 2 * DAY, until=NOW + DAY)
    return told(by_responder(old, said), LATER, "good_says_a_delegate")


@BOOK.case
def delegate_that_is_revoked() -> Case:
    """By a responder without nocheck that the CA's list revokes: TRY_LATER."""
    one = responder(ca(), replace(LEAF, more=(_PURPOSE,)))
    part = crl(ca(), Entry(one.serial, NOW - DAY), at=NOW - 60 * DAY)
    what = knowing(by_responder(one), crls=[part])
    return judged(what, LATER, "delegate_that_is_not_revoked")


@BOOK.case
def delegate_that_is_not_revoked() -> Case:
    """By a responder without nocheck that no list revokes: TOTAL_PASSED."""
    one = responder(ca(), replace(LEAF, more=(_PURPOSE,)))
    return told(by_responder(one))


@BOOK.case
def answer_of_a_stranger() -> Case:
    """In the CA's name, by another key: TRY_LATER."""
    forger = issue(ca().parsed.subject, None, Shape(label="forger"))
    return told(by_responder(forger), LATER, GOOD)


@BOOK.case
def answer_with_a_changed_word() -> Case:
    """Revoked, with its moment changed by a byte: TRY_LATER, it proves nothing."""
    der = REVOKED.answer()
    word = f"{REVOKED.revoked_at:%Y%m%d%H%M%S}Z".encode()
    assert word in der
    later = f"{REVOKED.revoked_at + DAY:%Y%m%d%H%M%S}Z".encode()
    what = replace(lists(), ocsps=(der.replace(word, later, 1),))
    return judged(what, LATER, GOOD)


@BOOK.case
def good_by_elliptic_curve() -> Case:
    """The CA's key is P-256: TOTAL_PASSED by its own answer."""
    return _of_another_kind("p256")


@BOOK.case
def good_by_edwards_curve() -> Case:
    """The CA's key is Ed25519: TOTAL_PASSED by its own answer."""
    return _of_another_kind("ed25519")


def _of_another_kind(kind: str) -> Case:
    curved = below(root(), f"CA {kind}", Shape(kind))
    signer = leaf(curved, "UBND xã Giao Long")
    answer = Said(about=signer, issuer=curved).answer()
    what = known(root(), curved, crls=(crl(root()),), ocsps=(answer,))
    return judged(what, signer=signer)
