"""What an axis reads of an edXML to carry it: who, to whom, which; read on our own.

Never through the hub's reader: a simulator must not share its mistakes. Names count
without their namespaces, as the dialects differ (EDXML.md 1.1).
"""

from dataclasses import dataclass

from lxml import etree

from hub.rehearsal.axis_codes import Code, Refusal


@dataclass(frozen=True, slots=True)
class Peeked:
    """The fields an axis goes by; "" and () for what is not there."""

    document_id: str = ""
    sender: str = ""
    sender_name: str = ""
    receivers: tuple[str, ...] = ()
    notation: str = ""
    subject: str = ""
    #: Two digits where it is a status message (EDXML.md 1.6).
    status: str = ""
    description: str = ""
    #: Id and code a status message speaks of.
    about: str = ""
    about_sender: str = ""


def peek(data: bytes) -> Peeked:
    """Raises Refusal(FORM) where it is no XML, or another root than edXML."""
    return _peeked(root_of(data))


def root_of(data: bytes) -> etree._Element:
    """The root, with nothing fetched or expanded; raises Refusal(FORM)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal(Code.FORM, "không đọc được XML") from error
    if etree.QName(root).localname.lower() not in {"edxml", "envelope"}:
        raise Refusal(Code.FORM, "không phải edXML")
    return root


def glance(data: bytes) -> Peeked:
    """The same for what is carried however broken it is."""
    try:
        return peek(data)
    except Refusal:
        return Peeked()


def _peeked(root: etree._Element) -> Peeked:
    header = _first(root, "MessageHeader")
    if header is None:
        return Peeked()
    sender, about = _first(header, "From"), _first(header, "ResponseFor")
    return Peeked(
        document_id=_text(header, "DocumentId"),
        sender=_text(sender, "OrganId"),
        sender_name=_text(sender, "OrganName"),
        receivers=_receivers(header),
        notation=f"{_text(header, 'CodeNumber')}/{_text(header, 'CodeNotation')}",
        subject=_text(header, "Subject"),
        status=_text(header, "StatusCode"),
        description=_text(header, "Description"),
        about=_text(about, "DocumentId"),
        about_sender=_text(about, "OrganId"),
    )


def _receivers(header: etree._Element) -> tuple[str, ...]:
    """Family A repeats To, family B lists within it."""
    found = (
        _text(organ, "OrganId")
        for to in _all(header, "To")
        for organ in (_all(to, "Organization") or [to])
    )
    return tuple(code for code in found if code)


def _text(node: etree._Element | None, name: str) -> str:
    found = None if node is None else _first(node, name)
    return "" if found is None else (found.text or "").strip()


def _first(node: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_all(node, name)), None)


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return list(node.iter(f"{{*}}{name}"))
