"""Which bytes a PDF signature covers, and what stands beside them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyhanko.pdf_utils.reader import PdfFileReader, process_data_at_eof
from pyhanko.pdf_utils.xref import XRefSectionData, XRefSectionType
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.signatures.pdf_history import FOREIGN

_EOF = b"%%EOF"
#: Bytes a transport adds at most: a line end or two.
_LINE_END = 16


@dataclass(frozen=True, slots=True)
class Covered:
    """Where the signed bytes end and which revision that is; None: neither."""

    end: int
    #: The last revision all of which is signed; None: the bytes end inside one.
    revision: int | None


def signed_end(signature: EmbeddedPdfSignature, data: bytes) -> int | None:
    """Where the signed bytes end, if all but this signature's own hex is signed.

    The gap must be the hex string of /Contents and nothing else (ISO 32000-2,
    12.8.1): "universal forgery" and "wrapping" leave other gaps (Mladenov et al.,
    "1 Trillion Dollar Refund", CCS 2019).
    """
    found = gap_of([int(value) for value in signature.byte_range], len(data))
    if found is None:
        return None
    before, start, end = found
    hidden = data[before:start]
    if hidden[:1] != b"<" or hidden[-1:] != b">":
        return None
    if hidden[1:-1].lower() != signature.pkcs7_content.hex().encode():
        return None
    return end


def gap_of(byte_range: Sequence[int], size: int) -> tuple[int, int, int] | None:
    """Begin and end of the one gap in a byte range, and where the range ends.

    None for other numbers than two pairs from the first byte on, inside the file.
    """
    if len(byte_range) != 4 or byte_range[0] != 0:  # noqa: PLR2004 - two pairs
        return None
    _, before, start, after = map(int, byte_range)
    if not 0 < before < start <= start + after <= size:
        return None
    return before, start, start + after


def covered(signature: EmbeddedPdfSignature, data: bytes) -> Covered | None:
    """What the signature covers; None where its byte range is not an honest one."""
    end = signed_end(signature, data)
    if end is None:
        return None
    reader = signature.reader
    if end == len(data):
        return Covered(end, int(reader.xrefs.total_revisions) - 1)
    return Covered(end, _revision_ending(reader, end, signature.signed_revision))


def _revision_ending(reader: PdfFileReader, end: int, holder: int) -> int | None:
    """The revision whose startxref stands at the end of the signed bytes.

    All cross-reference sections up to it must lie before, and the signature itself
    must have come with it or earlier.
    """
    reader.stream.seek(end)
    try:
        start = process_data_at_eof(reader.stream)
    except FOREIGN:
        return None
    xrefs = reader.xrefs
    for number in range(holder, xrefs.total_revisions):
        if xrefs.get_startxref_for_revision(number) == start:
            inside = all(
                xrefs.get_xref_container_info(n).end_location <= end
                for n in range(number + 1)
            )
            return number if inside else None
    return None


def has_stray_bytes(reader: PdfFileReader, data: bytes, signed: Covered) -> bool:
    """Whether something follows that belongs to no revision; a line end may."""
    end = signed.end
    xrefs = reader.xrefs
    if signed.revision != xrefs.total_revisions - 1:
        last = _end_of(reader, xrefs.total_revisions - 1)
        end = data.find(_EOF, last) + len(_EOF)
    rest = memoryview(data)[end:]
    return len(rest) > _LINE_END or bool(bytes(rest).strip())


#: What may be the head of an object; a comment may stand before its last word.
_HEAD = re.compile(rb"(?<![\s\x00])([\s\x00]+)obj(?![a-zA-Z])")
_NAMED = re.compile(rb"[\s\x00]*(\d{1,10})[\s\x00]+\d+[\s\x00]+obj")
_ENTRY = rb"\d{10} \d{5} [nf](?: \r| \n|\r\n)"
_TABLE = re.compile(rb"\s*(?:xref\s+)?(?:\d+ \d+\s{1,3}(?:%b)*+)*+\s*trailer" % _ENTRY)


def has_unnamed_objects(reader: PdfFileReader, data: bytes, signed: int) -> bool:
    """Whether objects came after a revision that no cross-reference names.

    Readers that find a fault in the references look for objects and trailers
    themselves, and take the last of each: what nobody names is then what is read.
    """
    end = _end_of(reader, signed)
    named = {
        match.end()
        for number, offset in _named_places(reader, signed)
        if (match := _NAMED.match(data, offset)) and number in {int(match[1]), None}
    }
    tables = sum(1 for _ in _tables(reader, signed))
    return data.count(b"trailer", end) > tables or any(
        match.end() not in named
        for match in _HEAD.finditer(data, end)
        if data[match.start() - 1 : match.start()].isdigit() or {*match[1]} & {*b"\r\n"}
    )


def _end_of(reader: PdfFileReader, revision: int) -> int:
    """Where the last cross-reference section of the revisions up to one ends."""
    xrefs = reader.xrefs
    sections = range(revision + 1)
    return max(xrefs.get_xref_container_info(n).end_location for n in sections)


def _named_places(
    reader: PdfFileReader, signed: int
) -> Iterator[tuple[int | None, int]]:
    """Where later revisions say that objects stand, their own references' too.

    None for the number of those, which not all tools write down.
    """
    xrefs = reader.xrefs
    for number in range(signed + 1, xrefs.total_revisions):
        section = xrefs.get_xref_data(number).standard_xrefs
        yield from ((one, int(at)) for one, (_, at) in section.items())
        about = xrefs.get_xref_container_info(number)
        if about.xref_section_type is XRefSectionType.STREAM:
            yield None, about.start_location


def odd_tables(reader: PdfFileReader, data: bytes, signed: int) -> Iterator[int]:
    """Later revisions whose table is not written as ISO 32000-2, 7.5.4, wants it.

    Entries of 20 bytes: readers that jump over them find a fault in others.
    """
    for number, start in _tables(reader, signed):
        if not _TABLE.match(data, start):
            yield number


def _tables(reader: PdfFileReader, signed: int) -> Iterator[tuple[int, int]]:
    """Later revisions under a table, and where it begins."""
    for number in range(signed + 1, reader.xrefs.total_revisions):
        about = reader.xrefs.get_xref_container_info(number)
        if about.xref_section_type is not XRefSectionType.STREAM:
            yield number, about.start_location


def hybrid_revisions(reader: PdfFileReader, signed: int) -> list[int]:
    """Revisions that two readers may read as two files.

    A hybrid section (ISO 32000-2, 7.5.8.4) hides objects from readers of before PDF
    1.5. Word writes one into the file that is signed, and all readers of today see
    the same. Not honest is one that gives an object which readers of before find
    elsewhere; nor one that comes after the signature.
    """
    sections = [reader.xrefs.get_xref_data(n) for n in range(signed + 1)]
    found = []
    for number, section in enumerate(sections):
        if section.hybrid is None:
            continue
        extra = section.hybrid.xref_data
        hidden = {*extra.standard_xrefs, *extra.xrefs_in_objstm}
        open_to_all = hidden - section.standard_xrefs.keys() - section.freed.keys()
        if any(_known(sections[:number], one) for one in open_to_all):
            found.append(number)
    later = range(signed + 1, reader.xrefs.total_revisions)
    return found + [n for n in later if reader.xrefs.get_xref_data(n).hybrid]


def _known(sections: Sequence[XRefSectionData], number: int) -> bool:
    return any(
        number in section.standard_xrefs or number in section.xrefs_in_objstm
        for section in sections
    )
