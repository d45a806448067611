"""Paths are looked for among those somebody known vouches for, and only there."""

from dataclasses import replace

import pytest

from hub.model.findings import Chain, SubIndication, TimeProof
from hub.signatures.certificates import read
from hub.signatures.chain import trust_signer
from hub.signatures.paths import NoPath, find_path, vouched
from hub.signatures.policy import Moment
from tests.cases.authorities import Shape, below, issue, known, leaf, name, root
from tests.cases.room import DAY, NOW, ground


def test_vouched_for_in_steps():
    """root vouches for the first, the first for the second; nobody for the third."""
    first = below(root(), "CA bậc một")
    second = below(first, "CA bậc hai")
    alone = issue(name("CA tự xưng"), None, Shape())
    others = [alone.certificate, second.certificate, first.certificate]
    signer = read(leaf(second).certificate)
    found = vouched(signer, others, ground(known(root())))
    assert set(found) == {first.certificate, second.certificate}


def test_a_pile_that_nobody_vouches_for_is_left_out_whole():
    """As many as a hostile DSS may hold, all of the issuer's own name."""
    real = below(root(), "CA bị nhái")
    pile = [
        issue(name("CA bị nhái"), None, Shape(label=f"false {n % 3}")).certificate
        for n in range(64)
    ]
    signer = read(leaf(real).certificate)
    case = ground(known(root(), real))
    assert vouched(signer, pile, case) == ()
    path = find_path(signer, pile, NOW, case)
    assert [c.der for c in path[1:]] == [real.certificate, root().certificate]


def test_without_anchors_nobody_is_known():
    signer = read(leaf(root()).certificate)
    with pytest.raises(NoPath):
        find_path(signer, (), NOW, ground(replace(known(root()), anchors=())))


def test_the_same_question_is_answered_the_same():
    signer = read(leaf(root()).certificate)
    case, moment = ground(known(root())), Moment(NOW, TimeProof.NONE)
    assert trust_signer(signer, (), moment, case) == trust_signer(
        signer, (), moment, case
    )


def test_an_answer_that_never_comes_is_not_waited_for():
    """Expired, and no time is proven: a list would change nothing (no TRY_LATER)."""
    old = Shape(ca=False, usage=None, valid=(NOW - DAY, NOW))
    signer = read(leaf(root(), "UBND xã Hết Hạn", old).certificate)
    case = replace(ground(known(root(), crls=())), at=NOW.replace(year=NOW.year + 1))
    found = trust_signer(signer, (), Moment(case.at, TimeProof.NONE), case)
    assert found.chain is Chain.TRUSTED
    assert found.reasons == (SubIndication.OUT_OF_BOUNDS_NO_POE,)


def test_the_same_bytes_are_read_once():
    der = leaf(root()).certificate
    assert read(der) is read(bytes(bytearray(der)))
