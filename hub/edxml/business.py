"""Reads TraceHeaderList: the hops, and Bussiness (sic), what is to be done."""

from hub.edxml import organizations
from hub.edxml.tree import Node
from hub.model.envelopes import Business, Hop, Kind, ReceiverChange, Replacement
from hub.model.ids import AgencyCode
from hub.model.quirks import QuirkCode

#: EDXML.md 1.5.
_KINDS = {0: Kind.NEW, 1: Kind.REVOKE, 2: Kind.UPDATE, 3: Kind.REPLACE}


def hops(header: Node) -> tuple[Hop, ...]:
    """The hops in document order; a code may be missing (EDXML.md 1.2)."""
    trace = header.one("TraceHeaderList")
    nodes = trace.many("TraceHeader") if trace else []
    return tuple(
        Hop(organizations.code(node), node.text("Timestamp")) for node in nodes
    )


def read(header: Node) -> tuple[Kind, Business | None]:
    """What the envelope does; a new document where Bussiness is absent."""
    trace = header.one("TraceHeaderList") or header
    node = trace.one("Bussiness", "Business") or header.one("Bussiness", "Business")
    if node is None:
        header.log.add(QuirkCode.BUSINESS_ABSENT, trace.path)
        return Kind.NEW, None
    return _kind(node), _business(node)


def _kind(node: Node) -> Kind:
    number = node.number("BussinessDocType", "BusinessDocType")
    if number not in _KINDS:
        node.log.add(QuirkCode.KIND_UNKNOWN, f"{node.path}/BussinessDocType")
    return _KINDS.get(number if number is not None else 0, Kind.NEW)


def _business(node: Node) -> Business:
    info = node.one("BussinessDocumentInfo", "BusinessDocumentInfo")
    return Business(
        document_id=node.text("DocumentId"),
        reason=node.text("BussinessDocReason", "BusinessDocReason"),
        paper=_paper(node),
        info_changed=_is_set(info, "DocumentInfo"),
        receivers_changed=_is_set(info, "DocumentReceiver"),
        changes=_changes(info),
        replacements=_replacements(node),
        staff=organizations.staff(node.one("StaffInfo")),
    )


def _paper(node: Node) -> int | None:
    """0 or 1; some senders count the sheets or copies, and those are paper, too."""
    text = node.text("Paper")
    if text in {"0", "1"}:
        return int(text)
    if text:
        node.log.add(QuirkCode.PAPER_FORM, f"{node.path}/Paper")
    counted = text.isascii() and text.isdigit() and text.strip("0")
    return 1 if counted else None


def _is_set(info: Node | None, name: str) -> bool:
    return info is not None and info.text(name).lower() in {"1", "true"}


def _changes(info: Node | None) -> tuple[ReceiverChange, ...]:
    receivers = info.one("ReceiverList") if info else None
    nodes = receivers.many("Receiver") if receivers else []
    if receivers is not None:
        organizations.count_receivers(nodes, receivers, receivers.path)
    return tuple(
        ReceiverChange(code, node.text("ReceiverType") != "0")
        for node in nodes
        if (code := organizations.code(node))
    )


def _replacements(node: Node) -> tuple[Replacement, ...]:
    infos = node.one("ReplacementInfoList")
    return tuple(
        Replacement(info.text("DocumentId"), _codes(info.one("OrganIdList")))
        for info in (infos.many("ReplacementInfo") if infos else [])
    )


def _codes(node: Node | None) -> tuple[AgencyCode, ...]:
    nodes = node.many("OrganId") if node else []
    return tuple(AgencyCode(n.value) for n in nodes if n.value)
