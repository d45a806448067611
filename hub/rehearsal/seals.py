"""A visible signature and a round red seal, drawn with curves alone.

NĐ 30/2020, Phụ lục I: the seal is red and overlaps a third of the signature's left.
"""

from dataclasses import dataclass
from math import cos, pi, sin

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import StaticStampStyle

#: Control points of a quarter circle by a cubic Bézier curve.
_K = 0.5523
_RED = "0.85 0.05 0.08"
_INK = "0.05 0.15 0.55"


def _circle(centre: float, radius: float, width: float) -> str:
    c, r, k = centre, radius, radius * _K
    return (
        f"{width} w {c + r} {c} m "
        f"{c + r} {c + k} {c + k} {c + r} {c} {c + r} c "
        f"{c - k} {c + r} {c - r} {c + k} {c - r} {c} c "
        f"{c - r} {c - k} {c - k} {c - r} {c} {c - r} c "
        f"{c + k} {c - r} {c + r} {c - k} {c + r} {c} c S "
    )


def _star(centre: float, radius: float) -> str:
    """A five-pointed star, filled."""
    points = []
    for i in range(10):
        angle, reach = pi / 2 + i * pi / 5, radius if i % 2 == 0 else radius * 0.382
        points.append(f"{centre + reach * cos(angle)} {centre + reach * sin(angle)}")
    return f"{points[0]} m " + " ".join(f"{p} l" for p in points[1:]) + " h f "


def _seal() -> str:
    return (
        f"{_RED} RG {_RED} rg "
        + _circle(50, 48, 2.5)
        + _circle(50, 33, 1.2)
        + _star(50, 15)
    )


def _hand() -> str:
    return (
        f"{_INK} RG 1.6 w 1 J 1 j 5 20 m 25 95 30 5 38 55 c 45 80 50 10 58 40 c "
        "62 60 70 15 76 45 c 82 70 90 20 98 60 c S 15 12 m 45 22 70 14 95 30 c S "
    )


_DRAWINGS = {"seal": _seal, "hand": _hand}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A drawing of `kind` "seal" or "hand" in a box on a page."""

    kind: str
    #: Left, bottom, right, top in points.
    box: tuple[int, int, int, int]
    #: From 0.
    page: int = 0

    def style(self) -> StaticStampStyle:
        """The drawing as pyHanko puts it into the field's widget."""
        drawing = RawContent(
            _DRAWINGS[self.kind]().encode("ascii"), box=BoxConstraints(100, 100)
        )
        return StaticStampStyle(background=drawing, border_width=0)
