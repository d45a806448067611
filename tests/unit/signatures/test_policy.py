"""Which moment a certificate is judged at."""

from datetime import datetime, timedelta

import pytest

from hub.model.findings import TimeProof
from hub.signatures.policy import as_utc, choose_moment, claims_future, digest_name
from tests.cases.room import DAY, HOUR, NOW, ground


def test_a_proven_time_beats_a_claimed_one():
    moment = choose_moment(NOW - DAY, NOW - HOUR, ground())
    assert (moment.at, moment.proof) == (NOW - HOUR, TimeProof.TIMESTAMP)
    assert moment.proven


def test_without_any_time_it_is_the_moment_of_judging():
    moment = choose_moment(None, None, ground())
    assert (moment.at, moment.proof) == (NOW, TimeProof.NONE)


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), 7 * HOUR])
def test_local_time_labelled_utc_is_brought_back(ahead):
    moment = choose_moment(NOW + ahead, None, ground())
    assert (moment.at, moment.proof) == (NOW, TimeProof.CLAIMED)
    assert not claims_future(moment, ground())


def test_a_claim_no_clock_explains_stays_visible():
    moment = choose_moment(NOW + 8 * HOUR, None, ground())
    assert claims_future(moment, ground())


def test_a_time_without_a_zone_is_vietnams():
    assert as_utc(datetime(2020, 3, 2, 15, 0)) == NOW  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("http://www.w3.org/2000/09/xmldsig#sha1", "sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "sha256"),
        ("http://www.w3.org/2007/05/xmldsig-more#sha3-256", "sha3-256"),
        ("", ""),
    ],
)
def test_digests_are_named_by_their_uri(uri, name):
    assert digest_name(uri) == name
