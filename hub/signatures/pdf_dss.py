"""Certificates, CRLs and OCSP answers that a PDF brings along: offered, not believed.

A DSS (ETSI EN 319 142-1, 5.4.2) or Adobe's attribute adds to what is known while this
one file is judged: certificates count where somebody known vouches for them, answers
where their issuer signed them. VRI dictionaries point at the same streams again and
are not read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from asn1crypto import core
from pyhanko.pdf_utils.generic import IndirectObject

from hub.signatures.pdf_history import FOREIGN, View, reference_of
from hub.signatures.policy import Ground
from hub.signatures.stamps import FOREIGN_CMS

#: Pieces of each kind looked at: ten signatures with their stamps bring some forty.
_PIECES = 64
#: adbe-revocationInfoArchival (ISO 32000-2, 12.8.3.3.2), and as it stands in DER.
_ARCHIVAL = "1.2.840.113583.1.1.8"
_ARCHIVAL_DER = bytes.fromhex("06092a864886f72f010108")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a file brings along, DER."""

    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def has_answers(self) -> bool:
        """Whether revocation data is there."""
        return bool(self.crls or self.ocsps)

    def added_to(self, ground: Ground) -> Ground:
        """The ground with the answers added; what is known keeps its version."""
        known = ground.knowledge
        more = replace(
            known,
            crls=_once(known.crls, self.crls),
            ocsps=_once(known.ocsps, self.ocsps),
        )
        return replace(ground, knowledge=more) if self.has_answers else ground


def _once(some: Iterable[bytes], more: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys((*some, *more)))


def dss_of(view: View) -> Offered:
    """What the DSS holds as of a revision; nothing where it cannot be read."""
    try:
        root = view.dictionary(view.trailer.get("/Root"))
        dss = view.dictionary(root.get("/DSS"))
        return Offered(*(tuple(_pieces(view, dss, k)) for k in _KINDS))
    except FOREIGN:
        return Offered()


_KINDS = ("/Certs", "/CRLs", "/OCSPs")


def _pieces(view: View, dss: dict[str, Any], kind: str) -> Iterator[bytes]:
    for one in view.array(dss.get(kind))[:_PIECES]:
        if isinstance(one, IndirectObject):
            reference = reference_of(one)
            yield view.history.content(reference, view.place(reference))


def archived(signer_info: Any) -> Offered:  # noqa: ANN401 - asn1crypto has no types
    """What Adobe's and iText's signed attribute brings; nothing where there is none."""
    attributes = signer_info["signed_attrs"]
    if isinstance(attributes, core.Void) or _ARCHIVAL_DER not in attributes.dump():
        return Offered()
    try:
        values = [a["values"][0] for a in attributes if a["type"].dotted == _ARCHIVAL]
        return Offered() if not values else _of_archive(values[0])
    except FOREIGN_CMS:
        return Offered()


def _of_archive(value: Any) -> Offered:  # noqa: ANN401 - asn1crypto has no types
    found: dict[str, list[bytes]] = {"crl": [], "ocsp": []}
    for kind, pieces in found.items():
        held = value[kind]
        if not isinstance(held, core.Void):
            pieces += [bytes(piece.dump()) for piece in list(held)[:_PIECES]]
    return Offered((), tuple(found["crl"]), tuple(found["ocsp"]))
