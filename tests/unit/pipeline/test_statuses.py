"""Statuses on their way: carried back, listed when refused, missed, and said here."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec
import pytest

from hub.edxml import guard, reader
from hub.model.agencies import SaysArrived
from hub.model.arrivals import AGENCY_AMQP, Source
from hub.model.calendar import VIETNAM
from hub.model.decisions import Disposition, History
from hub.model.documents import Identity
from hub.model.dossier_news import DossierNews
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import (
    Envelope,
    Family,
    Kind,
    Organization,
    Reference,
    Staff,
    StatusReport,
)
from hub.model.frames import Frame
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.limits import Limits
from hub.model.policy import StatusPolicy
from hub.model.records import DeskItem, DeskName, OutboxKind, OutboxRow, Tag
from hub.model.spoken import Spoken
from hub.model.status_clocks import PROPOSED
from hub.model.statuses import Mention, Standing, StatusCode, Subject
from hub.pipeline.alarm import OperatorAlarm
from hub.pipeline.carry import Carrier, Ground
from hub.pipeline.listing import ListTerms
from hub.pipeline.statuses import StatusKeeper, StatusTerms
from hub.pipeline.statuses_said import SAYABLE, Word, spoken
from hub.registry.calendar import read_calendar
from hub.registry.reading import read_agencies
from hub.resources import resource
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock, arrival
from tests.unit.pipeline.test_carry import Bench, examined

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
BOOK = read_agencies(resource("config", "agencies.yaml").read_bytes())
OFFICE, OTHER = AgencyCode("000.01.37.H40"), AgencyCode("000.02.37.H40")
OUTSIDE = AgencyCode("000.00.12.H40")
[SPEAKER] = [a for a in BOOK.agencies if a.code == OFFICE]
[RECEIVER] = [a for a in BOOK.agencies if a.code == OTHER]
ITSELF = Source(f"agency.{SPEAKER.queue}", AGENCY_AMQP, (OFFICE,))
ABOUT = Subject(
    key=DocumentKey("5" * 64),
    arrival=ArrivalId("5" * 32),
    source="truc-tinh",
    sender=OUTSIDE,
    document_id="d-1",
    kind=Kind.NEW,
    notation="218/BC-SNN",
    promulgated="2019/12/02",
    receivers=(OFFICE,),
)
DOSSIER = replace(
    ABOUT, source="cong", sender=AgencyCode("CONG"), dossier="H-1", dossier_status="1"
)


def status(code: str = "03", about: Reference | None = None, **changes) -> Envelope:
    report = StatusReport(code, about or Reference(AgencyCode("")), "Đã vào sổ 512")
    values = {
        "family": Family.LAYERED,
        "kind": Kind.STATUS,
        "sender": Organization(OFFICE, "Văn phòng"),
        "receivers": (),
        "document_id": "",
        "subject": "",
        "status": report,
    }
    return Envelope(**{**values, **changes})


def read(data: bytes) -> Envelope:
    guard.check(data, Limits())
    return reader.read(Frame(data), Limits()).envelope


@pytest.fixture
def carry(tmp_path):
    """Carry one status of the office about a document; its conclusion and bodies."""

    async def work(about: Subject | None, told: Envelope, **changes):
        known = Identity(
            DocumentKey("a" * 64),
            Digest("b" * 64),
            mentions=(Mention(delivery="m-1"),),
        )
        seen = examined(found=(), told=told, identity=known, **changes)
        bench = Bench(tmp_path, seen)
        bench.journal.history = History(subjects=(about,) if about else ())
        ground: Ground = bench.carrier._ground
        bench.carrier = Carrier(
            bench.carrier._outsides,
            replace(ground, sources={ITSELF.name: ITSELF}),
        )
        came = arrival(source=ITSELF.name, door=AGENCY_AMQP)
        decision = await bench.carrier.carry(came)
        return decision, bench.journal.concluded[-1], bench.evidence.kept

    return work


async def test_a_status_named_by_a_delivery_leaves_with_its_documents_names(carry):
    _, done, kept = await carry(ABOUT, status())
    [row] = done.outbox
    assert (row.kind, row.target) == (OutboxKind.FORWARD, "truc-tinh")
    assert list(row.headers["receivers"]) == [OUTSIDE]
    assert (row.headers["kind"], row.headers["document_id"]) == ("status", "d-1")
    told = read(kept[row.body])
    assert told.sender.code == OFFICE
    assert told.status.about == Reference(OUTSIDE, "218/BC-SNN", "d-1", "2019/12/02")
    assert (told.status.code, told.status.moment) == ("03", NOON)


async def test_a_status_for_an_agency_of_ours_is_a_delivery(carry):
    local = replace(ABOUT, sender=OTHER, source=f"agency.{RECEIVER.queue}")
    _, done, kept = await carry(local, status())
    [row] = done.outbox
    assert (row.kind, row.target) == (OutboxKind.DELIVER, RECEIVER.queue)
    assert (row.headers["kind"], row.headers["from"]) == ("status", OFFICE)
    assert read(kept[row.body]).status.about.code == OTHER


async def test_what_was_said_is_recorded_on_the_document_itself(carry):
    _, done, _ = await carry(ABOUT, status())
    [told] = done.said
    assert (told.document, told.agency, told.code) == (ABOUT.key, OFFICE, "03")
    assert told.arrival == done.arrival
    [entry] = [e for e in done.entries if e.tag is Tag.STATUS_SAID]
    assert (entry.document, entry.agency) == (ABOUT.key, OFFICE)
    assert entry.arrival == ABOUT.arrival  # who sees the document sees it
    assert (entry.facts["code"], entry.facts["status"]) == ("03", done.arrival)
    assert entry.particulars == {"text": "Đã vào sổ 512"}


@pytest.mark.parametrize(
    ("about", "told", "code"),
    [
        (None, status(), "unknown-document"),
        (replace(ABOUT, receivers=(OTHER,)), status(), "not-its-receiver"),
        (ABOUT, status("13", Reference(OFFICE)), "not-its-sender"),
        (ABOUT, status("07"), "status-code"),
    ],
)
async def test_a_refused_status_is_told_its_code_and_stands_on_a_list(
    carry, about, told, code
):
    decision, done, _ = await carry(about, told)
    assert decision.disposition is Disposition.REFUSE
    assert decision.reason.code == code
    [item] = done.desk
    assert (item.desk, item.reason, item.agency) == (DeskName.STATUS, code, OFFICE)
    assert done.said == ()
    # Its sender hears it, nobody else does.
    assert {row.kind for row in done.outbox} <= {OutboxKind.ANSWER, OutboxKind.NOTICE}
    assert done.outbox


async def test_a_status_that_was_taken_is_not_answered(carry):
    _, done, _ = await carry(ABOUT, status())
    assert not {OutboxKind.ANSWER, OutboxKind.NOTICE} & {r.kind for r in done.outbox}


async def test_a_status_of_a_dossiers_document_is_its_progress_at_the_portal(carry):
    _, done, kept = await carry(DOSSIER, status("05"))
    [row] = done.outbox
    assert (row.kind, row.target) == (OutboxKind.FORWARD, "cong")
    news = msgspec.json.decode(kept[row.body], type=DossierNews)
    assert (news.number, news.status, news.code) == ("H-1", "4", "05")
    assert (news.office, news.text, news.at) == (OFFICE, "Đã vào sổ 512", NOON)
    assert done.dossier is not None
    assert (done.dossier.source, done.dossier.status) == ("cong", "4")


async def test_a_dossiers_own_status_is_told_as_it_was_said(carry):
    told = Dossier(DossierAct.PROGRESS, "H-1-KHAC", status="5")
    heard = status().status
    assert heard is not None
    person = replace(heard, code="05", staff=Staff("", "Lan"))
    _, done, kept = await carry(DOSSIER, status(status=person), dossier=told)
    news = msgspec.json.decode(kept[done.outbox[0].body], type=DossierNews)
    assert (news.number, news.status, news.person) == ("H-1", "5", "Lan")
    assert (done.dossier.number, done.dossier.status) == ("H-1", "5")


async def test_a_code_that_says_nothing_of_a_dossier_leaves_its_status(carry):
    _, done, kept = await carry(DOSSIER, status("01"))
    news = msgspec.json.decode(kept[done.outbox[0].body], type=DossierNews)
    assert news.status == "1"
    assert done.dossier is None


def friday(hour: int) -> datetime:
    return datetime(2019, 11, 29, hour, tzinfo=VIETNAM)


def standing(agency: AgencyCode = OFFICE, **changes) -> Standing:
    values = {
        "id": f"m-{agency}",
        "document": ABOUT.key,
        "agency": agency,
        "arrival": ABOUT.arrival,
        "document_id": "d-1",
        "sender": OUTSIDE,
        "notation": "218/BC-SNN",
        "source": "truc-tinh",
        "kind": Kind.NEW,
        "state": "queued",
        "planned_at": friday(8),
        "queued_at": friday(8),
    }
    return Standing(**{**values, **changes})


@dataclass
class MemoryWords:
    """Implements the port Words and, for one process, Duties."""

    standing: list[Standing] = field(default_factory=list)
    fetched: list[Standing] = field(default_factory=list)
    items: list[DeskItem] = field(default_factory=list)
    alerts: list[OutboxRow] = field(default_factory=list)
    told: list[Spoken] = field(default_factory=list)
    about: Subject | None = ABOUT

    async def hold(self, name, holder, until, at):
        return True

    async def open(self, since):
        return [one for one in self.standing if one.planned_at >= since]

    async def arrived_unsaid(self, agencies, since):
        return [one for one in self.fetched if one.agency in agencies]

    async def subject(self, document):
        return self.about

    async def speak(self, told):
        self.told.append(told)
        return True

    async def listed(self):
        return list(self.items)

    async def ran_out(self, items, alerts, read_by, at):
        self.items += items
        self.alerts += alerts

    async def stopped(self, items, at):
        self.items = [i for i in self.items if i not in items]


@pytest.fixture
def words():
    return MemoryWords([standing(), standing(OTHER)])


@pytest.fixture
def keeper(words):
    """The hub says 01 of the office; all others say it themselves."""
    agencies = tuple(
        replace(a, says_arrived=SaysArrived.HUB) if a.code == OFFICE else a
        for a in BOOK.agencies
    )
    lists = ListTerms(CALENDAR, {OFFICE: "Văn phòng"}, {"policy": "p"})
    terms = StatusTerms(
        lists, StatusPolicy(), BOOK, agencies, "http://hub", MemoryEvidence()
    )
    return StatusKeeper(words, words, terms, SteppingClock(), "one")


async def test_nobody_is_on_a_list_before_the_day_is_over(keeper, words):
    await keeper.look(friday(17))
    assert words.items == []


async def test_who_said_nothing_all_day_is_on_a_list_that_proposes_01(keeper, words):
    await keeper.look(friday(18))
    assert [(i.desk, i.agency, i.reason) for i in words.items] == [
        (DeskName.SILENT, OFFICE, "01"),
        (DeskName.SILENT, OTHER, "01"),
    ]
    assert words.items[0].document == ABOUT.key


async def test_a_word_takes_it_off_and_the_next_clock_begins(keeper, words):
    await keeper.look(friday(18))
    words.standing[0].said["01"] = friday(19)
    await keeper.look(friday(20))
    assert [i.agency for i in words.items] == [OTHER]
    await keeper.look(friday(20) + timedelta(days=5))
    assert [i.desk for i in words.items] == [DeskName.SILENT, DeskName.NOT_TAKEN]


async def test_who_took_it_without_01_is_on_a_list_that_proposes_01(keeper, words):
    words.standing[0].said["03"] = friday(10)
    await keeper.look(friday(18))
    listed = [(i.desk, i.agency, i.reason) for i in words.items]
    assert (DeskName.NOT_ARRIVED, OFFICE, "01") in listed
    words.standing[0].said["01"] = friday(19)
    await keeper.look(friday(20))
    assert [i.agency for i in words.items] == [OTHER]


async def test_operators_are_called_once_a_day_for_each_list_and_agency(keeper, words):
    monday = friday(9) + timedelta(days=3)
    await keeper.look(friday(19))
    assert words.alerts == []  # after hours
    await keeper.look(monday)
    await keeper.look(monday + timedelta(hours=1))
    assert [a.headers["matter"] for a in words.alerts] == ["silent", "silent"]
    assert words.alerts[0].headers["count"] == 1


async def test_old_deliveries_are_watched_no_more(keeper, words):
    await keeper.look(friday(18) + timedelta(days=70))
    assert words.items == []


async def test_01_is_said_for_an_agency_whose_line_lets_the_hub(keeper, words):
    words.fetched = [
        standing(fetched_at=friday(10)),
        standing(OTHER, fetched_at=friday(10)),
    ]
    await keeper.look(friday(11))
    [told] = words.told
    assert (told.said.agency, told.said.code, told.said.by) == (OFFICE, "01", "hub")
    assert (told.said.at, told.said.heard_at) == (friday(10), friday(11))
    assert told.unless_said
    [row] = told.outbox
    assert (row.kind, row.target) == (OutboxKind.FORWARD, "truc-tinh")
    assert list(row.headers["receivers"]) == [OUTSIDE]
    body = keeper._terms.evidence.kept[row.body]
    envelope = read(body)
    assert (envelope.sender.code, envelope.status.code) == (OFFICE, "01")
    assert "Trục báo thay" in envelope.status.description


async def test_nothing_is_said_of_what_is_no_longer_known(keeper, words):
    words.fetched, words.about = [standing(fetched_at=friday(10))], None
    await keeper.look(friday(11))
    assert words.told == []


def said(code: str, about: Subject = ABOUT, operator: str = "lan") -> Spoken:
    at, now = friday(9), friday(10)
    word = Word(standing(), about, StatusCode(code), at, now, operator, "gọi điện")
    terms = StatusTerms(
        ListTerms(CALENDAR),
        StatusPolicy(),
        BOOK,
        BOOK.agencies,
        "http://hub",
        MemoryEvidence(),
    )
    ways = terms.ways(word)
    assert ways is not None
    told, body = spoken(word, ways)
    assert body
    return told


def test_an_operator_says_what_an_agency_asked_for_but_never_02():
    for code in SAYABLE:
        told = said(code)
        assert (told.said.by, told.actor, told.reason) == (
            "operator",
            "lan",
            "gọi điện",
        )
        assert not told.unless_said
    for never in ("02", "13"):
        with pytest.raises(ValueError, match=never):
            said(never)


@pytest.mark.parametrize("code", sorted(set(StatusCode) - {StatusCode.ARRIVED}))
def test_the_hub_by_itself_says_nothing_but_01(code):
    with pytest.raises(ValueError, match=code):
        said(code, operator="")


def test_what_is_said_here_reaches_an_agency_of_ours_by_its_queue():
    told = said("03", replace(ABOUT, sender=OTHER))
    [row] = told.outbox
    assert (row.kind, row.target, row.agency) == (
        OutboxKind.DELIVER,
        RECEIVER.queue,
        OTHER,
    )
    assert row.headers["kind"] == "status"
    assert told.document.kind == Kind.STATUS


def test_the_same_word_is_the_same_message_and_another_is_another():
    assert said("03").outbox[0].id == said("03").outbox[0].id
    assert said("03").outbox[0].id != said("06").outbox[0].id


@pytest.mark.parametrize("desk", PROPOSED)
async def test_an_operator_is_called_in_words_that_name_the_agency(desk):
    fetch = AnsweringFetch()
    headers = {"matter": desk, "office": OFFICE, "name": "Văn phòng", "count": 3}
    row = OutboxRow("a-1", OutboxKind.ALERT, "operators", NOON, headers=headers)
    await OperatorAlarm(fetch, "https://truc.example.vn/hook").call(row)
    [call] = fetch.calls
    text = msgspec.json.decode(call.body)["text"]
    assert text.startswith(f"Văn phòng ({OFFICE}): 3 ")
