"""Time-stamp tokens of every shape, put on a PDF signature after it was made.

Unsigned attributes are covered by nothing: whoever holds the file can put tokens there.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from io import BytesIO

from asn1crypto import cms
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata
from pyhanko.sign.timestamps import DummyTimeStamper

from hub.rehearsal import signing
from hub.rehearsal.pki import Identity, MomentStamper
from hub.rehearsal.signing import finish, sign_pdf
from tests.cases.authorities import LEAF, leaf, root
from tests.cases.room import HOUR, NOW, office, paper, pki

_CONTENTS = re.compile(rb"/Contents\s*<([0-9a-fA-F]+)>")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says, and who says it."""

    at: datetime
    #: The rehearsal's authority unless said otherwise.
    tsa: Identity | None = None
    digest: str = "sha256"
    #: The bytes it is really about; None: what it is put on.
    about: bytes | None = None
    #: Certificates that come in it, beside the authority's.
    above: tuple[bytes, ...] = ()

    def over(self, stamped: bytes) -> bytes:
        """DER of the token (a ContentInfo) about some bytes."""
        stamper = MomentStamper(self.tsa or pki().tsa, self.at)
        return made(stamper, stamped if self.about is None else self.about, self.digest)


def made(stamper: DummyTimeStamper, stamped: bytes, digest: str = "sha256") -> bytes:
    """A token by that stamper about the bytes."""
    imprint = hashlib.new(digest, stamped, usedforsecurity=False).digest()
    token = finish(stamper.async_timestamp(imprint, digest))
    return bytes(token.dump())


@cache
def _wordy() -> Identity:
    """An authority whose token takes the room that two others need."""
    words = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999"), b"\0" * 4000)
    shape = replace(LEAF, more=((words, False),))
    return leaf(root(), "TSA dài dòng", shape).signer


@cache
def _roomy_pdf(signer: Identity, claimed: datetime) -> bytes:
    """A signed PDF whose signature takes more than its own token later."""
    roomy = replace(pki(), tsa=_wordy())
    return sign_pdf(
        paper(), signer, roomy, at=claimed, timestamp=True, embed_chain=True
    )


def stamped_pdf(
    *tokens: Token | bytes,
    signer: Identity | None = None,
    claimed: datetime = NOW - HOUR,
) -> bytes:
    """A signed PDF with these tokens on its signature."""
    return restamped(_roomy_pdf(signer or office(), claimed), *tokens)


def content_stamped_pdf(
    before: datetime, *tokens: Token, signer: Identity, claimed: datetime
) -> bytes:
    """A signed PDF that signs a stamp on its content, too (CAdES, 5.2.8)."""
    tsa = MomentStamper(pki().tsa, before)
    told = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        cades_signed_attr_spec=CAdESSignedAttrSpec(timestamp_content=True),
    )
    machine = signing._MomentSigner(told, signing._Hand(signer, ()), timestamper=tsa)
    machine.moment = claimed.astimezone(signing.VIETNAM)
    out, writer = BytesIO(), IncrementalPdfFileWriter(BytesIO(paper()))
    finish(machine.async_sign_pdf(writer, output=out))
    return restamped(out.getvalue(), *tokens)


def restamped(pdf: bytes, *tokens: Token | bytes) -> bytes:
    """The PDF with these tokens on its signature, and no others."""
    found = _CONTENTS.search(pdf)
    assert found is not None
    room = len(found[1])
    content = cms.ContentInfo.load(binascii.unhexlify(found[1]), strict=False)
    info = content["content"]["signer_infos"][0]
    value = bytes(info["signature"].native)
    ders = [t if isinstance(t, bytes) else t.over(value) for t in tokens]
    info["unsigned_attrs"] = cms.CMSAttributes(
        [
            {
                "type": "signature_time_stamp_token",
                "values": [cms.ContentInfo.load(der) for der in ders],
            }
        ]
        if ders
        else []
    )
    packed = binascii.hexlify(content.dump())
    assert len(packed) <= room, (len(packed), room)
    start, end = found.span(1)
    return pdf[:start] + packed.ljust(room, b"0") + pdf[end:]
