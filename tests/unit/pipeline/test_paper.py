"""Which paper tasks a decision opens, and when each is due."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.model.arrivals import Arrival
from hub.model.calendar import VIETNAM
from hub.model.decisions import Decision, Disposition, Outward, Receiver, Routing
from hub.model.documents import DocumentType, PaperDuty, PaperRuling
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.paper import PaperRow, PaperState, PaperWay
from hub.model.policy import DeliveryPolicy, PaperDeskPolicy
from hub.model.records import PaperTask
from hub.pipeline.draft import Draft, Outgoing
from hub.pipeline.paper import due, kept_on_paper, overdue, paper_tasks, week_of
from hub.registry.calendar import read_calendar
from hub.resources import resource
from tests.fakes.outsides import NOON, arrival
from tests.unit.pipeline.test_carry import examined

CALENDAR = read_calendar(resource("config", "calendar.yaml").read_bytes())
DESK = PaperDeskPolicy()
ONE, TWO, FAR = AgencyCode("H40.1"), AgencyCode("H40.2"), AgencyCode("H29.1")
ROUTING = Routing(
    receivers=(Receiver(ONE, "một", "mot"), Receiver(TWO, "hai", "hai")),
)
TOO = PaperRuling(
    PaperDuty.PAPER_TOO,
    "quyet-dinh/signed/from-2019-11-15",
    DocumentType.DECISION,
    "notation",
    conflict=False,
    sender_said=0,
)
KEPT = replace(
    TOO,
    duty=PaperDuty.PAPERLESS,
    cell="bao-cao/signed/from-2019-11-15",
    type=DocumentType.REPORT,
    sender_said=1,
)
FRIDAY = datetime(2019, 11, 15, 9, 0, tzinfo=VIETNAM).astimezone(UTC)
ROW = PaperRow(
    id="t",
    document=DocumentKey("d"),
    agency=ONE,
    opened_at=FRIDAY,
    way=PaperWay.OUT,
    kept=True,
    state=PaperState.OPEN,
    moved_at=FRIDAY,
    arrival=None,
    sent_at=None,
    post_number="",
    sender=AgencyCode("H40"),
    document_id="H40.1",
    notation="1/BC",
    type="bao-cao",
    headline="passed",
)


def tasks(
    ruling: PaperRuling | None,
    disposition: Disposition = Disposition.DELIVER,
    kind: Kind = Kind.NEW,
    routing: Routing = ROUTING,
) -> tuple[PaperTask, ...]:
    came: Arrival = arrival()
    looked = examined()
    assert looked.envelope is not None
    looked = replace(looked, envelope=replace(looked.envelope, kind=kind))
    decision = Decision(disposition, "rule", routing=routing, paper=ruling)
    outgoing = Outgoing(NOON, "H40", "http://hub", DeliveryPolicy())
    return paper_tasks(Draft(came, looked, decision, outgoing))


def test_every_receiver_has_its_task():
    assert [(t.agency, t.way, t.kept) for t in tasks(TOO)] == [
        (ONE, PaperWay.IN, False),
        (TWO, PaperWay.IN, False),
    ]


def test_the_paper_of_our_own_agency_goes_out_to_bodies_elsewhere_too():
    routing = Routing(ROUTING.receivers[:1], outward=(Outward(FAR, "axis"),))
    opened = tasks(replace(TOO, ours=True), routing=routing)
    assert [(t.agency, t.way) for t in opened] == [
        (ONE, PaperWay.OUT),
        (FAR, PaperWay.OUT),
    ]


def test_what_needs_no_paper_and_has_it_is_marked():
    assert {t.kept for t in tasks(KEPT)} == {True}
    dossier = replace(KEPT, cell="no-new-duty/dossier")
    assert {t.kept for t in tasks(dossier)} == {False}


@pytest.mark.parametrize(
    ("ruling", "disposition", "kind"),
    [
        (None, Disposition.DELIVER, Kind.STATUS),
        (replace(KEPT, sender_said=0), Disposition.DELIVER, Kind.NEW),
        (TOO, Disposition.HOLD, Kind.NEW),
        (KEPT, Disposition.DELIVER, Kind.REVOKE),
    ],
    ids=["status", "paperless", "held", "recall"],
)
def test_nothing_else_opens_a_task(ruling, disposition, kind):
    assert tasks(ruling, disposition, kind) == ()


def test_a_replacement_opens_tasks_of_its_own():
    assert len(tasks(TOO, kind=Kind.REPLACE)) == 2


SENT = replace(ROW, state=PaperState.SENT, sent_at=FRIDAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (ROW, date(2019, 11, 18)),
        (replace(ROW, state=PaperState.PRINTED), date(2019, 11, 18)),
        (SENT, date(2019, 11, 25)),
        (replace(ROW, way=PaperWay.IN), date(2019, 11, 22)),
        (replace(ROW, state=PaperState.DIFFERS), date(2019, 11, 19)),
    ],
    ids=["open", "printed", "sent", "awaited", "differs"],
)
def test_a_task_is_due_at_the_end_of_a_working_day(row, day):
    """Opened on a Friday; Saturday and Sunday do not count."""
    until = due(row, CALENDAR, DESK)
    assert until.astimezone(VIETNAM).date() == day
    assert not overdue(row, CALENDAR, DESK, until)
    assert overdue(row, CALENDAR, DESK, until + timedelta(seconds=1))


@pytest.mark.parametrize(
    "state", [PaperState.RECEIVED, PaperState.NOT_NEEDED, PaperState.RECALLED]
)
def test_what_ended_is_never_overdue(state):
    row = replace(ROW, state=state)
    assert not overdue(row, CALENDAR, DESK, FRIDAY + timedelta(days=400))


def test_a_week_goes_from_monday_to_monday_in_vietnam():
    since, until = week_of(datetime(2019, 11, 17, 16, 59, tzinfo=UTC))
    assert since.astimezone(VIETNAM).date() == date(2019, 11, 11)
    assert until - since == timedelta(days=7)
    assert week_of(datetime(2019, 11, 17, 17, 0, tzinfo=UTC))[0] == until


def test_the_weekly_list_names_each_document_once_with_its_receivers():
    since, until = week_of(FRIDAY)
    other = replace(ROW, id="u", agency=TWO)
    elsewhere = replace(ROW, id="v", document=DocumentKey("e"), kept=False)
    old = replace(
        ROW, id="w", document=DocumentKey("f"), opened_at=since - (until - since)
    )
    [one] = kept_on_paper([ROW, other, elsewhere, old], since, until)
    assert (one.notation, one.receivers) == ("1/BC", (ONE, TWO))
