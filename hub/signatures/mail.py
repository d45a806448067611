"""What proves the sender of a mail: DKIM by keys handed in, S/MIME by our anchors.

Pure: no DNS, no clock. A proof speaks for the address in From or it proves nothing; a
perfect signature of somebody else is a finding.
"""

from hub.model.frames import Mail, Proof
from hub.signatures.dkim_proofs import dkim_proofs
from hub.signatures.policy import Ground
from hub.signatures.smime_proofs import needs, smime_proofs

__all__ = ["Ground", "needs", "prove"]


def prove(mail: Mail, ground: Ground) -> tuple[Proof, ...]:
    """What the trusted server said, then DKIM and S/MIME as verified here.

    Never raises for hostile input. Details of what does not prove: docs/thu-dien-tu.md.
    """
    return (*mail.proofs, *dkim_proofs(mail, ground), *smime_proofs(mail, ground))
