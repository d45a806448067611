"""Rules `recipients` and `heirs`: who gets it.

A body that ended is followed to who came after it. Where several did (a district split
among communes), no table says whose the document is now: it waits for a clerk, and a
clerk's yes gives it to all of them.

Bodies elsewhere get what an agency attached here sends, by the source that brings it to
them. What comes from elsewhere is never sent out again.
"""

from collections.abc import Iterable, Iterator

from hub.model.agencies import Agency
from hub.model.decisions import Outward, Receiver, Routing
from hub.model.envelopes import Kind
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.model.ways import Way
from hub.rules import statuses
from hub.rules.case import Case
from hub.rules.choice import Choice, hold, refuse
from hub.rules.required import addressees

PLACE = "MessageHeader/To/OrganId"


def recipients(case: Case) -> Choice | None:
    """Refuse what nobody it names can be given; some unknown are only reported."""
    whole = routing(case)
    if whole.receivers or whole.outward:
        return None
    elsewhere = any(_is_sent_out(case, code) for code in whole.unknown)
    return refuse(
        FaultCode.NO_WAY_OUT if elsewhere else FaultCode.UNKNOWN_RECEIVER,
        PLACE,
        ", ".join(addressees(case.envelope)),
    )


def heirs(case: Case) -> Choice | None:
    """Hold what is written to a body with several heirs, however many others get it."""
    split = [c for c, found in _found(case).items() if len(found) > 1]
    if not split or case.envelope.kind is Kind.STATUS:
        return None
    return hold(FaultCode.SEVERAL_HEIRS, PLACE, "; ".join(_inheritance(case, split)))


def routing(case: Case) -> Routing:
    """All receivers of the envelope, sorted out; each agency once, in its order.

    A status goes by what it is about (`hub.rules.statuses`).
    """
    if case.envelope.kind is Kind.STATUS:
        return statuses.routing(case)
    found = _found(case)
    lost = tuple(_once(code for code in found if not found[code]))
    foreign = tuple(code for code in lost if _is_elsewhere(case, code))
    ways = {code: way for code in lost if (way := _way_to(case, code))}
    agencies = dict.fromkeys(agency for heirs in found.values() for agency in heirs)
    return Routing(
        receivers=tuple(receiver(agency) for agency in agencies),
        unknown=tuple(c for c in lost if c not in foreign and c not in ways),
        foreign=foreign,
        outward=tuple(Outward(c, way.source, way.alone) for c, way in ways.items()),
    )


def _found(case: Case) -> dict[AgencyCode, tuple[Agency, ...]]:
    codes = addressees(case.envelope)
    return {code: case.registry.heirs(code, case.today) for code in codes}


def _inheritance(case: Case, codes: Iterable[AgencyCode]) -> Iterator[str]:
    for code in codes:
        heirs = case.registry.heirs(code, case.today)
        yield f"{code}: {', '.join(agency.code for agency in heirs)}"


def _is_elsewhere(case: Case, code: AgencyCode) -> bool:
    # What a carrier brings for others it brings to them, too. From anybody else the
    # receiver would be lost in silence: it counts as unknown, and is told.
    return case.source.carrier and not case.registry.is_local(code)


def _way_to(case: Case, code: AgencyCode) -> Way | None:
    """The way that leads there; None: it is no matter of ways, or there is none.

    A code of our territory that nobody knows is no body elsewhere: an axis would bring
    it back to us.
    """
    return case.ways.to(code) if _is_sent_out(case, code) else None


def _is_sent_out(case: Case, code: AgencyCode) -> bool:
    """Whether it is a body elsewhere that one of ours writes to."""
    ours = case.registry.is_ours(case.envelope.sender.code)
    return ours and not case.source.carrier and not case.registry.is_local(code)


def receiver(agency: Agency) -> Receiver:
    """An agency as a decision names it."""
    return Receiver(code=agency.code, name=agency.name, queue=agency.queue)


def _once(codes: Iterable[AgencyCode]) -> Iterable[AgencyCode]:
    return {normal_code(code): code for code in codes}.values()
