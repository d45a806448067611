"""A catalogue of the size of the national axis', made up, the same every time.

123,265 bodies were listed in July 2026, 111,339 in October 2025 (EDXML.md 2.3).
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import msgspec

from hub.model.catalogue import CatalogueRow
from hub.model.ids import AgencyCode

#: As many as the tests and simulators take for the national catalogue.
NATIONAL = 111_000
_PROVINCES, _SECOND, _THIRD = 63, 45, 45
#: Second levels below are departments, from here on districts.
_FIRST_DISTRICT = 21
#: Third levels of a district below are its offices, from here on communes.
_FIRST_COMMUNE = 20
_OFFICES = (
    "Văn phòng",
    "Phòng Giáo dục và Đào tạo",
    "Phòng Kinh tế và Hạ tầng",
    "Phòng Lao động – Thương binh và Xã hội",
    "Phòng Nội vụ",
    "Phòng Nông nghiệp",
    "Phòng Tài chính – Kế hoạch",
    "Phòng Tài nguyên và Môi trường",
    "Phòng Tư pháp",
    "Phòng Y tế",
)
_SYLLABLES = ("An", "Bình", "Châu", "Đông", "Giang", "Hải", "Hưng", "Lộc", "Phú", "Yên")
#: What stands in real catalogues beside the two forms (EDXML.md 2.3).
_ODD = (
    CatalogueRow(AgencyCode("vxp.saas.03"), name="Đơn vị thử nghiệm của trục"),
    CatalogueRow(AgencyCode("H37.DN.001"), name="Công ty cổ phần diễn tập"),
    CatalogueRow(AgencyCode("000.00.01.W00"), name="Hệ thống liên thông diễn tập"),
)


def bulk_agencies(count: int = NATIONAL) -> Iterator[CatalogueRow]:
    """So many bodies, at most 127,000: codes in the new form with their old ones."""
    return islice(chain(_ODD, _regular()), count)


def vxp_reply(rows: Iterable[CatalogueRow]) -> bytes:
    """The reply of getAgenciesListQD20 with these bodies."""
    data = [wire_row(number, row) for number, row in enumerate(rows, 1)]
    return msgspec.json.encode(
        {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "data": data}
    )


def wire_row(number: int, row: CatalogueRow) -> dict[str, object]:
    """One body as VXP's catalogue has it."""
    return {
        "id": number,
        "code": row.code,
        "code102": row.old_code,
        "name": row.name,
        "pcode": row.parent,
    }


def _regular() -> Iterator[CatalogueRow]:
    for province in range(1, _PROVINCES + 1):
        for second in range(1, _SECOND + 1):
            for third in range(_THIRD):
                yield _body(province, second, third)


def _body(province: int, second: int, third: int) -> CatalogueRow:
    root = f"H{province:02}"
    above = f"{root}.{second}"
    return CatalogueRow(
        code=AgencyCode(f"{above}.{third}" if third else above),
        old_code=AgencyCode(f"000.{third:02}.{second:02}.{root}"),
        name=_name(province, second, third),
        parent=AgencyCode(above if third else root),
    )


def _name(province: int, second: int, third: int) -> str:
    where = _place(province * _SECOND + second)
    if second < _FIRST_DISTRICT:
        return f"Sở {where}" if not third else f"Phòng số {third}, Sở {where}"
    if not third:
        return f"UBND huyện {where}"
    if third < _FIRST_COMMUNE:
        return f"{_OFFICES[third % len(_OFFICES)]} huyện {where}"
    return f"UBND xã {_place(third * _PROVINCES + province)}, huyện {where}"


def _place(number: int) -> str:
    """A made-up name of two or three syllables."""
    size = len(_SYLLABLES)
    first, second, third = number % size, number // size % size, number // size**2
    name = f"{_SYLLABLES[first]} {_SYLLABLES[second]}"
    return f"{name} {_SYLLABLES[third % size]}" if third else name
