"""Rule `released`: did an operator say yes."""

from hub.model.decisions import Disposition
from hub.rules.case import Case
from hub.rules.choice import Choice


def released(case: Case) -> Choice | None:
    """Deliver what a person looked at and let pass, whatever the rules below say."""
    return Choice(Disposition.DELIVER) if case.history.released else None
