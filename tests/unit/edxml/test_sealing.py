"""The hub's own signature: canonical as written, the same bytes every time."""

import base64
import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.edxml import sealing, writer
from hub.edxml.checker import Checker
from hub.edxml.schemas import NAMES
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Family,
    Hop,
    Kind,
    Organization,
)
from hub.model.ids import AgencyCode, digest_of
from hub.resources import resource

DS = "{http://www.w3.org/2000/09/xmldsig#}"
HOP = Hop(AgencyCode("000.90.37.H40"), "2019/12/02 12:00:00")
CERTIFICATE = b"a certificate, as far as this file goes"


def attachment(position: int, data: bytes, name: str = "văn bản.pdf") -> Attachment:
    return Attachment(
        position=position,
        content_id=f"tep-{position}",
        name=name,
        description="",
        claimed_type="application/pdf",
        media_type="application/pdf",
        size=len(data),
        digest=digest_of(data),
        sent_digest=digest_of(data),
    )


def envelope(files=(), **changes) -> Envelope:
    fields = {
        "family": Family.LAYERED,
        "kind": Kind.NEW,
        "sender": Organization(AgencyCode("000.02.37.H40"), "Phòng Nội vụ"),
        "receivers": (Organization(AgencyCode("000.00.00.G01")),),
        "document_id": "000.02.37.H40,2019/12/02,41/BC-PNV",
        "subject": 'Về việc <báo cáo> & "biên chế"',
        "number": "41",
        "notation": "BC-PNV",
        "promulgated": date(2019, 12, 2),
        "attachments": tuple(attachment(n, d) for n, d in enumerate(files, 1)),
        **changes,
    }
    return Envelope(**fields)


def sealed(one: Envelope, files=(), value: bytes = b"v" * 256):
    """The envelope with a value in its place, and what was to be signed."""
    listed = writer.named(one.attachments, list(files), all_of_them=False)
    parts = writer.parts_of(one, listed, 1, HOP, marked=True)
    open_ = sealing.unsealed(parts, (CERTIFICATE,), len(value))
    data = b"".join(open_.pieces)
    encoded = base64.b64encode(value)
    assert len(encoded) == open_.length
    assert data[open_.offset : open_.offset + open_.length].strip() == b""
    end = open_.offset + open_.length
    return data[: open_.offset] + encoded + data[end:], open_.info


def canonical(element) -> bytes:
    """As lxml has it: exclusive, without comments, of an element read by itself."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n", exclusive=True)


def check(data: bytes, info: bytes) -> None:
    root = etree.fromstring(data)
    signature = root.find(f".//{DS}Signature")
    assert signature is not None
    assert canonical(signature.find(f"{DS}SignedInfo")) == info
    references = signature.findall(f".//{DS}Reference")
    assert references
    for reference in references:
        name = str(reference.get("URI")).removeprefix("#")
        (target,) = [e for e in root.iter() if e.get("Id") == name]
        digest = hashlib.sha256(canonical(target)).digest()
        told = reference.findtext(f"{DS}DigestValue")
        assert told == base64.b64encode(digest).decode(), reference.get("URI")


#: Letters that canonical XML writes in its own way, and others.
texts = st.text(
    st.one_of(st.sampled_from("&<>\"'\r\n\t &#;]"), st.characters()), max_size=30
)


@given(subject=texts, name=texts, reason=texts, files=st.lists(st.binary(), max_size=3))
def test_what_is_written_is_canonical_whatever_stands_in_it(
    subject, name, reason, files
):
    one = envelope(
        subject=subject,
        kind=Kind.REVOKE,
        business=Business(reason=reason),
        attachments=tuple(attachment(n, d, name) for n, d in enumerate(files, 1)),
    )
    check(*sealed(one, files))


@pytest.mark.parametrize("size", [0, 1, 393_216, 393_217, 1_000_000])
def test_files_of_any_size_are_hashed_as_they_are_written(size):
    files = (bytes(size), b"second")
    check(*sealed(envelope(files), files))


def test_it_names_the_parts_no_carrier_changes():
    data, _ = sealed(envelope((b"x",)), (b"x",))
    uris = [r.get("URI") for r in etree.fromstring(data).iter(f"{DS}Reference")]
    assert uris == ["#lt-message", "#lt-business", "#lt-body", "#lt-files"]


def test_a_hop_more_leaves_what_is_signed_as_it_was():
    _, first = sealed(envelope())
    _, second = sealed(envelope(hops=(HOP, replace(HOP, code=AgencyCode("axis")))))
    assert first == second


def test_an_envelope_without_files_has_nothing_to_sign_of_them():
    data, _ = sealed(envelope())
    assert b"lt-files" not in data


def test_it_is_still_our_strict_form():
    checker = Checker({n: resource("schemas", n).read_bytes() for n in NAMES})
    data, _ = sealed(envelope((b"x",)), (b"x",))
    assert checker.check(data) == ()


def test_the_same_envelope_is_the_same_bytes():
    assert sealed(envelope((b"x",)), (b"x",)) == sealed(envelope((b"x",)), (b"x",))


def test_without_a_signature_no_part_bears_an_id():
    data = writer.write(envelope((b"x",)), [b"x"], 1, HOP)
    assert b" Id=" not in data


def test_parts_without_ids_are_not_sealed():
    with pytest.raises(ValueError, match="no Ids"):
        sealing.unsealed(writer.parts_of(envelope(), [], 1, HOP), (), 256)
