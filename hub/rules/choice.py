"""What a rule answers when it speaks; silence is None."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.model.policy import Remedy
from hub.rules.case import Case

#: Letters of a detail taken from input: a thousand unknown receivers are no sentence.
_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A disposition and its reason; everything else follows from the case."""

    disposition: Disposition
    reason: Fault | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One question; the first rule of the chain that speaks chooses."""

    #: Stands in decisions, journals and documentation; never renamed.
    name: str
    ask: Callable[[Case], Choice | None]
    vi: str
    en: str


def refuse(code: FaultCode, place: str = "", detail: str = "") -> Choice:
    """The sender must put something right."""
    return Choice(Disposition.REFUSE, Fault(code, place, detail[:_DETAIL]))


def hold(code: FaultCode, place: str = "", detail: str = "") -> Choice:
    """A person must look at it."""
    return Choice(Disposition.HOLD, Fault(code, place, detail[:_DETAIL]))


def by(remedy: Remedy, fault: Fault) -> Choice | None:
    """What a remedy of the policy asks for; DELIVER keeps silent."""
    match remedy:
        case Remedy.DELIVER:
            return None
        case Remedy.HOLD:
            return Choice(Disposition.HOLD, fault)
        case Remedy.REFUSE:
            return Choice(Disposition.REFUSE, fault)
