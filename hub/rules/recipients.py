"""Rule `recipients`: who gets it."""

from collections.abc import Iterable

from hub.model.agencies import Agency
from hub.model.decisions import Receiver, Routing
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse
from hub.rules.required import addressees


def recipients(case: Case) -> Choice | None:
    """Refuse what none of our agencies is named in; some unknown are only reported."""
    if routing(case).receivers:
        return None
    return refuse(
        FaultCode.UNKNOWN_RECEIVER,
        "MessageHeader/To/OrganId",
        ", ".join(addressees(case.envelope)),
    )


def routing(case: Case) -> Routing:
    """All receivers of the envelope, sorted out; each agency once, in its order."""
    codes = addressees(case.envelope)
    found = {code: case.registry.find(code, case.today) for code in codes}
    lost = tuple(_once(code for code in codes if found[code] is None))
    foreign = tuple(code for code in lost if _is_elsewhere(case, code))
    agencies = dict.fromkeys(agency for agency in found.values() if agency)
    return Routing(
        receivers=tuple(_receiver(agency) for agency in agencies),
        unknown=tuple(code for code in lost if code not in foreign),
        foreign=foreign,
    )


def _is_elsewhere(case: Case, code: AgencyCode) -> bool:
    # What a carrier brings for others it brings to them, too. From anybody else the
    # receiver would be lost in silence: it counts as unknown, and is told.
    return case.source.carrier and not case.registry.is_local(code)


def _receiver(agency: Agency) -> Receiver:
    return Receiver(code=agency.code, name=agency.name, queue=agency.queue)


def _once(codes: Iterable[AgencyCode]) -> Iterable[AgencyCode]:
    return {normal_code(code): code for code in codes}.values()
