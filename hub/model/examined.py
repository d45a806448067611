"""The pure half's answer about one arrival: plain values, safe to move and keep."""

from dataclasses import dataclass

from hub.model.documents import Identity
from hub.model.envelopes import Envelope
from hub.model.faults import Fault
from hub.model.findings import Verdict
from hub.model.ids import Digest
from hub.model.quirks import Quirk


@dataclass(frozen=True, slots=True)
class Examined:
    """One arrival, examined; either `fault` or `envelope` is there, sometimes both.

    Both: it was read, and something about it (a damaged payload) must be told.
    """

    digest: Digest
    envelope: Envelope | None = None
    fault: Fault | None = None
    quirks: tuple[Quirk, ...] = ()
    verdict: Verdict = Verdict()
    identity: Identity | None = None
    #: A secrecy stamp found on a line of its own on page 1 of a PDF; "" if none.
    stamp: str = ""
