"""Rule `refused-by-operator`: did an operator say no."""

from hub.model.faults import FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse


def refused_by_operator(case: Case) -> Choice | None:
    """Refuse what a person looked at and would not let pass, with the person's code."""
    code = case.history.refused
    if not code:
        return None
    known = code in set(FaultCode)
    return refuse(FaultCode(code) if known else FaultCode.REFUSED_BY_OPERATOR)
