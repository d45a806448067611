"""A status: about what was carried here, by one it concerns, and back by its door."""

from dataclasses import dataclass, replace

import pytest

from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, Outward
from hub.model.documents import Identity
from hub.model.envelopes import Envelope, Kind, Organization, Reference, StatusReport
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.statuses import ANSWERED, Bearer, Mention, Subject
from hub.registry.agencies import AgencyBook
from hub.rules import statuses
from hub.rules.decide import decide
from tests.unit.rules.cases import (
    AT,
    BOOK,
    CONTENT,
    GIAO_AN,
    KEY,
    NOI_VU,
    OUTSIDE,
    SUBJECTS,
    UBND,
    case,
    envelope,
    status,
)

(OURS,) = SUBJECTS
#: What the axis brought from outside for two agencies.
THEIRS = replace(
    OURS, source="truc", sender=OUTSIDE, receivers=(UBND, NOI_VU), bearers=()
)
NOI_VU_ITSELF = Source("agency.phong-noi-vu", Door("agency-amqp"), (NOI_VU,))
UBND_ITSELF = Source("agency.ubnd-huyen", Door("agency-amqp"), (UBND,))


def word(code: str = "03", about: str = OUTSIDE, sender: str = NOI_VU) -> Envelope:
    told = status(about, code)
    return replace(told, sender=Organization(AgencyCode(sender)))


def asked(told: Envelope, *subjects: Subject, source: Source = NOI_VU_ITSELF, **more):
    return case(envelope=told, subjects=subjects, source=source, **more)


def reason(one) -> FaultCode | None:
    decision = decide(one)
    return decision.reason.code if decision.reason else None


def test_an_agencys_status_goes_back_by_the_source_the_document_came_by():
    decision = decide(asked(word(), THEIRS))
    assert decision.disposition is Disposition.DELIVER
    assert decision.routing.outward == (Outward(OUTSIDE, "truc"),)
    assert decision.routing.receivers == ()


def test_a_status_on_what_an_agency_of_ours_sent_goes_to_its_queue():
    decision = decide(asked(word(about=UBND), OURS))
    assert [r.queue for r in decision.routing.receivers] == ["ubnd-huyen"]
    assert decision.routing.outward == ()


def test_a_status_from_outside_reaches_the_agency_that_sent_the_document():
    decision = decide(case(envelope=status()))
    assert [r.queue for r in decision.routing.receivers] == ["ubnd-huyen"]


@pytest.mark.parametrize("code", ["01", "02", "04", "05", "06", "15", "16"])
def test_codes_are_skipped_repeated_and_late_as_they_come(code):
    assert reason(asked(word(code), THEIRS)) is None


def test_a_status_on_a_document_nobody_knows_has_its_code():
    assert reason(asked(word())) is FaultCode.UNKNOWN_DOCUMENT
    other = replace(THEIRS, sender=GIAO_AN)
    assert reason(asked(word(), other)) is FaultCode.UNKNOWN_DOCUMENT


def test_a_status_by_somebody_who_was_not_sent_the_document_has_its_code():
    others = replace(THEIRS, receivers=(UBND,))
    assert reason(asked(word(), others)) is FaultCode.NOT_ITS_RECEIVER
    stranger = replace(OURS, bearers=())
    assert (
        reason(case(envelope=status(), subjects=(stranger,)))
        is FaultCode.NOT_ITS_RECEIVER
    )


def test_an_agency_may_speak_by_its_other_code():
    alias = word(sender="H40.37.2")
    own = replace(NOI_VU_ITSELF, codes=(NOI_VU, AgencyCode("H40.37.2")))
    one = asked(alias, THEIRS, source=own)
    assert reason(one) is None
    assert [told.agency for told in statuses.said(one)] == [NOI_VU]


def test_the_sender_asks_back_and_the_receiver_hears_it():
    told = word("13", about=NOI_VU, sender=UBND)
    decision = decide(asked(told, OURS, source=UBND_ITSELF))
    assert [r.queue for r in decision.routing.receivers] == ["phong-noi-vu"]


def test_the_sender_asks_back_what_the_axis_took_outside_by_that_axis():
    told = word("13", about=OUTSIDE, sender=UBND)
    decision = decide(asked(told, OURS, source=UBND_ITSELF))
    assert decision.routing.outward == (Outward(OUTSIDE, "truc"),)


def test_nobody_asks_back_another_bodys_document():
    told = word("13", about=UBND)
    assert reason(asked(told, THEIRS)) is FaultCode.NOT_ITS_SENDER


def test_asking_back_from_who_never_had_it_has_its_code():
    told = word("13", about=GIAO_AN, sender=UBND)
    assert reason(asked(told, OURS, source=UBND_ITSELF)) is FaultCode.NOT_ITS_RECEIVER


def test_of_several_documents_of_one_id_the_one_it_was_sent_is_meant():
    others = replace(THEIRS, receivers=(UBND,))
    meant = replace(THEIRS, document_id="y", bearers=(Bearer("z", (GIAO_AN,)),))
    assert statuses.subject(asked(word(), others, meant)) == meant


def test_a_document_is_meant_before_the_recall_that_bears_its_id():
    recall = replace(THEIRS, kind=Kind.REVOKE)
    assert statuses.subject(asked(word(), recall, THEIRS)) == THEIRS


def test_a_status_may_name_the_delivery_alone():
    told = word()
    report = StatusReport("03", Reference(AgencyCode("")))
    bare = replace(told, status=report, receivers=())
    known = Identity(KEY, CONTENT, mentions=(Mention(delivery="m-1"),))
    one = asked(bare, THEIRS, identity=known)
    assert decide(one).routing.outward == (Outward(OUTSIDE, "truc"),)


def test_what_a_status_says_is_never_said_after_it_was_heard():
    heard = word().status
    assert heard is not None
    report = replace(heard, moment=AT.replace(year=2030))
    (told,) = statuses.said(asked(replace(word(), status=report), THEIRS))
    assert (told.code, told.at, told.heard_at) == ("03", AT, AT)


def test_a_document_that_answers_another_says_so_of_it():
    answer = envelope(sender=Organization(NOI_VU), to=(OUTSIDE,))
    (told,) = statuses.said(asked(answer, THEIRS))
    assert (told.agency, told.code) == (NOI_VU, ANSWERED)


def test_an_answer_to_somebody_else_is_none():
    answer = envelope(sender=Organization(NOI_VU), to=(GIAO_AN,))
    assert statuses.said(asked(answer, THEIRS)) == ()
    assert statuses.said(asked(envelope(to=(OUTSIDE,)), THEIRS)) == ()


def test_one_of_two_thousand_receivers_is_found_by_one_look_up():
    codes = tuple(AgencyCode(f"000.{n:04}.37.H40") for n in range(2_000))
    book = Counting(BOOK)
    many = replace(THEIRS, receivers=(*codes, NOI_VU))
    one = asked(word(), many, registry=book)
    assert statuses.receiver_of(one, many) == NOI_VU
    assert book.asked == 0


@dataclass
class Counting:
    """A registry that counts how often it is asked."""

    book: AgencyBook
    asked: int = 0
    version: str = "book"

    def find(self, code, on):
        self.asked += 1
        return self.book.find(code, on)
