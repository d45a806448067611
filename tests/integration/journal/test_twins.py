"""The same document by two doors is one document with two arrivals.

Entities are those of each door, taken apart by its own translator and read, judged,
decided and concluded by the hub's own code; only the judging child's process is spared.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import permutations
from typing import Any

import pytest

from adapters.axis.adapter import PACKAGE as AXIS
from adapters.axis.pull_adapter import PACKAGE as PULLED
from adapters.mail.adapter import PACKAGE as MAIL
from adapters.portal.adapter import PACKAGE as PORTAL
from adapters.portal.media import content_type
from hub.judging.child import craft_of
from hub.judging.examine import Craft, Matter, examine
from hub.judging.setup import policy_setup
from hub.model.agencies import agency_source
from hub.model.arrivals import AGENCY_AMQP, AGENCY_REST, Door, Offer, Source
from hub.model.decisions import Decision, Disposition
from hub.model.dossiers import DossierAct
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, digest_of
from hub.model.knowledge import Knowledge
from hub.model.records import DeskName, OutboxKind
from hub.registry.reading import read_agencies
from hub.rehearsal import family_a, mails, papers
from hub.rehearsal.cast import AGRICULTURE, DISTRICT, Body
from hub.rehearsal.parcels import Parcel, parcel_of
from hub.rehearsal.samples import DEFAULT_AT as AT
from hub.rehearsal.samples import DEFAULT_DAY, drawn
from hub.resources import resource
from tests.fakes.district import District
from tests.fakes.outsides import SteppingClock
from tests.unit.adapters.portal.dossiers import GROUND, dossier, raw
from tests.unit.rules.cases import POLICY

BOOK = read_agencies(resource("config", "agencies.yaml").read_bytes())
KNOWN = Knowledge(dkim_keys=mails.dkim_keys())
OFFICE = next(a for a in BOOK.agencies if a.queue == "phong-noi-vu")
DOORS = {
    **AXIS.translators,
    **PULLED.translators,
    **MAIL.translators,
    **PORTAL.translators,
    AGENCY_AMQP: "hub.edxml.agency_frame:translate",
    AGENCY_REST: "hub.edxml.agency_frame:translate",
}
REST, MAILED = Door("axis-rest"), Door("mail-imap")
[PULL] = PULLED.translators
PUSHED, POLLED = PORTAL.translators
MINE = agency_source(OFFICE.queue)
SOURCES = {
    "truc": Source("truc", REST, carrier=True),
    "truc-keo": Source("truc-keo", PULL, carrier=True),
    "mail": Source("mail", MAILED, codes=tuple(b.code for b in mails.SENDERS.values())),
    "cong": Source("cong", PUSHED, codes=(AgencyCode(str(GROUND["code"])),)),
    MINE: Source(MINE, AGENCY_AMQP, codes=(OFFICE.code,)),
}


@cache
def craft() -> Craft:
    grounds = {"mail": mails.ground(), "cong": dict(GROUND)}
    doors = {str(door): where for door, where in DOORS.items()}
    return craft_of(policy_setup(POLICY, doors, str(BOOK.hub.code), grounds))


@dataclass(frozen=True)
class Coming:
    """One entity at one door."""

    source: str
    door: Door
    data: bytes
    content_type: str = "application/xml"


@dataclass
class Doors:
    """Entities come in and are carried."""

    district: District
    number: int = 0
    arrivals: list[ArrivalId] = field(default_factory=list)

    async def takes(self, coming: Coming) -> Decision:
        self.number += 1
        source = replace(SOURCES[coming.source], door=coming.door)
        matter = Matter(
            coming.data, coming.door, coming.content_type, AT, coming.source
        )
        found = examine(matter, craft(), KNOWN)
        digest = digest_of(coming.data)
        self.district.judge.read[digest] = found
        size = len(coming.data)
        offer = Offer(source, f"n-{self.number}", digest, size, coming.content_type)
        taken = await self.district.store.journal.accept(offer, AT)
        self.arrivals.append(taken.arrival.id)
        return await self.district.carried(taken.arrival.id)


@pytest.fixture
def doors(store, tmp_path) -> Doors:
    clock = SteppingClock(AT)
    return Doors(
        District(store, tmp_path, clock=clock, registry=BOOK, sources=dict(SOURCES))
    )


@cache
def parcel(sender: Body = AGRICULTURE, subject: str = "") -> Parcel:
    paper = papers.report(DEFAULT_DAY)
    made = parcel_of(paper, sender, (DISTRICT,), drawn(paper).pdf)
    return replace(made, subject=subject) if subject else made


@cache
def kit(subject: str = "") -> bytes:
    return family_a.kit(parcel(subject=subject))


def answered(data: bytes) -> bytes:
    """As an axis answers getEdoc: one more TraceHeader, and JSON around it."""
    end = b"</edXML:TraceHeader>"
    before, found, after = data.partition(end)
    assert found
    hop = (
        b"<edXML:TraceHeader><edXML:OrganId>000.00.00.G22</edXML:OrganId>"
        b"<edXML:Timestamp>2019/12/02 09:00:00</edXML:Timestamp>"
    )
    whole = before + end + hop + end + after
    return json.dumps({"data": b64encode(whole).decode()}).encode()


def mailed(data: bytes) -> bytes:
    letter = replace(mails.clear_letter(), files=(("goi-tin.edxml", data),))
    return mails.proven(letter)


def comings(subject: str = "") -> dict[str, Coming]:
    """The same document by the axis, by an axis that we ask, and by mail."""
    data = kit(subject)
    return {
        "axis": Coming("truc", REST, data),
        "pulled": Coming("truc-keo", PULL, answered(data), "application/json"),
        "mail": Coming("mail", MAILED, mailed(data), "message/rfc822"),
    }


@pytest.mark.parametrize("order", [*permutations(("axis", "pulled", "mail"))])
async def test_one_document_by_three_doors_is_delivered_once(doors, order):
    ways = comings()
    decisions = [await doors.takes(ways[name]) for name in order]

    assert [d.rule for d in decisions] == ["deliver", "twin", "twin"]
    await doors.district.relayed()
    sent = [r for r in doors.district.left if r.kind is OutboxKind.DELIVER]
    assert [row.agency for row in sent] == [DISTRICT.code]
    queries = doors.district.store.queries
    found = await queries.find(parcel().document_id)
    assert len(found.documents) == 1
    assert set(await queries.comings(found)) == set(doors.arrivals)
    told = [r.headers for r in doors.district.left if r.kind is OutboxKind.ANSWER]
    # Each source hears that it is delivered, by its own door.
    assert [t["delivered_to"] for t in told] == [[DISTRICT.code]] * 3
    assert {t["arrival"] for t in told} == set(doors.arrivals)


@pytest.mark.parametrize("name", ["axis", "pulled", "mail"])
async def test_other_content_by_another_door_is_held_with_its_own_code(doors, name):
    await doors.takes(comings()["axis" if name != "axis" else "mail"])
    decision = await doors.takes(comings("V/v khác hẳn")[name])

    assert (decision.rule, decision.disposition) == ("other-content", Disposition.HOLD)
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.OTHER_CONTENT
    [item] = await doors.district.store.queries.desk(DeskName.HELD)
    assert item.arrival == doors.arrivals[-1]


async def test_a_plain_mail_of_the_same_number_is_the_same_document_read_worse(doors):
    """Without edXML its fields are guessed: one identity, held for a person."""
    await doors.takes(comings()["axis"])
    data = mails.proven(mails.clear_letter())
    decision = await doors.takes(Coming("mail", MAILED, data, "message/rfc822"))
    assert (decision.rule, decision.disposition) == ("other-content", Disposition.HOLD)


async def test_a_dossier_pushed_and_asked_for_is_one(doors):
    told: Mapping[str, Any] = {"TaiLieuNop": [], "DanhSachTepDinhKemKhac": []}
    data = raw(dossier(**told))
    kind = content_type(DossierAct.ADD)
    first = await doors.takes(Coming("cong", PUSHED, data, kind))
    second = await doors.takes(Coming("cong", POLLED, data, kind))
    assert (first.rule, second.rule) == ("deliver", "twin")


async def test_an_agencys_own_document_by_its_exchange_and_by_rest_is_one(doors):
    body = Body(OFFICE.code, OFFICE.name)
    data = family_a.kit(parcel(body))
    first = await doors.takes(Coming(MINE, AGENCY_AMQP, data))
    second = await doors.takes(Coming(MINE, AGENCY_REST, data))
    # Unsigned, it waits for a person; its twin waits beside it.
    assert first.disposition is second.disposition is Disposition.HOLD
    now = doors.district.clock.now()
    operators = doors.district.store.operators
    for arrival in doors.arrivals:
        assert await operators.release(arrival, "lan", "đã ký tay", now)
    rules = [d.rule for d in await doors.district.woken()]
    assert rules == ["released", "twin"]
