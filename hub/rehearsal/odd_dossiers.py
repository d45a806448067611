"""Dossiers with one habit or fault each, by name (EDXML.md 4.4)."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from hub.rehearsal.dossiers import Dossier, ServedFile, other_number, pdf, url
from hub.rehearsal.tamper import weigh_down

Odd = Callable[[Dossier, str], Dossier]


def two_numbers(one: Dossier, _: str) -> Dossier:
    """Known here by one number, at the national portal by another."""
    return one.but(MaHoSoKhac=other_number(one))


def joined_files(one: Dossier, base_url: str) -> Dossier:
    """Two addresses in one field, joined by ##."""
    more = ServedFile(f"kem-{one.files[0].name}", pdf(f"{one.number} kèm"))
    first = one.row["TaiLieuNop"][0]
    both = f"{first['DuongDanTaiTepTin']}##{url(base_url, more)}"
    listed = [{**first, "DuongDanTaiTepTin": both}]
    return replace(one.but(TaiLieuNop=listed), files=(one.files[0], more))


def large_file(one: Dossier, _: str) -> Dossier:
    """A scan of 5 MB."""
    first = one.files[0]
    heavy = weigh_down(first.data, 5_000_000)
    return replace(one, files=(replace(first, data=heavy), *one.files[1:]))


def deleted_file(one: Dossier, _: str) -> Dossier:
    """Its only file was taken back."""
    return one.but(TaiLieuNop=[{**one.row["TaiLieuNop"][0], "IsDeleted": "True"}])


def result_is_submitted(one: Dossier, _: str) -> Dossier:
    """The first submitted file stands where the missing result should."""
    same = one.row["TaiLieuNop"][0]["DuongDanTaiTepTin"]
    result = {
        "TenGiayTo": "Giấy tờ kết quả",
        "MaThanhPhanHoSo": "KQ",
        "GiayToId": "1",
        "DuongDanTepTinKetQua": same,
        "MaGiayToKetQua": "KQ01",
    }
    return one.but(DanhSachGiayToKetQua=[result], TrangThaiHoSo="9")


def clock_stopped(one: Dossier, _: str) -> Dossier:
    """Status 5 reported upward as 9, so that the clock stops."""
    return one.but(TrangThaiHoSo=9, GhiChu="Yêu cầu bổ sung giấy tờ")


def impossible_date(one: Dossier, _: str) -> Dossier:
    """A day that does not exist."""
    return one.but(NgayHenTra="31/02/2020")


def month_first(one: Dossier, _: str) -> Dossier:
    """A date that is one only with the month first."""
    return one.but(NgayHenTra="12/25/2019")


def no_number(one: Dossier, _: str) -> Dossier:
    """Nobody can say which dossier it is; the ledger knows it by the number it had."""
    return one.but(MaHoSo="")


def unknown_office(one: Dossier, _: str) -> Dossier:
    """Neither office nor procedure is known."""
    return one.but(DonViXuLy="Phòng Không Ai Biết", MaTTHC="9.999999.000.00.37.H40")


def too_long(one: Dossier, _: str) -> Dossier:
    """Over the cap of 1000 letters."""
    return one.but(TrichYeuHoSo="Hồ sơ diễn tập " * 100)


def local_status(one: Dossier, _: str) -> Dossier:
    """A status only this province has."""
    return one.but(TrangThaiHoSo=14)


def _served(manner: str) -> Odd:
    def changed(one: Dossier, _: str) -> Dossier:
        first, *others = one.files
        return replace(one, files=(replace(first, manner=manner), *others))

    return changed


#: Name on the command line -> what is odd about it.
ODD: Mapping[str, Odd] = {
    "two-numbers": two_numbers,
    "joined-files": joined_files,
    "large-file": large_file,
    "deleted-file": deleted_file,
    "result-is-submitted": result_is_submitted,
    "clock-stopped": clock_stopped,
    "impossible-date": impossible_date,
    "month-first": month_first,
    "no-number": no_number,
    "unknown-office": unknown_office,
    "too-long": too_long,
    "local-status": local_status,
    "slow-file": _served("slow"),
    "redirect-within": _served("redirect-within"),
    "redirect-out": _served("redirect-out"),
    "file-gone": _served("gone"),
    "file-larger": _served("larger"),
    "file-endless": _served("endless"),
    "file-wrong-type": _served("wrong-type"),
    "file-cut": _served("cut"),
}
