"""The wire form of a TTHC portal as this rehearsal speaks it (EDXML.md 4.2, 4.4).

Everything is POST with JSON and answers HTTP 200 with `{error_code, message}`. Calls to
the portal, each at `/api/<service>` (or all at `/api`, told apart by `service`):

    POST /api/auth {"username", "password"}
         {"error_code": 0, "message": "Đăng nhập thành công", "session": "..."}
    POST /api/LayDanhSachHoSo     (TraCuuHoSo is the same)
         {"session", "madonvi", "service": "LayDanhSachHoSo",
          "tuNgay": "20191201000000", "denNgay": "20191202235959",
          "trang": 1, "soDong": 50}
         {"error_code": 0, "message": "Lấy danh sách thành công",
          "data": [ {dossier}, ... ], "total": 120, "tongSoTrang": 3}
    POST /api/CapNhatTienDoHoSoMC
         {"session", "madonvi", "service", "isUpdating": "False", "data": [
           {"MaHoSo", "NguoiXuLy", "ChucDanh", "ThoiDiemXuLy": "20191202100000",
            "PhongBanXuLy", "NoiDungXuLy", "TrangThai", ...}]}       at most 10
         {"error_code": 0, "message": "Cập nhật tiến độ thành công"}

Other answers: `-3` with "Phiên làm việc đã hết hạn" (log in again), `3` with "Hồ sơ
không tồn tại", "... vượt quá 10 mục" or "... bắt buộc"; `-1` with "Hệ thống bận".

Chosen by us [I]: the service's name and fields (`soLuong` does as well as `soDong`),
pages begin at 1, a list is by the moment a dossier changed last, and the numbers beside
the known 0, 3 and -3.

Pushed to the hub's door as its own contract says (schemas/portal-rest.openapi.yaml):
`POST /portal/v1/auth`, `/portal/v1/dossiers` (`service` DongBoHoSoMC) and
`/portal/v1/progress` (CapNhatTienDoHoSoMC). Believed only where `error_code` is 0 *and*
`message` says "thành công"; "đã tồn tại" is sent again with `isUpdating` "True".
"""

import unicodedata
from collections.abc import Mapping
from enum import IntEnum

API = "/api"
AUTH = "auth"
LISTS = frozenset({"laydanhsachhoso", "tracuuhoso"})
PROGRESS = "capnhattiendohosomc"
FILES = "/tep"
#: Entries of one call.
LOT = 10
MOMENT_FORM = "%Y%m%d%H%M%S"
SUCCESS, EXISTS = "thành công", "đã tồn tại"

HUB_AUTH = "/portal/v1/auth"
HUB_DOSSIERS = "/portal/v1/dossiers"
HUB_PROGRESS = "/portal/v1/progress"


class Code(IntEnum):
    """error_code of this portal."""

    OK = 0
    BUSY = -1
    SESSION = -3
    REFUSED = 3


def believed(status: int, reply: Mapping[str, object]) -> bool:
    """Whether a reply is a success: by its code *and* its words."""
    code = str(reply.get("error_code", "")).strip()
    return status < 300 and code == "0" and SUCCESS in words(reply)  # noqa: PLR2004 - HTTP's successes


def exists(reply: Mapping[str, object]) -> bool:
    """Whether the other side has it already and wants it as an update."""
    return EXISTS in words(reply)


def words(reply: Mapping[str, object]) -> str:
    """What a reply says, fit for looking words up in it."""
    return unicodedata.normalize("NFC", str(reply.get("message") or "")).casefold()
