"""Rows of what recalls, updates and replacements do to other documents. Pure.

A recall's own row follows the delivery it is about, in its lane: the agency that has
the document reads the request after it. Who is added gets the document as the others
got it: the same body and headers, under the document's own identity.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from hub.model.ids import AgencyCode, DocumentKey
from hub.model.paper import PaperWay
from hub.model.recalls import (
    About,
    Addition,
    Kin,
    Original,
    RecallRow,
    RecallState,
    Relation,
    VersionLink,
    Withdrawal,
)
from hub.model.records import NewEntry, OutboxKind, OutboxRow, PaperTask, Tag
from hub.model.targets import Target, TargetKind
from hub.pipeline.draft import Draft
from hub.pipeline.naming import derived_id

_TOLD = {
    Relation.REVOKES: Tag.DOCUMENT_RECALLED,
    Relation.UPDATES: Tag.DOCUMENT_UPDATED,
    Relation.REPLACES: Tag.DOCUMENT_SUPERSEDED,
}


def following(draft: Draft, row: OutboxRow) -> OutboxRow:
    """A delivery or forward of an envelope that is about another: after that one."""
    about = draft.decision.about
    if about is None or not about.originals:
        return row
    headers = row.headers | _about_headers(about, row.agency)
    return replace(row, headers=headers, follows=about.originals[0])


def _about_headers(about: About, agency: AgencyCode | None) -> dict[str, Any]:
    """`recall` tells a program what a kind does not: this agency is asked to let go."""
    left = [w.about for w in about.withdrawals if w.agency == agency and w.about]
    return {"about": left[-1], "recall": 1} if left else {}


def added(draft: Draft) -> tuple[OutboxRow, ...]:
    """The document itself for receivers that an update adds to it."""
    about, original = draft.decision.about, _given(draft)
    if about is None or original is None or not draft.delivered:
        return ()
    return tuple(_copy(draft, original, one) for one in about.added)


def added_paper(draft: Draft) -> tuple[PaperTask, ...]:
    """Paper for who is added, where the document goes on paper too."""
    original, ruling = _given(draft), draft.decision.paper
    if original is None or not original.headers.get("paper"):
        return ()
    way = PaperWay.OUT if ruling and ruling.ours else PaperWay.IN
    return tuple(
        PaperTask(
            id=derived_id(row.id, "paper"),
            document=original.key,
            agency=row.agency,
            opened_at=draft.at,
            way=way,
        )
        for row in added(draft)
        if row.agency is not None
    )


def still_wanted(draft: Draft, tasks: Iterable[PaperTask]) -> tuple[PaperTask, ...]:
    """None for whom an envelope takes a document from."""
    about = draft.decision.about
    gone = {w.agency for w in about.withdrawals} if about else set()
    return tuple(task for task in tasks if task.agency not in gone)


def _given(draft: Draft) -> Original | None:
    """The document an update adds receivers to, where its copies are kept."""
    about = draft.decision.about
    if about is None or not about.added:
        return None
    known = {one.key: one for one in draft.outgoing.originals}
    ours = (known[key] for key in about.originals if key in known)
    return next((one for one in ours if one.body is not None), None)


def _copy(draft: Draft, original: Original, one: Addition) -> OutboxRow:
    revision = str(original.content)
    if any(copy.agency == one.agency for copy in original.copies) or (
        one.agency in original.cut
    ):
        # It had it, and gave it back: a message of the same id would be a repeat.
        revision = f"{revision} {draft.key}"
    return OutboxRow(
        id=derived_id(original.key, one.agency, "document", revision),
        kind=OutboxKind.DELIVER,
        target=one.queue,
        due_at=draft.at,
        deadline=draft.until(Target(TargetKind.AGENCIES, one.queue)),
        arrival=original.arrival,
        document=original.key,
        agency=one.agency,
        lane=draft.decision.lane,
        headers=original.headers,
        body=original.body,
    )


def kin(draft: Draft, rows: Iterable[OutboxRow]) -> Kin | None:
    """What the decision changes in other documents, for the same transaction.

    `rows`: all that leaves by it, the requests among them.
    """
    about = draft.decision.about
    if about is None or draft.key is None or draft.decision.secret:
        return None
    given = _given(draft)
    return Kin(
        target_ids=about.target_ids if _compares(about) else (),
        seen=about.seen,
        links=tuple(_links(draft, about)),
        recalls=() if about.waits else tuple(_recalls(draft, about, rows)),
        withdrawals=() if about.waits else about.withdrawals,
        given=given.key if given else None,
        added=tuple(one.agency for one in about.added) if given else (),
    )


def _compares(about: About) -> bool:
    return bool(about.waits or about.withdrawals or about.added)


def _links(draft: Draft, about: About) -> Iterator[VersionLink]:
    """One for each document known; for a DocumentId that nobody knows, one by it."""
    identity = draft.examined.identity
    assert identity is not None, "what is about another has an identity"
    known = {one.key: one for one in draft.outgoing.originals}
    for place, target_id in enumerate(about.target_ids):
        keys = (key for key in about.originals if key in known)
        mine = [key for key in keys if known[key].document_id == target_id]
        may_be = identity.about[2 * place : 2 * place + 2]
        pairs = [(key, "") for key in mine] or [(may_be[0], str(may_be[1]))]
        for key, other in pairs:
            yield _link(draft, about, target_id, (key, other))


def _link(
    draft: Draft, about: About, target_id: str, keys: tuple[DocumentKey, str]
) -> VersionLink:
    envelope = draft.examined.envelope
    assert envelope is not None, "what is about another was read"
    return VersionLink(
        id=derived_id(str(draft.key), "about", target_id, "" if keys[1] else keys[0]),
        document=DocumentKey(str(draft.key)),
        document_id=envelope.document_id,
        relation=about.relation,
        target_id=target_id,
        target=keys[0],
        or_target=keys[1],
        arrival=draft.arrival.id,
        at=draft.at,
        waits=about.waits,
    )


def _recalls(
    draft: Draft, about: About, rows: Iterable[OutboxRow]
) -> Iterator[RecallRow]:
    assert draft.key is not None, "what takes back has an identity"
    requests = {code: row.id for row in rows for code in _receivers(row)}
    for one in about.withdrawals:
        yield RecallRow(
            id=derived_id(draft.key, one.document, one.agency),
            recall=draft.key,
            document=one.document,
            agency=one.agency,
            relation=about.relation,
            state=_state(one),
            at=draft.at,
            about=one.about,
            request=requests.get(one.agency, "") if one.about else "",
        )


def _receivers(row: OutboxRow) -> list[AgencyCode]:
    """Whom a row brings an envelope to; () for receipts and alerts."""
    if row.kind is OutboxKind.FORWARD:
        return [AgencyCode(code) for code in row.headers.get("receivers", ())]
    return [row.agency] if row.kind is OutboxKind.DELIVER and row.agency else []


def _state(one: Withdrawal) -> RecallState:
    if one.about:
        return RecallState.ASKED
    return RecallState.CANCELLED if one.cancel else RecallState.PREVENTED


def taken_back(draft: Draft) -> tuple[AgencyCode, ...]:
    """Who never had what is taken back: it was cancelled here before it left.

    NĐ 30/2020, article 18: a receiver tells the sender that it let go. Who received
    nothing has nothing to tell; the hub says so under its own code, never as their 15.
    """
    about = draft.decision.about
    if about is None or about.waits or not draft.delivered:
        return ()
    return tuple(w.agency for w in about.withdrawals if not w.about)


def taken_back_text(draft: Draft) -> tuple[str, str]:
    """The receipt's sentence on a recall (Vietnamese, English); empty for all else."""
    about = draft.decision.about
    if about is None or not about.withdrawals or not draft.delivered:
        return "", ""
    never = len(taken_back(draft))
    asked = len(about.withdrawals) - never
    return (
        f"Đã hủy việc chuyển cho {never} nơi chưa nhận; đã chuyển yêu cầu thu hồi đến "
        f"{asked} nơi đã nhận, chờ trả lời 15 hoặc 16.",
        f"Cancelled for {never} that had not got it; {asked} that have it are asked "
        "and will answer 15 or 16.",
    )


def kin_entries(draft: Draft) -> tuple[NewEntry, ...]:
    """What stands in the timelines of the other documents."""
    about = draft.decision.about
    if about is None or about.waits or draft.decision.secret:
        return ()
    cancelled = (_cancelled(draft, w) for w in about.withdrawals if w.cancel)
    told = (_told(draft, about, key) for key in about.originals)
    return (*told, *cancelled)


def _cancelled(draft: Draft, one: Withdrawal) -> NewEntry:
    facts = {"deliveries": list(one.cancel), "by": draft.key}
    entry = draft.entry(Tag.DELIVERY_CANCELLED, facts)
    return replace(entry, document=one.document, agency=one.agency)


def _told(draft: Draft, about: About, key: DocumentKey) -> NewEntry:
    envelope = draft.examined.envelope
    assert envelope is not None, "what is about another was read"
    mine = [w for w in about.withdrawals if w.document == key]
    facts: dict[str, Any] = {"by": draft.key, "document_id": envelope.document_id}
    facts |= {
        state: codes
        for state in (RecallState.CANCELLED, RecallState.ASKED, RecallState.PREVENTED)
        if (codes := [w.agency for w in mine if _state(w) is state])
    }
    if about.added and key == about.originals[0]:
        facts["added"] = [one.agency for one in about.added]
    reason = envelope.business.reason if envelope.business else ""
    if envelope.status is not None:
        reason = envelope.status.description
    texts = {"reason": reason} if reason else None
    return replace(draft.entry(_TOLD[about.relation], facts, texts), document=key)
