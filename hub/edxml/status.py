"""Reads a status message: what an agency says became of a document (EDXML.md 1.6)."""

from hub.edxml import dates, organizations
from hub.edxml.tree import Node
from hub.model.envelopes import Envelope, Family, Kind, Organization, StatusReport


def is_status(message: Node, body: Node | None) -> bool:
    """A StatusCode and no body make a status message; there is no other sign."""
    return body is None and message.one("StatusCode") is not None


def read(header: Node, message: Node, family: Family) -> Envelope:
    """The status as an envelope; its receiver is the body it answers.

    `document_id` is that of the document reported on where the message has none.
    """
    about = organizations.reference(message.one("ResponseFor"))
    moment_text = message.text("Timestamp")
    moment, odd = dates.read_moment(moment_text)
    message.log.add(odd, f"{message.path}/Timestamp")
    report = StatusReport(
        code=message.text("StatusCode"),
        about=about,
        description=message.text("Description"),
        moment=moment,
        moment_text=moment_text,
        staff=organizations.staff(message.one("StaffInfo")),
    )
    return Envelope(
        family=family,
        kind=Kind.STATUS,
        sender=organizations.organization(message.one("From")),
        receivers=(Organization(about.code),) if about.code else (),
        document_id=message.text("DocumentId") or about.document_id,
        subject=message.text("Subject"),
        secrecy=header.secrecy(),
        status=report,
    )
