"""How fast must it go; no rule, every document has a lane."""

from hub.model.decisions import Lane
from hub.rules.case import Case


def lane(case: Case) -> Lane:
    """The lane its priority asks for: 1-4 are khẩn to hỏa tốc hẹn giờ (QCVN 102)."""
    delivery, priority = case.policy.delivery, case.envelope.other.priority
    for own, priorities in delivery.lanes.items():
        if priority in priorities:
            return own
    urgent = priority in delivery.urgent_priorities
    return Lane.URGENT if urgent else Lane.ORDINARY
