"""The one way a mail is refused a reading: what, where, by a stable word."""

from typing import Never

from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode


def ambiguous(place: str, word: str) -> Never:
    """Raise MalformedEnvelope(MIME_AMBIGUOUS); words: docs/thu-dien-tu.md."""
    raise MalformedEnvelope(Fault(FaultCode.MIME_AMBIGUOUS, place, word))


def beside(place: str, what: str) -> str:
    """`part 2/header Content-Type`; the top of a mail has no place of its own."""
    return f"{place}/{what}" if place else what
