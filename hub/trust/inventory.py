"""What lies in the trust folder, file by file, and what a person should know of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import SettingsError
from hub.model.ids import Digest, digest_of
from hub.signatures.certificates import Certificate
from hub.trust.confirmations import Confirmation, read_confirmations
from hub.trust.entries import Entry, Role, read_entries
from hub.trust.folder import (
    certificate_files,
    load,
    parse_certificates,
    unread_files,
)
from hub.trust.wants import is_authority_of

#: An authority's successor takes weeks to be confirmed.
_SOON = timedelta(days=90)


class Validity(StrEnum):
    """Where a certificate stands in its time."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NOT_YET = "not-yet"


@dataclass(frozen=True, slots=True)
class Item:
    """One installed certificate, with what is documented and recorded of it."""

    path: Path
    role: Role
    fingerprint: Digest
    #: RFC 4514.
    subject: str
    issuer: str
    #: Upper-case hex.
    serial: str
    not_before: datetime
    not_after: datetime
    is_authority: bool
    entry: Entry | None = None
    confirmation: Confirmation | None = None

    @property
    def name(self) -> str:
        """As it is documented, else its subject."""
        return self.entry.name if self.entry else self.subject

    @property
    def is_root(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer

    def validity(self, at: datetime) -> Validity:
        """Where it stands at a moment."""
        if at < self.not_before:
            return Validity.NOT_YET
        if at > self.not_after:
            return Validity.EXPIRED
        return Validity.EXPIRING if self.not_after - at < _SOON else Validity.VALID


def inventory(folder: Path) -> tuple[Item, ...]:
    """Every certificate that can be read; raises SettingsError for the lists beside."""
    entries, confirmed = read_entries(folder), read_confirmations(folder)
    return tuple(
        described(one, path, role, entries.get(print_), confirmed.get(print_))
        for role in Role
        for path, one, print_ in _certificates(folder, role)
    )


def described(
    certificate: x509.Certificate,
    path: Path,
    role: Role,
    entry: Entry | None = None,
    confirmation: Confirmation | None = None,
) -> Item:
    """What there is to say of one certificate."""
    der = certificate.public_bytes(Encoding.DER)
    return Item(
        path=path,
        role=role,
        fingerprint=digest_of(der),
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        serial=f"{certificate.serial_number:X}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_authority=is_authority_of(Certificate(der, certificate)),
        entry=entry,
        confirmation=confirmation,
    )


def fingerprint_of(certificate: x509.Certificate) -> Digest:
    """SHA-256 of the DER, lower-case hex."""
    return digest_of(certificate.public_bytes(Encoding.DER))


def problems(folder: Path, at: datetime, *, confirmed: bool = True) -> list[str]:
    """What a person must see to, Vietnamese and English; empty when all is well.

    `confirmed`: whether certificates laid there by hand are worth a word. They count
    all the same: who may write into this folder is trusted with it.
    """
    try:
        knowledge, items = load(folder), inventory(folder)
    except SettingsError as error:
        return list(error.problems)
    found = [
        f"{item.path}: {why}" for item in items for why in _of(item, at, confirmed)
    ]
    found += [
        f"{path}: đuôi tệp lạ, không được đọc / not read for its ending "
        "(.crt .cer .pem .der; .crl; .ocsp)"
        for path in unread_files(folder)
    ]
    if not knowledge.anchors:
        found.append(
            f"{folder}/anchors: chưa cài chứng thư gốc, mọi chữ ký đều không rõ nơi "
            "cấp / no anchor installed; every chain stays unknown"
        )
    return found


def _of(item: Item, at: datetime, confirmed: bool) -> Iterator[str]:  # noqa: FBT001 - passed on
    until = f"{item.not_after:%d/%m/%Y}"
    match item.validity(at):
        case Validity.EXPIRED:
            yield f"hết hạn từ {until} / expired on {item.not_after:%Y-%m-%d}"
        case Validity.EXPIRING:
            yield f"sắp hết hạn {until} / expires on {item.not_after:%Y-%m-%d}"
        case Validity.NOT_YET:
            yield (
                f"chưa có hiệu lực đến {item.not_before:%d/%m/%Y} / "
                f"not valid before {item.not_before:%Y-%m-%d}"
            )
        case Validity.VALID:
            pass
    if not item.is_authority:
        yield "không phải chứng thư của nơi cấp / not a certificate authority's"
    if item.entry and item.entry.role is not item.role:
        yield (
            f"nên để trong {item.entry.role.folder}/ theo mô tả / "
            f"documented for {item.entry.role.folder}/"
        )
    if confirmed and item.confirmation is None:
        yield (
            "chưa ghi ai xác nhận dấu vân tay: `hub trust install` / "
            "nobody is on record for its fingerprint: `hub trust install`"
        )


def _certificates(
    folder: Path, role: Role
) -> Iterator[tuple[Path, x509.Certificate, Digest]]:
    for path in certificate_files(folder / role.folder):
        try:
            found = parse_certificates(path.read_bytes())
        except (OSError, ValueError):  # `load` names it
            continue
        for one in found:
            yield path, one, fingerprint_of(one)
