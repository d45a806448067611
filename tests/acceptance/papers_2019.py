"""Documents of 2019 for the district's page: each type, signed, unsigned and broken.

What a hub reads of a type stands in the envelope or the mail; one drawn paper a day
serves all of them, so that a day costs one signature.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from hub.model.documents import DocumentType
from hub.rehearsal import papers
from hub.rehearsal.cast import DISTRICT, PROVINCE, Body
from hub.rehearsal.family_a import kit
from hub.rehearsal.mails import Letter, proven
from hub.rehearsal.parcels import parcel_of
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import drawn
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.tamper import alter
from tests.acceptance.district import morning

T = DocumentType
#: The district's twelve types that go without paper: as a clerk names and numbers one.
TWELVE = {
    T.NORMATIVE: ("Quyết định", "/2019/QĐ-UBND"),
    T.REPORT: ("Báo cáo", "/BC-UBND"),
    T.DIRECTIVE: ("Chỉ thị", "/CT-UBND"),
    T.PROGRAMME: ("Chương trình", "/CTr-UBND"),
    T.DISPATCH: ("Công điện", "/CĐ-UBND"),
    T.INVITATION: ("Giấy mời", "/GM-UBND"),
    T.GUIDANCE: ("Hướng dẫn", "/HD-UBND"),
    T.REGULATION: ("Quy chế", "/QC-UBND"),
    T.PLAN: ("Kế hoạch", "/KH-UBND"),
    T.NOTICE: ("Thông báo", "/TB-UBND"),
    T.SCHEME: ("Đề án", "/ĐA-UBND"),
    T.LETTER: ("Công văn", "/UBND-VP1"),
}
#: The two that go signed and on paper in parallel.
TWO = {T.DECISION: ("Quyết định", "/QĐ-UBND"), T.PROPOSAL: ("Tờ trình", "/TTr-UBND")}
FOURTEEN = {**TWELVE, **TWO}
SIGNED, UNSIGNED, BROKEN = "signed", "unsigned", "broken"
#: Whence the province's office writes.
FROM = "vanphong@namdinh.gov.vn"


@dataclass(frozen=True)
class Sheets:
    """The paper of one day as a PDF: signed by the sender, not, and changed after."""

    day: date
    files: dict[str, bytes]

    @classmethod
    def of(cls, pki: Pki, day: date, sender: Body = PROVINCE) -> "Sheets":
        plain = drawn(papers.report(day, sender.name)).pdf
        signed = sign_pdf(plain, sender.seal(pki), pki, at=morning(day))
        broken = alter(signed, b"12,5%", b"72,5%")
        return cls(day, {SIGNED: signed, UNSIGNED: plain, BROKEN: broken})

    def cells(self, first: int) -> Iterator[tuple[DocumentType, str, int]]:
        """Every type, signed, unsigned and broken, each under its own number."""
        pairs = [(kind, how) for kind in FOURTEEN for how in self.files]
        return ((*pair, first + n) for n, pair in enumerate(pairs))

    def envelope(self, kind: DocumentType, how: str, number: int) -> bytes:
        """As the province's system sends it by the axis."""
        name, notation = FOURTEEN[kind]
        paper = replace(
            papers.report(self.day, PROVINCE.name),
            notation=f"{number}{notation}",
            type_name=name,
        )
        return kit(parcel_of(paper, PROVINCE, (DISTRICT,), self.files[how]))

    def mail(self, kind: DocumentType, how: str, number: int) -> bytes:
        """As the province's office writes it, its domain's DKIM beside it."""
        name, notation = FOURTEEN[kind]
        token = notation.replace("/", "_")
        letter = Letter(
            f"{name} số {number}{notation} ngày {self.day:%d/%m/%Y} "
            "về việc xây dựng nông thôn mới",
            ((f"{number}{token}_{self.day:%d%m%Y}.pdf", self.files[how]),),
            sender=FROM,
            display="Văn thư UBND tỉnh",
            message_id=f"<{number}@namdinh.gov.vn>",
            at=morning(self.day),
        )
        return proven(letter)
