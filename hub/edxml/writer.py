"""Writes the strict form of family A that agencies receive; valid against schemas/.

The prefixes are those of the VNPT kit (EDXML.md 1.2), because readers in the field
match on them: the envelope prefixed, AttachmentEncoded in the default namespace.
No signature is carried over: what was signed are the bytes as received, and those
travel beside this.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pybase64

from hub.edxml.dates import write_moment
from hub.edxml.header_text import (
    always,
    answer,
    business,
    message_header,
    optional,
    organization,
    prefixed,
    staff,
    trace_header,
)
from hub.edxml.names import QCVN
from hub.edxml.xmltext import allowed, branch, leaf
from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Hop,
)

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_XMLNS = f' xmlns:edXML="{QCVN}"'
#: Ids of the parts that no carrier changes on the way.
MESSAGE_ID, BUSINESS_ID = "lt-message", "lt-business"
BODY_ID, FILES_ID = "lt-body", "lt-files"
#: Bytes encoded at once; a multiple of three, so that base64 goes on without a seam.
_PIECE = 3 * 131_072


def write(
    envelope: Envelope,
    files: Sequence[bytes | None],
    paper: int | None,
    hop: Hop,
    *,
    list_missing: bool = False,
) -> bytes:
    """The envelope of `pieces`, whole."""
    return b"".join(pieces(envelope, files, paper, hop, list_missing=list_missing))


def pieces(
    envelope: Envelope,
    files: Sequence[bytes | None],
    paper: int | None,
    hop: Hop,
    *,
    list_missing: bool = False,
) -> Iterator[bytes]:
    """The envelope with `hop` appended and `paper` (0, 1, None) in Bussiness/Paper.

    In pieces, so that files of 60 MB are never encoded as a whole. `files[i]` are the
    bytes of attachment i; what is None is left out of manifest and attachments alike,
    or stands in the manifest only (`list_missing`). A date that cannot be is left out
    too.
    """
    listed = named(envelope.attachments, files, all_of_them=list_missing)
    yield from parts_of(envelope, listed, paper, hop).pieces()


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of an envelope as they will stand in it, before they are put together.

    `marked`: those that no carrier changes on the way bear an Id, to be signed by.
    """

    message: str = field(repr=False)
    hops: str = field(repr=False)
    business: str = field(repr=False)
    body: str = field(repr=False)
    kept: Sequence[tuple[Attachment, str, bytes]] = field(repr=False)
    marked: bool = False

    def attachments(self) -> Iterator[bytes]:
        """The encoded files, piece by piece; nothing where there are none."""
        return _encoded(self.kept, _id(FILES_ID, marked=self.marked))

    def pieces(self, signature: str = "") -> Iterator[bytes]:
        """The whole, with a ds:Signature at the end of the header."""
        trace = branch(prefixed("TraceHeaderList"), self.hops, self.business)
        top = branch(
            prefixed("edXMLEnvelope"),
            branch(prefixed("edXMLHeader"), self.message, trace, signature),
            self.body,
            attributes=_XMLNS,
        )
        yield f'{_HEAD}<edXML xmlns="{QCVN}">\n{top}'.encode()
        yield from self.attachments()
        yield b"</edXML>\n"


def parts_of(
    envelope: Envelope,
    listed: "Named",
    paper: int | None,
    hop: Hop,
    *,
    marked: bool = False,
) -> Parts:
    """An envelope in parts; `listed` is what `named` gives of its files."""
    manifest = branch(
        prefixed("edXMLManifest"),
        *(_reference(a, cid) for a, cid, _ in listed),
        attributes=' version="1.0"',
    )
    return Parts(
        message=message_header(envelope, _id(MESSAGE_ID, marked=marked)),
        hops="".join(map(trace_header, (*envelope.hops, hop))),
        business=business(
            envelope.kind,
            envelope.business or Business(),
            paper,
            _id(BUSINESS_ID, marked=marked),
        ),
        body=branch(
            prefixed("edXMLBody"),
            manifest or _EMPTY_MANIFEST,
            attributes=_id(BODY_ID, marked=marked),
        ),
        kept=[(one, cid, data) for one, cid, data in listed if data is not None],
        marked=marked,
    )


def _id(name: str, *, marked: bool) -> str:
    return f' Id="{name}"' if marked else ""


def write_status(envelope: Envelope) -> bytes:
    """A status message; raises ValueError where the envelope is none."""
    status = envelope.status
    if status is None:
        raise ValueError("not a status message")
    moment = write_moment(status.moment) if status.moment else ""
    message = branch(
        prefixed("MessageHeader"),
        organization("From", envelope.sender),
        answer(status.about),
        staff(status.staff),
        always("StatusCode", status.code),
        optional("Description", status.description),
        optional("Timestamp", moment),
    )
    header = branch(prefixed("edXMLHeader"), message)
    top = branch(prefixed("edXMLEnvelope"), header, attributes=_XMLNS)
    return f'{_HEAD}<edXML xmlns="{QCVN}">\n{top}</edXML>\n'.encode()


_EMPTY_MANIFEST = (
    f'<{prefixed("edXMLManifest")} version="1.0"></{prefixed("edXMLManifest")}>\n'
)

_Kept = Sequence[tuple[Attachment, str, bytes]]
Named = list[tuple[Attachment, str, bytes | None]]


def named(
    attachments: Sequence[Attachment],
    files: Sequence[bytes | None],
    *,
    all_of_them: bool,
) -> Named:
    """The files that can be delivered, or all, each with an id of its own."""
    named: Named = []
    used: set[str] = set()
    for attachment, data in zip(attachments, files, strict=True):
        if data is None and not all_of_them:
            continue
        cid = "".join(allowed(attachment.content_id).split())
        if not cid or cid in used:
            cid = f"{cid}#{attachment.position}"
        used.add(cid)
        named.append((attachment, f"cid:{cid}", data))
    return named


def _encoded(kept: _Kept, attributes: str) -> Iterator[bytes]:
    """The encoded attachments; large, so they stay bytes and come piece by piece."""
    if not kept:
        return
    yield f"<AttachmentEncoded{attributes}>\n".encode()
    for attachment, cid, data in kept:
        head = "".join(_names("", attachment, cid))
        tag = prefixed("ContentTransferEncoded")
        yield f"<Attachment>\n{head}<{tag}{_XMLNS}>".encode()
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            yield pybase64.b64encode(view[start : start + _PIECE])
        yield f"</{tag}>\n</Attachment>\n".encode()
    yield b"</AttachmentEncoded>\n"


def _reference(attachment: Attachment, cid: str) -> str:
    return branch(prefixed("Reference"), *_names("edXML:", attachment, cid))


def _names(prefix: str, attachment: Attachment, cid: str) -> tuple[str, ...]:
    name = allowed(attachment.name) or f"tep-{attachment.position}"
    return (
        leaf(f"{prefix}ContentId", cid),
        leaf(f"{prefix}ContentType", attachment.media_type),
        leaf(f"{prefix}Description", attachment.description),
        leaf(f"{prefix}AttachmentName", name),
    )
