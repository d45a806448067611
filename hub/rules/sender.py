"""Rule `sender`: who says it sends, and may this source say so.

A carrier (the axis) speaks for everybody elsewhere and never for an agency attached
here: those have their own doors. Nor for a code of our territory nobody knows, however
it is spelled: clerks would take it for one of theirs. Every other source speaks for its
own codes only.
"""

from hub.model.codes import look_alikes, names_somebody
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse

PLACE = "MessageHeader/From/OrganId"


def sender(case: Case) -> Choice | None:
    """Refuse a missing sender, and one the source may not speak for."""
    code = case.envelope.sender.code
    if not names_somebody(code):
        return refuse(FaultCode.NO_SENDER, PLACE)
    if not _may_speak(case, code) or not _vouched(case, code):
        return refuse(FaultCode.SENDER_NOT_ALLOWED, PLACE, code)
    return None


def _may_speak(case: Case, code: AgencyCode) -> bool:
    if case.source.carrier:
        # No known form has other letters: a Cyrillic Н would pass for an H of ours.
        return normal_code(code).isascii() and not any(
            case.registry.is_local(AgencyCode(form)) for form in look_alikes(code)
        )
    return any(_same(case, code, own) for own in case.source.codes)


def _vouched(case: Case, code: AgencyCode) -> bool:
    """Whether the transport proved one of a source's many senders, and this one."""
    vouched = case.examined.vouched
    return vouched is None or any(_same(case, code, own) for own in vouched)


def _same(case: Case, one: AgencyCode, other: AgencyCode) -> bool:
    """The same body, by the same code or by an alias or a successor of it."""
    if normal_code(one) == normal_code(other):
        return True
    agency = case.registry.find(one, case.today)
    return agency is not None and agency == case.registry.find(other, case.today)
