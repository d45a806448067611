"""What several answers about one certificate come to, by properties."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.model.findings import Revocation, TimeProof
from hub.model.knowledge import Knowledge
from hub.signatures.answers import Answer, Asking
from hub.signatures.certificates import read
from hub.signatures.policy import Moment
from hub.signatures.revocation import ask
from tests.cases.authorities import Entry, crl, leaf, root
from tests.cases.room import DAY, NOW, ground

HOLD, GONE, FREE = "on hold", "revoked", "not listed"

#: How many days old a list is, and what it says of the one we ask about.
lists = st.lists(
    st.tuples(st.integers(-2, 40), st.sampled_from([HOLD, GONE, FREE])),
    min_size=1,
    max_size=5,
)


@cache
def made(age: int, word: str) -> bytes:
    reason = x509.ReasonFlags.certificate_hold if word == HOLD else None
    line = Entry(asked().parsed.serial_number, NOW - 50 * DAY, reason)
    lines = () if word == FREE else (line,)
    return crl(root(), *lines, at=NOW - age * DAY)


@cache
def asked():
    return read(leaf(root(), "UBND xã Giao Tiến").certificate)


def answer(said: list[tuple[int, str]]) -> Answer:
    anchor = read(root().certificate)
    known = Knowledge((anchor.der,), crls=tuple(made(*one) for one in said))
    moment = Moment(NOW, TimeProof.NONE)
    return ask(Asking(asked(), anchor, anchor, moment, ground(known)))


@given(lists, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_answers_does_not_matter(said, random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert answer(said) == answer(shuffled)


@given(lists)
@example([(0, FREE), (31, GONE)])
@settings(max_examples=60, deadline=None)
def test_a_revocation_for_good_is_never_forgotten(said):
    revoked = any(word == GONE for _, word in said)
    found = answer(said)
    assert (found.status is Revocation.REVOKED and not found.on_hold) == revoked


@given(lists)
@settings(max_examples=60, deadline=None)
def test_good_is_said_only_by_a_list_in_force(said):
    if answer(said).status is Revocation.GOOD:
        assert any(0 <= age <= 30 and word == FREE for age, word in said)


@given(lists)
@settings(max_examples=60, deadline=None)
def test_one_more_list_from_a_stranger_changes_nothing(said):
    stranger = crl(replace(root(), key=leaf(root(), "Người lạ").key), at=NOW)
    anchor = read(root().certificate)
    known = Knowledge((anchor.der,), crls=(*(made(*one) for one in said), stranger))
    moment = Moment(NOW, TimeProof.NONE)
    more = ask(Asking(asked(), anchor, anchor, moment, ground(known)))
    assert more == answer(said)


def test_a_list_in_force_at_a_proven_moment_is_fresh_for_it():
    """ETSI EN 319 102-1, 5.2.5, seen from the moment that counts."""
    anchor = read(root().certificate)
    known = Knowledge((anchor.der,), crls=(made(40, FREE),))
    then = NOW - 20 * DAY
    for moment, wanted in (
        (Moment(then, TimeProof.TIMESTAMP), Revocation.GOOD),
        (Moment(then, TimeProof.CLAIMED), Revocation.UNAVAILABLE),
        (Moment(NOW - timedelta(days=5), TimeProof.TIMESTAMP), Revocation.UNAVAILABLE),
    ):
        found = ask(Asking(asked(), anchor, anchor, moment, ground(known)))
        assert found.status is wanted
