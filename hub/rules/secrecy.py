"""Rule `secrecy`: what is marked secret must not be on this network at all.

Whole values of a secrecy field and whole lines stamped on page 1 are compared, never
words inside a subject: "bảo mật" is no secret.
"""

from collections.abc import Iterable, Iterator

from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice
from hub.rules.letters import run_together, without_marks


def secrecy(case: Case) -> Choice | None:
    """Hold it for an operator, kept from consoles and queues."""
    place = next(_places(case), None)
    if place is None:
        return None
    return Choice(Disposition.HOLD, Fault(FaultCode.SECRET, place), secret=True)


def _places(case: Case) -> Iterator[str]:
    marks = case.policy.secrecy.marks
    envelope = case.examined.envelope
    # A field that exists only to say how secret a document is may be typed without
    # marks ("Toi mat"); a line of a page must say it as a stamp does.
    plain = [without_marks(mark) for mark in marks]
    fields = envelope.secrecy.splitlines() if envelope else []
    if any(_is_any(without_marks(field), plain) for field in fields):
        yield "secrecy field"
    if any(_is_any(line, marks) for line in case.examined.stamp.splitlines()):
        yield "page 1"


def _is_any(text: str, marks: Iterable[str]) -> bool:
    letters = run_together(text)
    return bool(letters) and letters in {run_together(mark) for mark in marks}
