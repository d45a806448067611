"""Number, date and type are read out of words, each with its confidence."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.mail import file_names, plain_text
from hub.rehearsal import mails
from hub.rehearsal.pki import Pki
from tests.unit.adapters.mail.reading import guesses, read

PDF = mails.paper_pdf("report")
SENT = datetime(2019, 3, 13, 1, tzinfo=UTC)
SURE = 70


def mail(
    subject: str, *names: str, text: str = "Kính gửi quý cơ quan.\n", html=""
) -> bytes:
    return mails.compose(
        mails.Letter(
            subject, tuple((name, PDF) for name in names), text, html=html, at=SENT
        )
    )


CLEAR = [
    # subject, file, number, notation, day, type
    (
        "Công văn số 218/SNN-TL ngày 12/3/2019 của Sở NN&PTNT về việc phòng chống lụt",
        "218_SNN-TL_12032019_signed.pdf",
        ("218", "SNN-TL", "2019-03-12", "Công văn"),
    ),
    (
        "V/v phòng chống lụt bão",
        "218_SNN-TL_12032019_signed.pdf",
        ("218", "SNN-TL", "2019-03-12", "Công văn"),
    ),
    (
        "Fwd: Re: 146/TTr-SGTVT ngày 5.3.2019",
        "146 TTr SGTVT.pdf",
        ("146", "TTr-SGTVT", "2019-03-05", "Tờ trình"),
    ),
    (
        "45-CV/HU ngày 01/03/2019",
        "45-CV_HU.pdf",
        ("45", "CV/HU", "2019-03-01", "Công văn"),
    ),
    (
        "Quyết định số 12/2019/QĐ-UBND ngày 10 tháng 3 năm 2019",
        "scan0001.pdf",
        ("12", "2019/QĐ-UBND", "2019-03-10", "Quyết định"),
    ),
    (
        "bao cao 300/BC-SNN ngay 10-03-2019",
        "300-BC-SNN (2).pdf",
        ("300", "BC-SNN", "2019-03-10", "Báo cáo"),
    ),
    (
        "Gửi văn bản",
        "12_2019_QD-UBND_20190310.signed.pdf",
        ("12", "2019/QĐ-UBND", "2019-03-10", "Quyết định"),
    ),
    (
        "340 /TTr - UBND, ngày 12/03/2019",
        "to trinh.pdf",
        ("340", "TTr-UBND", "2019-03-12", "Tờ trình"),
    ),
    (
        "Trả lời công văn số 45/UBND-VP: Công văn số 46/SNN-VP ngày 12/3/2019",
        "46_SNN-VP.pdf",
        ("46", "SNN-VP", "2019-03-12", "Công văn"),
    ),
]
FIELDS = ("number", "notation", "promulgated", "type-name")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("subject", "name", "expected"), CLEAR)
def test_a_clear_mail_is_read_with_confidence(subject, name, expected, form):
    said = [unicodedata.normalize(form, text) for text in (subject, name)]
    found = guesses(mail(*said))

    assert tuple(found[field].value for field in FIELDS) == expected
    assert all(found[field].confidence >= SURE for field in found), found


@pytest.mark.parametrize(
    ("subject", "name", "doubtful"),
    [
        ("Gửi văn bản", "scan.pdf", {"number", "notation", "promulgated", "type-name"}),
        ("QĐ 12-2019", "QĐ 12-2019.pdf", {"notation", "promulgated"}),
        ("Báo cáo số 300/BC-SNN ngày 10/3/2019", "301_BC-SNN.pdf", {"number"}),
        ("Báo cáo số 300/BC-SNN", "300_BC-SNN.pdf", {"promulgated"}),
        (
            "Báo cáo số 300/BC-SNN ngày 10/3/2019",
            "300_BC-SNN_11032019.pdf",
            {"promulgated"},
        ),
        ("Báo cáo số 300/BC-SNN ngày 10/3/2029", "300_BC-SNN.pdf", {"promulgated"}),
        (
            "Số 12/2018/QĐ-UBND ngày 10/3/2019",
            "12_2018_QĐ-UBND.pdf",
            {"promulgated"},
        ),
        ("Tờ trình số 300/BC-SNN ngày 10/3/2019", "300_BC-SNN.pdf", {"type-name"}),
        ("300/TT-SNN ngày 10/3/2019", "300_TT-SNN.pdf", {"type-name"}),
        ("12/QĐUBND ngày 10/3/2019", "12.pdf", {"type-name"}),
        (
            "Gửi 12/BC-SNN và 13/BC-SNN ngày 10/3/2019",
            "hai bao cao.pdf",
            set(FIELDS),
        ),
        ("Báo cáo ngày 30/2/2019 số 5/BC-SNN", "5_BC-SNN.pdf", {"promulgated"}),
    ],
)
def test_doubt_goes_to_a_clerk(subject, name, doubtful):
    found = guesses(mail(subject, name))

    assert {f for f in FIELDS if found[f].confidence < SURE} == doubtful


def test_two_documents_in_one_mail_are_a_doubt():
    found = guesses(
        mail("Báo cáo số 1/BC-SNN ngày 12/3/2019", "1_BC-SNN.pdf", "2_BC-SNN.pdf")
    )

    assert found["number"].confidence < SURE
    assert "against:other-file" in found["number"].evidence


def test_a_meeting_is_not_the_date_of_the_document():
    found = guesses(mail("Giấy mời họp ngày 15/3/2019", "21_GM-SNN.pdf"))

    assert found["promulgated"].confidence < SURE
    assert found["type-name"].value == "Giấy mời"


def test_agreement_of_places_raises_a_confidence():
    alone = guesses(mail("Báo cáo số 300/BC-SNN ngày 10/3/2019", "scan.pdf"))
    both = guesses(mail("Báo cáo số 300/BC-SNN ngày 10/3/2019", "300_BC-SNN.pdf"))

    assert both["number"].confidence > alone["number"].confidence
    assert both["number"].evidence == ("subject", "file-name")


QUOTED = """Kính gửi quý cơ quan.

-----Original Message-----
Gửi Công văn số 99/SNN-VP ngày 11/3/2019
"""


@pytest.mark.parametrize(
    "text",
    [
        QUOTED,
        "Kính gửi.\n> Công văn số 99/SNN-VP ngày 11/3/2019\n",
        "Kính gửi.\n-- \nSố 99/SNN-VP\n",
        "Kính gửi.\nTrân trọng.\nSố 99/SNN-VP\n",
        "Vào Th 2, 11 thg 3, 2019 lúc 08:00 A <a@b.vn> đã viết:\nSố 99/SNN-VP\n",
        "Căn cứ Quyết định số 28/2018/QĐ-TTg ngày 12/7/2018 của Thủ tướng\n",
        "Thực hiện Kế hoạch số 45/KH-UBND ngày 1/3/2019\n",
    ],
)
def test_quotes_signatures_and_mentions_are_no_evidence(text):
    assert guesses(mail("Gửi văn bản", "scan.pdf", text=text))["number"].value == ""


def test_the_text_is_read_where_nothing_else_speaks():
    text = "Kính gửi, Sở gửi Công văn số 99/SNN-VP ngày 11/3/2019 về việc họp giao ban."
    found = guesses(mail("Gửi văn bản", "scan.pdf", text=text))

    assert (found["number"].value, found["number"].evidence) == ("99", ("text",))
    assert found["subject"].value == "họp giao ban"
    assert found["number"].confidence < SURE


def test_what_is_sent_along_is_no_mention():
    text = "Sở xin gửi kèm theo Công văn số 99/SNN-VP ngày 11/3/2019."

    assert guesses(mail("Gửi văn bản", "scan.pdf", text=text))["number"].value == "99"


def test_html_alone_is_read_too():
    html = (
        "<html><head><style>p{} 1/XX-YY</style></head><body><p>G&#7917;i C&ocirc;ng "
        "v&#259;n s&#7889; <b>99/SNN-VP</b> ng&agrave;y 11/3/2019</p></body></html>"
    )
    found = guesses(mail("Gửi văn bản", "scan.pdf", html=html))

    assert (found["number"].value, found["notation"].value) == ("99", "SNN-VP")


def test_the_old_bracket_form_is_evidence():
    text = "[strKyhieu]77/SNN-KH[/strKyhieu]\n"
    found = guesses(mail("Gửi văn bản", "scan.pdf", text=text))

    assert (found["number"].value, found["number"].confidence) == ("77", 85)


@pytest.mark.parametrize(
    ("name", "number", "notation"),
    [
        ("218_SNN-TL_12032019_signed.pdf", "218", "SNN-TL"),
        ("218-SNN-TL.pdf", "218", "SNN-TL"),
        ("218.BC-UBND.pdf", "218", "BC-UBND"),
        ("218BC-UBND_da ky.pdf", "218", "BC-UBND"),
        ("CV 218 SNN.pdf", "218", "SNN"),
        ("QĐ 12-2019.pdf", "12", ""),
        ("0218_SNN.pdf", "218", "SNN"),
        ("Phu luc 2.pdf", "", ""),
        ("20190312.pdf", "", ""),
        ("scan0001.pdf", "", ""),
        ("bien ban hop 12.pdf", "", ""),
        ("", "", ""),
    ],
)
def test_a_file_name_is_read(name, number, notation):
    found = file_names.read(name).found

    assert (found.number, found.notation) == (number, notation)


def test_a_guess_is_never_shown_as_the_senders_word():
    envelope = read(mail(*CLEAR[0][:2])).envelope

    assert "do trục đọc" in envelope.content
    assert CLEAR[0][0] in envelope.content


def test_what_is_only_a_default_does_not_stand_in_the_envelope():
    envelope = read(mail("Gửi văn bản", "scan.pdf")).envelope

    assert (envelope.promulgated, envelope.number) == (None, "")
    assert envelope.document_id.startswith("mail-")


def test_what_is_sure_is_the_documents_identity():
    envelope = read(mail(*CLEAR[0][:2])).envelope

    assert envelope.document_id == "000.00.12.H40,2019/03/12,218/SNN-TL"


def test_the_main_document_is_the_pdf_with_the_number():
    letter = mails.Letter(
        "Báo cáo số 300/BC-SNN ngày 12/3/2019",
        (("bang.xlsx", b"PK"), ("phu luc.pdf", PDF + b"1"), ("300_BC-SNN.pdf", PDF)),
        at=SENT,
    )
    names = [a.name for a in read(mails.compose(letter)).envelope.attachments]

    assert names == ["300_BC-SNN.pdf", "bang.xlsx", "phu luc.pdf"]


def test_markup_that_hides_something_is_not_read():
    assert plain_text.from_html("a<!-- b <p>c --><script>d</script>e<script>f") == "ae"
    for how in (
        "<p style='display: none'>",
        '<p STYLE="color:red;VISIBILITY:hidden">',
        "<span style=font-size:0px>",
        "<p style='mso-hide:all'>",
        "<p hidden>",
        "<style>.a{display:none}</style><p class=a>",
    ):
        assert plain_text.from_html(f"a{how}So 99/QD-UBND</p>") == ""
    assert "hidden" in plain_text.from_html("<p>a hidden thing</p>")
    assert plain_text.from_html("&#" + "9" * 5000 + ";x").endswith("x")


def test_a_subject_alone_is_not_trusted_where_it_is_not_signed():
    letter = replace(mails.clear_letter(), files=(("scan.pdf", PDF),))
    signer = Pki.make(SENT).leaf("Văn thư", "Sở", email=mails.ADDRESS)
    head, _, _ = mails.compose(letter).partition(b"Content-Type:")
    signed = mails.smime_detached(head, mails.entity(letter), signer, SENT)

    assert guesses(mails.compose(letter))["number"].confidence >= SURE
    assert guesses(signed)["number"].confidence < SURE
