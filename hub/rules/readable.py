"""Rule `readable`: could it be read."""

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice, hold, refuse

#: No error the sender could put right: a person looks, and may let it pass if it was
#: read. Our own limit, a file that cannot be had, a mail with two readings.
HELD = frozenset(
    {
        FaultCode.RESOURCE_LIMIT,
        FaultCode.FILE_UNAVAILABLE,
        FaultCode.ADDRESS,
        FaultCode.MIME_AMBIGUOUS,
        FaultCode.UNKNOWN_MAILBOX,
    }
)


def readable(case: Case) -> Choice | None:
    """Refuse what was found faulty; hold where the fault is not the sender's."""
    fault, envelope = case.examined.fault, case.examined.envelope
    if fault is None:
        return None if envelope else refuse(FaultCode.NOT_EDXML)
    if fault.code is FaultCode.MAIL_REPORT:
        return Choice(Disposition.DISCARD, fault)
    if fault.code not in HELD:
        return refuse(fault.code, fault.place, fault.detail)
    if case.history.released and envelope:
        return None
    return hold(fault.code, fault.place, fault.detail)
