"""When an answer is asked for again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.trust.timing import refresh_at, retry_at

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@given(st.timedeltas(timedelta(minutes=2), timedelta(days=400)))
def test_an_answer_is_renewed_before_it_runs_out_and_within_four_hours(left):
    assert NOW + MINUTE <= refresh_at(NOW, NOW + left) <= NOW + min(left, 4 * HOUR)


def test_an_answer_that_has_run_out_is_not_asked_for_without_a_pause():
    assert refresh_at(NOW, NOW - HOUR) == NOW + MINUTE


@given(st.integers(1, 10_000))
def test_who_fails_is_asked_ever_less_often_and_at_least_once_an_hour(failures):
    assert NOW < retry_at(NOW, failures) <= retry_at(NOW, failures + 1) <= NOW + HOUR
