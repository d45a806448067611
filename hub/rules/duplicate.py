"""Rules `twin` and `other-content`: was the document here before.

What was refused before and went to nobody does not count: the sender was asked to
put it right and send it again, and a stranger's refused attempt must not block the
real one.
"""

from dataclasses import replace

from hub.model.decisions import Disposition, Earlier, Routing
from hub.model.faults import FaultCode
from hub.model.ids import normal_code
from hub.rules.case import Case
from hub.rules.choice import Choice, hold
from hub.rules.recipients import routing


def twin(case: Case) -> Choice | None:
    """Discard the same content for receivers who all have it; the receipt says so."""
    new = new_routing(case)
    if _same_content(case) and not (new.receivers or new.outward):
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
    """The routing without receivers who have this very content already."""
    whole, earlier = routing(case), _earlier(case)
    if earlier is None or not _same_content(case):
        return whole
    have = {normal_code(code) for code in earlier.delivered_to}
    return replace(
        whole,
        receivers=tuple(r for r in whole.receivers if normal_code(r.code) not in have),
        outward=tuple(o for o in whole.outward if normal_code(o.code) not in have),
    )


def _same_content(case: Case) -> bool:
    earlier, identity = _earlier(case), case.examined.identity
    return bool(earlier and identity and earlier.content == identity.content)


def _earlier(case: Case) -> Earlier | None:
    earlier = case.history.earlier
    if earlier is None or earlier.delivered_to:
        return earlier
    return None if earlier.disposition is Disposition.REFUSE else earlier
