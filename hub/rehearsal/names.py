"""Subjects of rehearsal certificates, in the form the Government's CAs give them."""

from cryptography import x509
from cryptography.x509.oid import NameOID

_PLACE = (
    (NameOID.COUNTRY_NAME, "VN"),
    (NameOID.STATE_OR_PROVINCE_NAME, "Nam Định"),
)


def _name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    wanted = (*_PLACE, *parts)
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in wanted if text])


def authority_subject(name: str) -> x509.Name:
    """The subject of a CA or a TSA."""
    return _name(
        (NameOID.ORGANIZATION_NAME, "Diễn tập, không có giá trị pháp lý"),
        (NameOID.COMMON_NAME, name),
    )


def agency_subject(name: str, organization: str) -> x509.Name:
    """The subject of an agency's certificate: CN is the agency's own name."""
    return _name(
        (NameOID.LOCALITY_NAME, "Giao Thủy"),
        (NameOID.ORGANIZATION_NAME, organization or name),
        (NameOID.COMMON_NAME, name),
    )


def person_subject(name: str, organization: str, unit: str = "") -> x509.Name:
    """The subject of a person's certificate; the family name stands first.

    `unit`: the body of an organisation the person works at.
    """
    surname, _, given = name.partition(" ")
    return _name(
        (NameOID.LOCALITY_NAME, "Giao Thủy"),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, name),
        (NameOID.SURNAME, surname),
        (NameOID.GIVEN_NAME, given),
    )
