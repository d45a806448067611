"""Taking a certificate into the trust folder, and out of it; by a person, on record."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import SettingsError
from hub.model.names import bare_name
from hub.trust.confirmations import Confirmation, record, withdraw, write_whole
from hub.trust.entries import Entry, Role, plain_hex
from hub.trust.folder import parse_certificates
from hub.trust.inventory import Item, described, fingerprint_of, inventory

#: Letters of a file's name; the fingerprint's first digits follow.
_LONGEST_NAME = 40


class Refused(SettingsError):
    """The certificate is not taken, with the reason in two languages."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate that somebody wants to install."""

    certificate: x509.Certificate
    item: Item
    #: An entry of the same name or serial number and another fingerprint.
    resembles: Entry | None


@dataclass(frozen=True, slots=True)
class Witness:
    """Who does it, and who has confirmed the fingerprint."""

    by: str
    at: datetime
    confirmed_with: str


def candidate(
    data: bytes, entries: Mapping[str, Entry], role: Role | None = None
) -> Candidate:
    """Read a file, DER or PEM; raises Refused for what is no authority's certificate.

    `role` None: as it is documented; else a root is an anchor, all others are not.
    """
    try:
        found = parse_certificates(data)
    except ValueError as error:
        raise _refused("không phải chứng thư", "not a certificate") from error
    if len(found) != 1:
        raise _refused("mỗi tệp một chứng thư", "one certificate a file, please")
    certificate = found[0]
    entry = entries.get(fingerprint_of(certificate))
    item = described(certificate, Path(), role or Role.INTERMEDIATE, entry)
    if role is None:
        item = replace(item, role=entry.role if entry else _role(item))
    if not item.is_authority:
        raise _refused(
            "không phải chứng thư của nơi cấp (basicConstraints)",
            "not a certificate authority's (basicConstraints)",
        )
    return Candidate(certificate, item, None if entry else _like(item, entries))


def install(
    folder: Path, wanted: Candidate, fingerprint: str, witness: Witness
) -> Path:
    """Write it and who confirmed it; raises Refused where the fingerprint differs."""
    item = wanted.item
    if plain_hex(fingerprint) != item.fingerprint:
        raise _refused(
            "dấu vân tay không khớp, không cài",
            "the fingerprint differs; not installed",
        )
    there = [
        i.path
        for i in inventory(folder)
        if (i.role, i.fingerprint) == (item.role, item.fingerprint)
    ]
    path = next(iter(there), folder / item.role.folder / _file_name(item))
    confirmation = Confirmation(
        sha256=item.fingerprint,
        file=str(path.relative_to(folder)),
        subject=item.subject,
        by=witness.by,
        at=witness.at,
        confirmed_with=witness.confirmed_with,
    )
    record(folder, confirmation)
    if not path.exists():
        write_whole(path, wanted.certificate.public_bytes(Encoding.PEM))
    return path


def remove(folder: Path, fingerprint: str, by: str, at: datetime) -> tuple[Path, ...]:
    """Take one out by the first eight or more digits; raises Refused."""
    digits = plain_hex(fingerprint)
    found = [i for i in inventory(folder) if i.fingerprint.startswith(digits)]
    if len(digits) < 8 or len({i.fingerprint for i in found}) != 1:  # noqa: PLR2004 - digits
        raise _refused("không rõ chứng thư nào", "no single certificate begins so")
    for item in found:
        if len(parse_certificates(item.path.read_bytes())) > 1:
            raise _refused(
                f"{item.path}: nhiều chứng thư trong một tệp, hãy sửa tay",
                f"{item.path}: several certificates in one file, edit it by hand",
            )
    for item in found:
        item.path.unlink()
        withdraw(folder, item.fingerprint, by, at)
    return tuple(item.path for item in found)


def _role(item: Item) -> Role:
    return Role.ANCHOR if item.is_root else Role.INTERMEDIATE


def _like(item: Item, entries: Mapping[str, Entry]) -> Entry | None:
    for entry in entries.values():
        same_serial = entry.serial and plain_hex(entry.serial) == item.serial.lower()
        if same_serial or _bare(entry.name) in _bare(item.subject):
            return entry
    return None


def _file_name(item: Item) -> str:
    common = re.search(r"CN=([^,]+)", item.subject)
    words = re.findall("[a-z0-9]+", _bare(common[1] if common else item.subject))
    name = "-".join(words)[:_LONGEST_NAME].strip("-") or "ca"
    return f"{name}-{item.fingerprint[:8]}.crt"


def _bare(text: str) -> str:
    """Small letters without marks."""
    return bare_name(text.lower())


def _refused(vietnamese: str, english: str) -> Refused:
    return Refused((f"{vietnamese} / {english}",))
