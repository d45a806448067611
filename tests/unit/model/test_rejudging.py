"""How long an open verdict waits, and for whom."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.model.rejudging import Patience

spans = st.timedeltas(timedelta(seconds=1), timedelta(days=2))


@given(spans, spans, st.integers(0, 10_000))
def test_it_waits_ever_longer_within_its_bounds(first, longest, tries):
    patience = Patience(first, longest)
    wait, after = patience.wait(tries), patience.wait(tries + 1)
    assert first <= wait <= after <= max(first, longest)


def test_as_shipped_it_is_tried_a_hundred_and_some_times_in_thirty_days():
    patience, gone, tries = Patience(), timedelta(), 0
    while gone < patience.whole:
        gone += patience.wait(tries)
        tries += 1
    assert 100 < tries < 150
