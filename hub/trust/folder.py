"""Trust material an administrator installed: config/trust/ as plain bytes.

Layout: `anchors/`, `intermediates/` (*.crt, *.cer, *.pem, *.der), `crls/` (*.crl),
`ocsps/` (*.ocsp), capitals or not, `dkim/` (TXT records of senders' domains, one file
each, named `selector._domainkey.domain.txt`). Nothing is downloaded here.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import SettingsError, TrustUnavailable
from hub.model.knowledge import Knowledge, Needs, versioned
from hub.trust.entries import Entry, read_entries

log = logging.getLogger(__name__)

_CERTIFICATES = (".crt", ".cer", ".pem", ".der")
#: What each folder is read for; `ROOTCA.CRT` is how Windows hands it over.
_ENDINGS = {
    "anchors": _CERTIFICATES,
    "intermediates": _CERTIFICATES,
    "crls": (".crl",),
    "ocsps": (".ocsp",),
}


@dataclass(frozen=True, slots=True)
class Installed:
    """What an administrator put into the folder, and what is documented of it."""

    knowledge: Knowledge
    #: By fingerprint.
    entries: Mapping[str, Entry]


class TrustFolder:
    """Implements the port Trust; reads the folder anew when a file in it changed.

    A file that is just being copied must cost no document: what was read last stands
    until the folder can be read again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._installed: Installed | None = None

    async def gather(self, needs: Needs) -> Knowledge:  # noqa: ARG002 - all of it is small and at hand
        """See the port; everything the folder holds."""
        return (await self.installed()).knowledge

    async def installed(self) -> Installed:
        """The same with its entries; one object until something changes."""
        return await asyncio.to_thread(self._current)

    def _current(self) -> Installed:
        try:
            stamp = self._look()
            if stamp != self._stamp or self._installed is None:
                entries = read_entries(self._folder)
                self._installed = Installed(load(self._folder), entries)
                self._stamp = stamp
        except (OSError, SettingsError) as error:
            if self._installed is None:
                raise TrustUnavailable(f"trust: {error}") from error
            log.error("trust not read, the last stands", extra={"why": str(error)})  # noqa: TRY400 - the reason says it all
        return self._installed

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        files = sorted(p for p in self._folder.rglob("*") if p.is_file())
        stats = [(str(p), p.stat()) for p in files]
        return tuple((name, s.st_mtime_ns, s.st_size) for name, s in stats)


def load(folder: Path) -> Knowledge:
    """Read the whole folder; raises SettingsError naming every unreadable file."""
    problems: list[str] = []
    anchors = _certificates(folder / "anchors", problems)
    intermediates = _certificates(folder / "intermediates", problems)
    crls = _crls(folder / "crls", problems)
    ocsps = tuple(p.read_bytes() for p in _named(folder / "ocsps", ".ocsp"))
    dkim = _dkim_keys(folder / "dkim", problems)
    if problems:
        raise SettingsError(tuple(problems))
    return versioned(Knowledge(anchors, intermediates, crls, ocsps, dkim))


def _certificates(folder: Path, problems: list[str]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for path in certificate_files(folder):
        data = path.read_bytes()
        try:
            found += [c.public_bytes(Encoding.DER) for c in parse_certificates(data)]
        except ValueError:
            problems.append(f"{path}: không phải chứng thư / not a certificate")
    return tuple(found)


def certificate_files(folder: Path) -> list[Path]:
    """Files of a folder that hold certificates, by their names."""
    return _named(folder, *_CERTIFICATES)


def unread_files(folder: Path) -> list[Path]:
    """Files laid into the trust folder that nothing reads, for their names."""
    return [
        path
        for name, endings in _ENDINGS.items()
        for path in sorted((folder / name).glob("[!.]*"))
        if path.suffix.lower() not in endings
    ]


def _named(folder: Path, *endings: str) -> list[Path]:
    return sorted(p for p in folder.glob("*") if p.suffix.lower() in endings)


def parse_certificates(data: bytes) -> list[x509.Certificate]:
    """One of DER, or all of PEM; raises ValueError."""
    if _is_pem(data):
        return x509.load_pem_x509_certificates(data)
    return [x509.load_der_x509_certificate(data)]


def parse_list(data: bytes) -> x509.CertificateRevocationList:
    """A CRL of DER or PEM; raises ValueError."""
    read = x509.load_pem_x509_crl if _is_pem(data) else x509.load_der_x509_crl
    return read(data)


def _is_pem(data: bytes) -> bool:
    return data.lstrip().startswith(b"-----BEGIN")


def _crls(folder: Path, problems: list[str]) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for path in _named(folder, ".crl"):
        data = path.read_bytes()
        try:
            found.append(parse_list(data).public_bytes(Encoding.DER))
        except ValueError:
            problems.append(
                f"{path}: không phải danh sách thu hồi / not a revocation list"
            )
    return tuple(found)


def _dkim_keys(folder: Path, problems: list[str]) -> dict[str, str]:
    """Name in DNS -> TXT record; an administrator copied it from the domain's owner."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        name = path.name.removesuffix(".txt").lower()
        text = path.read_bytes().decode(errors="replace").strip()
        if "._domainkey." not in name or "p=" not in text:
            problems.append(f"{path}: not a DKIM key (selector._domainkey.domain.txt)")
        found[name] = text
    return found
