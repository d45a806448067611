"""Rules `twin` and `other-content`: was the document here before.

What was refused before and went to nobody does not count: the sender was asked to
put it right and send it again, and a stranger's refused attempt must not block the
real one.
"""

from hub.model.decisions import Disposition, Earlier, Routing
from hub.model.faults import FaultCode
from hub.model.ids import normal_code
from hub.rules.about import about_routing, codes_of, taken_back, without
from hub.rules.case import Case
from hub.rules.choice import Choice, hold


def twin(case: Case) -> Choice | None:
    """Discard the same content for receivers who all have it; the receipt says so."""
    if _same_content(case) and _was_done(case) and not codes_of(new_routing(case)):
        return Choice(Disposition.DISCARD)
    return None


def other_content(case: Case) -> Choice | None:
    """Hold other content under an identity that is known: a person must choose."""
    if differs(case):
        return hold(FaultCode.OTHER_CONTENT, "MessageHeader/DocumentId")
    return None


def differs(case: Case) -> bool:
    """Whether the same document came before with other content."""
    return _earlier(case) is not None and not _same_content(case)


def new_routing(case: Case) -> Routing:
    """The routing without receivers who have this very content already.

    Nor those from whom the document was taken back.
    """
    whole, earlier, gone = about_routing(case), _earlier(case), taken_back(case)
    if earlier is not None and _same_content(case):
        gone |= set(map(normal_code, earlier.delivered_to))
    return without(whole, gone) if gone else whole


def _was_done(case: Case) -> bool:
    """A recall that waits is nowhere, even where nobody is to be asked by it."""
    earlier = _earlier(case)
    return bool(
        earlier
        and (earlier.delivered_to or earlier.disposition is not Disposition.HOLD)
    )


def _same_content(case: Case) -> bool:
    earlier, identity = _earlier(case), case.examined.identity
    return bool(earlier and identity and earlier.content == identity.content)


def _earlier(case: Case) -> Earlier | None:
    earlier = case.history.earlier
    if earlier is None or earlier.delivered_to:
        return earlier
    return None if earlier.disposition is Disposition.REFUSE else earlier
