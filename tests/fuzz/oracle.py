"""What must never be: a pass where a signed byte is another. Computed by other means.

For PDF: somewhere in the file stands a byte range over the very bytes that a genuine
file's signature is over, one for each that passed, and pdfium reads the texts of that
genuine file. For XML: every part that is called covered is, in canonical form, a part
that a genuine document had.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2
from lxml import etree

from hub.model.findings import Covered, Finding, SignatureKind

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
#: pdfium reads nothing at all: it cannot read anything else, either.
UNREADABLE = ("unreadable",)
_PARTS = {
    Covered.ENVELOPE: ("edXMLEnvelope", "Envelope"),
    Covered.HEADER: ("edXMLHeader", "Header", "MessageHeader"),
    Covered.BODY: ("edXMLBody", "Body", "Manifest"),
    Covered.ATTACHMENTS: ("AttachmentEncoded",),
}


def signed_digests(data: bytes) -> Iterator[bytes]:
    """SHA-256 of what each byte range of a file covers."""
    for match in _RANGE.finditer(data):
        a, b, c, d = (int(number[:12]) for number in match.groups())
        yield hashlib.sha256(data[a : a + b] + b"|" + data[c : c + d]).digest()


def texts(data: bytes) -> tuple[str, ...]:
    """What pdfium reads, page by page."""
    try:
        document = pypdfium2.PdfDocument(data)
        pages = [document[n] for n in range(min(len(document), 20))]
        return tuple(str(p.get_textpage().get_text_range()) for p in pages)
    except pypdfium2.PdfiumError:
        return UNREADABLE


def parts(xml: bytes, covered: Covered) -> set[bytes]:
    """Canonical forms of what may be meant by a covered part, signatures left out."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    for signature in list(root.iter(_SIGNATURE)):
        _remove(signature)
    if covered is Covered.DOCUMENT:
        return {
            etree.tostring(root, method="c14n", exclusive=True, with_comments=False)
        }
    names = _PARTS.get(covered, ())
    return {
        etree.tostring(e, method="c14n", exclusive=True, with_comments=False)
        for e in root.iter("*")
        if etree.QName(e).localname in names
    }


def _remove(signature: etree._Element) -> None:
    parent, before = signature.getparent(), signature.getprevious()
    if parent is None:
        return
    tail = signature.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(signature)


@dataclass(slots=True)
class Genuine:
    """What genuine signatures are over, gathered from the unchanged documents."""

    ranges: set[bytes] = field(default_factory=set)
    texts: set[tuple[str, ...]] = field(default_factory=set)
    parts: dict[Covered, set[bytes]] = field(default_factory=dict)

    def learn_pdf(self, data: bytes, found: Sequence[Finding]) -> None:
        if not any(f.intact is False for f in found):  # out of reach may be mended
            self.ranges |= set(signed_digests(data))
        if any(f.passed for f in found):
            self.texts.add(texts(data))

    def learn_xml(self, data: bytes, found: Sequence[Finding]) -> None:
        for covered in {c for f in found if f.passed for c in f.covers}:
            self.parts.setdefault(covered, set()).update(parts(data, covered))

    def problem_of_pdf(self, data: bytes, found: Sequence[Finding]) -> str:
        passed = [f for f in found if f.passed and f.kind is not SignatureKind.XML]
        if not passed:
            return ""
        known = Counter(d in self.ranges for d in set(signed_digests(data)))[True]
        if known < len(passed):
            return f"{len(passed)} passed, {known} are over genuine bytes"
        read = texts(data)
        if read == UNREADABLE or read in self.texts:
            return ""
        return "passed, and other texts are read"

    def problem_of_xml(self, data: bytes, found: Sequence[Finding]) -> str:
        for covered in {c for f in found if f.passed for c in f.covers}:
            if not parts(data, covered) & self.parts.get(covered, set()):
                return f"passed, and {covered} is not genuine"
        return ""
