"""Rule `doubtful`: was what nobody wrote into fields read with certainty.

Number, date and type of a mail's document are read out of words for people. Each
reading has its confidence; one below the policy's waits for a clerk.
"""

from hub.model.faults import FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice, hold


def doubtful(case: Case) -> Choice | None:
    """Hold where a field was guessed with too little confidence."""
    least = case.policy.mail.least_confidence
    doubts = [g for g in case.examined.guesses if g.confidence < least]
    if not doubts:
        return None
    said = ", ".join(f"{g.name} {g.confidence}" for g in doubts)
    return hold(FaultCode.DOUBTFUL, doubts[0].name, said)
