"""Who plays: bodies with made-up codes of the right form, and what they sign with."""

from dataclasses import dataclass

from hub.model.ids import AgencyCode
from hub.rehearsal.pki import Identity, Pki


@dataclass(frozen=True, slots=True)
class Body:
    """A body that sends or receives."""

    code: AgencyCode
    name: str
    #: The body above it, where its certificates name that too.
    above: str = ""

    def seal(self, pki: Pki) -> Identity:
        """A certificate of the body itself."""
        return pki.leaf(self.name, self.above)

    def leader(self, pki: Pki, name: str) -> Identity:
        """A certificate of a person who signs for it: nonRepudiation alone."""
        above = self.above or self.name
        unit = self.name if self.above else ""
        return pki.leaf(name, above, unit=unit, person=True, usage="nonrepudiation")


def _body(code: str, name: str, above: str = "") -> Body:
    return Body(AgencyCode(code), name, above)


PROVINCE = _body("000.00.00.H40", "Ủy ban nhân dân tỉnh Nam Định")
AGRICULTURE = _body("000.00.12.H40", "Sở Nông nghiệp và Phát triển nông thôn")
INFORMATION = _body("000.00.14.H40", "Sở Thông tin và Truyền thông")
TRANSPORT = _body("000.00.08.H40", "Sở Giao thông vận tải")
#: Signs with certificates nobody here knows.
STRANGER = _body("000.00.77.H40", "Sở Không Ai Biết")

DISTRICT = _body("000.00.37.H40", "UBND huyện Giao Thủy")
OFFICES = tuple(
    _body(f"000.{n:02d}.37.H40", name, DISTRICT.name)
    for n, name in enumerate(
        (
            "Văn phòng Huyện ủy – HĐND – UBND",
            "Phòng Nội vụ",
            "Phòng Tư pháp",
            "Phòng Tài chính – Kế hoạch",
            "Phòng Tài nguyên và Môi trường",
            "Phòng Lao động – Thương binh và Xã hội",
            "Phòng Văn hóa – Thông tin",
            "Phòng Giáo dục và Đào tạo",
            "Phòng Y tế",
            "Thanh tra huyện",
            "Phòng Nông nghiệp và Phát triển nông thôn",
            "Phòng Kinh tế và Hạ tầng",
        ),
        start=1,
    )
)
COMMUNES = tuple(
    _body(f"000.{n}.37.H40", name, DISTRICT.name)
    for n, name in enumerate(
        (
            "UBND thị trấn Ngô Đồng",
            "UBND thị trấn Quất Lâm",
            "UBND xã Bạch Long",
            "UBND xã Bình Hòa",
            "UBND xã Giao An",
            "UBND xã Giao Châu",
            "UBND xã Giao Hà",
            "UBND xã Giao Hải",
            "UBND xã Giao Hương",
            "UBND xã Giao Lạc",
            "UBND xã Giao Long",
            "UBND xã Giao Nhân",
            "UBND xã Giao Phong",
            "UBND xã Giao Tân",
            "UBND xã Giao Thanh",
            "UBND xã Giao Thiện",
            "UBND xã Giao Thịnh",
            "UBND xã Giao Tiến",
            "UBND xã Giao Xuân",
            "UBND xã Giao Yến",
            "UBND xã Hoành Sơn",
            "UBND xã Hồng Thuận",
        ),
        start=20,
    )
)
#: In the district by its code, and in no register.
UNKNOWN = _body("000.98.37.H40", "Phòng chưa có trong danh mục")
#: A neighbour district: not this hub's.
ELSEWHERE = _body("000.00.38.H40", "UBND huyện Xuân Trường")
