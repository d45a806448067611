"""What a recall, an update or a replacement does to the document it is about.

A recall reaches the receivers it names: what has not left for them is cancelled, who
has it is asked (NĐ 30/2020, article 18). An update gives the document to receivers it
adds and takes it from those it cuts. A replacement is a document, linked to an earlier.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hub.model.decisions import Disposition, Outward, Receiver, Routing
from hub.model.envelopes import Business, Kind
from hub.model.ids import AgencyCode, normal_code
from hub.model.recalls import (
    About,
    Addition,
    Copy,
    Original,
    Relation,
    Seen,
    Withdrawal,
)
from hub.rules.case import Case
from hub.rules.recipients import receiver, routing
from hub.rules.statuses import same_body

#: What is a document itself; an update may be one, too (one e-office marks any second
#: delivery so), and is recalled with what it is about.
_DOCUMENTS = frozenset({Kind.NEW, Kind.REPLACE})
RECALLABLE = _DOCUMENTS | {Kind.UPDATE}


def about_of(case: Case) -> About | None:
    """What it does to other documents; None for what is about none."""
    if not targets(case):
        return None
    match case.envelope.kind:
        case Kind.REVOKE | Kind.STATUS:
            return _recall(case)
        case Kind.UPDATE:
            return _update(case)
        case Kind.REPLACE:
            return _bare(case, Relation.REPLACES, own(case, _DOCUMENTS))
        case Kind.NEW:
            return None


def about_routing(case: Case) -> Routing:
    """Who gets the envelope itself: of a recall, those who have its document."""
    whole, about = routing(case), about_of(case)
    if about is None or not about.originals or about.relation is Relation.REPLACES:
        return whole
    asked = {normal_code(w.agency) for w in about.withdrawals if w.about}
    if about.relation is Relation.REVOKES:
        return _only(whole, asked)
    return _updated(case, about, asked)


def taken_back(case: Case) -> frozenset[AgencyCode]:
    """Who is not to get this document again: codes as `normal_code` gives them."""
    if case.envelope.kind not in RECALLABLE:
        return frozenset()
    if case.history.released and is_other_content(case):
        return frozenset()
    gone = list(case.history.withdrawn)
    if case.envelope.kind is Kind.UPDATE:
        gone += [code for one in own(case, _DOCUMENTS) for code in one.recalled]
    return frozenset(map(normal_code, gone))


def lane_of(case: Case) -> str:
    """The lane of the document it takes back or re-addresses; "" where it has its own.

    In the same lane, what follows a document is also read after it.
    """
    about = about_of(case)
    if about is None or about.relation is Relation.REPLACES:
        return ""
    keys = set(about.originals)
    return next((o.lane for o in case.history.originals if o.key in keys), "")


def about_notes(case: Case) -> Iterator[str]:
    """Remarks for the clerk."""
    if case.history.superseded_by:
        yield "superseded"
    about = about_of(case)
    if about and about.relation is Relation.REPLACES and not about.originals:
        yield "replaces-unknown"


def targets(case: Case) -> tuple[str, ...]:
    """DocumentIds of what it recalls, updates or replaces."""
    identity = case.examined.identity
    return identity.targets if identity else ()


def acts(case: Case) -> bool:
    """Whether it takes a document from somebody, or gives it."""
    match case.envelope.kind:
        case Kind.REVOKE:
            return True
        case Kind.UPDATE:
            return bool(_business(case).changes)
        case _:
            return False


def _business(case: Case) -> Business:
    return case.envelope.business or Business()


def own(case: Case, kinds: Collection[str]) -> list[Original]:
    """Documents under these ids that the same body sent."""
    sender = case.envelope.sender.code
    return [
        one
        for one in case.history.originals
        if one.kind in kinds and same_body(case, sender, one.sender)
    ]


def _bare(case: Case, relation: Relation, mine: Sequence[Original]) -> About:
    keys = tuple(one.key for one in mine)
    return About(relation, targets(case), originals=keys)


def _seen(case: Case) -> tuple[Seen, ...]:
    return tuple(Seen(one.key, one.version) for one in case.history.originals)


def _recall(case: Case) -> About:
    mine = own(case, RECALLABLE)
    named = [*dict.fromkeys(_each_code(routing(case)))]
    return replace(
        _bare(case, Relation.REVOKES, mine),
        seen=_seen(case),
        withdrawals=tuple(w for one in mine for w in _taken(case, one, named)),
        waits=not mine and case.envelope.kind is Kind.REVOKE,
    )


def _update(case: Case) -> About:
    """Without changes of receivers it is a document that says it is an update."""
    mine = own(case, _DOCUMENTS)
    bare, changes = _bare(case, Relation.UPDATES, mine), _business(case).changes
    if not changes:
        return bare
    live = [one for one in mine if one.disposition == Disposition.DELIVER]
    held = any(one.disposition == Disposition.HOLD for one in mine)
    cut = _resolved(case, [c.code for c in changes if not c.added])
    new = [a for c in changes if c.added for a in _attached(case, c.code)]
    return replace(
        bare,
        seen=_seen(case),
        withdrawals=tuple(w for one in live for w in _taken(case, one, cut)),
        added=tuple(_without_it(live[0], new)) if live else (),
        waits=not live and (held or not mine),
    )


def _resolved(case: Case, codes: Iterable[AgencyCode]) -> list[AgencyCode]:
    """Codes as the journal writes them: an agency's own, where it is attached here."""
    found: dict[AgencyCode, None] = {}
    for code in codes:
        found |= dict.fromkeys([a.code for a in _attached(case, code)] or [code])
    return [*found]


def _attached(case: Case, code: AgencyCode) -> tuple[Receiver, ...]:
    return tuple(receiver(a) for a in case.registry.heirs(code, case.today))


def _without_it(original: Original, new: Iterable[Receiver]) -> Iterator[Addition]:
    """Of these, who has it not and may have it: a recall is not undone by an update."""
    cut = set(map(normal_code, original.cut))
    have = {normal_code(copy.agency) for copy in original.copies} - cut
    not_for = have | set(map(normal_code, original.recalled))
    for one in dict.fromkeys(new):
        if normal_code(one.code) not in not_for:
            yield Addition(one.code, one.queue)


def _taken(
    case: Case, original: Original, codes: Sequence[AgencyCode]
) -> Iterator[Withdrawal]:
    """What taking a document from these comes to, one each, whoever never had it."""
    copies = _by_agency(case, original.copies, codes)
    kept = _shared(original.copies, copies.values())
    for code in codes:
        mine = copies.get(normal_code(code), [])
        cancel = tuple(c.id for c in mine if c.waits and c.id not in kept)
        left = [c.id for c in mine if not c.waits or c.tried or c.id in kept]
        yield Withdrawal(original.key, code, cancel, left[-1] if left else "")


def _shared(all_of_them: Iterable[Copy], mine: Iterable[list[Copy]]) -> set[str]:
    """Rows that others are to get, too: a forward may be for several bodies."""
    named = {copy for each in mine for copy in each}
    return {copy.id for copy in all_of_them if copy not in named}


def _by_agency(
    case: Case, copies: Iterable[Copy], codes: Iterable[AgencyCode]
) -> Mapping[AgencyCode, list[Copy]]:
    """Copies by the named agency that has them now: itself, or who came after it."""
    named = set(map(normal_code, codes))
    found: dict[AgencyCode, list[Copy]] = {}
    for copy in copies:
        holders = [copy.agency]
        if normal_code(copy.agency) not in named:
            heirs = case.registry.heirs(copy.agency, case.today)
            holders = [agency.code for agency in heirs]
        for holder in holders:
            if normal_code(holder) in named:
                found.setdefault(normal_code(holder), []).append(copy)
    return found


def _only(whole: Routing, asked: set[AgencyCode]) -> Routing:
    return replace(
        whole,
        receivers=tuple(r for r in whole.receivers if normal_code(r.code) in asked),
        outward=tuple(o for o in whole.outward if normal_code(o.code) in asked),
    )


def _updated(case: Case, about: About, asked: set[AgencyCode]) -> Routing:
    """Its receivers but those it cuts, who are asked, and those it adds.

    Who is added gets the document itself; the update only where it changes that.
    """
    whole = routing(case)
    cut = {normal_code(w.agency) for w in about.withdrawals}
    gone = cut - asked
    if not _business(case).info_changed:
        gone |= {normal_code(one.agency) for one in about.added}
    stay = without(whole, gone)
    there = {normal_code(r.code) for r in stay.receivers}
    others = (w.agency for w in about.withdrawals if w.about)
    more = [r for code in others for r in _attached(case, code)]
    more = [r for r in more if normal_code(r.code) not in there]
    return replace(stay, receivers=(*stay.receivers, *more))


def without(whole: Routing, gone: Collection[AgencyCode]) -> Routing:
    """The routing without these; codes as `normal_code` gives them."""
    return replace(
        whole,
        receivers=tuple(r for r in whole.receivers if normal_code(r.code) not in gone),
        outward=tuple(o for o in whole.outward if normal_code(o.code) not in gone),
    )


def _each_code(whole: Routing) -> Iterator[AgencyCode]:
    each: tuple[Receiver | Outward, ...] = (*whole.receivers, *whole.outward)
    yield from (one.code for one in each)


def codes_of(whole: Routing) -> set[AgencyCode]:
    """All codes of a routing, as `normal_code` gives them."""
    return set(map(normal_code, _each_code(whole)))


def is_other_content(case: Case) -> bool:
    """Whether the same document came before with other content."""
    earlier, identity = case.history.earlier, case.examined.identity
    return bool(earlier and identity and earlier.content != identity.content)
