"""The paper desk: which tasks a decision opens, when each is due, what stays on paper.

Pure; the journal's half is hub/journal/paper.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.model.calendar import VIETNAM, WorkingCalendar
from hub.model.documents import PaperDuty, PaperRuling
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode
from hub.model.paper import UNDER_WAY, PaperRow, PaperState, PaperWay
from hub.model.policy import PaperDeskPolicy
from hub.model.records import PaperTask
from hub.pipeline.draft import Draft
from hub.pipeline.naming import derived_id


def paper_tasks(draft: Draft) -> tuple[PaperTask, ...]:
    """A task for every receiver of what goes on paper too (see rules/paper.py).

    A recall opens none, whatever its sender's program wrote into it: it closes them.
    """
    identity, ruling = draft.examined.identity, draft.decision.paper
    if not draft.delivered or identity is None or ruling is None or not ruling.flag:
        return ()
    envelope, routing = draft.examined.envelope, draft.decision.routing
    if envelope is not None and envelope.kind is Kind.REVOKE:
        return ()
    way = PaperWay.OUT if ruling.ours else PaperWay.IN
    receivers = [r.code for r in routing.receivers]
    receivers += [r.code for r in routing.outward]
    return tuple(
        PaperTask(
            id=derived_id(identity.key, receiver, "paper", identity.content),
            document=identity.key,
            agency=receiver,
            opened_at=draft.at,
            way=way,
            kept=_kept(ruling),
        )
        for receiver in receivers
    )


def _kept(ruling: PaperRuling) -> bool:
    """Whether the grid asks for none, and the sender goes on with paper."""
    by_the_grid = ruling.cell.startswith(f"{ruling.type}/")
    return by_the_grid and ruling.duty is PaperDuty.PAPERLESS and ruling.flag == 1


def due(row: PaperRow, calendar: WorkingCalendar, terms: PaperDeskPolicy) -> datetime:
    """Until when the next step of a task is awaited; UTC.

    What goes out is to leave within `send_working_days`, what was sent or comes from
    elsewhere to arrive within `arrive_working_days`, a difference to be settled within
    `settle_working_days` after it was found.
    """
    if row.state is PaperState.DIFFERS:
        return calendar.add_days(row.moved_at, terms.settle_working_days)
    if row.state is PaperState.SENT or row.way is PaperWay.IN:
        since = row.sent_at or row.opened_at
        return calendar.add_days(since, terms.arrive_working_days)
    return calendar.add_days(row.opened_at, terms.send_working_days)


def overdue(
    row: PaperRow, calendar: WorkingCalendar, terms: PaperDeskPolicy, now: datetime
) -> bool:
    """Whether the next step of a task should have been taken by now."""
    return row.state in UNDER_WAY and due(row, calendar, terms) < now


@dataclass(frozen=True, slots=True)
class KeptOnPaper:
    """One document that needed no paper and had it, with its receivers."""

    sender: AgencyCode
    notation: str
    document_id: str
    type: str
    opened_at: datetime
    receivers: tuple[AgencyCode, ...]


def week_of(day: datetime) -> tuple[datetime, datetime]:
    """Monday 00:00 to the next in Vietnam, of the week a moment lies in; UTC."""
    local = day.astimezone(VIETNAM)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=local.weekday())
    return monday.astimezone(day.tzinfo), (monday + timedelta(days=7)).astimezone(
        day.tzinfo
    )


def kept_on_paper(
    rows: Iterable[PaperRow], since: datetime, until: datetime
) -> list[KeptOnPaper]:
    """Signed, paperless by type, and still on paper: opened in a time, by sender."""
    found: dict[str, list[PaperRow]] = {}
    for row in rows:
        if row.kept and since <= row.opened_at < until:
            found.setdefault(row.document, []).append(row)
    return sorted(_each(found.values()), key=lambda one: (one.sender, one.opened_at))


def _each(groups: Iterable[list[PaperRow]]) -> Iterator[KeptOnPaper]:
    for rows in groups:
        first = rows[0]
        yield KeptOnPaper(
            sender=first.sender,
            notation=first.notation,
            document_id=first.document_id,
            type=first.type,
            opened_at=first.opened_at,
            receivers=tuple(row.agency for row in rows),
        )
