"""What an agency is told of a document it has; the shape of the JSON it gets.

`schemas/verdict-notice.schema.json` is made of it; names in it are kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.model.findings import Indication, SubIndication
from hub.model.ids import AgencyCode, Digest
from hub.model.rejudging import Turn
from hub.model.verdicts import Headline


@dataclass(frozen=True, slots=True)
class SignatureNow:
    """One signature, and what was said of it before."""

    #: Element path, or "attachment 2, Signature1".
    place: str
    #: Position of the attachment whose PDF holds it; None for XML.
    attachment: int | None
    #: In the words of ETSI EN 319 102-1.
    indication: Indication
    reasons: tuple[SubIndication, ...] = ()
    #: None: it was not told of before.
    indication_before: Indication | None = None


@dataclass(frozen=True, slots=True)
class VerdictNotice:
    """A document's signatures were judged again and came out otherwise.

    No personal data. The latest `judged_at` holds; the decision stands.
    """

    document_id: str
    #: The sender's code, as in the envelope.
    sender: AgencyCode
    notation: str
    #: SHA-256 of the original as received: which document it is about.
    original_sha256: Digest
    verdict: Headline
    verdict_before: Headline
    turn: Turn
    judged_at: datetime
    signatures: tuple[SignatureNow, ...]
    text_vi: str
    text_en: str
    #: Other kinds may follow: acknowledge and ignore what is not known.
    notice: Literal["verdict"] = "verdict"
