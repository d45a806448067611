"""A binary file that was read as text on its way is damaged, not badly signed."""

import pytest

from hub.edxml import magic
from hub.model.envelopes import FileState
from hub.model.ids import digest_of
from hub.model.quirks import QuirkCode
from tests.unit.edxml.look_alikes import PDF, b64, zipped
from tests.unit.edxml.test_attachments import OLE, office, one


def test_a_pdf_read_as_text_somewhere_is_damaged_and_not_badly_signed():
    ruined = PDF.decode(errors="replace").encode()
    assert b"\xef\xbf\xbd" in ruined
    described, file, quirks = one(b64(ruined))
    assert described.state is FileState.TEXT_DAMAGED
    assert file is None
    assert not described.is_pdf
    assert described.digest == digest_of(ruined)
    assert QuirkCode.PAYLOAD_DAMAGED in quirks


def test_a_pdf_without_marker_line_and_an_office_file_are_found_ruined_too():
    bare = b"%PDF-1.4\nstream\n" + bytes(range(128, 256)) * 3 + b"\nendstream"
    for data in (bare, office("word") + bytes(range(128, 256))):
        ruined = data.decode(errors="replace").encode()
        assert one(b64(data))[0].state is FileState.SOUND
        assert one(b64(ruined))[0].state is FileState.TEXT_DAMAGED


@pytest.mark.parametrize("start", [OLE[:8], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
@pytest.mark.parametrize("claimed", ["application/msword", "image/jpeg", ""])
def test_a_ruined_image_or_old_office_file_is_found_by_what_it_was_said_to_be(
    start, claimed
):
    data = start + bytes(range(256)) * 20
    ruined = data.decode(errors="replace").encode()
    assert one(b64(data), claimed)[0].state is FileState.SOUND
    # The name is a.pdf: it says binary, too.
    for sent in (ruined, zipped(("u", ruined))):
        assert one(b64(sent), claimed)[0].state is FileState.TEXT_DAMAGED


@pytest.mark.parametrize(
    ("text", "claimed", "name"),
    [
        ("\ufffd" * 20, "text/plain", "a.txt"),
        ("\ufffd" * 20, "", ""),
        ("Kính gửi " * 200 + "\ufffd" * 5, "application/msword", "a.doc"),
        ("\ufffd" * 3, "image/png", "a.png"),
    ],
)
def test_a_text_with_replacement_letters_is_no_ruin(text, claimed, name):
    said = magic.says_binary(claimed, name)
    assert not magic.is_ruined(text.encode(), said_binary=said)


def test_a_ruined_pdf_inside_a_zip_is_found_too():
    ruined = PDF.decode(errors="replace").encode()
    described, file, quirks = one(b64(zipped(("u.pdf", ruined))))
    assert described.state is FileState.TEXT_DAMAGED
    assert file is None
    assert QuirkCode.PAYLOAD_DAMAGED in quirks


def test_a_sound_pdf_that_quotes_the_replacement_letter_is_sound():
    data = PDF + "\ufffd\ufffd".encode() * 10
    assert one(b64(data))[0].state is FileState.SOUND
