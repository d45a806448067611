"""Samples that must be delivered."""

from dataclasses import replace

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.verdicts import Headline
from hub.rehearsal import papers
from hub.rehearsal.cast import (
    AGRICULTURE,
    COMMUNES,
    ELSEWHERE,
    INFORMATION,
    OFFICES,
    PROVINCE,
    TRANSPORT,
    UNKNOWN,
)
from hub.rehearsal.family_a import kit, langson, status, unbound
from hub.rehearsal.family_b import CONTENT_TYPE, soap
from hub.rehearsal.parcels import Business, Parcel
from hub.rehearsal.samples import (
    Expected,
    Maker,
    Sample,
    Scene,
    codes,
    delivered,
    drawn,
    refused,
)
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.xmlsigning import sign_xml

#: What the VNPT kit pastes where a signature belongs (EDXML.md 5.1): it has the
#: wrong namespace, a cut certificate and a digest of nothing.
PLACEHOLDER = (
    "<Signature>\n<SignedInfo>\n<CanonicalizationMethod "
    'Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>\n<SignatureMethod '
    'Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/>\n<Reference URI="">\n'
    "<Transforms>\n<Transform "
    'Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>\n<Transform '
    'Algorithm="http://www.w3.org/TR/xml-exc-c14n#"/>\n</Transforms>\n<DigestMethod '
    'Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/>\n'
    "<DigestValue>FwgIqsSYJshUS2+wlOM61L+q7Aw=</DigestValue>\n</Reference>\n"
    "</SignedInfo>\n<SignatureValue>GbVb8n9+qFxz466Ag0sbpVdLPs2R0+9JBekp12UyarA="
    "</SignatureValue>\n<KeyInfo>\n<X509Data>\n"
    "<X509SubjectName>CN=user05</X509SubjectName>\n"
    "<X509Certificate>MIIFqTCCBJG</X509Certificate>\n</X509Data>\n</KeyInfo>\n"
    "</Signature>\n"
)


def _sample(
    name: str, titles: tuple[str, str], xml: bytes, parcel: Parcel, expected: Expected
) -> Sample:
    files = tuple(file.data for file in parcel.files)
    return Sample(
        name, *titles, xml, expected, document_id=parcel.document_id, files=files
    )


def report_signed(scene: Scene) -> Sample:
    """Two PAdES signatures in the PDF; no XML signature, as nearly always."""
    paper = papers.report(scene.day)
    parcel = scene.parcel(paper, AGRICULTURE, scene.signed(paper, AGRICULTURE))
    titles = ("Báo cáo đã ký số", "Signed report")
    expected = delivered(scene, Headline.PASSED, 0)
    return _sample("report-signed", titles, kit(parcel), parcel, expected)


def letter_signed(scene: Scene) -> Sample:
    """An XML signature over the whole envelope, exclusive C14N; a plain PDF."""
    paper = papers.letter(scene.day)
    parcel = scene.parcel(paper, INFORMATION, drawn(paper).pdf)
    xml = sign_xml(kit(parcel), parcel.sender.seal(scene.pki))
    titles = ("Công văn đã ký số", "Signed official letter")
    expected = delivered(scene, Headline.PASSED, 0)
    return _sample("letter-signed", titles, xml, parcel, expected)


def decision_signed(scene: Scene) -> Sample:
    """A Quyết định cá biệt: adbe.pkcs7.detached, time stamp; paper in parallel."""
    paper = papers.decision(scene.day)
    pdf = scene.signed(paper, PROVINCE, subfilter="adobe", timestamp=True)
    parcel = scene.parcel(paper, PROVINCE, pdf)
    titles = ("Quyết định đã ký số", "Signed decision")
    expected = delivered(scene, Headline.PASSED, 1)
    return _sample("decision-signed", titles, kit(parcel), parcel, expected)


def proposal_signed(scene: Scene) -> Sample:
    """A Tờ trình signed twice over: in the PDF and, inclusive C14N, in the XML."""
    paper = papers.proposal(scene.day)
    parcel = scene.parcel(paper, TRANSPORT, scene.signed(paper, TRANSPORT))
    seal = parcel.sender.seal(scene.pki)
    xml = sign_xml(langson(parcel, signature=""), seal, c14n="inclusive")
    titles = ("Tờ trình đã ký số", "Signed proposal")
    expected = delivered(scene, Headline.PASSED, 1)
    return _sample("proposal-signed", titles, xml, parcel, expected)


def normative_signed(scene: Scene) -> Sample:
    """A Quyết định with the year inside its number: VBQPPL, no paper."""
    paper = papers.decision(scene.day, f"12/{scene.day.year}/QĐ-UBND")
    parcel = scene.parcel(paper, PROVINCE, scene.signed(paper, PROVINCE))
    titles = ("Quyết định quy phạm pháp luật đã ký số", "Signed normative decision")
    expected = delivered(scene, Headline.PASSED, 0)
    return _sample("normative-signed", titles, kit(parcel), parcel, expected)


def leader_only(scene: Scene) -> Sample:
    """The leader signed, the seal is on paper only, as before 2020: paper goes too."""
    paper = replace(papers.report(scene.day), notation="246/BC-SNN")
    leader = (scene.sender or AGRICULTURE).leader(scene.pki, paper.signer)
    pdf = sign_pdf(drawn(paper).pdf, leader, scene.pki, at=scene.at)
    parcel = scene.parcel(paper, AGRICULTURE, pdf)
    titles = ("Báo cáo chỉ lãnh đạo ký số", "Report signed by its leader only")
    expected = delivered(scene, None, 1)
    return _sample("leader-only", titles, kit(parcel), parcel, expected)


def report_unsigned(scene: Scene) -> Sample:
    """Nothing to verify: delivered, and paper is asked for."""
    paper = replace(papers.report(scene.day), notation="219/BC-SNN")
    parcel = scene.parcel(paper, AGRICULTURE, drawn(paper).pdf)
    titles = ("Báo cáo chưa ký số", "Unsigned report")
    expected = delivered(scene, Headline.UNSIGNED, 1)
    return _sample("report-unsigned", titles, langson(parcel), parcel, expected)


def placeholder(scene: Scene) -> Sample:
    """The VNPT kit's pasted specimen: a slot, no signature."""
    paper = replace(papers.letter(scene.day), notation="1108/STTTT-CNTT")
    parcel = scene.parcel(paper, INFORMATION, drawn(paper).pdf)
    titles = ("Công văn có chữ ký mẫu của bộ kit", "Letter with a kit's specimen")
    expected = delivered(scene, Headline.UNSIGNED, 1)
    return _sample("placeholder", titles, kit(parcel, PLACEHOLDER), parcel, expected)


def zipped(scene: Scene) -> Sample:
    """The signed PDF inside a ZIP of one entry named by a UUID."""
    paper = replace(papers.report(scene.day), notation="220/BC-SNN")
    parcel = scene.parcel(paper, AGRICULTURE, scene.signed(paper, AGRICULTURE))
    parcel = replace(parcel, files=(replace(parcel.files[0], zipped=True),))
    titles = ("Báo cáo đã ký số, tệp nén ZIP", "Signed report in a ZIP")
    expected = delivered(scene, Headline.PASSED, 0)
    return _sample("zipped", titles, kit(parcel), parcel, expected)


def unbound_prefix(scene: Scene) -> Sample:
    """A prefix used outside its scope."""
    paper = replace(papers.report(scene.day), notation="221/BC-SNN")
    parcel = scene.parcel(paper, AGRICULTURE, drawn(paper).pdf)
    titles = ("Báo cáo dùng tiền tố chưa khai báo", "Report with an unbound prefix")
    expected = delivered(scene, Headline.UNSIGNED, 1)
    return _sample("unbound-prefix", titles, unbound(parcel), parcel, expected)


def impossible_date(scene: Scene) -> Sample:
    """30 February: kept as written, flagged, the arrival's date holds."""
    paper = replace(papers.report(scene.day), notation="222/BC-SNN")
    parcel = scene.parcel(paper, AGRICULTURE, drawn(paper).pdf)
    parcel = replace(parcel, day_text="2019/02/30")
    titles = ("Báo cáo ghi ngày không có thật", "Report with an impossible date")
    expected = delivered(scene, Headline.UNSIGNED, 1)
    return _sample("impossible-date", titles, kit(parcel), parcel, expected)


def some_receivers_unknown(scene: Scene) -> Sample:
    """Two offices, a commune, one nobody knows, one of another district."""
    paper = replace(papers.letter(scene.day), notation="1109/STTTT-CNTT")
    parcel = scene.parcel(paper, INFORMATION, drawn(paper).pdf)
    ours = (OFFICES[1], OFFICES[6], COMMUNES[0])
    parcel = replace(parcel, receivers=(*ours, UNKNOWN, ELSEWHERE))
    xml = sign_xml(kit(parcel), parcel.sender.seal(scene.pki))
    expected = Expected(
        Disposition.DELIVER,
        "deliver",
        headline=Headline.PASSED,
        paper=0,
        receivers=codes(ours),
        unknown=(UNKNOWN.code,),
    )
    titles = ("Công văn có nơi nhận chưa biết", "Letter with some receivers unknown")
    return _sample("some-receivers-unknown", titles, xml, parcel, expected)


def family_b(scene: Scene) -> Sample:
    """SOAP and MIME, with a token that is no signature."""
    paper = replace(papers.report(scene.day), notation="223/BC-SNN")
    parcel = scene.parcel(paper, AGRICULTURE, scene.signed(paper, AGRICULTURE))
    titles = ("Báo cáo đã ký số, dạng eDoc cũ", "Signed report in the old eDoc form")
    expected = delivered(scene, Headline.PASSED, 0)
    made = _sample("family-b", titles, soap(parcel), parcel, expected)
    return replace(made, content_type=CONTENT_TYPE)


def _about(scene: Scene, number: int, business: Business) -> Parcel:
    """A message about the signed letter, which was sent before."""
    paper = replace(papers.letter(scene.day), notation=f"{number}/STTTT-CNTT")
    parcel = scene.parcel(paper, INFORMATION, drawn(paper).pdf)
    return replace(parcel, business=business)


def _letter_id(scene: Scene) -> str:
    """DocumentId of the sample letter-signed."""
    sender = scene.sender or INFORMATION
    return f"{sender.code},{scene.day:%Y/%m/%d},1107/STTTT-CNTT"


def update(scene: Scene) -> Sample:
    """BussinessDocType 2: the receivers changed."""
    extra = (
        "<{p}BussinessDocumentInfo>\n<{p}DocumentInfo>1</{p}DocumentInfo>\n"
        "<{p}DocumentReceiver>1</{p}DocumentReceiver>\n<{p}ReceiverList>\n<{p}Receiver>"
        f"\n<{{p}}OrganId>{OFFICES[0].code}</{{p}}OrganId>\n"
        "<{p}ReceiverType>1</{p}ReceiverType>\n</{p}Receiver>\n</{p}ReceiverList>\n"
        "</{p}BussinessDocumentInfo>\n"
    )
    business = Business(2, "Cập nhật văn bản điện tử", _letter_id(scene), extra)
    parcel = _about(scene, 1110, business)
    titles = ("Cập nhật văn bản", "Update of a letter")
    expected = delivered(scene, Headline.UNSIGNED)
    made = _sample("update", titles, kit(parcel), parcel, expected)
    return replace(made, after="letter-signed")


def revoke(scene: Scene) -> Sample:
    """BussinessDocType 1: the target is the MessageHeader's own DocumentId."""
    parcel = _about(scene, 1107, Business(1, "Văn bản ban hành nhầm"))
    titles = ("Thu hồi văn bản", "Revocation of a letter")
    expected = delivered(scene, Headline.UNSIGNED)
    made = _sample("revoke", titles, kit(parcel), parcel, expected)
    return replace(made, after="letter-signed")


def replacement(scene: Scene) -> Sample:
    """BussinessDocType 3: another document takes a former one's place."""
    receivers = "".join(
        f"<{{p}}OrganId>{body.code}</{{p}}OrganId>\n" for body in scene.receivers
    )
    extra = (
        "<{p}ReplacementInfoList>\n<{p}ReplacementInfo>\n"
        f"<{{p}}DocumentId>{_letter_id(scene)}</{{p}}DocumentId>\n"
        f"<{{p}}OrganIdList>\n{receivers}</{{p}}OrganIdList>\n"
        "</{p}ReplacementInfo>\n</{p}ReplacementInfoList>\n"
    )
    parcel = _about(scene, 1112, Business(3, "Văn bản thay thế", extra=extra))
    titles = ("Thay thế văn bản", "Replacing letter")
    expected = delivered(scene, Headline.UNSIGNED)
    return _sample("replacement", titles, kit(parcel), parcel, expected)


def status_03(scene: Scene) -> Sample:
    """A neighbour registered a letter that nobody sent through here."""
    paper = replace(papers.letter(scene.day), notation="402/UBND-VP")
    about = Parcel(
        sender=scene.receivers[0],
        receivers=(ELSEWHERE,),
        notation=paper.notation,
        day=scene.day,
        type_name="Công văn",
        subject=paper.subject,
        files=(),
    )
    xml = status(ELSEWHERE, about, "03", "Văn thư: đã tiếp nhận, vào sổ văn bản đến")
    titles = (
        "Trạng thái 03 về văn bản trục chưa chuyển",
        "Status 03 on a document that was not carried here",
    )
    expected = refused("status", FaultCode.UNKNOWN_DOCUMENT)
    return _sample("status-03", titles, xml, about, expected)


GOOD: tuple[Maker, ...] = (
    report_signed,
    letter_signed,
    decision_signed,
    proposal_signed,
    normative_signed,
    leader_only,
    report_unsigned,
    placeholder,
    zipped,
    unbound_prefix,
    impossible_date,
    some_receivers_unknown,
    family_b,
    update,
    revoke,
    replacement,
    status_03,
)
