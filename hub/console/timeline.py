"""One document's timeline as lines: for the window and for `hub trace`. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.console.forward_words import forward_detail
from hub.console.kin_words import kin_detail
from hub.console.words import (
    DISPOSITIONS,
    HEADLINES,
    PAPER,
    SLOTS,
    STATUS_CODES,
    TAGS,
    TURNS,
    WAYS,
    Pair,
    reason_in_words,
    say,
)
from hub.model.faults import SENTENCES, FaultCode
from hub.model.records import Entry, Tag

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
#: What a later document did to this one.
_KIN = (
    Tag.DOCUMENT_RECALLED,
    Tag.DOCUMENT_UPDATED,
    Tag.DOCUMENT_SUPERSEDED,
    Tag.DELIVERY_CANCELLED,
)
_UNKNOWN: Pair = ("?", "?")


@dataclass(frozen=True, slots=True)
class Line:
    """One step: when, what, and the facts a person asks for."""

    moment: datetime
    #: Milliseconds since the first line.
    after_ms: int
    tag: Tag
    title: str
    detail: str
    number: int | None
    id: int

    @property
    def local(self) -> str:
        """Vietnam time, to the millisecond."""
        return f"{self.moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S.%f}"[:-3]


def lines(entries: Sequence[Entry], language: str = "vi") -> list[Line]:
    """The entries of one document or arrival, told in order."""
    ordered = sorted(entries, key=lambda e: e.id)
    start = ordered[0].moment if ordered else None
    return [line_of(entry, language, start) for entry in ordered]


def line_of(entry: Entry, language: str = "vi", start: datetime | None = None) -> Line:
    """One entry as a line."""
    since = entry.moment - (start or entry.moment)
    return Line(
        moment=entry.moment,
        after_ms=round(since.total_seconds() * 1000),
        tag=entry.tag,
        title=say(TAGS[entry.tag], language),
        detail=plain(_detail(entry, language)),
        number=entry.number,
        id=entry.id,
    )


def plain(text: str) -> str:
    """Text on one line without control or direction characters (log forging)."""
    kept = (c if c.isprintable() else " " for c in text)
    return " ".join("".join(kept).split())


def _detail(entry: Entry, language: str) -> str:
    facts = entry.facts
    match entry.tag:
        case Tag.ARRIVAL_ACCEPTED | Tag.ARRIVAL_REPEATED:
            return _accepted(entry)
        case Tag.FILES_GATHERED:
            return _gathered(facts)
        case Tag.ARRIVAL_READ:
            return _read(entry, language)
        case Tag.ENVELOPE_JUDGED | Tag.ENVELOPE_JUDGED_AGAIN:
            return " · ".join(_judged(facts, language))
        case Tag.DOCUMENT_DECIDED:
            return _decided(facts, language)
        case _:
            return _other(entry, language)


def _accepted(entry: Entry) -> str:
    facts = entry.facts
    return (
        f"{entry.actor} · {facts.get('door', '')} · {facts.get('door_id', '')} · "
        f"{facts.get('size', '?')} byte · sha256 {str(facts.get('digest', ''))[:12]}…"
    )


def _gathered(facts: dict[str, Any]) -> str:
    """Digests only: an address may name a person."""
    files = facts.get("files", ())
    return " · ".join(f"{f['size']} byte sha256 {f['digest'][:12]}…" for f in files)


def _read(entry: Entry, language: str) -> str:
    facts, texts = entry.facts, entry.particulars or {}
    subject = texts.get("subject", "")
    quirks = ", ".join(q["code"] for q in facts.get("quirks", ()))
    oddities = say(("lệch chuẩn", "quirks"), language)
    parts = [
        f"{facts.get('type_name', '')} {facts.get('notation', '')}".strip(),
        f"«{subject}»" if subject else "",
        f"{facts.get('from', '')} → {', '.join(facts.get('to', ()))}",
        f"{oddities}: {quirks}" if quirks else "",
    ]
    return " · ".join(p for p in parts if p)


def _judged(facts: dict[str, Any], language: str) -> list[str]:
    headline = say(HEADLINES.get(facts.get("headline", ""), _UNKNOWN), language)
    findings = [
        f"{f.get('place') or 'XML'}: {f.get('indication') or _slot(f, language)}"
        + (f" ({', '.join(f['reasons'])})" if f.get("reasons") else "")
        for f in facts.get("findings", ())
    ]
    return [*_turned(facts, headline, language), *findings]


def _turned(facts: dict[str, Any], headline: str, language: str) -> list[str]:
    """The headline; of a verdict judged again also the one before, better or worse."""
    if "turn" not in facts:
        return [headline]
    before = say(HEADLINES.get(facts.get("before", ""), _UNKNOWN), language)
    turn = say(TURNS.get(facts["turn"], _UNKNOWN), language)
    return [turn, f"{before} → {headline}"]


def _slot(finding: dict[str, Any], language: str) -> str:
    return say(SLOTS.get(finding.get("slot", ""), _UNKNOWN), language)


def _decided(facts: dict[str, Any], language: str) -> str:
    disposition = DISPOSITIONS.get(facts.get("disposition", ""), _UNKNOWN)
    reason, paper = facts.get("reason"), facts.get("paper")
    rule = say(("quy tắc", "rule"), language)
    parts = [f"{say(disposition, language)} ({rule}: {facts.get('rule', '')})"]
    if reason:
        sentence = say(SENTENCES[FaultCode(reason["code"])], language)
        parts.append(f"[{reason['code']}] {sentence} {reason.get('place', '')}")
    if paper and facts.get("disposition") == "deliver":
        parts.append(f"{say(PAPER[paper['duty']], language)} ({paper['cell']})")
    receivers = facts.get("routing", {}).get("receivers", ())
    parts += [f"→ {r['name']}" for r in receivers]
    return " · ".join([*parts, *_noted(facts, language)])


def _noted(facts: dict[str, Any], language: str) -> Iterator[str]:
    """Remarks for the clerk, and the policy that decided, by name and hash."""
    if notes := facts.get("notes"):
        yield f"{say(('ghi chú', 'notes'), language)}: {', '.join(notes)}"
    if edition := facts.get("policy_edition"):
        version = f"{str(facts.get('policy_version', ''))[:12]}…"
        yield f"{say(('chính sách', 'policy'), language)} «{edition}» {version}"


def _status(entry: Entry, language: str) -> str:
    """Whose word, which code; what was written with it, or why it was said here."""
    facts, texts = entry.facts, entry.particulars or {}
    code = str(facts.get("code", ""))
    told = f"{code} {say(STATUS_CODES.get(code, _UNKNOWN), language)}"
    here = entry.actor if facts.get("by") in {"hub", "operator"} else ""
    words = texts.get("text") or texts.get("reason") or ""
    parts = (entry.agency or "", told, here, f"«{words}»" if words else "")
    return " · ".join(part for part in parts if part)


def _kin(entry: Entry, language: str) -> str:
    told = kin_detail(entry.facts, entry.particulars or {}, language)
    return " · ".join([*([entry.agency] if entry.agency else []), *told])


def _other(entry: Entry, language: str) -> str:
    if entry.tag is Tag.STATUS_SAID:
        return _status(entry, language)
    if entry.tag in _KIN:
        return _kin(entry, language)
    if entry.tag in {Tag.FORWARD_PLANNED, Tag.FORWARD_SENT}:
        return forward_detail(entry.facts, language)
    keys: tuple[str, ...] = (
        "queue",
        "message_id",
        "target",
        "code",
        "desk",
        "reason",
        "why",
        "post_number",
        "class",
    )
    if entry.tag in {Tag.RECEIPT_BOUNCED, Tag.FORWARD_BOUNCED}:
        keys = ("receipt", "message_id", "status")
    facts = [
        reason_in_words(str(entry.facts[k]), language)
        for k in keys
        if entry.facts.get(k)
    ]
    way = WAYS.get(str(entry.facts.get("way")), _UNKNOWN)
    told = [say(way, language)] if "way" in entry.facts else []
    if note := (entry.particulars or {}).get("note"):
        facts.append(f"«{note}»")
    return " · ".join([*([entry.agency] if entry.agency else []), *told, *facts])
