"""Elements of an envelope's header as text, in their one order; the same every time."""

from datetime import date

from hub.edxml.dates import read_moment, write_date, write_moment
from hub.edxml.xmltext import allowed, branch, leaf, required
from hub.model.envelopes import (
    Business,
    Envelope,
    Hop,
    Kind,
    Organization,
    OtherInfo,
    Reference,
    Replacement,
    Signatory,
    Staff,
)
from hub.model.ids import AgencyCode

_NUMBERS = {Kind.NEW: 0, Kind.REVOKE: 1, Kind.UPDATE: 2, Kind.REPLACE: 3}


def prefixed(name: str) -> str:
    """A name as the envelope writes it."""
    return f"edXML:{name}"


def optional(name: str, text: str | int | None) -> str:
    """An element with text; nothing where there is none."""
    return leaf(prefixed(name), text)


def always(name: str, text: str) -> str:
    """An element with text, empty if need be."""
    return required(prefixed(name), text)


def message_header(envelope: Envelope, attributes: str) -> str:
    """MessageHeader; a date that cannot be is left out."""
    return branch(
        prefixed("MessageHeader"),
        organization("From", envelope.sender),
        *(organization("To", body) for body in envelope.receivers if body.code),
        always("DocumentId", envelope.document_id),
        branch(
            prefixed("Code"),
            optional("CodeNumber", envelope.number),
            optional("CodeNotation", envelope.notation),
        ),
        branch(
            prefixed("PromulgationInfo"),
            optional("Place", envelope.place),
            optional("PromulgationDate", _day(envelope.promulgated)),
        ),
        branch(
            prefixed("DocumentType"),
            optional("Type", envelope.type_number),
            optional("TypeDetail", envelope.type_detail),
            optional("TypeName", envelope.type_name),
        ),
        always("Subject", envelope.subject),
        optional("Content", envelope.content),
        _signatory(envelope.signatory),
        optional("DueDate", _day(envelope.due)),
        _other(envelope.other),
        *map(answer, envelope.answers),
        optional("SteeringType", envelope.steering),
        branch(
            prefixed("ToPlaces"),
            *(optional("Place", place) for place in envelope.places),
        ),
        attributes=attributes,
    )


def _day(day: date | None) -> str:
    return write_date(day) if day else ""


def organization(name: str, body: Organization) -> str:
    """A body as From or To."""
    return branch(
        prefixed(name),
        always("OrganId", body.code),
        optional("OrganizationInCharge", body.in_charge),
        optional("OrganName", body.name),
        optional("OrganAdd", body.address),
        optional("Email", body.email),
        optional("Telephone", body.telephone),
        optional("Fax", body.fax),
        optional("Website", body.website),
    )


def _signatory(person: Signatory | None) -> str:
    if person is None:
        return ""
    return branch(
        prefixed("SignerInfo"),
        optional("Competence", person.competence),
        optional("Position", person.position),
        optional("FullName", person.full_name),
    )


def staff(staff: Staff | None) -> str:
    """Who to turn to; nothing where nobody is named."""
    if staff is None:
        return ""
    return branch(
        prefixed("StaffInfo"),
        optional("Department", staff.department),
        optional("Staff", staff.name),
        optional("Email", staff.email),
        optional("Mobile", staff.mobile),
    )


def _other(other: OtherInfo) -> str:
    return branch(
        prefixed("OtherInfo"),
        optional("Priority", other.priority),
        optional("SphereOfPromulgation", other.sphere),
        optional("TyperNotation", other.typist),
        optional("PromulgationAmount", other.copies),
        optional("PageAmount", other.pages),
        optional("Direction", other.direction),
        branch(
            prefixed("Appendixes"),
            *(optional("Appendix", text) for text in other.appendixes),
        ),
    )


def answer(reference: Reference) -> str:
    """A document this one answers, or speaks of."""
    moment, _ = read_moment(reference.promulgated_text)
    return branch(
        prefixed("ResponseFor"),
        optional("OrganId", reference.code),
        optional("Code", reference.notation),
        optional("PromulgationDate", write_moment(moment)[:10] if moment else ""),
        optional("DocumentId", reference.document_id),
    )


def trace_header(hop: Hop) -> str:
    """One TraceHeader."""
    moment, _ = read_moment(hop.moment_text)
    return branch(
        prefixed("TraceHeader"),
        optional("OrganId", hop.code),
        optional("Timestamp", write_moment(moment) if moment else ""),
    )


def business(kind: Kind, business: Business, paper: int | None, attributes: str) -> str:
    """What is to be done with the document, and whether paper follows."""
    return branch(
        prefixed("Bussiness"),
        optional("DocumentId", business.document_id),
        optional("BussinessDocType", _NUMBERS[kind]),
        optional("BussinessDocReason", business.reason),
        optional("Paper", paper),
        _changes(business) if kind is Kind.UPDATE else "",
        branch(
            prefixed("ReplacementInfoList"), *map(_replacement, business.replacements)
        ),
        staff(business.staff),
        attributes=attributes,
    )


def _changes(business: Business) -> str:
    receivers = (
        branch(
            prefixed("Receiver"),
            optional("OrganId", change.code),
            optional("ReceiverType", int(change.added)),
        )
        for change in business.changes
        if allowed(change.code)
    )
    return branch(
        prefixed("BussinessDocumentInfo"),
        optional("DocumentInfo", int(business.info_changed)),
        optional("DocumentReceiver", int(business.receivers_changed)),
        branch(prefixed("ReceiverList"), *receivers),
    )


def _replacement(replacement: Replacement) -> str:
    return branch(
        prefixed("ReplacementInfo"),
        always("DocumentId", replacement.document_id),
        branch(prefixed("OrganIdList"), *map(_code, replacement.codes)),
    )


def _code(code: AgencyCode) -> str:
    return optional("OrganId", code)
