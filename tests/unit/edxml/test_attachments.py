"""Files are told by their bytes, and unwrapped under limits."""

import struct
import zipfile
from base64 import encodebytes
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml import archives, magic
from hub.model.envelopes import Attachment, FileState
from hub.model.ids import digest_of
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode
from tests.unit.edxml.look_alikes import (
    PDF,
    attachment,
    b64,
    layered,
    reference,
    zipped,
)
from tests.unit.edxml.reading import LIMITS, codes, read


def one(
    payload: str, claimed: str = "", limits: Limits = LIMITS
) -> tuple[Attachment, bytes | None, set[QuirkCode]]:
    """The only attachment of a document that carries `payload`."""
    data = layered(
        listed=reference(kind=claimed), encoded=attachment(payload, kind=claimed)
    )
    reading = read(data, limits=limits)
    return reading.envelope.attachments[0], reading.files[0], codes(reading)


def office(folder: str) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), (f"{folder}/a.xml", b"<a/>"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, magic.PDF),
        (b"\r\n\r\n" + PDF, magic.PDF),
        (zipped(("a.txt", b"a"), ("b.txt", b"b")), magic.ZIP),
        (office("word"), magic.DOCX),
        (office("xl"), magic.XLSX),
        (office("ppt"), magic.PPTX),
        (zipped(("mimetype", b"application/x"), ("content.xml", b"<a/>")), magic.ODF),
        (OLE, magic.OLE),
        (b"{\\rtf1 a}", "application/rtf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"\xff\xd8\xff\xe0\0\0", "image/jpeg"),
        (b"II*\0\0\0", "image/tiff"),
        (b"MM\0*\0\0", "image/tiff"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', magic.XML),
        ("Kính gửi".encode(), magic.TEXT),
        (("ệ" * 40_000).encode(), magic.TEXT),
        (b"\x00\x01\x02", magic.UNKNOWN),
        ("Kính gửi".encode("utf-16"), magic.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_are(data, kind):
    described, file, _ = one(b64(data))
    assert described.media_type == kind
    assert described.state is FileState.SOUND
    assert file == data
    assert described.digest == described.sent_digest == digest_of(data)


@pytest.mark.parametrize(
    ("data", "claimed", "lies"),
    [
        (PDF, "application/pdf", False),
        (PDF, "application/PDF; name=a.pdf", False),
        (PDF, "application/octet-stream", False),
        (PDF, "", False),
        (PDF, "application/doc", True),
        (OLE, "application/doc", False),
        (OLE, "application/msword", False),
        (office("word"), "application/docx", False),
        (office("xl"), "application/xslx", False),
        (b"<?xml version='1.0'?><a/>", "text/xml", False),
        (b"\x01\x02", "application/x-unheard-of", False),
        (zipped(("u", PDF)), "application/zip", False),
        (zipped(("u", PDF)), "application/pdf", False),
        (zipped(("u", PDF)), "text/plain", True),
    ],
)
def test_a_claimed_type_lies_only_where_the_bytes_say_so(data, claimed, lies):
    described, _, quirks = one(b64(data), claimed)
    assert described.claimed_type == claimed
    assert (QuirkCode.TYPE_LIES in quirks) is lies


def test_base64_may_hold_blanks_and_line_breaks():
    text = encodebytes(PDF).decode()
    assert one("\n  " + text.replace("\n", "\r\n \t"))[1] == PDF


@pytest.mark.parametrize("payload", [b64(PDF)[:-2], b64(PDF)[:40] + "*", "A", "===="])
def test_broken_base64_damages_its_file_alone(payload):
    data = layered(
        listed=reference("cid:1", "1") + reference("cid:2", "2"),
        encoded=attachment(payload, "cid:1", "1") + attachment(b64(PDF), "cid:2", "2"),
    )
    reading = read(data)
    assert [a.state for a in reading.envelope.attachments] == [
        FileState.BASE64_DAMAGED,
        FileState.SOUND,
    ]
    assert reading.files == (None, PDF)
    broken = reading.envelope.attachments[0]
    assert (broken.size, broken.digest) == (0, "")
    assert broken.sent_digest == digest_of(payload.encode())
    assert reading.envelope.main_pdf is None, "an annex is not the document"


def test_an_empty_file_is_said():
    described, file, quirks = one("")
    assert (described.state, described.size, file) == (FileState.SOUND, 0, b"")
    assert QuirkCode.FILE_EMPTY in quirks


# --- the ZIP around a file ---


def test_the_only_file_of_a_zip_is_taken_out_under_its_announced_name():
    wrapped = zipped(("../../etc/cron.d/5cbf32d7.pdf", PDF))
    described, file, quirks = one(b64(wrapped))
    assert file == PDF
    assert (described.name, described.media_type) == ("a.pdf", magic.PDF)
    assert described.digest == digest_of(PDF)
    assert described.sent_digest == digest_of(wrapped)
    assert QuirkCode.ZIP_WRAPPED in quirks


def test_an_edxml_file_in_a_zip_stays_a_file():
    described, file, _ = one(b64(zipped(("u.edxml", layered()))))
    assert (described.media_type, file) == (magic.XML, layered())


def test_an_office_file_is_no_wrapping_and_is_known_inside_one():
    docx = office("word")
    assert one(b64(docx))[1] == docx
    described, file, _ = one(b64(zipped(("u.docx", docx))))
    assert (described.media_type, file) == (magic.DOCX, docx)


def test_only_one_layer_is_taken_off():
    inner = zipped(("deep.pdf", PDF))
    described, file, _ = one(b64(zipped(("inner.zip", inner))))
    assert (described.media_type, file) == (magic.ZIP, inner)


def test_a_zip_of_several_files_or_of_a_folder_is_left_alone():
    for data in (zipped(("a", b"1"), ("b", b"2")), zipped(("a/", b""))):
        assert one(b64(data))[1] == data


def test_a_bomb_is_not_opened():
    bomb = zipped(("zeros", bytes(20_000_000)))
    assert len(bomb) < 30_000
    described, file, _ = one(b64(bomb))
    assert described.state is FileState.OVER_LIMIT
    assert file is None
    assert described.sent_digest == digest_of(bomb)


def test_a_bomb_inside_the_wrapping_is_found_by_its_directory():
    bomb = zipped(("zeros", bytes(20_000_000)))
    described, file, _ = one(b64(zipped(("inner.zip", bomb))))
    assert (described.state, file) == (FileState.OVER_LIMIT, None)


def test_what_swells_a_lot_but_stays_small_is_no_bomb():
    assert one(b64(zipped(("blank.txt", b" " * 900_000))))[1] == b" " * 900_000


def test_too_many_entries_are_over_the_limit():
    many = zipped(*[(f"{n}.txt", b"x") for n in range(101)])
    assert one(b64(many))[0].state is FileState.OVER_LIMIT
    slides = [(f"ppt/slides/{n}.xml", b"<a/>") for n in range(300)]
    deck = zipped(("[Content_Types].xml", b"<Types/>"), *slides)
    assert one(b64(deck))[0].media_type == magic.PPTX


def test_a_directory_too_long_to_be_read_is_over_the_limit():
    long = zipped(*[("x" * 60_000 + str(n), b"") for n in range(20)])
    assert archives.open_zip(long, LIMITS).over_limit


def zip64(data: bytes) -> bytes:
    """The same with a ZIP64 locator that leads nowhere."""
    end = data.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    return data[:end] + locator + data[end:]


def test_a_zip64_end_record_is_not_followed_and_the_file_is_kept_as_it_came():
    bomb = zip64(zipped(("zeros", bytes(20_000_000))))
    assert archives.open_zip(bomb, LIMITS) == archives.Opened()
    book = zip64(zipped(("[Content_Types].xml", b"<a/>"), ("xl/workbook.xml", b"<a/>")))
    for data in (book, zipped(("u.xlsx", book))):
        described, file, _ = one(b64(data))
        assert (described.state, file) == (FileState.SOUND, book)
        assert described.media_type == magic.XLSX


def test_a_zip_that_lies_about_its_sizes_is_left_as_it_came():
    data = bytearray(zipped(("a.txt", b"x" * 5000)))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<L", data, data.index(signature) + offset, 10)
    described, file, _ = one(b64(bytes(data)))
    assert (described.media_type, file) == (magic.ZIP, bytes(data))


def test_encrypted_entries_and_rare_methods_are_left_as_they_came():
    locked = bytearray(zipped(("a.txt", b"x")))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    rare = zipped(("a.txt", b"x" * 500), method=zipfile.ZIP_LZMA)
    for data in (bytes(locked), rare):
        described, file, _ = one(b64(data))
        assert (described.state, file) == (FileState.SOUND, data)


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 20))
def test_no_zip_however_broken_raises(noise, at, length):
    data = zipped(("a.txt", b"hello"), ("b.txt", b"world"))
    broken = data[:at] + noise + data[at + length :]
    for candidate in (broken, b"PK\x03\x04" + noise, b"PK\x05\x06" + noise):
        opened = archives.open_zip(candidate, LIMITS)
        assert opened.file is None or len(opened.file) <= LIMITS.attachment_bytes


def test_an_archive_of_one_entry_holds_what_python_put_there():
    data = zipped(("a.txt", b"hello"))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archives.open_zip(data, LIMITS).file == archive.read("a.txt")


# --- sizes ---


@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: zipped(("u", d))])
def test_a_file_over_the_limit_is_not_kept(wrap):
    data = wrap(bytes(range(256)) * 40)
    tight = Limits(attachment_bytes=5000)
    described, file, _ = one(b64(data), limits=tight)
    assert (described.state, file, described.size) == (FileState.OVER_LIMIT, None, 0)


def test_all_files_together_have_a_limit_and_the_first_ones_get_it():
    data = layered(
        listed="".join(reference(f"cid:{n}", str(n)) for n in range(3)),
        encoded="".join(
            attachment(b64(bytes([n]) * 400), f"cid:{n}", str(n)) for n in range(3)
        ),
    )
    reading = read(data, limits=replace(LIMITS, attachments_bytes=1000))
    assert [a.state for a in reading.envelope.attachments] == [
        FileState.SOUND,
        FileState.SOUND,
        FileState.OVER_LIMIT,
    ]


def test_a_zip_is_opened_only_into_the_room_that_is_left():
    wrapped = b64(zipped(("u.pdf", PDF + bytes(3000))))
    data = layered(
        listed="".join(reference(f"cid:{n}", str(n)) for n in range(2)),
        encoded="".join(attachment(wrapped, f"cid:{n}", str(n)) for n in range(2)),
    )
    reading = read(data, limits=replace(LIMITS, attachments_bytes=5000))
    first, second = reading.envelope.attachments
    assert (first.state, first.media_type) == (FileState.SOUND, magic.PDF)
    # Opened, it would be known for a PDF.
    assert (second.state, second.media_type) == (FileState.OVER_LIMIT, magic.ZIP)


# --- manifest and attachments ---


def names(data: bytes) -> tuple[list[tuple[str, FileState]], set[QuirkCode]]:
    reading = read(data)
    found = [(a.name, a.state) for a in reading.envelope.attachments]
    return found, codes(reading)


def test_pairs_are_made_by_id_whatever_the_order():
    data = layered(
        listed=reference("cid:1", "một") + reference("cid:2", "hai"),
        encoded=attachment(b64(b"2"), "cid:2", "x") + attachment(b64(b"1"), "cid:1"),
    )
    reading = read(data)
    assert reading.files == (b"1", b"2")
    assert [a.name for a in reading.envelope.attachments] == ["một", "hai"]
    assert reading.quirks == ()


def test_then_by_name_and_then_by_place():
    data = layered(
        listed=reference("cid:1", "một") + reference("cid:2", "hai"),
        encoded=attachment(b64(b"?"), "cid:9", "một") + attachment(b64(b"!"), "", "ba"),
    )
    reading = read(data)
    assert reading.files == (b"?", b"!")
    assert codes(reading) == {
        QuirkCode.PAIRED_BY_NAME,
        QuirkCode.PAIRED_BY_POSITION,
    }


def test_what_contradicts_is_not_paired_by_place():
    found, quirks = names(
        layered(
            listed=reference("cid:1", "một"),
            encoded=attachment(b64(b"2"), "cid:2", "hai"),
        )
    )
    assert found == [("một", FileState.MISSING), ("hai", FileState.SOUND)]
    assert quirks == {QuirkCode.FILE_MISSING, QuirkCode.FILE_UNLISTED}


def test_a_listed_file_that_is_not_there_is_missing():
    found, quirks = names(layered(encoded=""))
    assert found == [("a.pdf", FileState.MISSING)]
    assert quirks == {QuirkCode.FILE_MISSING}


def test_files_nobody_listed_come_after_the_rest():
    data = layered(
        encoded=attachment(b64(b"2"), "cid:2", "hai") + attachment(b64(PDF)),
    )
    found, quirks = names(data)
    assert found == [("a.pdf", FileState.SOUND), ("hai", FileState.SOUND)]
    assert quirks == {QuirkCode.FILE_UNLISTED}


def test_types_that_disagree_are_said():
    data = layered(
        listed=reference(kind="text/plain"),
        encoded=attachment(b64(PDF), kind="application/pdf"),
    )
    reading = read(data)
    assert reading.envelope.attachments[0].claimed_type == "application/pdf"
    assert codes(reading) == {QuirkCode.TYPE_DISAGREES}


def test_two_attachments_of_one_id_are_both_kept():
    data = layered(encoded=attachment(b64(PDF)) + attachment(b64(b"other")))
    assert read(data).files == (PDF, b"other")
