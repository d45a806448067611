"""Opens the ZIP a file may come wrapped in, under limits; names never become paths."""

import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from io import BytesIO

from hub.edxml import magic
from hub.model.limits import Limits

_END = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_END_BYTES = 22
_LONGEST_COMMENT = 65_535
#: Python reads the whole directory before it counts: an entry takes it about 1 KB.
_DIRECTORY_BYTES = 1 << 20
#: Entries that tell one office format from another.
_TELLING = (
    "[Content_Types].xml",
    "word/document.xml",
    "xl/workbook.xml",
    "ppt/presentation.xml",
    "mimetype",
    "content.xml",
)
#: What swells to no more than this is no bomb, whatever the ratio.
_HARMLESS_BYTES = 1 << 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a ZIP turned out to be; `file` is there where one was taken out of it."""

    media_type: str = magic.ZIP
    file: bytes | None = None
    over_limit: bool = False


def open_zip(data: bytes, limits: Limits) -> Opened:
    """Look into a ZIP, and take out its only file unless it is an office file.

    Only one layer is taken off; a ZIP inside is looked at and left as it is. What
    cannot be read stays the ZIP it is.
    """
    opened = _open(data, limits, unwrap=True)
    if opened.file is None or opened.media_type != magic.ZIP:
        return opened
    inner = _open(opened.file, limits, unwrap=False)
    return replace(inner, file=opened.file)


def _open(data: bytes, limits: Limits, *, unwrap: bool) -> Opened:
    end = _end(data)
    if _is_zip64(data, end):
        # No attachment needs it, and zipfile believes it more than the end record.
        return Opened(_office_by_bytes(data))
    if end >= 0 and _directory_bytes(data, end) > _DIRECTORY_BYTES:
        return Opened(over_limit=True)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            found = _look(archive, len(data), limits)
            if found is None and unwrap:
                return _take_out(archive, limits)
            return found or Opened()
    except _DAMAGE:
        return Opened()


def _look(archive: zipfile.ZipFile, size: int, limits: Limits) -> Opened | None:
    """What the directory says; None: one file that may be taken out."""
    entries = archive.infolist()
    office = magic.office_type([e.filename for e in entries])
    swollen = sum(e.file_size for e in entries)
    if swollen > max(_HARMLESS_BYTES, size * limits.zip_ratio):
        return Opened(over_limit=True)
    if office:
        return Opened(office)
    if len(entries) > limits.zip_entries:
        return Opened(over_limit=True)
    wrapped = len(entries) == 1 and _can_be_taken_out(entries[0])
    return None if wrapped else Opened()


def _can_be_taken_out(entry: zipfile.ZipInfo) -> bool:
    encrypted = bool(entry.flag_bits & 1)
    return not (entry.is_dir() or encrypted) and entry.compress_type in _METHODS


def _take_out(archive: zipfile.ZipFile, limits: Limits) -> Opened:
    entry = archive.infolist()[0]
    if entry.file_size > limits.attachment_bytes:
        return Opened(over_limit=True)
    with archive.open(entry) as stream:
        # The declared size is the sender's word: read no more than it, and one byte.
        file = stream.read(entry.file_size + 1)
    if len(file) != entry.file_size:
        return Opened()
    return Opened(magic.media_type(file), file)


def _end(data: bytes) -> int:
    """Offset of the end record as zipfile will find it; -1 if there is none."""
    at = len(data) - _END_BYTES
    if not (at >= 0 and data.startswith(_END, at) and data.endswith(b"\0\0")):
        at = data.rfind(_END, max(0, at - _LONGEST_COMMENT))
    return at


def _is_zip64(data: bytes, end: int) -> bool:
    return end >= 0 and data.startswith(_ZIP64_LOCATOR, max(0, end - 20))


def _directory_bytes(data: bytes, end: int) -> int:
    """Size of the central directory as the end record states it."""
    return int.from_bytes(data[end + 12 : end + 16], "little")


def _office_by_bytes(data: bytes) -> str:
    """What a ZIP is by the names in its bytes, its directory left unread."""
    return magic.office_type([n for n in _TELLING if n.encode() in data]) or magic.ZIP
