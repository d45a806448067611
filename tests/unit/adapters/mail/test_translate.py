"""A mail becomes a frame: its own edXML untouched, or one built from its parts."""

from dataclasses import replace

import pytest

from adapters.mail.translate import translate
from hub.edxml.checker import Checker
from hub.edxml.schemas import NAMES
from hub.errors import MalformedEnvelope
from hub.model.faults import FaultCode
from hub.model.frames import Entity
from hub.model.ids import digest_of
from hub.model.limits import Limits
from hub.rehearsal import mails
from hub.rehearsal.mail_making import file_part
from hub.resources import resource
from tests.unit.adapters.mail.reading import entity, frame, read

LETTER = mails.clear_letter()
PDF = LETTER.files[0][1]
CODE = "000.00.12.H40"


def with_part(part: bytes, letter: mails.Letter = LETTER) -> bytes:
    mark = f"--{letter.boundary}--".encode()
    more = mark[:-2] + b"\r\n" + part + b"\r\n" + mark
    return mails.compose(letter).replace(mark, more)


def test_a_clear_mail_becomes_an_envelope():
    found = frame(mails.compose(LETTER))
    envelope = read(mails.compose(LETTER)).envelope

    assert found.vouched == (CODE,)
    assert (envelope.sender.code, envelope.sender.email) == (CODE, mails.ADDRESS)
    assert [body.code for body in envelope.receivers] == ["000.00.37.H40"]
    assert (envelope.number, envelope.notation) == ("218", "BC-SNN")
    assert envelope.type_name == "Báo cáo"
    assert envelope.subject == "xây dựng nông thôn mới"
    assert envelope.business is None or envelope.business.paper is None
    assert [a.digest for a in envelope.attachments] == [digest_of(PDF)]
    assert read(mails.compose(LETTER)).quirks == ()


def test_what_is_built_is_valid_and_the_same_every_time():
    schemas = {name: resource("schemas", name).read_bytes() for name in NAMES}
    data = mails.compose(LETTER)

    assert Checker(schemas).check(frame(data).xml) == ()
    assert frame(data) == frame(data)


def test_the_mail_is_handed_on_to_be_proven():
    data = mails.compose(replace(LETTER, above=mails.received()))
    mail = frame(data).mail

    assert mail is not None
    assert (mail.data, mail.address) == (data, mails.ADDRESS)
    assert [proof.proves for proof in mail.proofs] == [True]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("goi-tin.edxml", "application/octet-stream"),
        ("goi-tin.xml", "text/xml"),
        ("goi-tin.bin", "application/edxml"),
    ],
)
def test_an_edxml_attached_is_taken_as_it_is(name, kind):
    xml = b'<?xml version="1.0"?>\n<edXML xmlns="x">\r\n</edXML>'
    data = mails.compose(replace(LETTER, files=()))
    mark = f"--{LETTER.boundary}--".encode()
    part = mark[:-2] + b"\r\n" + file_part(name, xml, kind) + b"\r\n" + mark
    found = frame(data.replace(mark, part))

    assert (found.xml, found.guesses, found.vouched) == (xml, (), (CODE,))


def test_files_beside_an_edxml_travel_as_parts():
    xml = b"<edXML/>"
    found = frame(with_part(file_part("goi.edxml", xml)))

    assert found.xml == xml
    assert [part.data for part in found.parts] == [PDF]


def test_another_xml_is_a_file_like_any():
    found = frame(with_part(file_part("so-lieu.xml", b"<?xml version='1.0'?><a/>")))

    assert b"edXMLManifest" in found.xml
    assert found.guesses


def test_a_display_name_never_decides_who_sent_it():
    letter = replace(LETTER, display="vanphong@namdinh.gov.vn UBND tỉnh")

    assert read(mails.compose(letter)).envelope.sender.code == CODE


def test_a_document_system_may_send_by_itself():
    auto = ("Auto-Submitted: auto-generated",)
    empty = mails.compose(replace(LETTER, files=(), above=auto))

    assert frame(mails.compose(replace(LETTER, above=auto))).xml
    with pytest.raises(MalformedEnvelope) as caught:
        frame(empty)
    assert caught.value.fault.code is FaultCode.MAIL_REPORT


def test_line_feeds_alone_give_the_same_envelope():
    data = mails.compose(LETTER)

    assert frame(data.replace(b"\r\n", b"\n")).xml == frame(data).xml


def test_pictures_and_cards_are_no_documents():
    logo = (
        b"Content-Type: image/png\r\nContent-ID: <logo>\r\n"
        b"Content-Disposition: inline; filename=logo.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    )
    card = b"Content-Type: text/vcard; charset=utf-8\r\n\r\nBEGIN:VCARD"

    for part in (logo, card):
        assert len(read(with_part(part)).envelope.attachments) == 1


def test_a_scanned_page_is_a_document():
    page = file_part("trang 1.jpg", b"\xff\xd8\xff" + bytes(200_000), "image/jpeg")

    assert len(read(with_part(page)).envelope.attachments) == 2


def test_a_quoted_mail_without_files_is_no_document():
    quoted = (
        b"Content-Type: message/rfc822\r\n\r\n"
        b"From: <a@b.vn>\r\nContent-Type: text/plain\r\n\r\nXin chao."
    )

    assert len(read(with_part(quoted)).envelope.attachments) == 1


def test_a_name_is_taken_without_path_and_hidden_letters():
    name = "..\\muc\\bao\u202e cao\u0007.pdf"
    letter = replace(LETTER, files=((name, PDF),))

    assert read(mails.compose(letter)).envelope.attachments[0].name == "bao cao.pdf"


@pytest.mark.parametrize(
    "disposition",
    [
        'filename="=?UTF-8?B?VOG7nSB0csOsbmgucGRm?="',
        "filename*=UTF-8''T%E1%BB%9D%20tr%C3%ACnh.pdf",
        "filename*0*=UTF-8''T%E1%BB%9D%20;\r\n filename*1=\"tr\";\r\n"
        " filename*2*=%C3%ACnh.pdf",
        'filename="Tờ trình.pdf"',
    ],
)
def test_vietnamese_names_in_every_form(disposition):
    part = (
        f"Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
        f" {disposition}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode() + b"JVBERi0xLjQK"

    names = [a.name for a in read(with_part(part)).envelope.attachments]
    assert names[1] == "Tờ trình.pdf"


def test_receivers_are_the_mailbox_and_ours_in_to_and_cc():
    ground = mails.ground()
    ground["receivers"] |= {"ubxa@giaothuy.vn": "000.20.37.H40"}
    data = mails.compose(LETTER).replace(
        b"\r\nSubject", b"\r\nCc: Xa <UBXA@giaothuy.vn>, la@la.vn\r\nSubject", 1
    )
    found = translate(Entity("message/rfc822", data, ground=ground), Limits())
    told = {guess.name: guess for guess in found.guesses}["receivers"]

    assert told.value == "000.00.37.H40 000.20.37.H40"
    assert told.evidence == ("mailbox", "to")


def test_the_door_says_for_whom_it_came():
    data = mails.compose(replace(LETTER, to="danh-sach@la.vn"))
    ground = mails.ground() | {"mailbox": ""}
    rcpt = f'message/rfc822; rcpt="x@la.vn, {mails.MAILBOX}"'

    def told(content_type):
        found = translate(Entity(content_type, data, ground=ground), Limits())
        return found.guesses[-1]

    assert (told(rcpt).value, told(rcpt).evidence) == ("000.00.37.H40", ("rcpt",))
    assert told("message/rfc822").confidence == 0


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"", Limits(), FaultCode.EMPTY),
        (mails.compose(LETTER), Limits(document_bytes=1000), FaultCode.TOO_LARGE),
        (mails.compose(LETTER), Limits(parts=2), FaultCode.TOO_MANY_PARTS),
    ],
)
def test_limits_are_told(data, limits, code):
    with pytest.raises(MalformedEnvelope) as caught:
        translate(entity(data), limits)

    assert caught.value.fault.code == code


def test_a_mailbox_is_the_same_every_time_and_every_mail_differs():
    once, again = list(mails.mailbox_of(60)), list(mails.mailbox_of(60))

    assert once == again
    assert len({mail.data for mail in once}) == 60


def test_clear_mails_of_a_mailbox_pass_and_the_others_do_not():
    for mail in mails.mailbox_of(200):
        try:
            sure = all(g.confidence >= 70 for g in frame(mail.data).guesses)
        except MalformedEnvelope:
            sure = False
        assert sure == mail.clear, mail.name
