"""Draws A4 documents in the layout of NĐ 30/2020/NĐ-CP, Phụ lục I.

Uncompressed and the same bytes for the same words, so that a rehearsal can change
one visible byte on purpose. The font is Debian's DejaVu Serif, embedded, drawn
narrower: it stands in for Times New Roman.
"""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from hub.errors import SettingsError
from hub.rehearsal.papers import Paper

FONTS = Path("/usr/share/fonts/truetype/dejavu")
_REGULAR, _BOLD = "DejaVuSerif", "DejaVuSerif-Bold"

#: DejaVu Serif is wide; everything is drawn at this share of its width.
_NARROW = 0.8
_WIDTH: float = A4[0] / _NARROW
_HEIGHT: float = A4[1]
_LEFT, _RIGHT = 85 / _NARROW, _WIDTH - 50 / _NARROW
_TOP, _BOTTOM = _HEIGHT - 62, 62
#: Centres of the two columns of the heading.
_OFFICE, _STATE = _LEFT + 105, _RIGHT - 165
_MIDDLE_X = (_LEFT + _RIGHT) / 2
#: Centre of the signing place, and the height kept free for it.
_SIGNING, _FOOT = _STATE + 20, 170
#: The widest line of the left column.
_COLUMN = 230

#: Left, bottom, right, top in points.
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A PDF, and where on which page (from 0) hand and seal belong."""

    pdf: bytes
    page: int
    hand: Box
    #: Over a third of the signature, on its left.
    seal: Box


@cache
def register_fonts(folder: Path = FONTS) -> None:
    """Find the fonts, once; raises SettingsError where they are not installed."""
    for name in (_REGULAR, _BOLD):
        path = folder / f"{name}.ttf"
        if not path.exists():
            raise SettingsError(
                (f"{path}: font missing; install fonts-dejavu-core (apt)",)
            )
        pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD)


def _style(name: str, size: float, **more: object) -> ParagraphStyle:
    base = {"fontName": _REGULAR, "fontSize": size, "leading": size * 1.45}
    return ParagraphStyle(name, **{**base, **more})


_BODY = _style("body", 13.5, alignment=TA_JUSTIFY, firstLineIndent=38, spaceAfter=7)
_MIDDLE = _style("middle", 13.5, alignment=TA_CENTER, spaceAfter=7)
_BOLD_MIDDLE = _style("bold", 12.5, alignment=TA_CENTER, fontName=_BOLD)
_SMALL = _style("small", 11, alignment=TA_CENTER)


class _Sheet:
    """A page being filled from the top; `y` is where the next line goes."""

    def __init__(self) -> None:
        register_fonts()
        self.out = BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, pageCompression=0, invariant=1)
        self.page = 1
        self.y: float = _TOP
        self.canvas.scale(_NARROW, 1)

    def centred(self, x: float, text: str, size: float, *, bold: bool = False) -> None:
        self.canvas.setFont(_BOLD if bold else _REGULAR, size)
        self.canvas.drawCentredString(x, self.y, text)

    def slanted(self, x: float, text: str, size: float, font: str = _REGULAR) -> None:
        """Text from `x` on, leaning: the core package has no italics."""
        line = self.canvas.beginText()
        line.setFont(font, size)
        line.setTextTransform(1, 0, 0.2, 1, x, self.y)
        line.textOut(text)
        self.canvas.drawText(line)

    def rule(self, x: float, width: float, below: float = 5) -> None:
        y = self.y - below
        self.canvas.setLineWidth(0.7)
        self.canvas.line(x - width / 2, y, x + width / 2, y)

    def paragraph(
        self, text: str, style: ParagraphStyle, x: float, width: float
    ) -> None:
        """A paragraph below what is there, on a new page if it must."""
        block = Paragraph(text, style)
        height = block.wrapOn(self.canvas, width, _HEIGHT)[1]
        if self.y - height < _BOTTOM:
            self.turn()
        block.drawOn(self.canvas, x, self.y - height)
        self.y -= height + style.spaceAfter

    def turn(self) -> None:
        """Begin the next page, its number on top."""
        self.canvas.showPage()
        self.canvas.scale(_NARROW, 1)
        self.page += 1
        self.y = _TOP + 15
        self.centred(_WIDTH / 2, str(self.page), 11)
        self.y = _TOP

    def finished(self) -> bytes:
        self.canvas.save()
        return self.out.getvalue()


def draw(paper: Paper) -> Drawing:
    """The document as PDF 1.4; raises SettingsError where the font is missing."""
    sheet = _Sheet()
    sheet.canvas.setTitle(paper.subject)
    sheet.canvas.setAuthor(paper.agency)
    office = _office(sheet, paper)
    sheet.y = _TOP
    state = _state(sheet, paper)
    sheet.y = min(office, state) - 22
    _title(sheet, paper)
    for text in paper.paragraphs:
        style = _MIDDLE if text.startswith("<b>QUYẾT ĐỊNH") else _BODY
        sheet.paragraph(text, style, _LEFT, _RIGHT - _LEFT)
    _foot(sheet, paper)
    x, y = round(_SIGNING * _NARROW), round(sheet.y) + 14
    return Drawing(
        sheet.finished(),
        sheet.page - 1,
        (x - 50, y, x + 50, y + 60),
        (x - 103, y - 12, x - 10, y + 81),
    )


def _office(sheet: _Sheet, paper: Paper) -> float:
    """The left column: who issues, number, a Công văn's subject, a secrecy stamp."""
    for name, style in ((paper.superior, _SMALL), (paper.agency, _BOLD_MIDDLE)):
        for line in _folded(name.upper(), style) if name else ():
            sheet.centred(_OFFICE, line, style.fontSize, bold=style is _BOLD_MIDDLE)
            sheet.y -= 16
    sheet.y += 16
    sheet.rule(_OFFICE, 80, 7)
    sheet.y -= 24
    sheet.centred(_OFFICE, f"Số: {paper.notation}", 12.5)
    sheet.y -= 4
    if not paper.type_name:
        sheet.paragraph(paper.subject, _SMALL, _OFFICE - 105, 210)
    if paper.secrecy:
        sheet.y -= 24
        sheet.canvas.setLineWidth(1.2)
        sheet.canvas.rect(_OFFICE - 40, sheet.y - 6, 80, 22)
        sheet.centred(_OFFICE, paper.secrecy, 13, bold=True)
    return sheet.y


def _folded(text: str, style: ParagraphStyle) -> tuple[str, ...]:
    """A name on one line where it fits, else on two as equal as they can be."""
    if _width(text, style) <= _COLUMN:
        return (text,)
    words = text.split()
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(halves, key=lambda pair: max(_width(line, style) for line in pair))


def _width(text: str, style: ParagraphStyle) -> float:
    return float(pdfmetrics.stringWidth(text, style.fontName, style.fontSize))


def _state(sheet: _Sheet, paper: Paper) -> float:
    """The right column: quốc hiệu, tiêu ngữ, place and date."""
    sheet.centred(_STATE, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    sheet.y -= 17
    sheet.centred(_STATE, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    sheet.rule(_STATE, 205)
    sheet.y -= 32
    day = paper.day
    moment = f"{paper.place}, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
    width = pdfmetrics.stringWidth(moment, _REGULAR, 12.5)
    sheet.slanted(_STATE - width / 2, moment, 12.5)
    return sheet.y


def _title(sheet: _Sheet, paper: Paper) -> None:
    width = _RIGHT - _LEFT
    if paper.type_name:
        sheet.y -= 8
        sheet.centred(_MIDDLE_X, paper.type_name, 14.5, bold=True)
        sheet.y -= 6
        sheet.paragraph(paper.subject, _BOLD_MIDDLE, _LEFT + 40, width - 80)
        sheet.rule(_MIDDLE_X, 110, 4)
        sheet.y -= 18
    if paper.addressee:
        sheet.paragraph(f"Kính gửi: {paper.addressee}", _MIDDLE, _LEFT, width)
        sheet.y -= 8


def _foot(sheet: _Sheet, paper: Paper) -> None:
    """Recipients on the left, who signs on the right, room for signature and seal."""
    if sheet.y - _FOOT < _BOTTOM:
        sheet.turn()
    sheet.y -= 20
    top = sheet.y
    sheet.slanted(_LEFT, "Nơi nhận:", 11, _BOLD)
    sheet.canvas.setFont(_REGULAR, 10)
    for line in paper.recipients:
        sheet.y -= 14
        sheet.canvas.drawString(_LEFT, sheet.y, f"- {line}")
    sheet.y = top
    for line in filter(None, (paper.competence, paper.position)):
        sheet.centred(_SIGNING, line, 12.5, bold=True)
        sheet.y -= 17
    sheet.y -= 78
    sheet.centred(_SIGNING, paper.signer, 12.5, bold=True)
