"""Rule `proven`: is it proven who sent a mail.

Whoever speaks at an authenticated door is proven by the door. A mail says anything in
its From: a DKIM or S/MIME signature of that address, or the trusted server's word for
its domain, proves it. What to do where nothing does is the policy's.
"""

from hub.model.faults import Fault, FaultCode
from hub.rules.case import Case
from hub.rules.choice import Choice, by


def proven(case: Case) -> Choice | None:
    """Hold a mail whose sender nothing proves, or as the policy says."""
    proofs = case.examined.proofs
    if proofs is None or any(proof.proves for proof in proofs):
        return None
    said = ", ".join(f"{p.method}:{p.state}" for p in proofs)
    fault = Fault(FaultCode.MAIL_UNPROVEN, "From", said[:200])
    return by(case.policy.mail.unproven, fault)
