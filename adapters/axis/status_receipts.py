"""Receipts as status messages, under the hub's own code (EDXML.md 1.6).

Delivered and held are both 01 (it has arrived), told apart by their description;
refused is 02 with its reason. The hub never speaks in an agency's name. Pure: the same
receipt gives the same bytes on every try.
"""

from adapters.axis.connector import Parcel
from hub.edxml.writer import write_status
from hub.model.decisions import Disposition
from hub.model.envelopes import (
    Envelope,
    Family,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.receipts import Receipt

ARRIVED, REFUSED = "01", "02"
#: A Description of several hundred letters is cut by some readers (EDXML.md 1.2).
_LONGEST = 500


def status_code(receipt: Receipt) -> str:
    """What the receipt is in QĐ 28/2018's numbers."""
    return REFUSED if receipt.outcome is Disposition.REFUSE else ARRIVED


def parcel_of(receipt: Receipt) -> Parcel | None:
    """The status message; None where nobody could be told what it is about."""
    if not receipt.sender or not receipt.document_id:
        return None
    about = Reference(
        code=receipt.sender,
        notation=receipt.notation,
        document_id=receipt.document_id,
        promulgated_text=receipt.promulgated,
    )
    report = StatusReport(
        code=status_code(receipt),
        about=about,
        description=description(receipt)[:_LONGEST],
        moment=receipt.at,
    )
    envelope = Envelope(
        family=Family.LAYERED,
        kind=Kind.STATUS,
        sender=Organization(receipt.hub),
        receivers=(),
        document_id="",
        subject="",
        status=report,
    )
    return Parcel(receipt.id, write_status(envelope), receipt.hub, (receipt.sender,))


def description(receipt: Receipt) -> str:
    """One Vietnamese sentence or two for whoever reads the status."""
    match receipt.outcome:
        case Disposition.DELIVER | Disposition.DISCARD:
            told = "Trục đã nhận và chuyển văn bản tới cơ quan nhận."
        case Disposition.HOLD:
            told = (
                "Trục đã nhận văn bản; đang chờ người xem, bên gửi không phải làm gì."
            )
        case Disposition.REFUSE:
            told = "Trục từ chối văn bản."
    pieces = (told, receipt.text_vi, _reason(receipt), _unknown(receipt))
    return " ".join(piece for piece in pieces if piece)


def _reason(receipt: Receipt) -> str:
    if not receipt.code:
        return ""
    place = f", {receipt.place}" if receipt.place else ""
    return f"[{receipt.code}{place}]"


def _unknown(receipt: Receipt) -> str:
    if not receipt.unknown:
        return ""
    return f"Không có trong danh mục của trục: {', '.join(receipt.unknown)}."
