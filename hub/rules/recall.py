"""Rules `not-its-own`, `recalled`, `waits` and `withdrawn`: recalls and updates.

A recall never overtakes its document: what is about a document that is not known here
yet waits until that comes.
"""

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.rules.about import (
    RECALLABLE,
    about_of,
    about_routing,
    acts,
    codes_of,
    is_other_content,
    own,
    taken_back,
    targets,
)
from hub.rules.case import Case
from hub.rules.choice import Choice, hold, refuse
from hub.rules.recipients import routing

TARGET = "TraceHeaderList/Bussiness/DocumentId"


def not_its_own(case: Case) -> Choice | None:
    """Refuse to recall or to re-address what somebody else sent.

    A bare number may be anybody's, and the sender's own may still come: it waits.
    """
    named = targets(case)
    if not acts(case) or not case.history.originals or own(case, RECALLABLE):
        return None
    if all(target.strip().isdigit() for target in named):
        return None
    return refuse(FaultCode.NOT_ITS_OWN, TARGET, ", ".join(named))


def recalled(case: Case) -> Choice | None:
    """Refuse a late coming of what was recalled; hold another content of it.

    The sender's own word stands above an operator's: the same content goes to nobody.
    """
    gone, everybody = taken_back(case), codes_of(routing(case))
    if not gone or not everybody or not everybody <= gone:
        return None
    choose = hold if is_other_content(case) else refuse
    return choose(FaultCode.RECALLED, "MessageHeader/DocumentId")


def waits(case: Case) -> Choice | None:
    """Hold what is about a document that has not come; it goes on when that comes."""
    about = about_of(case)
    if about is None or not about.waits:
        return None
    if case.history.released and case.history.waited:
        return None  # a person knows that it was waiting, and would have it go
    return hold(FaultCode.NOT_COME_YET, TARGET, ", ".join(about.target_ids))


def withdrawn(case: Case) -> Choice | None:
    """Nobody has what is taken back: there is nobody to be asked."""
    about = about_of(case)
    if about is None or not about.withdrawals:
        return None
    whole = about_routing(case)
    return None if codes_of(whole) else Choice(Disposition.DELIVER)
