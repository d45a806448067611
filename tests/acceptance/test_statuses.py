"""Statuses by real doors: an agency's words to the axis, a neighbour, the portal."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from hub.edxml import guard, reader
from hub.keepers import status_keeper_of
from hub.model.decisions import Disposition
from hub.model.envelopes import Envelope
from hub.model.faults import FaultCode
from hub.model.frames import Frame
from hub.model.limits import Limits
from hub.model.records import DeskName, OutboxKind, OutboxRow, Sent
from hub.model.sending import Sending
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, OFFICES, Body
from hub.rehearsal.dossiers import dossier
from hub.rehearsal.family_a import kit
from hub.rehearsal.parcels import parcel_of
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, drawn
from hub.rehearsal.stage import PORTAL, SOURCE, code_to_queue
from tests.acceptance.district import NOVEMBER, Became, District, district, morning
from tests.acceptance.outsiders import hub as command

pytestmark = [pytest.mark.full, pytest.mark.asyncio(loop_scope="module")]

QUEUES = code_to_queue()
JUSTICE, FINANCE, HEALTH = OFFICES[2], OFFICES[3], OFFICES[4]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory) -> AsyncIterator[District]:
    folder = tmp_path_factory.mktemp("trang-thai")
    async with district(folder, Pki.make(DEFAULT_AT), NOVEMBER) as one:
        yield one


def report(sender: Body, number: int, *receivers: Body) -> bytes:
    paper = replace(
        papers.report(NOVEMBER, sender.name), notation=f"{number}/BC-X", superior=""
    )
    pdf = drawn(papers.report(NOVEMBER)).pdf
    return kit(parcel_of(paper, sender, receivers, pdf))


async def leaving(hub: District, *kinds: OutboxKind) -> list[OutboxRow]:
    """What would leave now, settled as sent."""
    outbox, now = hub.parts.store.outbox, hub.parts.clock.now()
    rows = await outbox.due(kinds, now, timedelta(seconds=60), 100)
    for row in rows:
        await outbox.settle(row, Sent(now, {"remote": ""}))
    return rows


async def delivered(hub: District, sender: Body, number: int, *to: Body) -> OutboxRow:
    """A document that its first receiver has on its queue."""
    await leaving(hub, OutboxKind.DELIVER, OutboxKind.FORWARD)
    xml = report(sender, number, *to)
    came = await (
        hub.by_unit(QUEUES[sender.code], xml)
        if sender.code in QUEUES
        else hub.by_axis(xml)
    )
    if came.decision.disposition is Disposition.HOLD:  # unsigned, as its policy says
        await hub.parts.store.operators.release(
            came.arrival, "lan", "thử", hub.parts.clock.now()
        )
        await hub.carried(came.arrival)
    rows = await leaving(hub, OutboxKind.DELIVER)
    return next(row for row in rows if row.agency == to[0].code)


async def says(hub: District, body: Body, **told: object) -> Became:
    """An agency publishes JSON to its own exchange."""
    data = json.dumps(told).encode()
    return await hub.by_unit(QUEUES[body.code], data, "application/json")


async def envelope(hub: District, row: OutboxRow) -> Envelope:
    assert row.body is not None
    data = await hub.parts.evidence.read(row.body)
    guard.check(data, Limits())
    return reader.read(Frame(data), Limits()).envelope


async def test_an_agencys_status_goes_back_to_the_axis_with_the_documents_names(hub):
    row = await delivered(hub, AGRICULTURE, 601, JUSTICE)
    await says(hub, JUSTICE, status="03", about=row.id, text="Đã vào sổ số 512")
    [out] = await leaving(hub, OutboxKind.FORWARD)
    assert out.target == SOURCE
    assert list(out.headers["receivers"]) == [AGRICULTURE.code]
    told = await envelope(hub, out)
    assert told.sender.code == JUSTICE.code
    assert told.status is not None
    assert (told.status.code, told.status.description) == ("03", "Đã vào sổ số 512")
    assert told.status.about.document_id == row.headers["document_id"]
    assert told.status.about.code == AGRICULTURE.code
    [one] = await hub.parts.store.statuses.find(row.id)
    assert set(one.said) == {"03"}
    assert one.state == "acknowledged"


async def test_a_status_on_a_neighbours_document_comes_to_its_queue(hub):
    row = await delivered(hub, JUSTICE, 602, FINANCE)
    about = {"sender": JUSTICE.code, "document_id": row.headers["document_id"]}
    await says(hub, FINANCE, status="05", about=about)
    [out] = await leaving(hub, OutboxKind.DELIVER)
    assert (out.target, out.headers["kind"]) == (QUEUES[JUSTICE.code], "status")
    told = await envelope(hub, out)
    assert told.status is not None
    assert told.status.code == "05"


XML = """<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope>
<edXMLHeader><MessageHeader><From><OrganId>{sender}</OrganId></From>
<ResponseFor><OrganId>{about}</OrganId><DocumentId>{document}</DocumentId></ResponseFor>
<StatusCode>{code}</StatusCode><Timestamp>2019/11/15 08:0{minute}:00</Timestamp>
</MessageHeader></edXMLHeader></edXMLEnvelope></edXML>"""


async def test_a_status_from_outside_reaches_the_agency_that_sent_the_document(hub):
    await leaving(hub, OutboxKind.DELIVER, OutboxKind.FORWARD)
    came = await hub.by_unit(QUEUES[JUSTICE.code], report(JUSTICE, 606, AGRICULTURE))
    if came.decision.disposition is Disposition.HOLD:
        now = hub.parts.clock.now()
        await hub.parts.store.operators.release(came.arrival, "lan", "thử", now)
        await hub.carried(came.arrival)
    [out] = await leaving(hub, OutboxKind.FORWARD)
    told = {"about": JUSTICE.code, "document": out.headers["document_id"]}
    for minute, code in enumerate(("05", "03", "03", "06")):  # late and repeated
        told |= {"code": code, "minute": str(minute)}
        xml = XML.format(sender=AGRICULTURE.code, **told)
        await hub.by_axis(xml.encode())
        for row in await leaving(hub, OutboxKind.DELIVER):
            assert row.target == QUEUES[JUSTICE.code]
            assert row.headers["kind"] == "status"
    stranger = XML.format(sender="000.00.99.H40", **told)
    refused = await hub.by_axis(stranger.encode())
    assert refused.decision.reason is not None
    assert refused.decision.reason.code is FaultCode.NOT_ITS_RECEIVER
    assert out.document is not None
    words = await hub.parts.store.statuses.of(out.document)
    assert {(w.agency, w.code) for w in words} == {
        (AGRICULTURE.code, code) for code in ("03", "05", "06")
    }


async def test_the_sender_asks_back_and_the_receiver_answers(hub):
    row = await delivered(hub, JUSTICE, 603, FINANCE)
    about = {"sender": JUSTICE.code, "document_id": row.headers["document_id"]}
    asking = {"status": "13", "about": about, "receiver": FINANCE.code}
    await says(hub, JUSTICE, **asking, text="Gửi nhầm bản dự thảo")
    [asked] = await leaving(hub, OutboxKind.DELIVER)
    assert asked.target == QUEUES[FINANCE.code]
    await says(hub, FINANCE, status="15", about=row.id)
    [answer] = await leaving(hub, OutboxKind.DELIVER)
    assert answer.target == QUEUES[JUSTICE.code]
    [one] = await hub.parts.store.statuses.find(row.id)
    assert set(one.said) == {"13", "15"}


REVOKE = """<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope>
<edXMLHeader><MessageHeader><From><OrganId>{sender}</OrganId></From>
<To><OrganId>{to}</OrganId></To><DocumentId>{document}</DocumentId>
<Subject>Thu hồi văn bản</Subject></MessageHeader>
<TraceHeaderList><TraceHeader><OrganId>{sender}</OrganId>
<Timestamp>2019/11/15 09:00:00</Timestamp></TraceHeader><Bussiness>
<BussinessDocType>1</BussinessDocType><BussinessDocReason>Nhầm</BussinessDocReason>
</Bussiness></TraceHeaderList></edXMLHeader>
<edXMLBody><edXMLManifest version="1.0"/></edXMLBody></edXMLEnvelope></edXML>"""


async def test_a_recalls_answer_is_one_on_the_document_it_takes_back(hub):
    row = await delivered(hub, JUSTICE, 607, FINANCE)
    names = {"sender": JUSTICE.code, "to": FINANCE.code}
    xml = REVOKE.format(document=row.headers["document_id"], **names)
    came = await hub.by_unit(QUEUES[JUSTICE.code], xml.encode())
    if came.decision.disposition is Disposition.HOLD:
        now = hub.parts.clock.now()
        await hub.parts.store.operators.release(came.arrival, "lan", "thử", now)
        await hub.carried(came.arrival)
    [asked] = await leaving(hub, OutboxKind.DELIVER)
    assert (asked.target, asked.headers["kind"]) == (QUEUES[FINANCE.code], "revoke")
    statuses = hub.parts.store.statuses
    [before] = await statuses.find(row.id)
    assert before.recalled_at is not None
    await says(hub, FINANCE, status="15", about=asked.id)
    [answer] = await leaving(hub, OutboxKind.DELIVER)
    assert answer.target == QUEUES[JUSTICE.code]
    told = await envelope(hub, answer)
    assert told.status is not None
    assert told.status.about.document_id == row.headers["document_id"]
    [after] = await statuses.find(row.id)
    assert (after.recalled_at, set(after.said)) == (None, {"15"})


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"status": "03", "about": "of nobody"}, FaultCode.UNKNOWN_DOCUMENT),
        ({"status": "07", "about": "m"}, FaultCode.STATUS_CODE),
        ({"status": "11", "dossier": "H-1"}, FaultCode.STATUS_CODE),
        ({"status": "03", "dossier": "H-1"}, FaultCode.STATUS_CODE),
    ],
)
async def test_a_status_that_is_refused_has_its_code_and_its_list(hub, told, code):
    became = await says(hub, HEALTH, **told)
    assert became.decision.reason is not None
    assert became.decision.reason.code is code
    listed = await hub.parts.store.statuses.refused()
    assert [i.reason for i in listed if i.arrival == became.arrival] == [code]
    assert await leaving(hub, OutboxKind.DELIVER, OutboxKind.FORWARD) == []


async def test_nobody_speaks_of_a_document_he_was_not_sent(hub):
    row = await delivered(hub, AGRICULTURE, 604, JUSTICE)
    became = await says(hub, HEALTH, status="03", about=row.id)
    assert became.decision.reason is not None
    assert became.decision.reason.code is FaultCode.NOT_ITS_RECEIVER
    named = {"from": JUSTICE.code, "status": "03", "about": row.id}
    became = await says(hub, HEALTH, **named)
    assert became.decision.reason is not None
    assert became.decision.reason.code is FaultCode.SENDER_NOT_ALLOWED
    [one] = await hub.parts.store.statuses.find(row.id)
    assert one.said == {}


async def test_a_dossiers_status_is_the_portals_and_the_clocks_know_it(hub):
    await leaving(hub, OutboxKind.DELIVER, OutboxKind.FORWARD)
    one = dossier(71, hub.portal.files_url, NOVEMBER)
    became = await hub.by_portal(one)
    office = became.decision.routing.receivers[0]
    [owner] = [b for b in OFFICES if b.code == office.code]
    [row] = await leaving(hub, OutboxKind.DELIVER)
    for told in (
        {"status": "03", "about": row.id},
        {"status": "5", "dossier": one.number, "text": "Bổ sung bản sao CCCD"},
    ):
        await says(hub, owner, **told)
        [out] = await leaving(hub, OutboxKind.FORWARD)
        assert out.target == PORTAL
        data = await hub.parts.evidence.read(out.body)
        sending = msgspec.convert(out.headers, Sending)
        await hub.parts.adapters[PORTAL].forward(sending, data)
    case = hub.portal.ledger.cases[one.number]
    assert [entry["TrangThai"] for entry in case.progress] == ["2", "5"]
    assert case.dossier.row["TrangThaiHoSo"] == "5"
    [kept] = await hub.parts.store.dossiers.find(one.number)
    assert (kept.source, kept.status) == (PORTAL, "5")


async def test_the_portals_echo_of_it_ends(hub):
    """What the portal tells of our own word comes once and is answered once."""
    [case] = [c for c in hub.portal.ledger.cases.values() if len(c.progress) == 2]
    before = await hub.newest()
    assert await hub.portal.push_progress([case], 5)
    echo = await hub.carried(await hub.newest(before))
    assert await leaving(hub, OutboxKind.FORWARD) == []
    assert echo.decision.disposition is not Disposition.REFUSE


async def test_who_says_nothing_all_day_is_on_the_list_that_proposes_the_code(hub):
    row = await delivered(hub, AGRICULTURE, 605, HEALTH)
    try:
        hub.set_clock(morning(NOVEMBER) + timedelta(hours=11))
        keeper = status_keeper_of(hub.parts)
        await keeper.look(hub.parts.clock.now())
        listed = [
            i
            for i in await hub.parts.store.statuses.listed()
            if i.agency == HEALTH.code
        ]
        assert [i.desk for i in listed] == [DeskName.SILENT]
        done, out = await command(hub.stage, "status", "list", "--json")
        [told] = [o for o in json.loads(out) if o["id"] == listed[0].id]
        assert (done, told["proposed"]) == (0, ["01", "03", "02"])
        words = ("status", "send", row.id, "--code", "03", "--reason", "gọi điện")
        done, out = await command(hub.stage, *words)
        assert done == 0, out
        await keeper.look(hub.parts.clock.now())
        left = await hub.parts.store.statuses.listed()
        assert HEALTH.code not in {i.agency for i in left}
        [out_row] = await leaving(hub, OutboxKind.FORWARD)
    finally:
        hub.set_clock(morning(NOVEMBER) + timedelta(hours=1))
    told_envelope = await envelope(hub, out_row)
    assert told_envelope.sender.code == HEALTH.code
    assert told_envelope.status is not None
    assert "Người vận hành" in told_envelope.status.description
    done, out = await command(hub.stage, "status", "show", row.id)
    assert "03 đã tiếp nhận" in out


async def test_02_is_never_said_by_the_hubs_own_command(hub):
    words = ("status", "send", "x", "--code", "02", "--reason", "thử")
    done, out = await command(hub.stage, *words)
    assert done == 1
    assert "02" in out
