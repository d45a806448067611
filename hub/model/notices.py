"""What an agency is told of a document it has, or has sent; the shape of its JSON.

`schemas/verdict-notice.schema.json` and `schemas/receipt-notice.schema.json` are made
of it; names in it are kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.model.decisions import Disposition
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


@dataclass(frozen=True, slots=True)
class ReceiptNotice:
    """What became of a document the agency sent itself; under the hub's own code.

    `delivered` is told after everything left this hub: its receivers answer by status
    messages. Told at least once with the same `id`.
    """

    id: str
    #: The hub's own code.
    hub: AgencyCode
    #: The `message_id` it was sent with, or the Idempotency-Key; else its digest.
    about: str
    #: SHA-256 of what was sent.
    original_sha256: Digest
    outcome: Disposition
    at: datetime
    #: The rule that chose (docs/quy-tac.md).
    rule: str
    document_id: str = ""
    notation: str = ""
    #: Headline of the signatures, and the paper flag; where the document was read.
    verdict: str = ""
    paper: int | None = None
    #: What must be put right, and where it stands; "" where nothing.
    code: str = ""
    place: str = ""
    text_vi: str = ""
    text_en: str = ""
    #: Codes it went to, here and elsewhere.
    delivered_to: tuple[AgencyCode, ...] = ()
    #: Codes it names that nobody here can reach.
    unknown: tuple[AgencyCode, ...] = ()
    #: Meant to have it and will not: an operator's word, or the sender's recall.
    undelivered: tuple[AgencyCode, ...] = ()
    #: Of a recall or update: who never had the document, because it was cancelled here.
    taken_back: tuple[AgencyCode, ...] = ()
    #: Other kinds may follow: acknowledge and ignore what is not known.
    notice: Literal["receipt"] = "receipt"
