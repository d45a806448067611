"""SHA-256 of the file in a form upload: what the VXP kit's `hash-file` speaks of."""

from collections.abc import Iterator
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path

from hub.edxml import mimeheaders

_NAMES = ("edocFile", "file_doc")
_HEAD_BYTES = 16_384
_CHUNK = 1_048_576


def is_form(content_type: str) -> bool:
    """Whether an entity is a form upload at all."""
    return mimeheaders.structured(content_type).value == "multipart/form-data"


def file_digest(path: Path, content_type: str) -> str:
    """Hex digest of the one file of a form kept at `path`; "" where it has not one.

    Which part it is, the translator says too (`hub.edxml.dialects`): the one of a known
    name, else the only one with a file name. Read through a map, not into memory.
    """
    boundary = mimeheaders.structured(content_type).get("boundary")
    if not boundary or not path.stat().st_size:
        return ""
    delimiter = b"--" + boundary.encode("ascii", "replace")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        parts = list(_parts(data, delimiter))
        found = [p for p in parts if p[0] in _NAMES] or [p for p in parts if p[1]]
        return _hash(data, found[0][2], found[0][3]) if len(found) == 1 else ""


def _parts(data: mmap, delimiter: bytes) -> Iterator[tuple[str, str, int, int]]:
    """Name, file name, start and end of each part, as browsers and kits write them."""
    at = data.find(delimiter)
    while at >= 0 and not _ends(data, at + len(delimiter)):
        head = at + len(delimiter)
        head_end = data.find(b"\r\n\r\n", head, head + _HEAD_BYTES)
        end = data.find(b"\r\n" + delimiter, head_end) if head_end >= 0 else -1
        if end < 0:
            return
        fields = mimeheaders.fields(data[head:head_end])
        said = mimeheaders.structured(fields.get("content-disposition", ""))
        yield said.get("name"), said.get("filename"), head_end + 4, end
        at = end + 2


def _ends(data: mmap, at: int) -> bool:
    return data[at : at + 2] == b"--"


def _hash(data: mmap, start: int, end: int) -> str:
    made = sha256()
    for at in range(start, end, _CHUNK):
        made.update(data[at : min(at + _CHUNK, end)])
    return made.hexdigest()
