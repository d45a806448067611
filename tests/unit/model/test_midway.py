"""A digest begun in the middle is the digest begun at the beginning."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from hub.model.ids import digest_of
from hub.model.midway import STEP, Midway

_DATA = bytes(range(256)) * (STEP * 3 // 256) + b"the rest"
_MIDWAY = Midway.of(_DATA)
_PLACES = st.one_of(
    st.integers(0, len(_DATA)),
    st.sampled_from([0, STEP - 1, STEP, STEP + 1, 3 * STEP, len(_DATA)]),
)


def test_it_knows_the_digest_of_all():
    assert _MIDWAY.digest == digest_of(_DATA)


@given(_PLACES, _PLACES)
def test_what_is_left_out_is_not_hashed(one, other):
    start, end = sorted((one, other))
    expected = sha256(_DATA[:start] + _DATA[end:]).digest()
    assert _MIDWAY.without(start, end) == expected


def test_bytes_of_exactly_one_step_have_their_digest():
    data = b"x" * STEP
    assert Midway.of(data).without(STEP, STEP) == sha256(data).digest()
