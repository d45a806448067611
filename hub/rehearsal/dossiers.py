"""Makes citizens' dossiers as a TTHC portal has them (EDXML.md 4.2), files by URL.

No person is real: names say so, numbers are 999… or the placeholder of the sync, mail
goes to `.invalid`. The same number makes the same dossier, byte for byte.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from hub.rehearsal.axis_wire import VIETNAM
from hub.rehearsal.papers import Paper
from hub.rehearsal.samples import DEFAULT_DAY, drawn


@dataclass(frozen=True, slots=True)
class Procedure:
    """One of `config/procedures.yaml`, with the field and the office it belongs to."""

    code: str
    name: str
    field: str
    field_name: str
    office: str
    office_name: str
    days: int


PROCEDURES = (
    Procedure(
        "9.900001.000.00.37.H40",
        "Đăng ký khai sinh có yếu tố nước ngoài",
        "HT",
        "Hộ tịch",
        "000.03.37.H40",
        "Phòng Tư pháp",
        1,
    ),
    Procedure(
        "9.900031.000.00.37.H40",
        "Đăng ký thành lập hộ kinh doanh",
        "DK",
        "Đăng ký hộ kinh doanh",
        "000.04.37.H40",
        "Phòng Tài chính – Kế hoạch",
        3,
    ),
    Procedure(
        "9.900061.000.00.37.H40",
        "Cấp lại giấy chứng nhận quyền sử dụng đất bị mất",
        "DD",
        "Đất đai",
        "000.05.37.H40",
        "Phòng Tài nguyên và Môi trường",
        10,
    ),
    Procedure(
        "9.900095.000.00.37.H40",
        "Cấp lại giấy phép hoạt động cơ sở trợ giúp xã hội",
        "BT",
        "Bảo trợ xã hội",
        "000.06.37.H40",
        "Phòng Lao động – Thương binh và Xã hội",
        10,
    ),
)


@dataclass(frozen=True, slots=True)
class ServedFile:
    """One file of a dossier, and how the portal serves it."""

    name: str
    data: bytes = field(repr=False)
    #: One of `portal_files.MANNERS`.
    manner: str = "plain"

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it is when served well, hex."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Dossier:
    """One dossier as the portal would write it, with the files it points at."""

    number: str
    row: Mapping[str, Any] = field(repr=False)
    #: By name; a URL of `row` ends in it.
    files: tuple[ServedFile, ...] = ()

    def but(self, **changes: object) -> "Dossier":
        """The same with other fields; `MaHoSo` changes its number too."""
        row = {**self.row, **changes}
        return Dossier(str(row.get("MaHoSo") or self.number), row, self.files)


# --- every form of a moment (EDXML.md 1.3, 4.5) --------------------------------------


def compact(moment: datetime) -> str:
    """yyyyMMddHHmmss, the form of the national sync."""
    return f"{moment.astimezone(VIETNAM):%Y%m%d%H%M%S}"


def iso(moment: datetime) -> str:
    """yyyy-MM-ddTHH:mm:ss.fff, as the new API has it; no zone."""
    return f"{moment.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S.000}"


def day_first(moment: datetime) -> str:
    """dd/MM/yyyy HH:mm:ss, as some provinces have it."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def slashed(moment: datetime) -> str:
    """yyyy/MM/dd HH:mm:ss, edXML's own."""
    return f"{moment.astimezone(VIETNAM):%Y/%m/%d %H:%M:%S}"


def epoch(moment: datetime) -> str:
    """/Date(milliseconds)/, as .NET writes it."""
    return f"/Date({int(moment.timestamp()) * 1000})/"


def compact_day(moment: datetime) -> str:
    """yyyyMMdd, a day alone."""
    return f"{moment.astimezone(VIETNAM):%Y%m%d}"


def day_alone(moment: datetime) -> str:
    """dd/MM/yyyy, as Bkav's eGov has it."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


Form = Callable[[datetime], str]
FORMS: tuple[Form, ...] = (
    compact,
    iso,
    day_first,
    slashed,
    epoch,
    compact_day,
    day_alone,
)
#: What stands where there is no date.
NOTHING: tuple[str | None, ...] = ("", None, "00010101000000")


# --- one dossier ---------------------------------------------------------------------


def dossier(number: int, base_url: str, day: date = DEFAULT_DAY) -> Dossier:
    """Dossier no. `number`, its files at `base_url`; date forms take turns."""
    procedure = PROCEDURES[number % len(PROCEDURES)]
    named = f"{procedure.office}-{day:%y%m%d}-{number:05d}"
    files = tuple(_file(named, which) for which in range(1, 2 + number % 2))
    row = {
        "MaHoSo": named,
        **_what(procedure, number),
        **_who(number),
        **_when(procedure, number, day),
        "TrangThaiHoSo": "1",
        "DonViXuLy": procedure.office_name if number % 5 == 0 else procedure.office,
        "TaiLieuNop": [_submitted(base_url, file) for file in files],
        "DanhSachGiayToKetQua": [],
        "DanhSachLePhi": [],
        "DanhSachHoSoBoSung": [],
    }
    return Dossier(named, row, files)


def url(base_url: str, file: ServedFile) -> str:
    """Where the portal serves a file."""
    return f"{base_url}/{file.name}"


def _what(procedure: Procedure, number: int) -> dict[str, Any]:
    return {
        "MaTTHC": procedure.code,
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.field,
        "TenLinhVuc": procedure.field_name,
        "KenhThucHien": "2" if number % 3 else 1,
        "TrichYeuHoSo": f"{procedure.name} (hồ sơ diễn tập số {number})",
        "HinhThuc": "1",
        "NoiNopHoSo": "1",
        "GhiChu": "Hồ sơ diễn tập, không có thật",
        "DuocThanhToanTrucTuyen": "0",
    }


def _who(number: int) -> dict[str, Any]:
    """A person who does not exist; every seventh of unknown number (EDXML.md 4.4)."""
    is_known = number % 7 != 0
    paper, kind = (f"999{number:09d}", 1) if is_known else ("000000001", 2)
    return {
        "ChuHoSo": f"Công dân Diễn Tập {number:05d}",
        "LoaiDoiTuong": "1",
        "SoGiayToChuHoSo": paper,
        "DinhDanhCHS": [{"LoaiDinhDanh": kind, "SoDinhDanh": paper}],
        "Email": f"cong-dan-{number:05d}@dien-tap.invalid",
        "SoDienThoai": "0000000000",
    }


def _when(procedure: Procedure, number: int, day: date) -> dict[str, Any]:
    form = FORMS[number % len(FORMS)]
    begun = datetime.combine(day, time(8), VIETNAM) + timedelta(seconds=37 * number)
    nothing = NOTHING[number % len(NOTHING)]
    return {
        "NgayNopHoSo": form(begun),
        "NgayTiepNhan": form(begun + timedelta(minutes=5)),
        "NgayHenTra": form(begun + timedelta(days=procedure.days)),
        "NgayKetThucXuLy": nothing,
        "NgayTra": nothing,
    }


def _submitted(base_url: str, file: ServedFile) -> dict[str, Any]:
    return {
        "TepDinhKemId": file.digest[:12],
        "TenTepDinhKem": file.name,
        "IsDeleted": "False",
        "MaThanhPhanHoSo": "DON",
        "DuongDanTaiTepTin": url(base_url, file),
        "DuocSoHoa": "1",
        "DuocTaiSuDung": "0",
    }


def _file(named: str, which: int) -> ServedFile:
    name = f"{named}-{which}.pdf".replace(".37.H40", "")
    return ServedFile(name, pdf(f"{named} {which}"))


def pdf(mark: str) -> bytes:
    """An application form, with a comment of its own behind the end: another digest."""
    return _form() + f"\n% {mark}\n".encode()


@cache
def _form() -> bytes:
    paper = Paper(
        superior="",
        agency="Công dân diễn tập",
        notation="01/DT",
        place="Giao Thủy",
        day=DEFAULT_DAY,
        type_name="ĐƠN ĐỀ NGHỊ",
        subject="Giải quyết thủ tục hành chính (hồ sơ diễn tập)",
        paragraphs=(
            "Kính đề nghị cơ quan có thẩm quyền giải quyết hồ sơ kèm theo. Hồ sơ này "
            "do chương trình diễn tập lập, không của người thật nào.",
            "Tôi xin chịu trách nhiệm về nội dung kê khai./.",
        ),
        competence="",
        position="NGƯỜI LÀM ĐƠN",
        signer="Công dân Diễn Tập",
        addressee="Bộ phận một cửa huyện Giao Thủy",
        recipients=("Như trên.",),
    )
    return drawn(paper).pdf


def progress(one: Dossier, status: int, at: datetime) -> dict[str, Any]:
    """What the portal tells about a dossier (EDXML.md 4.2, Progress)."""
    return {
        "MaHoSo": one.number,
        "NguoiXuLy": "Cán bộ Diễn Tập",
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": compact(at),
        "PhongBanXuLy": one.row["DonViXuLy"],
        "NoiDungXuLy": f"Chuyển trạng thái {status}",
        "TrangThai": str(status),
        "NgayBatDau": compact(at),
        "NgayKetThucTheoQuyDinh": one.row["NgayHenTra"],
    }


def other_number(one: Dossier, seed: int = 1) -> str:
    """The number minted where the local one has no province code (EDXML.md 4.4)."""
    minted = random.Random(f"{seed}/{one.number}").randrange(10_000, 100_000)
    return f"{one.number.rpartition('-')[0]}-{minted}"
