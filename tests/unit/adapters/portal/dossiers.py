"""Dossiers as portals write them, and reading them as the judging child does."""

import json

from adapters.portal.media import content_type
from adapters.portal.translate import translate
from hub.edxml import checker, guard, reader
from hub.edxml.schemas import NAMES
from hub.model.dossiers import DossierAct
from hub.model.frames import Entity, Frame, Reading, RemoteFile
from hub.model.limits import Limits
from hub.resources import resource

LIMITS = Limits()
CHECKER = checker.Checker({n: resource("schemas", n).read_bytes() for n in NAMES})
PORTAL, OFFICE, OTHER = "000.00.00.H40", "000.03.37.H40", "000.04.37.H40"
GROUND = {
    "code": PORTAL,
    "name": "Cổng dịch vụ công",
    "offices": {"phòng tư pháp": OFFICE},
    "agencies": {OFFICE: OFFICE, "H40.37.3": OFFICE, OTHER: OTHER},
    "names": {OFFICE: "Phòng Tư pháp"},
    "procedures": {"1.002891": OTHER},
}
PDF_URL = "https://cong.example/files/don.pdf"
RESULT_URL = "https://cong.example/files/ket-qua.pdf"
PDF, RESULT_PDF = b"%PDF-1.4\n1 0 obj", b"%PDF-1.4\n2 0 obj"


def dossier(**changes: object) -> dict[str, object]:
    """A whole dossier of the classic form (EDXML.md 4.2); None takes a field out."""
    values: dict[str, object] = {
        "MaHoSo": "000.03.37.H40-191202-00001",
        "MaHoSoKhac": "",
        "MaTTHC": "1.002891.000.00.00.H40",
        "TenTTHC": "Đăng ký khai sinh",
        "MaLinhVuc": "HT",
        "TenLinhVuc": "Hộ tịch",
        "KenhThucHien": "2",
        "SoGiayToChuHoSo": "036123456789",
        "ChuHoSo": "Nguyễn Văn A",
        "LoaiDoiTuong": "1",
        "Email": "",
        "SoDienThoai": "0912345678",
        "TrichYeuHoSo": "Đăng ký khai sinh cho con",
        "NgayNopHoSo": "20191202080000",
        "NgayTiepNhan": "20191202090000",
        "NgayHenTra": "20191210170000",
        "TrangThaiHoSo": "2",
        "NgayTra": "",
        "DonViXuLy": OFFICE,
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "036123456789"}],
        "TaiLieuNop": [
            {
                "TepDinhKemId": "1",
                "TenTepDinhKem": "Đơn đăng ký.pdf",
                "IsDeleted": "False",
                "DuongDanTaiTepTin": PDF_URL,
            }
        ],
        "DanhSachGiayToKetQua": [],
    }
    return {k: v for k, v in {**values, **changes}.items() if v is not None}


def progress(**changes: object) -> dict[str, object]:
    """One progress entry."""
    values: dict[str, object] = {
        "MaHoSo": "000.03.37.H40-191202-00001",
        "NguoiXuLy": "Trần Thị B",
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": "20191203100000",
        "PhongBanXuLy": "Phòng Tư pháp",
        "NoiDungXuLy": "Đang thẩm định",
        "TrangThai": "4",
        "NgayBatDau": "20191203080000",
        "NgayKetThucTheoQuyDinh": "20191205170000",
    }
    return {k: v for k, v in {**values, **changes}.items() if v is not None}


def raw(values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def entity(
    values: object,
    act: DossierAct = DossierAct.ADD,
    files: dict[str, RemoteFile] | None = None,
    **ground: object,
) -> Entity:
    data = values if isinstance(values, bytes) else raw(values)
    return Entity(content_type(act), data, files or {}, {**GROUND, **ground})


def framed(values: object, act: DossierAct = DossierAct.ADD, **more) -> Frame:
    return translate(entity(values, act, **more), LIMITS)


def read(values: object, act: DossierAct = DossierAct.ADD, **more) -> Reading:
    """What comes out is strict: valid against schemas/, without a quirk of form."""
    frame = framed(values, act, **more)
    guard.check(frame.xml, LIMITS)
    reading = reader.read(frame, LIMITS)
    assert CHECKER.check(reading.hoisted.skeleton) == ()
    return reading


def said(frame: Frame) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Name of each guess -> confidence and evidence."""
    return {g.name: (g.confidence, g.evidence) for g in frame.guesses}
