"""Every form a portal writes a moment in; what cannot be is told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.portal import dates
from adapters.portal.dates import DateForm

VIETNAM = timezone(timedelta(hours=7))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[arg-type,misc] # year, month, day and more


@pytest.mark.parametrize(
    ("text", "form", "moment"),
    [
        ("20191202080910", DateForm.COMPACT, at(2019, 12, 2, 8, 9, 10)),
        ("201912020809", DateForm.COMPACT, at(2019, 12, 2, 8, 9)),
        ("20191202", DateForm.COMPACT, at(2019, 12, 2)),
        ("2025-12-02T08:09:10.123", DateForm.ISO, at(2025, 12, 2, 8, 9, 10)),
        ("2025-12-02T08:09:10", DateForm.ISO, at(2025, 12, 2, 8, 9, 10)),
        ("2025-12-02T01:09:10Z", DateForm.ISO, at(2025, 12, 2, 8, 9, 10)),
        ("2025-12-02T08:09:10.1234567+07:00", DateForm.ISO, at(2025, 12, 2, 8, 9, 10)),
        ("2025-12-02", DateForm.ISO, at(2025, 12, 2)),
        ("02/12/2019 08:09:10", DateForm.DAY_FIRST, at(2019, 12, 2, 8, 9, 10)),
        ("2/12/2019", DateForm.DAY_FIRST, at(2019, 12, 2)),
        ("02-12-2019 08:09", DateForm.DAY_FIRST, at(2019, 12, 2, 8, 9)),
        ("2019/12/02 08:09:10", DateForm.EDXML, at(2019, 12, 2, 8, 9, 10)),
        ("/Date(1575248950000)/", DateForm.EPOCH, at(2019, 12, 2, 8, 9, 10)),
        ("\\/Date(1575248950000+0700)\\/", DateForm.EPOCH, at(2019, 12, 2, 8, 9, 10)),
        (" 20191202080910 ", DateForm.COMPACT, at(2019, 12, 2, 8, 9, 10)),
    ],
)
def test_every_known_form_is_read(text, form, moment):
    told = dates.read(text)
    assert (told.form, told.moment) == (form, moment)
    assert told.moment is not None
    assert told.moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "00010101000000",
        "00010101",
        "0001-01-01T00:00:00",
        "01/01/0001",
        "01/01/0001 00:00:00",
        "00000000000000",
        "/Date(-62135596800000)/",
    ],
)
def test_the_zero_of_dates_is_no_date(text):
    assert dates.read(text).form is DateForm.NONE


@pytest.mark.parametrize("text", ["", "  ", "null", "NULL"])
def test_nothing_is_no_date(text):
    assert dates.read(text) == dates.Told(DateForm.EMPTY)


@pytest.mark.parametrize(
    "text",
    [
        "20190230000000",
        "31/02/2020",
        "02/13/2020",
        "12/31/2019 08:00:00",
        "2019-13-01",
        "2019-12-02T25:00:00",
        "2019-12-02T08:00:00+99:99",
        "hôm qua",
        "1575248950000",
        "18000101",
        "99991231235959",
        "/Date(999999999999999)/",
        "٢٠١٩١٢٠٢",
        "20191202080910 x",
    ],
)
def test_what_cannot_be_is_told_and_not_guessed(text):
    told = dates.read(text)
    assert (told.form, told.moment) == (DateForm.IMPOSSIBLE, None)


def test_the_text_of_a_date_is_not_shown():
    assert "31/02" not in repr(dates.read("31/02/2020"))


@given(st.text(max_size=40) | st.from_regex(r"[0-9/:T.+Z -]{4,30}", fullmatch=True))
def test_any_text_is_read_or_told(text):
    told = dates.read(text)
    assert (told.moment is None) == (
        told.form in {DateForm.EMPTY, DateForm.NONE, DateForm.IMPOSSIBLE}
    )


@given(st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_is_written_is_read_again(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert dates.read(dates.write(moment)).moment == moment
