"""Undoes the wrappings of each file and says what it is by its bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hub.edxml import archives, magic, runs
from hub.edxml.manifest import Carried, Mention, Pair
from hub.edxml.quirklog import QuirkLog
from hub.model.envelopes import Attachment, FileState
from hub.model.ids import Digest, digest_of
from hub.model.limits import Limits
from hub.model.midway import STEP, Midway
from hub.model.quirks import QuirkCode

_NO_DIGEST = Digest("")
#: A MIME part that begins like this was meant as base64 text (EDXML.md 1.10).
_BASE64_START = re.compile(rb"[A-Za-z0-9+/\s]{16}")


@dataclass(frozen=True, slots=True)
class _File:
    """The bytes of a file as far as they could be got at."""

    state: FileState
    media_type: str = magic.UNKNOWN
    #: Of `sent`, before a ZIP was undone; equal to it where there was none.
    sent_type: str = magic.UNKNOWN
    sent: bytes = field(default=b"", repr=False)
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What the attachments of an envelope came to, in order."""

    attachments: tuple[Attachment, ...]
    #: The bytes of each that can be used, or None.
    files: tuple[bytes | None, ...] = field(repr=False)
    #: Position -> how a large file was hashed.
    midways: dict[int, Midway] = field(repr=False)


def unpack(pairs: Sequence[Pair], limits: Limits, log: QuirkLog) -> Unpacked:
    """Every file opened and described.

    `sent_digest` of a file whose base64 is damaged, or which was too large to decode,
    is that of the text as received.
    """
    attachments: list[Attachment] = []
    files: list[bytes | None] = []
    midways: dict[int, Midway] = {}
    left = limits.attachments_bytes
    for position, found in enumerate(pairs, 1):
        said = _says_binary(found)
        file = _open(found.carried, limits, left, said_binary=said)
        left -= len(file.data)
        sound = file.state is FileState.SOUND
        if sound and len(file.data) > STEP:
            midways[position] = Midway.of(file.data)
        hashed = midways.get(position)
        attachments.append(_describe(position, found, file, hashed))
        files.append(file.data if sound else None)
        _note(attachments[-1], found, file, log)
    return Unpacked(tuple(attachments), tuple(files), midways)


def _says_binary(found: Pair) -> bool:
    sides = (found.listed, found.carried.mention if found.carried else None)
    return any(s and magic.says_binary(s.content_type, s.name) for s in sides)


def _open(
    carried: Carried | None, limits: Limits, left: int, *, said_binary: bool
) -> _File:
    if carried is None:
        return _File(FileState.MISSING)
    room = min(limits.attachment_bytes, left)
    payload = carried.payload
    if len(payload) // 4 * 3 > room + room // 8:  # line breaks take a little
        return _File(FileState.OVER_LIMIT, sent=bytes(payload))
    data = _decoded(carried)
    if data is None:
        return _File(FileState.BASE64_DAMAGED, sent=bytes(payload))
    return _identify(data, limits, room, said_binary=said_binary)


def _decoded(carried: Carried) -> bytes | None:
    if carried.decoded is not None:
        return carried.decoded
    if carried.is_part:
        return _part_bytes(bytes(carried.payload))
    return runs.decode(carried.payload)


def _part_bytes(data: bytes) -> bytes | None:
    """A part's bytes are base64 text, and where they are not, the file itself."""
    decoded = runs.decode(data)
    if decoded is not None:
        return decoded
    return None if _BASE64_START.match(data) and data.isascii() else data


def _identify(data: bytes, limits: Limits, room: int, *, said_binary: bool) -> _File:
    kind = magic.media_type(data)
    if magic.is_ruined(data, said_binary=said_binary):
        return _File(FileState.TEXT_DAMAGED, kind, kind, data, data)
    if kind != magic.ZIP:
        return _sized(_File(FileState.SOUND, kind, kind, data, data), room)
    opened = archives.open_zip(data, replace(limits, attachment_bytes=room))
    if opened.over_limit:
        return _File(FileState.OVER_LIMIT, kind, kind, data)
    if opened.file is None:
        kind = opened.media_type
        return _sized(_File(FileState.SOUND, kind, kind, data, data), room)
    state = FileState.SOUND
    if magic.is_ruined(opened.file, said_binary=said_binary):
        state = FileState.TEXT_DAMAGED
    return _sized(_File(state, opened.media_type, kind, data, opened.file), room)


def _sized(file: _File, room: int) -> _File:
    if len(file.data) <= room:
        return file
    return _File(FileState.OVER_LIMIT, file.media_type, file.sent_type, file.sent)


def _describe(
    position: int, found: Pair, file: _File, hashed: Midway | None
) -> Attachment:
    listed = found.listed or Mention()
    carried = found.carried.mention if found.carried else Mention()
    digest, sent_digest = _digests(found, file, hashed)
    return Attachment(
        position=position,
        content_id=listed.content_id or carried.content_id,
        name=listed.name or carried.name,
        description=listed.description or carried.description,
        claimed_type=carried.content_type or listed.content_type,
        media_type=file.media_type,
        size=len(file.data),
        digest=digest,
        sent_digest=sent_digest,
        state=file.state,
    )


def _digests(found: Pair, file: _File, hashed: Midway | None) -> tuple[Digest, Digest]:
    """Of the file and of what was sent; where they are one, it is hashed once."""
    one, known = file.data is file.sent, hashed and hashed.digest
    own = known if one and known else digest_of(file.sent)
    sent = own if found.carried else _NO_DIGEST
    if file.state not in {FileState.SOUND, FileState.TEXT_DAMAGED}:
        return _NO_DIGEST, sent
    return own if one else known or digest_of(file.data), sent


def _note(attachment: Attachment, found: Pair, file: _File, log: QuirkLog) -> None:
    place = f"attachment {attachment.position}"
    listed, carried = found.listed, found.carried
    if carried is None:
        log.add(QuirkCode.FILE_MISSING, place)
        return
    if listed is None:
        log.add(QuirkCode.FILE_UNLISTED, place)
    else:
        _note_sides(listed, carried, place, log)
    if file.state is FileState.TEXT_DAMAGED:
        log.add(QuirkCode.PAYLOAD_DAMAGED, place)
    if file.state is FileState.SOUND:
        _note_bytes(attachment, file, place, log)


def _note_sides(listed: Mention, carried: Carried, place: str, log: QuirkLog) -> None:
    other = carried.mention
    both = listed.content_id and listed.content_id == other.content_id
    if both and not carried.is_part and listed.had_cid != other.had_cid:
        log.add(QuirkCode.CID_ONE_SIDED, place)
    types = {listed.content_type.lower(), other.content_type.lower()} - {""}
    if len(types) > 1 and not carried.is_part:
        log.add(QuirkCode.TYPE_DISAGREES, place)


def _note_bytes(attachment: Attachment, file: _File, place: str, log: QuirkLog) -> None:
    if not file.data:
        log.add(QuirkCode.FILE_EMPTY, place)
        return
    if file.data is not file.sent:
        log.add(QuirkCode.ZIP_WRAPPED, place)
    if not magic.agrees(attachment.claimed_type, file.media_type, file.sent_type):
        log.add(QuirkCode.TYPE_LIES, place, file.media_type)
