"""Certificates and revocation data gathered before judging, as plain bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from hub.model.agencies import CertificateBinding
from hub.model.faults import Fault
from hub.model.ids import AgencyCode, Digest, digest_of


@dataclass(frozen=True, slots=True)
class Needs:
    """What an envelope's signatures need to be judged, as `inspect` saw it."""

    #: Issuer names (RFC 4514 text) of certificates met.
    issuers: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    #: DER of certificates met, each once: what OCSP is asked about.
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    #: URLs of remote files the frame points at (the portal's; none at the axis).
    files: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Gathered:
    """One remote file the parent fetched: in the evidence store, or why not."""

    url: str = field(repr=False)
    digest: Digest | None = None
    size: int = 0
    #: It will not come by trying again.
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One agency with the certificates that the registry binds to it."""

    #: Its code and its aliases.
    codes: tuple[AgencyCode, ...]
    certificates: tuple[CertificateBinding, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Trust material for one judgement; DER bytes, never library objects."""

    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    intermediates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)
    #: DKIM keys an administrator handed in: "selector._domainkey.domain" -> TXT record.
    dkim_keys: dict[str, str] = field(default_factory=dict, hash=False, repr=False)
    #: What the registry says of agencies' certificates.
    bindings: tuple[Binding, ...] = field(default=(), repr=False)
    #: Hash over everything above; stands in the verdict.
    version: str = ""


@lru_cache(maxsize=256)
def item_digest(item: bytes) -> Digest:
    """The SHA-256 of one item; a long list that is handed on again costs nothing."""
    return digest_of(item)


@lru_cache(maxsize=8192)
def _binding_digest(binding: Binding) -> Digest:
    return digest_of(repr(binding).encode())


def versioned(knowledge: Knowledge) -> Knowledge:
    """The same with its version: SHA-256 over what is in it, in whatever order."""
    keys = (f"{name} {text}".encode() for name, text in knowledge.dkim_keys.items())
    total = sha256()
    for group in (
        map(item_digest, knowledge.anchors),
        map(item_digest, knowledge.intermediates),
        map(item_digest, knowledge.crls),
        map(item_digest, knowledge.ocsps),
        map(digest_of, keys),
        map(_binding_digest, knowledge.bindings),
    ):
        total.update(_summary(group).encode())
    return replace(knowledge, version=total.hexdigest())


def _summary(group: Iterable[Digest]) -> str:
    """Digests of one group; the semicolon keeps groups apart."""
    return ",".join(sorted(group)) + ";"
