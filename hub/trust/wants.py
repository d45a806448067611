"""Which answers a document's certificates want, and from where; pure.

A certificate from outside names addresses; it is heard only where an authority we know
has signed it, and an address counts only where it stands on the list (`Places`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from hub.model.ids import digest_of
from hub.model.revocations import RevocationKind, Wanted
from hub.signatures.certificates import (
    UNREADABLE,
    Certificate,
    crl_urls,
    is_authority,
    issued,
    ocsp_urls,
    readable,
)
from hub.trust.entries import Entry

#: Longer addresses are nobody's.
_LONGEST_URL = 1_000
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Want:
    """Something wanted, with what is needed to ask for it and to judge the answer."""

    wanted: Wanted
    issuer: Certificate
    #: OCSP: whom it is about; None for a list.
    about: Certificate | None = None

    def request(self) -> bytes:
        """The OCSP request, DER; without nonce: responders here answer from a store."""
        if self.about is None:
            return b""
        builder = ocsp.OCSPRequestBuilder().add_certificate(
            self.about.parsed,
            self.issuer.parsed,
            hashes.SHA1(),  # noqa: S303 - names the certificate, secures nothing
        )
        return builder.build().public_bytes(Encoding.DER)


class Unfit(Exception):
    """Not the answer that was wanted; `why` is a word of a closed list."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer that may be kept: DER, and how long it says it holds."""

    der: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime


@dataclass(frozen=True, slots=True)
class Authorities:
    """The authorities we know, by subject; somebody installed is behind each."""

    known: Mapping[x509.Name, tuple[Certificate, ...]] = field(default_factory=dict)
    #: What their entries say, by fingerprint.
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @classmethod
    def of(cls, ders: Iterable[bytes], entries: Mapping[str, Entry]) -> "Authorities":
        """Those installed; what cannot be read is left out."""
        return cls(_by_subject(readable(ders)), entries)

    @property
    def all(self) -> tuple[Certificate, ...]:
        """Every one of them."""
        return tuple(c for group in self.known.values() for c in group)

    def issuer_of(self, certificate: Certificate) -> Certificate | None:
        """Who has signed it, by name and by key; None: nobody we know."""
        for authority in self.known.get(certificate.parsed.issuer, ()):
            if issued(certificate, authority):
                return authority
        return None

    def with_those_in(self, certificates: Iterable[Certificate]) -> "Authorities":
        """And the authorities among `certificates` that we know through these."""
        waiting = [c for c in certificates if is_authority_of(c)]
        found = self
        while vouched := [c for c in waiting if found.issuer_of(c)]:
            waiting = [c for c in waiting if c not in vouched]
            found = Authorities(_by_subject((*found.all, *vouched)), self.entries)
        return found

    def find(self, fingerprint: str) -> Certificate | None:
        """One by the SHA-256 of its DER."""
        return next((c for c in self.all if digest_of(c.der) == fingerprint), None)

    def entry_of(self, authority: Certificate) -> Entry | None:
        """What is documented of an authority."""
        return self.entries.get(digest_of(authority.der))


@dataclass(frozen=True, slots=True)
class Places:
    """Servers that may be asked: named by what is installed, or by the settings."""

    allowed: frozenset[str]

    @classmethod
    def of(cls, authorities: Authorities, further: Iterable[str]) -> "Places":
        """Places of the lists and responders that installed certificates name."""
        urls = [*further]
        for authority in authorities.all:
            urls += [*crl_urls_of(authority), *ocsp_urls_of(authority)]
            if entry := authorities.entry_of(authority):
                urls += [*entry.crls, *entry.ocsps]
        places = set(map(place_of, urls)) - {""}
        plain = [p for p in places if p.startswith("http:") and p.endswith(":80")]
        places |= {f"https:{place[5:-2]}443" for place in plain}  # where they redirect
        return cls(frozenset(places))

    def admit(self, url: str) -> bool:
        """Whether an address is on one of these servers."""
        return len(url) <= _LONGEST_URL and place_of(url) in self.allowed

    def admitted(self, wants: Iterable[Want]) -> tuple[Want, ...]:
        """What may be asked for."""
        return tuple(want for want in wants if self.admit(want.wanted.url))


def place_of(url: str) -> str:
    """Scheme, host and port of an address; "" for what is none or holds a login."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    if not (parts.hostname and port) or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


def wants_of(ders: Iterable[bytes], authorities: Authorities) -> tuple[Want, ...]:
    """What is wanted about certificates and everybody above them, each once."""
    met = readable(ders)
    known = authorities.with_those_in(met)
    path = _with_those_above(met, known)
    return _each_once(want for one in path for want in _about(one, known))


def lists_of(authorities: Authorities) -> tuple[Want, ...]:
    """What is always wanted: the state of those installed, and their own lists."""
    return _each_once(
        want
        for one in authorities.all
        for want in (*_about(one, authorities), *_published(one, authorities))
    )


def _each_once(wants: Iterable[Want]) -> tuple[Want, ...]:
    found: dict[str, Want] = {}
    for want in wants:
        found.setdefault(want.wanted.key, want)
    return tuple(found.values())


def want_again(wanted: Wanted, authorities: Authorities) -> Want | None:
    """A list that was wanted before; None where its authority is not known here."""
    issuer = authorities.find(wanted.issuer)
    return Want(wanted, issuer) if issuer else None


def crl_urls_of(certificate: Certificate) -> tuple[str, ...]:
    """Addresses of lists it names; none where its extensions cannot be read."""
    try:
        return crl_urls(certificate)
    except UNREADABLE:
        return ()


def ocsp_urls_of(certificate: Certificate) -> tuple[str, ...]:
    """Responders it names; none where its extensions cannot be read."""
    try:
        return ocsp_urls(certificate)
    except UNREADABLE:
        return ()


def is_authority_of(certificate: Certificate) -> bool:
    """Whether it is a CA's; False where its extensions cannot be read."""
    try:
        return is_authority(certificate)
    except UNREADABLE:
        return False


def _with_those_above(
    met: Iterable[Certificate], known: Authorities
) -> Iterator[Certificate]:
    """Each certificate and the authorities on the way to its root, each once."""
    waiting, seen = [*met], set[bytes]()
    while waiting:
        certificate = waiting.pop(0)
        if certificate.der in seen:
            continue
        seen.add(certificate.der)
        yield certificate
        issuer = known.issuer_of(certificate)
        if issuer is not None:
            waiting.append(issuer)


def _about(certificate: Certificate, known: Authorities) -> Iterator[Want]:
    """Lists and answers about one certificate; none about a root or a stranger."""
    issuer = known.issuer_of(certificate)
    if issuer is None or issuer.der == certificate.der:
        return
    lists = crl_urls_of(certificate)
    for url in lists:
        yield _list(url, issuer, lists)
    yield from _published(issuer, known)
    entry = known.entry_of(issuer)
    responders = (*ocsp_urls_of(certificate), *(entry.ocsps if entry else ()))
    for url in dict.fromkeys(responders):
        yield _answer(url, issuer, certificate)


def _published(authority: Certificate, known: Authorities) -> Iterator[Want]:
    """Lists that are documented for an authority: a leaf need not name them."""
    entry = known.entry_of(authority)
    for url in entry.crls if entry else ():
        yield _list(url, authority, (url,))


def _list(url: str, issuer: Certificate, names: tuple[str, ...]) -> Want:
    by = digest_of(issuer.der)
    key = digest_of(f"crl\n{by}\n{url}".encode())
    return Want(Wanted(key, RevocationKind.CRL, url, by, names), issuer)


def _answer(url: str, issuer: Certificate, about: Certificate) -> Want:
    by, whom = digest_of(issuer.der), digest_of(about.der)
    key = digest_of(f"ocsp\n{by}\n{whom}\n{url}".encode())
    return Want(Wanted(key, RevocationKind.OCSP, url, by), issuer, about)


def _by_subject(
    certificates: Iterable[Certificate],
) -> dict[x509.Name, tuple[Certificate, ...]]:
    found: dict[x509.Name, tuple[Certificate, ...]] = {}
    for one in certificates:
        found[one.parsed.subject] = (*found.get(one.parsed.subject, ()), one)
    return found
