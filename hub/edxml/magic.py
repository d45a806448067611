"""What bytes are, by the bytes alone; what the sender calls them is another matter."""

import re

PDF = "application/pdf"
ZIP = "application/zip"
OLE = "application/x-ole-storage"
XML = "application/xml"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = _OOXML + "wordprocessingml.document"
XLSX = _OOXML + "spreadsheetml.sheet"
PPTX = _OOXML + "presentationml.presentation"
ODF = "application/vnd.oasis.opendocument"

_STARTS = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
#: ISO 32000-1, 7.5.2 note: readers accept the header within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024
_REPLACEMENT = b"\xef\xbf\xbd"
_RUINED_MARKER = re.compile(rb"%PDF-[^\r\n]*[\r\n]+%[^\r\n]*\xef\xbf\xbd")
#: So many U+FFFD do not stand in a sound binary by chance.
_RUINED_COUNT = 4
_RUINED_SAMPLE = 1 << 20
#: Of a text that quotes a few, one letter in a hundred is U+FFFD at most.
_RUINED_SHARE = 100
_SAMPLE = 65_536
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

_OFFICE_FOLDERS = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))

#: Media types senders make up or use loosely (EDXML.md 1.2) -> what they may hold.
_LOOSE: dict[str, frozenset[str]] = {
    "application/msword": frozenset({OLE, DOCX, "application/rtf"}),
    "application/doc": frozenset({OLE, DOCX, "application/rtf"}),
    "application/docx": frozenset({DOCX, OLE}),
    "application/vnd.ms-excel": frozenset({OLE, XLSX}),
    "application/xls": frozenset({OLE, XLSX}),
    "application/xlsx": frozenset({XLSX, OLE}),
    "application/xsl": frozenset({OLE, XLSX}),
    "application/xslx": frozenset({XLSX, OLE}),
    "application/vnd.ms-powerpoint": frozenset({OLE, PPTX}),
    "application/ppt": frozenset({OLE, PPTX}),
    "application/pptx": frozenset({PPTX, OLE}),
    "application/x-pdf": frozenset({PDF}),
    "application/x-zip-compressed": frozenset({ZIP}),
    "application/x-zip": frozenset({ZIP}),
    "text/xml": frozenset({XML}),
    "text/rtf": frozenset({"application/rtf"}),
    "image/jpg": frozenset({"image/jpeg"}),
    "image/tif": frozenset({"image/tiff"}),
    "text/csv": frozenset({TEXT}),
    "text/html": frozenset({TEXT, XML}),
}
#: Claims and endings of files that hold no text.
_BINARY_TYPES = frozenset(
    {kind for kind, held in _LOOSE.items() if not held & {TEXT, XML, "application/rtf"}}
    | {PDF, ZIP, OLE, DOCX, XLSX, PPTX, "application/msword"}
)
_ENDINGS = frozenset(
    {"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "7z"}
    | {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff"}
)


def media_type(data: bytes) -> str:
    """The media type of a file; office files inside a ZIP are told by `office_type`."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if b"%PDF-" in data[: _PDF_HEADER_WITHIN + 5]:
        return PDF
    head = data[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"<?xml", b"<edXML", b"<edXML:")):
        return XML
    return TEXT if _is_text(data) else UNKNOWN


def office_type(names: list[str]) -> str | None:
    """The office format of a ZIP with these entries, or None."""
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE_FOLDERS:
            if any(name.startswith(folder) for name in names):
                return kind
    return ODF if "mimetype" in names and "content.xml" in names else None


def is_ruined(data: bytes, *, said_binary: bool = False) -> bool:
    """Whether a binary file was read as text somewhere on its way (EDXML.md 1.2).

    `said_binary`: see `says_binary`. An image or .doc has lost its first bytes, too.
    """
    if _RUINED_MARKER.search(data[: 2 * _PDF_HEADER_WITHIN]):
        return True
    binary = data.startswith(b"PK") or b"%PDF-" in data[:_PDF_HEADER_WITHIN]
    if not (binary or said_binary):
        return False
    lost = data.count(_REPLACEMENT, 0, _RUINED_SAMPLE)
    if lost < _RUINED_COUNT:  # a sound file; to decode one takes 9 ms
        return False
    if said_binary and _is_mostly_lost(data, lost):
        return True
    if not binary:
        return False
    # Compressed streams are never UTF-8 from end to end, unless they went through it.
    return _is_utf8(data)


def says_binary(claimed: str, name: str) -> bool:
    """Whether a media type or a name promises a file that is no text."""
    bare = claimed.partition(";")[0].strip().lower()
    ending = name.strip().lower().rpartition(".")[2]
    return bare in _BINARY_TYPES or bare.startswith("image/") or ending in _ENDINGS


def _is_mostly_lost(data: bytes, lost: int) -> bool:
    letters = len(data[:_RUINED_SAMPLE].decode(errors="ignore"))
    return lost * _RUINED_SHARE > letters and _is_utf8(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def agrees(claimed: str, *actual: str) -> bool:
    """Whether a claimed type fits one of the actual ones; no claim fits all."""
    bare = claimed.partition(";")[0].strip().lower()
    if bare in {"", UNKNOWN, "application/binary"}:
        return True
    allowed = _LOOSE.get(bare, frozenset()) | {bare}
    return any(kind in allowed or kind == UNKNOWN for kind in actual)


def _is_text(data: bytes) -> bool:
    if _CONTROLS.search(data[:_SAMPLE]):
        return False
    try:
        data[:_SAMPLE].decode()
    except UnicodeDecodeError as error:
        # A letter cut at the end of the sample is no sign of binary.
        return len(data) > _SAMPLE and error.start > _SAMPLE - 4
    return True
