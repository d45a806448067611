"""What CRLs say: who is revoked when, and which lists count (RFC 5280, 5 and 6.3.3).

    root -> CA -> leaf

root's list says good of the CA in all of them; the cases are about the CA's.
"""

from dataclasses import replace
from datetime import datetime
from functools import cache

from cryptography import x509

from hub.model.findings import Chain, Finding, Revocation, SubIndication, TimeProof
from hub.model.knowledge import Knowledge
from hub.model.policy import VerificationPolicy
from tests.cases.authorities import (
    Authority,
    Entry,
    below,
    crl,
    issue,
    known,
    leaf,
    name,
    root,
)
from tests.cases.book import PASSED, Also, Book, Case, Expected, Sort, failed, open_
from tests.cases.room import DAY, HOUR, NOW, ground, signed_envelope, signed_pdf
from tests.cases.time_stamps import TSA
from tests.cases.tokens import Token, stamped_pdf

BOOK = Book()

NO_POE = open_(SubIndication.REVOKED_NO_POE)
LATER = open_(SubIndication.TRY_LATER)
CA_REVOKED = open_(SubIndication.REVOKED_CA_NO_POE)
REVOKED = failed(SubIndication.REVOKED)
FULL = "list_that_names_nobody"


@cache
def ca() -> Authority:
    return below(root(), "CA có CRL")


@cache
def by() -> Authority:
    """Who signs in this chapter."""
    return leaf(ca(), "UBND xã Giao Châu")


def lists(*ders: bytes) -> Knowledge:
    """Root's list, and these."""
    return known(root(), ca(), crls=(crl(root()), *ders))


def gone(at: datetime, reason: x509.ReasonFlags | None = None) -> Entry:
    """The signer's line in a list."""
    return Entry(by().serial, at, reason)


def saying(revocation: Revocation, at: datetime | None = None, means: str = "") -> Also:
    """What the finding says of the answer behind it."""

    def check(found: tuple[Finding, ...]) -> None:
        assert found[0].revocation is revocation
        if means:
            assert found[0].revocation_by == means
        if at is not None:
            assert found[0].revocation_at == at

    return check


def judged(
    what: Knowledge,
    expected: Expected = PASSED,
    twin: str = "",
    also: Also | None = None,
    signer: Authority | None = None,
) -> Case:
    """An envelope without a time, so judged as of now."""
    xml = signed_envelope((signer or by()).signer, embed_chain=True)
    return Case(Sort.XML, xml, (expected,), ground(what), twin, also)


def dated(
    what: Knowledge,
    claimed: datetime,
    *stamps: datetime,
    expected: Expected = PASSED,
    twin: str = "",
) -> Case:
    """A PDF with a claimed time, and stamps."""
    if stamps:
        tokens = (Token(at, _tsa().signer) for at in stamps)
        data = stamped_pdf(*tokens, signer=by().signer, claimed=claimed)
    else:
        data = signed_pdf(by().signer, at=claimed, embed_chain=True)
    return Case(Sort.PDF, data, (expected,), ground(what), twin)


@cache
def _tsa() -> Authority:
    return issue(name("TSA của gốc"), root(), TSA)


# when


@BOOK.case
def list_that_names_nobody() -> Case:
    """A list of an hour ago, empty: TOTAL_PASSED."""
    return judged(lists(crl(ca())), also=saying(Revocation.GOOD, NOW - HOUR, "crl"))


@BOOK.case
def claimed_before_and_listed_as_nobody() -> Case:
    """The same with a claimed time: TOTAL_PASSED."""
    return dated(lists(crl(ca())), NOW - HOUR)


@BOOK.case
def revoked_before_the_claimed_time() -> Case:
    """Revoked two days ago; claimed: an hour ago.

    TOTAL_FAILED, REVOKED: by the signer's own word it was signed after.
    """
    what = lists(crl(ca(), gone(NOW - 2 * DAY)))
    case = dated(
        what, NOW - HOUR, expected=REVOKED, twin="claimed_before_and_listed_as_nobody"
    )
    return replace(case, also=saying(Revocation.REVOKED, NOW - HOUR))


@BOOK.case
def revoked_without_any_time() -> Case:
    """Revoked yesterday; XML without a signing time.

    INDETERMINATE, REVOKED_NO_POE: it may be older than the revocation.
    """
    what = lists(crl(ca(), gone(NOW - DAY)))
    return judged(what, NO_POE, FULL, saying(Revocation.REVOKED))


@BOOK.case
def revoked_after_the_claimed_time() -> Case:
    """Revoked yesterday; claimed: two days ago.

    INDETERMINATE, REVOKED_NO_POE: whoever has the key can claim any time.
    """
    what = lists(crl(ca(), gone(NOW - DAY)))
    twin = "claimed_before_and_listed_as_nobody"
    return dated(what, NOW - 2 * DAY, expected=NO_POE, twin=twin)


@BOOK.case
def revoked_within_the_seven_hours() -> Case:
    """Revoked four hours ago; claimed: an hour ago.

    INDETERMINATE, REVOKED_NO_POE: the claim may be local time labelled UTC.
    """
    what = lists(crl(ca(), gone(NOW - 4 * HOUR)))
    twin = "claimed_before_and_listed_as_nobody"
    return dated(what, NOW - HOUR, expected=NO_POE, twin=twin)


@BOOK.case
def revoked_after_the_proven_time() -> Case:
    """Revoked yesterday; stamped two days ago: TOTAL_PASSED, it was good then."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.TIMESTAMP
        assert found[0].revocation is Revocation.GOOD

    at = NOW - 2 * DAY
    return replace(dated(lists(crl(ca(), gone(NOW - DAY))), at, at), also=also)


@BOOK.case
def revoked_before_claimed_and_proven_time() -> Case:
    """Revoked two days ago; claimed and stamped yesterday: TOTAL_FAILED, REVOKED."""
    what = lists(crl(ca(), gone(NOW - 2 * DAY)))
    at = NOW - DAY
    return dated(what, at, at, expected=REVOKED, twin="revoked_after_the_proven_time")


@BOOK.case
def revoked_between_claimed_and_proven_time() -> Case:
    """Claimed three days ago, revoked two days ago, stamped yesterday.

    INDETERMINATE, REVOKED_NO_POE: the stamp proves nothing of before the revocation,
    and nothing of after (EN 319 102-1, 5.5.4).
    """
    what = lists(crl(ca(), gone(NOW - 2 * DAY)))
    twin = "revoked_after_the_proven_time"
    return dated(what, NOW - 3 * DAY, NOW - DAY, expected=NO_POE, twin=twin)


@BOOK.case
def on_hold() -> Case:
    """On hold since yesterday: TRY_LATER, and as good as revoked meanwhile."""

    def also(found: tuple[Finding, ...]) -> None:
        assert SubIndication.REVOKED_NO_POE in found[0].reasons

    hold = x509.ReasonFlags.certificate_hold
    return judged(lists(crl(ca(), gone(NOW - DAY, hold))), LATER, FULL, also)


@BOOK.case
def on_hold_since_the_proven_time() -> Case:
    """Stamped two days ago, on hold since yesterday: TOTAL_PASSED."""
    hold = x509.ReasonFlags.certificate_hold
    at = NOW - 2 * DAY
    return dated(lists(crl(ca(), gone(NOW - DAY, hold))), at, at)


@BOOK.case
def hold_that_was_lifted() -> Case:
    """On hold in an older list still in force, not in a newer one: TOTAL_PASSED."""
    hold = gone(NOW - 4 * DAY, x509.ReasonFlags.certificate_hold)
    return judged(lists(crl(ca(), hold, at=NOW - 3 * DAY), crl(ca())))


@BOOK.case
def revoked_and_forgotten() -> Case:
    """Revoked for good in an older list still in force, not in a newer one.

    REVOKED_NO_POE: revocations do not end.
    """
    line = gone(NOW - 4 * DAY, x509.ReasonFlags.key_compromise)
    what = lists(crl(ca(), line, at=NOW - 3 * DAY), crl(ca()))
    return judged(what, NO_POE, "hold_that_was_lifted")


@BOOK.case
def revoked_in_a_stale_list_and_forgotten() -> Case:
    """Revoked for good in a list that ran out, not in a newer one: REVOKED_NO_POE.

    Only a hold may end (RFC 5280, 5.3.1).
    """
    what = lists(crl(ca(), gone(NOW - 90 * DAY), at=NOW - 60 * DAY), crl(ca()))
    return judged(what, NO_POE, "hold_that_was_lifted")


@BOOK.case
def revoked_in_the_newer_of_two() -> Case:
    """Good in an older list still in force, revoked in a newer one: REVOKED_NO_POE."""
    what = lists(crl(ca(), at=NOW - 3 * DAY), crl(ca(), gone(NOW - 2 * DAY)))
    return judged(what, NO_POE, FULL)


@BOOK.case
def somebody_else_revoked() -> Case:
    """Other serials in the list: TOTAL_PASSED."""
    lines = [Entry(by().serial + n, NOW - DAY) for n in range(1, 9)]
    return judged(lists(crl(ca(), *lines)))


# those above


@BOOK.case
def ca_revoked() -> Case:
    """Root's list revokes the CA: REVOKED_CA_NO_POE; the leaf itself is not listed."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].chain is Chain.INVALID

    first = crl(root(), Entry(ca().serial, NOW - DAY))
    what = known(root(), ca(), crls=(first, crl(ca())))
    return judged(what, CA_REVOKED, FULL, also)


@BOOK.case
def ca_revoked_after_the_proven_time() -> Case:
    """Stamped two days ago, the CA revoked yesterday: TOTAL_PASSED."""
    first = crl(root(), Entry(ca().serial, NOW - DAY))
    at = NOW - 2 * DAY
    return dated(known(root(), ca(), crls=(first, crl(ca()))), at, at)


@BOOK.case
def nothing_known_of_the_ca() -> Case:
    """The CA's list is at hand, root's is not: TRY_LATER, the leaf is good."""
    what = known(root(), ca(), crls=(crl(ca()),))
    return judged(what, LATER, FULL, saying(Revocation.GOOD))


# stale, future, none


@BOOK.case
def no_list() -> Case:
    """No list of the CA: TRY_LATER."""
    return judged(lists(), LATER, FULL, saying(Revocation.UNAVAILABLE))


@BOOK.case
def no_list_where_none_is_asked_for() -> Case:
    """No list, and the policy does not insist: TOTAL_PASSED."""
    case = judged(lists())
    policy = VerificationPolicy(require_revocation=False)
    return replace(case, ground=ground(lists(), policy=policy))


@BOOK.case
def stale_list() -> Case:
    """A list that ran out a month ago: TRY_LATER."""
    return judged(lists(crl(ca(), at=NOW - 60 * DAY)), LATER, FULL)


@BOOK.case
def stale_list_that_revokes() -> Case:
    """The same with the signer in it: REVOKED_NO_POE all the same."""
    line = gone(NOW - 90 * DAY)
    return judged(lists(crl(ca(), line, at=NOW - 60 * DAY)), NO_POE, FULL)


@BOOK.case
def list_of_tomorrow() -> Case:
    """A list made tomorrow: TRY_LATER, some clock is wrong."""
    return judged(lists(crl(ca(), at=NOW + DAY)), LATER, FULL)


@BOOK.case
def list_of_then() -> Case:
    """Stamped 300 days ago, a list of the day after, stale by now: TOTAL_PASSED.

    What an LT signature brings along.
    """
    at = NOW - 300 * DAY
    return dated(lists(crl(ca(), at=at + DAY)), at, at)


@BOOK.case
def list_in_force_then() -> Case:
    """Stamped 300 days ago, a list of the day before, in force then: TOTAL_PASSED."""
    at = NOW - 300 * DAY
    return dated(lists(crl(ca(), at=at - DAY)), at, at)


@BOOK.case
def list_that_had_run_out_then() -> Case:
    """Stamped 300 days ago, a list that had run out a week before: TRY_LATER."""
    at = NOW - 300 * DAY
    what = lists(crl(ca(), at=at - 37 * DAY))
    return dated(what, at, at, expected=LATER, twin="list_in_force_then")


@BOOK.case
def list_of_then_for_a_claimed_time() -> Case:
    """Claimed 300 days ago, the same list: TRY_LATER, a claim makes nothing fresh."""
    at = NOW - 300 * DAY
    return dated(lists(crl(ca(), at=at + DAY)), at, expected=LATER, twin="list_of_then")
