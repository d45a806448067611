"""Signs PDFs and edXML the way senders' tools do, at a moment that is given.

Leaf-only by default (EDXML.md 5.2: verifiers must bring the sub-CAs), times in
Vietnam's zone as VGCA's tools write them.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TypedDict, TypeVar, Unpack
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
)
from pyhanko.sign.signers import (
    PdfSignatureMetadata,
    PdfSigner,
    SimpleSigner,
)
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import CertificateRegistry

from hub.rehearsal.foreign import as_asn1_certificate, as_asn1_key
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.seals import Stamp
from hub.rehearsal.xmlsigning import sign_xml

__all__ = ["Stamp", "sign_pdf", "sign_xml"]

T = TypeVar("T")

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SUBFILTERS = {
    "pades": SigSeedSubFilter.PADES,
    "adobe": SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
}
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - VGCA's of before 2019; to be found weak
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class _Hand(SimpleSigner):
    """pyHanko's signer, without reading the key from DER again for every signature."""

    def __init__(self, identity: Identity, chain: tuple[bytes, ...]) -> None:
        store = CertificateRegistry.build(map(as_asn1_certificate, chain))
        super().__init__(
            as_asn1_certificate(identity.certificate),
            as_asn1_key(identity.key),
            store,
            embed_roots=False,
        )
        self.hand: RSAPrivateKey = identity.key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self.hand.sign(data, PKCS1v15(), _DIGESTS[digest_algorithm])


def hand(identity: Identity, chain: tuple[bytes, ...] = ()) -> SimpleSigner:
    """Somebody's key in pyHanko's terms, with certificates to put beside the leaf."""
    return _Hand(identity, chain)


class Manner(TypedDict, total=False):
    """How a signature is made; all of it may be left out."""

    #: With a time stamp of the TSA at the same moment.
    timestamp: bool
    #: "pades" (ETSI.CAdES.detached) or "adobe" (adbe.pkcs7.detached).
    subfilter: str
    digest: str
    #: The issuing CA's certificate beside the leaf.
    embed_chain: bool
    #: Sign again with another field: leader first, then the agency's stamp.
    field: str
    #: Draws a signature or a seal.
    stamp: Stamp | None
    #: Certifies the file (DocMDP): 1 no changes, 2 forms and signatures, 3 notes, too.
    certify: int
    #: Fields locked by this signature (FieldMDP).
    locks: tuple[str, ...]
    #: Opens an encrypted file.
    password: bytes | None


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a signature is made, and how."""

    at: datetime
    timestamp: bool = False
    subfilter: str = "pades"
    digest: str = "sha256"
    embed_chain: bool = False
    field: str = "Signature1"
    stamp: Stamp | None = None
    certify: int = 0
    locks: tuple[str, ...] = ()
    password: bytes | None = None


class _MomentSigner(PdfSigner):
    """pyHanko's PDF signer, living at one moment instead of now."""

    moment: datetime

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 - pyHanko's own
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def sign_pdf(
    pdf: bytes, signer: Identity, pki: Pki, *, at: datetime, **manner: Unpack[Manner]
) -> bytes:
    """The file with one more signature, as an incremental update.

    `at` is the claimed time and, with a time stamp, the TSA's.
    """
    moment = _Moment(at.astimezone(VIETNAM), **manner)
    chain = signer.above if moment.embed_chain else ()
    machine = _machine(hand(signer, chain), pki, moment)
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if moment.password is not None:
        writer.encrypt(moment.password)  # type: ignore[no-untyped-call]  # theirs
    finish(machine.async_sign_pdf(writer, output=out))
    return out.getvalue()


def _machine(hand: SimpleSigner, pki: Pki, moment: _Moment) -> _MomentSigner:
    stamp = moment.stamp
    made = _MomentSigner(
        PdfSignatureMetadata(
            field_name=moment.field,
            md_algorithm=moment.digest,
            subfilter=_SUBFILTERS[moment.subfilter],
            certify=bool(moment.certify),
            docmdp_permissions=MDPPerm(moment.certify or 2),
        ),
        hand,
        timestamper=pki.timestamper(moment.at) if moment.timestamp else None,
        stamp_style=stamp.style() if stamp else None,
        new_field_spec=SigFieldSpec(
            moment.field,
            on_page=stamp.page if stamp else 0,
            box=stamp.box if stamp else None,
            field_mdp_spec=_locking(moment.locks),
        ),
    )
    made.moment = moment.at
    return made


def _locking(names: tuple[str, ...]) -> FieldMDPSpec | None:
    if not names:
        return None
    return FieldMDPSpec(FieldMDPAction.INCLUDE, list(names))


def finish(work: Coroutine[object, object, T]) -> T:
    """Run pyHanko's coroutine in a loop of its own, also where one is running."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        return beside.submit(asyncio.run, work).result()
