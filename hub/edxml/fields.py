"""Reads MessageHeader: who, to whom, what, when."""

from datetime import date

from hub.edxml import business, dates, organizations
from hub.edxml.tree import Node
from hub.model.envelopes import Attachment, Envelope, Family, OtherInfo


def read(
    header: Node, message: Node, family: Family, attachments: tuple[Attachment, ...]
) -> Envelope:
    """The envelope of a document; nothing that is missing is an error here."""
    kind, what = business.read(header)
    promulgation = message.one("PromulgationInfo")
    promulgated, promulgated_text = _date(promulgation, "PromulgationDate")
    due, due_text = _date(message, "DueDate")
    code, type_ = message.one("Code"), message.one("DocumentType")
    places = message.one("ToPlaces")
    return Envelope(
        family=family,
        kind=kind,
        sender=organizations.organization(message.one("From")),
        receivers=organizations.receivers(message),
        document_id=message.text("DocumentId"),
        subject=message.text("Subject"),
        number=code.text("CodeNumber") if code else "",
        notation=code.text("CodeNotation") if code else "",
        place=promulgation.text("Place") if promulgation else "",
        promulgated=promulgated,
        promulgated_text=promulgated_text,
        type_number=type_.number("Type") if type_ else None,
        type_detail=type_.number("TypeDetail") if type_ else None,
        type_name=type_.text("TypeName") if type_ else "",
        content=message.text("Content"),
        signatory=organizations.signatory(message.one("SignerInfo")),
        due=due,
        due_text=due_text,
        other=_other(message.one("OtherInfo")),
        secrecy=header.secrecy(),
        answers=tuple(map(organizations.reference, message.many("ResponseFor"))),
        steering=message.number("SteeringType"),
        places=_texts(places, "Place"),
        hops=business.hops(header),
        business=what,
        attachments=attachments,
    )


def _date(node: Node | None, name: str) -> tuple[date | None, str]:
    """The day, and the text as it stands; one that cannot be is kept as text."""
    if node is None:
        return None, ""
    text = node.text(name)
    day, odd = dates.read_date(text)
    node.log.add(odd, f"{node.path}/{name}")
    return day, text


def _other(node: Node | None) -> OtherInfo:
    if node is None:
        return OtherInfo()
    return OtherInfo(
        priority=node.number("Priority"),
        sphere=node.text("SphereOfPromulgation"),
        typist=node.text("TyperNotation"),
        copies=node.text("PromulgationAmount"),
        pages=node.text("PageAmount"),
        direction=node.text("Direction"),
        appendixes=_texts(node.one("Appendixes"), "Appendix"),
    )


def _texts(node: Node | None, name: str) -> tuple[str, ...]:
    values = (child.value for child in (node.many(name) if node else []))
    return tuple(value for value in values if value)
