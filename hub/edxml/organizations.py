"""Reads bodies, clerks, signatories and references as the sender wrote them."""

from collections.abc import Sized

from hub.edxml.tree import Node
from hub.errors import MalformedEnvelope
from hub.model.envelopes import Organization, Reference, Signatory, Staff
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.model.quirks import QuirkCode

#: Letters of every form of code seen (EDXML.md 2); others are noted, never refused.
_CODE_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


def code(node: Node | None) -> AgencyCode:
    """The OrganId of an element; "" where it is missing, empty or the word null."""
    if node is None:
        return AgencyCode("")
    text = node.text("OrganId")
    if text.lower() in {"", "null"}:
        node.log.add(QuirkCode.ORGAN_ID_NULL, f"{node.path}/OrganId")
        return AgencyCode("")
    _note_form(node, text)
    return AgencyCode(text)


def organization(node: Node | None) -> Organization:
    """A body; all empty where the element is missing."""
    if node is None:
        return Organization(AgencyCode(""))
    return Organization(
        code=code(node),
        name=node.text("OrganName"),
        in_charge=node.text("OrganizationInCharge"),
        address=node.text("OrganAdd"),
        email=node.text("Email"),
        telephone=node.text("Telephone"),
        fax=node.text("Fax"),
        website=node.text("Website"),
    )


def count_receivers(nodes: Sized, header: Node, place: str) -> None:
    """Each is written down several times: raises TOO_MANY_RECEIVERS past the limit."""
    most = header.limits.receivers
    if len(nodes) > most:
        fault = Fault(FaultCode.TOO_MANY_RECEIVERS, place, str(most))
        raise MalformedEnvelope(fault)


def receivers(header: Node) -> tuple[Organization, ...]:
    """Those of To that have a code, each once; the rest are quirks.

    Raises MalformedEnvelope(TOO_MANY_RECEIVERS).
    """
    nodes = header.many("To")
    count_receivers(nodes, header, "MessageHeader/To")
    found: dict[AgencyCode, Organization] = {}
    for node in nodes:
        body = organization(node)
        key = normal_code(body.code)
        if key in found:
            node.log.add(QuirkCode.RECEIVER_TWICE, node.path)
        elif key:
            found[key] = body
    return tuple(found.values())


def signatory(node: Node | None) -> Signatory | None:
    """The person said to have signed."""
    if node is None:
        return None
    return Signatory(
        competence=node.text("Competence"),
        position=node.text("Position"),
        full_name=node.text("FullName"),
    )


def staff(node: Node | None) -> Staff | None:
    """The clerk to contact."""
    if node is None:
        return None
    return Staff(
        department=node.text("Department"),
        name=node.text("Staff"),
        email=node.text("Email"),
        mobile=node.text("Mobile"),
    )


def reference(node: Node | None) -> Reference:
    """The document another one answers or reports on."""
    if node is None:
        return Reference(AgencyCode(""))
    return Reference(
        code=code(node),
        notation=_notation(node),
        document_id=node.text("DocumentId"),
        promulgated_text=node.text("PromulgationDate"),
    )


def _notation(node: Node) -> str:
    """`number/notation` in one string, or put together from the two elements."""
    written = node.one("Code")
    if written is None or written.value:
        return written.value if written else ""
    number, notation = written.text("CodeNumber"), written.text("CodeNotation")
    return f"{number}/{notation}" if number and notation else number or notation


def _note_form(node: Node, text: str) -> None:
    if not text or set(text.upper()) - _CODE_LETTERS:
        node.log.add(QuirkCode.ORGAN_ID_FORM, f"{node.path}/OrganId")
