"""The pure half's answer about one arrival: plain values, safe to move and keep."""

from dataclasses import dataclass

from hub.model.documents import Identity
from hub.model.dossiers import Dossier
from hub.model.envelopes import Envelope
from hub.model.faults import Fault
from hub.model.frames import Guess, Proof
from hub.model.ids import AgencyCode, Digest
from hub.model.quirks import Quirk
from hub.model.verdicts import Verdict


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
    #: See `Frame`: codes the transport vouches for, fields that were guessed.
    vouched: tuple[AgencyCode, ...] | None = None
    guesses: tuple[Guess, ...] = ()
    #: What proves the sender of a mail; None where the door itself authenticated it.
    proofs: tuple[Proof, ...] | None = None
    dossier: Dossier | None = None
