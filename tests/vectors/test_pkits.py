"""Every path of NIST's PKITS comes out as the suite says; why not, is written down."""

import warnings

import pytest

from hub.model.findings import Chain, TimeProof
from hub.signatures.certificates import UNREADABLE, read
from hub.signatures.chain import Trust, trust_signer
from hub.signatures.policy import Moment
from tests.vectors.pkits import AT, DEVIATIONS, WHY, Vector, names, vector

NAMES = names()


def judged(one: Vector) -> Trust | None:
    """What the hub says of the signer; None: it does not read the certificate."""
    with warnings.catch_warnings():
        # As in judge(): the suite's odd serials and names are to be met, not praised.
        warnings.simplefilter("ignore")
        try:
            leaf = read(one.leaf)
        except UNREADABLE:
            return None
        moment = Moment(AT, TimeProof.NONE)
        return trust_signer(leaf, one.others, moment, one.ground)


@pytest.mark.parametrize("name", [n for n in NAMES if n not in DEVIATIONS])
def test_path(name):
    one = vector(name)
    found = judged(one)
    assert found is not None
    assert next(iter(found.reasons), None) is one.expected
    assert (found.chain is Chain.TRUSTED) >= (not found.reasons)


@pytest.mark.parametrize("name", DEVIATIONS)
def test_a_deviation_is_on_the_safe_side_and_still_one(name):
    """A valid path that this hub leaves open; should it ever pass, strike it out."""
    found = judged(vector(name))
    assert name.startswith("Valid")
    assert found is None or found.reasons


def test_the_suite_is_whole():
    assert len(NAMES) == 224
    listed = {name for some in WHY.values() for name in some}
    assert listed | set(DEVIATIONS) <= set(NAMES)
