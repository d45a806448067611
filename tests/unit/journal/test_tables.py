"""Moments in the database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from hub.journal.columns import Moment

MOMENT, DIALECT = Moment(), sqlite.dialect()


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_microsecond(moment):
    kept = MOMENT.process_bind_param(moment, DIALECT)
    assert MOMENT.process_result_value(kept, DIALECT) == moment


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_kept_moments_sort_as_moments_do(one, other):
    kept, later = (MOMENT.process_bind_param(m, DIALECT) for m in (one, other))
    assert kept is not None
    assert later is not None
    assert (kept < later) == (one < other)


def test_vietnam_time_is_the_same_moment():
    there = datetime(2019, 11, 15, 7, tzinfo=timezone(timedelta(hours=7)))
    here = datetime(2019, 11, 15, tzinfo=UTC)
    assert MOMENT.process_bind_param(there, DIALECT) == MOMENT.process_bind_param(
        here, DIALECT
    )


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        MOMENT.process_bind_param(datetime(2019, 11, 15), DIALECT)  # noqa: DTZ001 - that is the point


def test_no_moment_stays_none():
    assert MOMENT.process_bind_param(None, DIALECT) is None
    assert MOMENT.process_result_value(None, DIALECT) is None
