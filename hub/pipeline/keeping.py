"""What a verdict was made of, kept as evidence, so that it can be made again.

A manifest names every item by its digest; its own digest stands in the entry
`envelope:judged` (fact `knowledge`). Items are shared: a revocation list that a
thousand documents were judged with is kept once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any, Protocol, TypeVar

import msgspec
from lxml import etree

from hub.errors import EvidenceUnavailable
from hub.model.ids import Digest, digest_of
from hub.model.knowledge import Binding, Knowledge
from hub.model.manifests import Manifest, Means
from hub.ports import Clock, Evidence

K = TypeVar("K")
T = TypeVar("T")

#: Evidence that no entry names is collected after a day (sweep.py): what was kept
#: longer ago than this is kept again before it is named, which makes it young.
_YOUNG = timedelta(hours=6)
#: Digests and versions remembered; a worker sees some dozens.
_REMEMBERED = 4096
#: Packages of ours that a verdict may depend on.
_OURS = ("edxml", "judging", "model", "signatures")
#: Libraries it may depend on: the verifiers, and what they stand on.
_LIBRARIES = (
    "lienthong",
    "asn1crypto",
    "cryptography",
    "dkimpy",
    "lxml",
    "pyhanko",
    "pyhanko-certvalidator",
    "pypdfium2",
    "signxml",
    "xmlschema",
)

_encoder = msgspec.json.Encoder(order="sorted")


class Reading(Protocol):
    """As much of the port Evidence as reading what was kept takes."""

    async def read(self, digest: Digest) -> bytes:
        """See `hub.ports.Evidence`."""


class Lost(Exception):
    """What a verdict was made of is not, or not whole, in the evidence store."""


@dataclass(slots=True)
class Keeper:
    """Keeps manifests and their items; costs nothing while nothing changed."""

    evidence: Evidence
    clock: Clock
    means: Means
    _manifests: dict[str, tuple[Digest, datetime]] = field(default_factory=dict)
    _items: dict[Digest, datetime] = field(default_factory=dict)

    async def keep(self, knowledge: Knowledge) -> Digest:
        """The digest of the manifest; it and its items are safe on disk by then.

        To be called before the transaction that names it. Raises EvidenceUnavailable.
        """
        known, at = self._manifests.get(knowledge.version, (None, None))
        if known is not None and at is not None and self._is_young(at):
            return known
        began = self.clock.now()
        manifest = await self._manifest(knowledge)
        digest = await self.evidence.keep_bytes(_encoder.encode(manifest))
        _remember(self._manifests, knowledge.version, (digest, began))
        return digest

    async def _manifest(self, knowledge: Knowledge) -> Manifest:
        means = self.means
        return Manifest(
            trust_version=knowledge.version,
            anchors=await self._each(knowledge.anchors),
            intermediates=await self._each(knowledge.intermediates),
            crls=await self._each(knowledge.crls),
            ocsps=await self._each(knowledge.ocsps),
            dkim_keys=await self._one(_encoder.encode(knowledge.dkim_keys)),
            bindings=await self._one(_encoder.encode(knowledge.bindings)),
            policy_version=means.policy_version,
            policy=await self._one(means.policy_file),
            limits=means.limits,
            verification=means.verification,
            secrecy=means.secrecy,
            software=means.software,
            grounds=await self._one(means.grounds),
        )

    async def _each(self, items: Iterable[bytes]) -> tuple[Digest, ...]:
        return tuple([await self._one(item) for item in items])

    async def _one(self, item: bytes) -> Digest:
        digest = digest_of(item)
        at = self._items.get(digest)
        if at is None or not self._is_young(at):
            began = self.clock.now()
            await self.evidence.keep_bytes(item)
            _remember(self._items, digest, began)
        return digest

    def _is_young(self, at: datetime) -> bool:
        return self.clock.now() - at < _YOUNG


def _remember(table: dict[K, T], key: K, value: T) -> None:
    """The newest stand last; the oldest go."""
    table.pop(key, None)
    table[key] = value
    if len(table) > _REMEMBERED:
        del table[next(iter(table))]


async def manifest_of(evidence: Reading, digest: Digest) -> Manifest:
    """A manifest that was kept; raises Lost."""
    return _decoded(await _read(evidence, digest), Manifest)


async def knowledge_of(evidence: Reading, manifest: Manifest) -> Knowledge:
    """The knowledge a manifest names, item by item in its order; raises Lost."""
    keys = await _read(evidence, manifest.dkim_keys)
    bindings = await _read(evidence, manifest.bindings)
    return Knowledge(
        anchors=await _all(evidence, manifest.anchors),
        intermediates=await _all(evidence, manifest.intermediates),
        crls=await _all(evidence, manifest.crls),
        ocsps=await _all(evidence, manifest.ocsps),
        dkim_keys=_decoded(keys, dict[str, str]),
        bindings=_decoded(bindings, tuple[Binding, ...]),
        version=manifest.trust_version,
    )


async def grounds_of(
    evidence: Reading, manifest: Manifest
) -> dict[str, dict[str, Any]] | None:
    """What sources' translators had to know; None where it was not kept; or Lost."""
    if manifest.grounds is None:
        return None
    kept = await _read(evidence, manifest.grounds)
    return _decoded(kept, dict[str, dict[str, Any]])


async def items_of(evidence: Reading, manifests: Iterable[Digest]) -> set[Digest]:
    """Every item that a kept manifest names.

    Raises EvidenceUnavailable where one cannot be read: who asks is about to erase.
    """
    found: set[Digest] = set()
    for digest in manifests:
        try:
            found |= (await manifest_of(evidence, digest)).items
        except Lost as error:
            raise EvidenceUnavailable(f"manifest {digest}: {error}") from error
    return found


async def owners_of(
    evidence: Reading, manifests: Iterable[Digest]
) -> dict[Digest, str]:
    """Manifests and every item they name -> who needs it, for whoever looks for it.

    Items of a manifest that is lost are nobody's: that it is lost is found there.
    """
    found: dict[Digest, str] = {}
    for digest in manifests:
        try:
            items = (await manifest_of(evidence, digest)).items
        except Lost:
            items = frozenset()
        found |= dict.fromkeys(items, f"manifest {digest}")
        found[digest] = f"verdicts made of {digest}"
    return found


def software() -> dict[str, str]:
    """Versions of everything a verdict may depend on; "": not known.

    `lienthong-code` is a digest of our own half: a checkout has no version.
    """
    found = {name: _version(name) for name in _LIBRARIES}
    found["libxml2"] = ".".join(map(str, etree.LIBXML_VERSION))
    found["lienthong-code"] = _code()
    found["python"] = python_version()
    return found


def _code() -> str:
    total, base = sha256(), Path(__file__).parents[1]
    for path in sorted(file for name in _OURS for file in (base / name).glob("*.py")):
        total.update(f"{path.relative_to(base)}\n".encode())
        total.update(sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that was never installed
        return ""


async def _all(evidence: Reading, digests: Iterable[Digest]) -> tuple[bytes, ...]:
    return tuple([await _read(evidence, digest) for digest in digests])


async def _read(evidence: Reading, digest: Digest) -> bytes:
    try:
        data = await evidence.read(digest)
    except KeyError as error:
        raise Lost(f"không còn chứng cứ / no evidence {digest}") from error
    if digest_of(data) != digest:
        raise Lost(f"chứng cứ đã khác / evidence is not what was kept {digest}")
    return data


def _decoded(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise Lost(f"không đọc được / unreadable: {error}") from error
