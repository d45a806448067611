"""When a word of an agency is missed, on the working calendar as shipped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.calendar import VIETNAM
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.policy import StatusPolicy
from hub.model.records import DeskName
from hub.model.status_clocks import PROPOSED, missed
from hub.model.statuses import ANSWERED, Standing, StatusCode
from hub.registry.calendar import read_calendar
from hub.resources import resource

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
POLICY = StatusPolicy()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2019, Vietnam time: the 15th is a Friday."""
    return datetime(2019, 11, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


FRIDAY = at(15, 9)


def standing(queued: datetime = FRIDAY, **said: datetime) -> Standing:
    return Standing(
        id="m-1",
        document=DocumentKey("d" * 64),
        agency=AgencyCode("000.01.37.H40"),
        arrival=ArrivalId("a" * 32),
        document_id="d-1",
        sender=AgencyCode("000.00.12.H40"),
        notation="1/BC",
        source="truc",
        kind="new",
        state="queued",
        planned_at=queued,
        queued_at=queued,
        said={name.removeprefix("_"): moment for name, moment in said.items()},
    )


def lists(one: Standing, now: datetime, policy: StatusPolicy = POLICY):
    return [m.desk for m in missed(one, CALENDAR, policy, now)]


@pytest.mark.parametrize(
    ("queued", "last"),
    [
        (at(15, 9), at(15, 17, 30)),
        (at(15, 17, 29), at(15, 17, 30)),
        # After hours and on a weekend it is of the next working day.
        (at(15, 18), at(18, 17, 30)),
        (at(16, 9), at(18, 17, 30)),
    ],
)
def test_a_word_is_due_by_the_end_of_the_day_it_came(queued, last):
    assert lists(standing(queued), last) == []
    later = last + timedelta(seconds=1)
    assert lists(standing(queued), later) == [DeskName.SILENT]


def test_the_policy_may_give_more_days():
    patient = replace(POLICY, silent_working_days=1)
    assert lists(standing(), at(18, 17), patient) == []
    assert lists(standing(), at(18, 18), patient) == [DeskName.SILENT]


def test_what_has_arrived_is_taken_within_its_hours():
    one = standing(_01=at(15, 10))
    assert lists(one, at(18, 9)) == []
    assert lists(one, at(18, 11)) == [DeskName.NOT_TAKEN]


@pytest.mark.parametrize("code", ["_02", "_03", "_04", "_05", "_06", "_15", "_16"])
def test_any_later_word_says_that_it_was_taken(code):
    one = standing(_01=at(15, 10), **{code: at(15, 10)})
    assert lists(one, at(29, 17)) == []


@pytest.mark.parametrize("code", ["_03", "_04", "_05", "_06"])
def test_what_is_under_way_has_arrived_by_the_end_of_that_day(code):
    one = standing(**{code: at(18, 10)})
    assert lists(one, at(18, 17)) == []
    [what] = missed(one, CALENDAR, POLICY, at(18, 18))
    assert (what.desk, what.since) == (DeskName.NOT_ARRIVED, at(18, 10))
    assert what.proposed == (StatusCode.ARRIVED,)
    assert lists(replace(one, said={**one.said, "01": at(19, 9)}), at(29, 9)) == []


@pytest.mark.parametrize("code", ["_02", "_15", "_16"])
def test_who_gave_it_back_is_not_asked_whether_it_arrived(code):
    assert lists(standing(_03=at(15, 10), **{code: at(15, 11)}), at(29, 9)) == []


def test_a_recall_wants_its_own_answer():
    asked = standing(_01=at(15, 10), _03=at(15, 10), _13=at(18, 8))
    assert lists(asked, at(18, 16)) == []
    assert lists(asked, at(19, 9)) == [DeskName.RECALL]
    earlier = standing(_15=at(15, 11), _13=at(18, 8))
    assert lists(earlier, at(19, 9)) == [DeskName.RECALL]
    for code in ("_15", "_16"):
        answered = standing(**{"_13": at(18, 8), code: at(18, 9)})
        assert lists(answered, at(29, 9)) == []


def test_a_recall_that_came_as_a_document_waits_likewise():
    asked = replace(standing(_06=at(15, 10)), recalled_at=at(18, 8))
    assert lists(asked, at(19, 9)) == [DeskName.RECALL]


def test_who_has_answered_says_that_it_is_done():
    one = standing(_01=at(15, 10), _03=at(15, 10), answer=at(18, 8))
    assert lists(one, at(19, 17)) == []
    assert lists(one, at(20, 9)) == [DeskName.NOT_DONE]
    assert (
        lists(standing(_01=at(18, 7), answer=at(18, 8), _06=at(18, 9)), at(29, 9)) == []
    )


def test_every_list_proposes_what_to_send_and_never_what_was_said():
    assert PROPOSED.keys() == {
        DeskName.SILENT,
        DeskName.NOT_TAKEN,
        DeskName.NOT_ARRIVED,
        DeskName.RECALL,
        DeskName.NOT_DONE,
    }
    one = standing(_01=at(15, 10))
    (what,) = missed(one, CALENDAR, POLICY, at(18, 11))
    assert what.proposed == (StatusCode.TAKEN, StatusCode.REFUSED)


CODES = st.dictionaries(
    st.sampled_from([*StatusCode, ANSWERED]),
    st.integers(0, 400).map(lambda hours: at(4, 7) + timedelta(hours=hours)),
)


@given(CODES, st.integers(0, 500))
def test_a_code_that_is_proposed_ends_what_was_missed(said, hours):
    now = at(4, 7) + timedelta(hours=hours)
    one = replace(standing(at(4, 8)), said=said)
    for what in missed(one, CALENDAR, POLICY, now):
        for code in what.proposed:
            told = replace(one, said={**said, code: now})
            assert what.desk not in lists(told, now)
