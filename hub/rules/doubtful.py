"""Rule `doubtful`: was what nobody wrote into fields read with certainty.

Number, date and type of a mail's document are read out of words for people. Each
reading has its confidence; one below the policy's waits for a clerk. So does what of a
citizen's dossier cannot be as it is told: a day, a file. There the reason is a word
(docs/cong-dich-vu-cong.md), for nothing was measured.
"""

from hub.model.faults import FaultCode
from hub.model.frames import Guess
from hub.rules.case import Case
from hub.rules.choice import Choice, hold


def doubtful(case: Case) -> Choice | None:
    """Hold where a field was guessed with too little confidence."""
    least = case.policy.mail.least_confidence
    doubts = [g for g in case.examined.guesses if g.confidence < least]
    if not doubts:
        return None
    told = _why if case.examined.dossier else _how_sure
    return hold(FaultCode.DOUBTFUL, doubts[0].name, ", ".join(map(told, doubts)))


def _how_sure(guess: Guess) -> str:
    return f"{guess.name} {guess.confidence}"


def _why(guess: Guess) -> str:
    return f"{guess.name} {' '.join(guess.evidence)}"
