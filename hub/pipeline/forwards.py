"""Rows of what leaves for bodies elsewhere (OutboxKind.FORWARD). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from hub.model.decisions import Lane, Routing
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.records import NewEntry, OutboxKind, OutboxRow, Tag
from hub.model.sending import Sending
from hub.model.targets import Target, TargetKind
from hub.pipeline.draft import Draft
from hub.pipeline.facts import notation
from hub.pipeline.naming import derived_id
from hub.pipeline.recalls import following


@dataclass(frozen=True, slots=True)
class Passage:
    """What a forward's row needs beside its sending."""

    #: The source that takes it.
    source: str
    body: Digest
    deadline: datetime
    arrival: ArrivalId | None = None
    document: DocumentKey | None = None
    lane: Lane = Lane.ORDINARY
    #: Not before that document's forwards by the same source have left.
    follows: DocumentKey | None = None


def forward_row(sending: Sending, passage: Passage) -> OutboxRow:
    """The row; its id is the sending's, its body must be kept before."""
    return OutboxRow(
        id=sending.id,
        kind=OutboxKind.FORWARD,
        target=passage.source,
        due_at=sending.at,
        deadline=passage.deadline,
        arrival=passage.arrival,
        document=passage.document,
        lane=passage.lane,
        headers=msgspec.to_builtins(sending),
        body=passage.body,
        follows=passage.follows,
    )


def forwards(draft: Draft) -> tuple[OutboxRow, ...]:
    """One row for every source that brings the document to bodies elsewhere.

    Or one for each of them, where it brings letters.
    """
    if not draft.delivered:
        return ()
    routing, bodies = draft.decision.routing, draft.outgoing.outward
    alone = {one.source for one in routing.outward if one.alone}
    return tuple(
        _forward(draft, source, sent_to, bodies[source])
        for source, codes in by_source(routing).items()
        for sent_to in ([(c,) for c in codes] if source in alone else [codes])
    )


def planned(draft: Draft, rows: Iterable[OutboxRow]) -> tuple[NewEntry, ...]:
    """The entry beside each of its forwards."""
    return tuple(
        draft.entry(
            Tag.FORWARD_PLANNED,
            {
                "id": row.id,
                "source": row.target,
                "receivers": row.headers["receivers"],
            },
        )
        for row in rows
    )


def by_source(routing: Routing) -> Mapping[str, tuple[AgencyCode, ...]]:
    """Source -> the receivers it brings a document to, in the envelope's order."""
    sorted_out: dict[str, tuple[AgencyCode, ...]] = {}
    for one in routing.outward:
        sorted_out[one.source] = (*sorted_out.get(one.source, ()), one.code)
    return sorted_out


def _forward(
    draft: Draft, source: str, codes: tuple[AgencyCode, ...], body: Digest
) -> OutboxRow:
    envelope, identity = draft.examined.envelope, draft.examined.identity
    assert envelope is not None, "only what was read is forwarded"
    assert identity is not None, "only what was read is forwarded"
    paper = draft.decision.paper
    identifier = derived_id(
        identity.key, source, "forward", identity.content, *sorted(codes)
    )
    sending = Sending(
        id=identifier,
        kind=envelope.kind,
        sender=envelope.sender.code,
        receivers=codes,
        document_id=envelope.document_id,
        name=identifier,
        at=draft.at,
        notation=notation(envelope),
        paper=paper.flag if paper else None,
    )
    passage = Passage(
        source=source,
        body=body,
        deadline=draft.until(Target(TargetKind.SOURCES, source)),
        arrival=draft.arrival.id,
        document=identity.key,
        lane=draft.decision.lane,
    )
    return following(draft, forward_row(sending, passage))
