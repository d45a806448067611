"""Writes entries with their particulars, and says what an entry's digest covers.

Facts are canonical JSON text (keys sorted, no blanks). The key "_" in them is the
journal's own: what `rebuild` needs to make the projections again. Queries hide it.

| tag | facts the journal writes |
|---|---|
| arrival:accepted | source door door_id digest size content_type trace |
| arrival:repeated | digest door_id |
| document:decided | `_`: a Consequences value (document, outbox, desk, paper ...) |
| envelope:judged-again | the verdict's, `_`: a Rejudged value (state, outbox, desk) |
| rejudging:given-up | reason, `_`: a Rejudged value |
| rejudging:asked | `_`: an OpenVerdict value |
| files:gathered | files: url (SHA-256 of it) digest size, each |
| receipt:sent alert:sent | message_id target attempts, the relay's |
| delivery:queued notice:queued | the same, queue, way: amqp pull mail |
| status:said | code at by status; said here: `_`: a Consequences value |
| document:recalled | by document_id, lists of agencies: cancelled asked prevented |
| document:updated | the same, and added |
| document:superseded | by document_id |
| delivery:cancelled | deliveries (message_ids) by |
| desk:closed | why: "come", "recalled"; none: an operator's word |
| forward:planned | id source receivers |
| forward:sent | message_id target attempts remote (the other side's id) |
| forward:left | message_id target attempts why |
| forward:bounced | message_id status, `_`: the desk item |
| receipt:left | message_id target attempts why |
| receipt:bounced | receipt status, `_`: the desk item |
| outbox:given-up | message_id target attempts reason, `_`: the desk item |
| arrival:released | none: whatever stood on a list about it is closed |
| arrival:refused | code: the same, and its source hears it |
| delivery:replayed delivery:discarded | message_id kind target batch, `_`: `Moved` |
| target:opened target:closed | kind target why; by "hub" or an operator |
| batch:begun | batch action count, `_`: the batch with its frozen list |
| batch:ended batch:cancelled | batch action done skipped |
| clock:ran-out | desk reason, versions it was read by, `_`: the desk item |
| alert:planned | a clock's: matter office count day, `_`: the outbox row |
| clock:stopped | desk reason item |
| desk:opened | desk, `_`: the desk item |
| desk:seen | desk reason item |
| delivery:rejected | message_id, the caller's, `_`: the desk item |
| delivery:fetched notice:confirmed | message_id |
| delivery:confirmed | message_id, code: the status by which it was, if one |
| catalogue:imported catalogue:refused | source file and the counts of CatalogueChange |
| particulars:erased | entries: ids of those that lost them, class policy_version |
| bodies:erased | class policy_version: the arrival's bytes need be kept no more |
| paper:printed and the others | task before, paper:sent: post_number |
"""

import hmac
from collections.abc import Sequence
from datetime import UTC
from hashlib import sha256
from secrets import token_hex
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, Row, insert, select

from hub.journal.tables import entries, particulars, seals
from hub.model.ids import Digest
from hub.model.records import Entry, Facts, NewEntry, Tag

#: The key of facts that belongs to the journal.
OWN = "_"
#: What the first seal stands on.
BEGINNING = Digest("0" * 64)

_encoder = msgspec.json.Encoder(order="deterministic")
AnyRow = Row[*tuple[object, ...]]


def canonical(value: object) -> str:
    """JSON as text: the same value gives the same text."""
    return _encoder.encode(value).decode()


def facts_of(text: str) -> Facts:
    """The value of a canonical JSON object."""
    return msgspec.json.decode(text, type=Facts)


def fingerprint(key: str, content: str) -> str:
    """HMAC-SHA256 of particulars under the key that is erased with them."""
    return hmac.digest(bytes.fromhex(key), content.encode(), "sha256").hex()


def append(connection: Connection, new: Sequence[NewEntry]) -> None:
    """Write entries in order; a trigger lists each of them for the sealer."""
    kept = [_particulars(entry) for entry in new]
    if personal := [row for row in kept if row]:
        connection.execute(insert(particulars), personal)
    rows = [_row(entry, row) for entry, row in zip(new, kept, strict=True)]
    if rows:
        connection.execute(insert(entries), rows)


def _particulars(entry: NewEntry) -> dict[str, str]:
    if entry.particulars is None:
        return {}
    content = canonical(entry.particulars)
    return {"id": uuid4().hex, "key": token_hex(32), "content": content}


def _row(entry: NewEntry, kept: dict[str, str]) -> dict[str, object]:
    return {
        "tag": entry.tag,
        "moment": entry.moment,
        "arrival": entry.arrival,
        "document": entry.document,
        "agency": entry.agency,
        "actor": entry.actor,
        "facts": canonical(entry.facts),
        "particulars": kept.get("id"),
        "hmac": fingerprint(kept["key"], kept["content"]) if kept else None,
    }


def sealed_text(row: AnyRow) -> bytes:
    """The canonical JSON of an entry as the chain covers it."""
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    value = {column.name: columns[column] for column in entries.columns}
    value["moment"] = columns[entries.c.moment].astimezone(UTC)
    value["facts"] = msgspec.Raw(columns[entries.c.facts].encode())
    return _encoder.encode(value)


def chained(previous: Digest, row: AnyRow) -> Digest:
    """The digest of a seal: of the one before it and of the entry."""
    return Digest(sha256(previous.encode() + sealed_text(row)).hexdigest())


#: Entries with their particulars and numbers, where there are any.
WHOLE = (
    select(*entries.columns, particulars.c.content, seals.c.number)
    .outerjoin(particulars, particulars.c.id == entries.c.particulars)
    .outerjoin(seals, seals.c.entry == entries.c.id)
)


def read_entry(row: AnyRow, *, hidden: bool = False) -> Entry:
    """An entry as kept; `hidden`: its particulars are nobody's to read."""
    columns = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    content = "{}" if hidden else columns[particulars.c.content] or "{}"
    none = columns[entries.c.particulars] is None
    return Entry(
        id=columns[entries.c.id],
        tag=Tag(columns[entries.c.tag]),
        moment=columns[entries.c.moment],
        arrival=columns[entries.c.arrival],
        document=columns[entries.c.document],
        agency=columns[entries.c.agency],
        actor=columns[entries.c.actor],
        facts=facts_of(columns[entries.c.facts]),
        particulars=None if none else facts_of(content),
        number=columns[seals.c.number],
    )
