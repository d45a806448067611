"""Rule `readable`: could it be read."""

from hub.model.faults import FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice, hold, refuse


def readable(case: Case) -> Choice | None:
    """Refuse what was found faulty; hold what took too many resources to examine."""
    fault, envelope = case.examined.fault, case.examined.envelope
    if fault is None:
        return None if envelope else refuse(FaultCode.NOT_EDXML)
    if fault.code is not FaultCode.RESOURCE_LIMIT:
        return refuse(fault.code, fault.place, fault.detail)
    # Our limit, not the sender's error: a person may let it pass, if it was read.
    if case.history.released and envelope:
        return None
    return hold(fault.code, fault.place, fault.detail)
