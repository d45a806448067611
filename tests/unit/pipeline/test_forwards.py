"""What leaves for bodies elsewhere, written out as rows."""

from dataclasses import replace

import msgspec

from hub.model.decisions import (
    Decision,
    Disposition,
    Lane,
    Outward,
    Receiver,
    Routing,
)
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, digest_of
from hub.model.policy import DeliveryPolicy
from hub.model.records import OutboxKind, Tag
from hub.model.sending import Sending
from hub.pipeline.conclusion import conclusion
from hub.pipeline.draft import Outgoing
from tests.fakes.outsides import NOON, arrival
from tests.unit.pipeline.test_carry import examined

UBND = AgencyCode("000.00.37.H40")
G01, G02, SNN = map(AgencyCode, ("000.00.00.G01", "000.00.00.G02", "000.00.12.H40"))
ROUTING = Routing(
    receivers=(Receiver(UBND, "UBND", "ubnd-huyen"),),
    outward=(Outward(G01, "truc"), Outward(SNN, "thu"), Outward(G02, "truc")),
)
DECISION = Decision(Disposition.DELIVER, "deliver", routing=ROUTING, lane=Lane.URGENT)
BODIES = {name: digest_of(name.encode()) for name in ("truc", "thu")}
OUTGOING = Outgoing(
    NOON,
    "000.90.37.H40",
    "http://hub",
    DeliveryPolicy(),
    body=digest_of(b"here"),
    outward=BODIES,
)


def concluded(decision=DECISION, outgoing=OUTGOING):
    return conclusion(arrival(), examined(), decision, outgoing)


def forwarded(done):
    return [row for row in done.outbox if row.kind is OutboxKind.FORWARD]


def test_each_source_gets_one_row_with_all_it_brings_it_to():
    axis, mail = forwarded(concluded())
    assert (axis.target, mail.target) == ("truc", "thu")
    assert (axis.body, mail.body) == (BODIES["truc"], BODIES["thu"])
    sending = msgspec.convert(axis.headers, Sending)
    assert sending.receivers == (G01, G02)
    assert (sending.id, sending.kind, sending.at) == (axis.id, Kind.NEW, NOON)
    assert (axis.lane, axis.deadline) == (Lane.URGENT, mail.deadline)


def test_those_here_get_theirs_directly():
    done = concluded()
    assert [r.target for r in done.outbox if r.kind is OutboxKind.DELIVER] == [
        "ubnd-huyen"
    ]


def test_an_entry_tells_of_each_and_names_nobody_but_by_code():
    told = [e for e in concluded().entries if e.tag is Tag.FORWARD_PLANNED]
    assert [e.facts["source"] for e in told] == ["truc", "thu"]
    assert list(told[0].facts["receivers"]) == [G01, G02]


def test_the_receipt_waits_for_what_leaves_and_counts_it():
    (answer,) = [r for r in concluded().outbox if r.kind is OutboxKind.ANSWER]
    assert answer.follows is not None
    assert list(answer.headers["delivered_to"]) == [UBND, G01, SNN, G02]


def test_the_same_document_for_the_same_bodies_is_the_same_row_on_every_try():
    first, again = forwarded(concluded()), forwarded(concluded())
    assert [row.id for row in first] == [row.id for row in again]
    fewer = replace(ROUTING, outward=ROUTING.outward[:1])
    (other,) = forwarded(concluded(replace(DECISION, routing=fewer)))
    assert other.id not in {row.id for row in first}, "others get another message"


def test_what_is_held_leaves_nowhere():
    held = Decision(Disposition.HOLD, "signatures", routing=Routing())
    assert forwarded(concluded(held)) == []


def test_each_letter_is_a_row_of_its_own():
    letters = Routing(
        outward=(Outward(G01, "thu", alone=True), Outward(SNN, "thu", alone=True))
    )
    first, second = forwarded(concluded(replace(DECISION, routing=letters)))
    assert list(first.headers["receivers"]) == [G01]
    assert list(second.headers["receivers"]) == [SNN]
    assert first.body == second.body
