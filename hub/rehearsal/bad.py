"""Samples that must be held or refused, each broken in one way."""

from dataclasses import replace
from datetime import timedelta

from hub.model.faults import FaultCode
from hub.model.verdicts import Headline
from hub.rehearsal import papers
from hub.rehearsal.cast import (
    AGRICULTURE,
    DISTRICT,
    ELSEWHERE,
    PROVINCE,
    STRANGER,
    UNKNOWN,
)
from hub.rehearsal.family_a import kit
from hub.rehearsal.family_b import CONTENT_TYPE, soap
from hub.rehearsal.parcels import File, Parcel
from hub.rehearsal.samples import (
    Expected,
    Maker,
    Sample,
    Scene,
    drawn,
    held,
    refused,
)
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.tamper import alter, as_if_text, write_over


def _sample(
    name: str, titles: tuple[str, str], parcel: Parcel, expected: Expected
) -> Sample:
    files = tuple(file.data for file in parcel.files)
    return Sample(
        name,
        *titles,
        kit(parcel),
        expected,
        document_id=parcel.document_id,
        files=files,
    )


def _report(scene: Scene, number: int) -> tuple[papers.Paper, bytes]:
    """A report of its own number, signed."""
    paper = replace(papers.report(scene.day), notation=f"{number}/BC-SNN")
    return paper, scene.signed(paper, AGRICULTURE)


def _plain(scene: Scene, number: int) -> Parcel:
    """An unsigned report's envelope."""
    paper = replace(papers.report(scene.day), notation=f"{number}/BC-SNN")
    return scene.parcel(paper, AGRICULTURE, drawn(paper).pdf)


def changed_byte(scene: Scene) -> Sample:
    """12,5% became 72,5% inside the signed range."""
    paper, pdf = _report(scene, 231)
    parcel = scene.parcel(paper, AGRICULTURE, alter(pdf, b"12,5%", b"72,5%"))
    titles = ("Báo cáo bị sửa sau khi ký", "Report changed after signing")
    expected = refused("signatures", FaultCode.SIGNATURE_BROKEN, Headline.FAILED)
    return _sample("changed-byte", titles, parcel, expected)


def changed_later(scene: Scene) -> Sample:
    """Visible text in a later revision: the signed bytes are whole, the page is not."""
    paper, pdf = _report(scene, 232)
    pdf = write_over(pdf, "Bo sung kinh phi 900 trieu dong")
    titles = ("Báo cáo bị ghi thêm sau khi ký", "Report written over after signing")
    expected = held("signatures", FaultCode.SIGNATURE_UNCERTAIN, Headline.INDETERMINATE)
    return _sample(
        "changed-later", titles, scene.parcel(paper, AGRICULTURE, pdf), expected
    )


def stranger(scene: Scene) -> Sample:
    """Whole, and signed under a root that is no anchor here."""
    paper = replace(papers.report(scene.day, STRANGER.name), notation="7/BC-SKAB")
    pki = scene.pki
    leaf = pki.leaf(STRANGER.name, issuer=pki.other_issuing)
    pdf = sign_pdf(drawn(paper).pdf, leaf, pki, at=scene.at, embed_chain=True)
    titles = ("Báo cáo do người lạ ký", "Report signed by a stranger")
    expected = held("signatures", FaultCode.SIGNATURE_UNCERTAIN, Headline.INDETERMINATE)
    return _sample("stranger", titles, scene.parcel(paper, STRANGER, pdf), expected)


def other_signer(scene: Scene) -> Sample:
    """Whole and trusted, and signed by the district in the department's name."""
    paper = replace(papers.report(scene.day), notation="245/BC-SNN")
    leaf = DISTRICT.seal(scene.pki)
    pdf = sign_pdf(drawn(paper).pdf, leaf, scene.pki, at=scene.at)
    titles = ("Báo cáo do cơ quan khác ký", "Report signed by another body")
    expected = held("signatures", FaultCode.OTHER_SIGNER)
    parcel = scene.parcel(paper, AGRICULTURE, pdf)
    return _sample("other-signer", titles, parcel, expected)


def revoked(scene: Scene) -> Sample:
    """Revoked a month before the time stamp says it was signed."""
    paper = replace(papers.report(scene.day), notation="233/BC-SNN")
    leaf = (scene.sender or AGRICULTURE).seal(scene.pki)
    pdf = sign_pdf(drawn(paper).pdf, leaf, scene.pki, at=scene.at, timestamp=True)
    titles = ("Báo cáo ký bằng chứng thư đã thu hồi", "Report of a revoked signer")
    expected = refused("signatures", FaultCode.SIGNATURE_BROKEN, Headline.FAILED)
    made = _sample("revoked", titles, scene.parcel(paper, AGRICULTURE, pdf), expected)
    return replace(made, revoked=((leaf.serial, scene.at - timedelta(days=30)),))


def all_receivers_unknown(scene: Scene) -> Sample:
    """Nobody it names is an agency of this hub."""
    parcel = replace(_plain(scene, 234), receivers=(UNKNOWN, ELSEWHERE))
    titles = ("Báo cáo không có nơi nhận nào đã biết", "All receivers unknown")
    expected = refused("recipients", FaultCode.UNKNOWN_RECEIVER)
    expected = replace(expected, unknown=(UNKNOWN.code,))
    return _sample("all-receivers-unknown", titles, parcel, expected)


def no_receiver(scene: Scene) -> Sample:
    """No To at all."""
    parcel = replace(_plain(scene, 235), receivers=())
    titles = ("Báo cáo không ghi nơi nhận", "No receiver")
    return _sample(
        "no-receiver", titles, parcel, refused("required", FaultCode.NO_RECEIVER)
    )


def forged_sender(scene: Scene) -> Sample:
    """From outside, in the name of an agency attached here."""
    parcel = replace(_plain(scene, 236), sender=DISTRICT)
    titles = ("Báo cáo mạo tên cơ quan trong huyện", "Sender not the source's to name")
    return _sample(
        "forged-sender", titles, parcel, refused("sender", FaultCode.SENDER_NOT_ALLOWED)
    )


def secret_field(scene: Scene) -> Sample:
    """A secrecy field says Mật."""
    parcel = replace(_plain(scene, 237), secrecy="Mật")
    titles = ("Văn bản có trường độ mật", "A secrecy field")
    return _sample("secret-field", titles, parcel, held("secrecy", FaultCode.SECRET))


def secret_stamp(scene: Scene) -> Sample:
    """MẬT stamped on page 1, and nothing in the envelope says so."""
    paper = replace(papers.decision(scene.day, "2700/QĐ-UBND"), secrecy="MẬT")
    parcel = scene.parcel(paper, PROVINCE, scene.signed(paper, PROVINCE))
    titles = ("Quyết định đóng dấu MẬT", "A secrecy stamp on page 1")
    return _sample("secret-stamp", titles, parcel, held("secrecy", FaultCode.SECRET))


def base64_damaged(scene: Scene) -> Sample:
    """A stretch of the payload lost to characters that are no base64."""
    made = _sample(
        "base64-damaged",
        ("Báo cáo có tệp base64 bị hỏng", "Damaged base64"),
        _plain(scene, 238),
        refused("readable", FaultCode.BASE64),
    )
    start = made.xml.index(b"ContentTransferEncoded xmlns") + 2000
    damaged = made.xml[:start] + b"%%%!!" + made.xml[start + 6 :]
    return replace(made, xml=damaged, files=())


def text_damaged(scene: Scene) -> Sample:
    """A signed PDF that went through a UTF-8 text conversion."""
    paper, pdf = _report(scene, 239)
    parcel = scene.parcel(paper, AGRICULTURE, as_if_text(pdf))
    titles = ("Báo cáo có tệp PDF bị chuyển mã hỏng", "PDF ruined by a text conversion")
    return _sample(
        "text-damaged", titles, parcel, refused("readable", FaultCode.PAYLOAD_DAMAGED)
    )


def many_parts(scene: Scene) -> Sample:
    """10,001 files as MIME parts of the old eDoc form."""
    files = tuple(File(f"{n}.txt", "text/plain", b"x") for n in range(10_001))
    parcel = replace(_plain(scene, 240), files=files)
    titles = ("Gói tin 10.001 phần", "10,001 parts")
    made = _raw("many-parts", titles, soap(parcel), FaultCode.TOO_MANY_PARTS)
    return replace(made, content_type=CONTENT_TYPE)


def _raw(name: str, titles: tuple[str, str], xml: bytes, fault: FaultCode) -> Sample:
    return Sample(name, *titles, xml, refused("readable", fault))


def doctype(scene: Scene) -> Sample:
    """A DOCTYPE with an entity."""
    xml = kit(_plain(scene, 241)).replace(
        b"?>\n", b'?>\n<!DOCTYPE edXML [<!ENTITY x "y">]>\n', 1
    )
    titles = ("Gói tin có khai báo DOCTYPE", "A DOCTYPE")
    return _raw("doctype", titles, xml, FaultCode.DOCTYPE)


def truncated(scene: Scene) -> Sample:
    """The last third is missing."""
    xml = kit(_plain(scene, 242))
    titles = ("Gói tin bị cắt ngang", "Truncated")
    return _raw("truncated", titles, xml[: len(xml) * 2 // 3], FaultCode.TRUNCATED)


def not_xml(scene: Scene) -> Sample:
    """The text of a letter where an envelope belongs."""
    text = "\n".join(papers.letter(scene.day).paragraphs)
    titles = ("Không phải XML", "Not XML")
    return _raw("not-xml", titles, text.encode(), FaultCode.NOT_XML)


def empty(_scene: Scene) -> Sample:
    """No bytes."""
    return _raw("empty", ("Gói tin rỗng", "Empty"), b"", FaultCode.EMPTY)


def utf_16(scene: Scene) -> Sample:
    """The whole document in UTF-16, and it says so."""
    text = kit(_plain(scene, 243)).decode().replace("UTF-8", "UTF-16", 1)
    titles = ("Gói tin mã hóa UTF-16", "UTF-16")
    return _raw("utf-16", titles, text.encode("utf-16"), FaultCode.ENCODING)


BAD: tuple[Maker, ...] = (
    changed_byte,
    changed_later,
    stranger,
    other_signer,
    revoked,
    all_receivers_unknown,
    no_receiver,
    forged_sender,
    secret_field,
    secret_stamp,
    base64_damaged,
    text_damaged,
    many_parts,
    doctype,
    truncated,
    not_xml,
    empty,
    utf_16,
)
