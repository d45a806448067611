"""Dates as senders write them (EDXML.md 1.3)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml.dates import read_date, read_moment, write_date, write_moment
from hub.model.quirks import QuirkCode

DAY = date(2019, 11, 15)
MOMENT = datetime(2019, 11, 15, 1, 2, 3, tzinfo=UTC)


def test_the_standards_form_is_not_odd():
    assert read_date("2019/11/15") == (DAY, None)
    assert read_date(" 2019/11/15\n") == (DAY, None)
    assert read_moment("2019/11/15 08:02:03") == (MOMENT, None)


@pytest.mark.parametrize(
    "text",
    [
        "15/11/2019",
        "15-11-2019",
        "15.11.2019",
        "15/11/2019 08:02:03",
        "11/15/2019",
        "2019-11-15",
        "2019/11/15 08:02:03",
        "2019-11-15T08:02:03",
        "2019-11-15T08:02:03.123",
        "2019-11-15T08:02:03+07:00",
        "2019-11-15T08:02:03+0700",
        "2019-11-14T17:00:00Z",
        "15112019T080203+0700",
        "20191115080203",
        "20191115",
    ],
)
def test_every_other_form_is_read_and_noted(text):
    assert read_date(text) == (DAY, QuirkCode.DATE_FORM)


@pytest.mark.parametrize(
    "text",
    [
        "15/11/2019 08:02:03",
        "2019-11-15T08:02:03",
        "2019-11-15T08:02:03.999",
        "2019-11-15T01:02:03Z",
        "2019-11-15T03:02:03+02:00",
        "15112019T080203+0700",
        "20191115080203",
    ],
)
def test_moments_are_vietnam_time_unless_they_say_otherwise(text):
    assert read_moment(text) == (MOMENT, QuirkCode.DATE_FORM)


def test_the_day_comes_before_the_month_where_both_could_be():
    assert read_date("03/04/2019")[0] == date(2019, 4, 3)
    assert read_date("12/11/2019")[0] == date(2019, 11, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2014/02/30",
        "31/31/2019",
        "2019/13/01",
        "0000/01/01",
        "2019/1-1",
        "2019/11/15 25:00:00",
        "hôm nay",
        "null",
        "20191350",
        "٢٠١٩/١١/١٥",
        "2019-11-15T08:02:03+99:00",
        "9999/12/31 23:59:59 trailing",
    ],
)
def test_what_cannot_be_a_date_is_said_and_not_raised(text):
    assert read_date(text) == (None, QuirkCode.DATE_IMPOSSIBLE)


def test_no_text_is_no_oddity():
    assert read_date("  ") == (None, None)
    assert read_moment("") == (None, None)


@given(st.dates())
def test_what_is_written_is_read_again(day):
    expected = (day, None) if day > date(1, 1, 1) else (None, QuirkCode.DATE_IMPOSSIBLE)
    assert read_date(write_date(day)) == expected


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001 - as above
        timezones=st.just(UTC),
    )
)
def test_moments_survive_to_the_second(moment):
    moment = moment.replace(microsecond=0)
    assert read_moment(write_moment(moment)) == (moment, None)


@given(st.text(max_size=40))
def test_no_text_whatever_raises(text):
    day, odd = read_date(text)
    assert (day is None) or odd in {None, QuirkCode.DATE_FORM}
    read_moment(text)
