"""Deliveries in words: every state, every way, each moment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.console.delivery_words import STATES, TITLES, cells, values
from hub.console.timeline import line_of
from hub.console.words import DEAD_REASONS, WAYS, reason_in_words
from hub.journal import projecting
from hub.journal.forward_rows import CANCELLED
from hub.journal.leasing import REFUSED, WORN_OUT
from hub.model.agencies import Takes
from hub.model.deliveries import DeliveryLine, DeliveryState
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.records import Entry, Tag
from tests.fakes.outsides import NOON

MINUTE = timedelta(minutes=1)


DOCUMENT = DocumentKey("d" * 64)


def line(document: DocumentKey = DOCUMENT, **changes) -> DeliveryLine:
    """Pulled by REST, fetched three minutes after noon, not acknowledged."""
    told = DeliveryLine(
        id="m-1",
        document=document,
        document_id="d-1",
        notation="12/QĐ-UBND",
        sender=AgencyCode("000.00.12.H40"),
        agency=AgencyCode("000.24.37.H40"),
        queue="xa-giao-an",
        lane="ordinary",
        way="pull",
        state=DeliveryState.FETCHED,
        since=NOON + 3 * MINUTE,
        planned_at=NOON,
        queued_at=NOON + MINUTE,
        fetched_at=NOON + 3 * MINUTE,
        acknowledged_at=None,
        attempts=1,
        leases=2,
    )
    return replace(told, **changes)


def entry(tag: Tag, **facts) -> Entry:
    return Entry(1, tag, NOON, None, None, AgencyCode("H40.1"), "hub", facts)


def test_every_state_and_way_has_its_words():
    assert set(STATES) == set(DeliveryState)
    assert set(WAYS) == set(Takes)


def test_the_states_are_those_of_the_journal():
    names = ("PLANNED", "QUEUED", "FETCHED", "ACKNOWLEDGED", "REJECTED", "GIVEN_UP")
    kept = {getattr(projecting, name) for name in (*names, "DISCARDED")}
    assert kept | {CANCELLED} == set(DeliveryState)


def test_one_delivery_is_one_row_with_its_moments_in_vietnam_time():
    (told,) = cells([line()], "vi")
    assert told.row() == (
        "000.24.37.H40",
        "REST",
        "cơ quan đã lấy, chưa xác nhận",
        "02/12/2019 12:01:00",
        "02/12/2019 12:03:00",
        "–",
        "1 (đã giữ 2 lần)",
    )
    assert len(told.row()) == len(TITLES)


def test_what_has_not_left_has_no_way():
    (told,) = cells([line(way="", state=DeliveryState.PLANNED, leases=0)], "en")
    assert (told.way, told.state, told.tries) == ("–", "planned", "1")


def test_json_keeps_utc_and_says_the_age():
    told = values(line(), NOON + 5 * MINUTE)
    assert (told["state"], told["age_seconds"]) == ("fetched", 120)
    assert told["fetched_at"] == "2019-12-02T05:03:00Z"
    assert told["acknowledged_at"] is None


def test_the_timeline_says_by_which_way_and_by_which_status():
    queued = entry(Tag.DELIVERY_QUEUED, queue="xa-giao-an.urgent", way="mail")
    assert line_of(queued).detail == "H40.1 · thư · xa-giao-an.urgent"
    said = line_of(entry(Tag.DELIVERY_CONFIRMED, message_id="m", code="03"))
    assert said.detail == "H40.1 · m · 03"


@pytest.mark.parametrize("reason", [REFUSED, WORN_OUT])
def test_what_agencies_will_not_take_is_listed_in_words(reason):
    assert reason in DEAD_REASONS
    assert reason_in_words(reason, "vi") != reason


def test_a_delivery_tells_that_it_is_asked_back_and_what_replaced_it():
    [told] = cells([line(recall="asked", superseded_by="13/BC")], "vi")
    assert told.state == (
        "cơ quan đã lấy, chưa xác nhận · thu hồi: đã yêu cầu, chưa trả lời · "
        "thay thế bằng 13/BC"
    )
