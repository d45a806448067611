"""The words of administrative documents, in the form NĐ 30/2020/NĐ-CP gives them.

Names of persons are made up; nothing here was ever issued.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Paper:
    """One official text, part by part (NĐ 30/2020, Điều 8)."""

    #: Body above the issuing one, "" if none; and the issuing body.
    superior: str
    agency: str
    #: Số, ký hiệu without the word Số: "218/BC-UBND".
    notation: str
    place: str
    day: date
    #: Name of the type in capitals; "" for a Công văn.
    type_name: str
    subject: str
    paragraphs: tuple[str, ...]
    #: Quyền hạn, chức vụ and name of the person who signs.
    competence: str
    position: str
    signer: str
    #: "Kính gửi": who it is addressed to; "" if it stands in none.
    addressee: str = ""
    recipients: tuple[str, ...] = ("Như trên;", "Lưu: VT.")
    #: Stamped on a line of its own on page 1: "MẬT" …; "" if none.
    secrecy: str = ""


DISTRICT = "Ủy ban nhân dân huyện Giao Thủy"
PROVINCE = "Ủy ban nhân dân tỉnh Nam Định"


def report(day: date, agency: str = "Sở Nông nghiệp và Phát triển nông thôn") -> Paper:
    """A Báo cáo on new rural areas."""
    return Paper(
        superior=PROVINCE,
        agency=agency,
        notation="218/BC-SNN",
        place="Nam Định",
        day=day,
        type_name="BÁO CÁO",
        subject="Kết quả thực hiện Chương trình mục tiêu quốc gia "
        f"xây dựng nông thôn mới năm {day.year}",
        paragraphs=(
            "Thực hiện Kế hoạch số 45/KH-UBND của Ủy ban nhân dân tỉnh về xây dựng "
            "nông thôn mới nâng cao, kiểu mẫu giai đoạn 2018 - 2020, Sở báo cáo kết "
            "quả thực hiện trên địa bàn các huyện như sau:",
            "1. Kết quả đạt được: đến nay 22/22 xã, thị trấn của huyện Giao Thủy đã "
            "đạt chuẩn nông thôn mới; thu nhập bình quân 52,4 triệu đồng/người/năm, "
            "tăng 12,5% so với cùng kỳ; tỷ lệ hộ nghèo còn 1,86%.",
            "2. Tồn tại, hạn chế: tiến độ nâng cấp đường trục xã ven biển còn chậm; "
            "một số mô hình nuôi trồng thủy sản chưa bảo đảm yêu cầu xử lý nước thải.",
            "3. Nhiệm vụ trọng tâm thời gian tới: hoàn thành hồ sơ công nhận xã nông "
            "thôn mới nâng cao; tập trung bảo đảm an toàn đê biển trước mùa bão.",
            "Sở trân trọng báo cáo./.",
        ),
        competence="",
        position="GIÁM ĐỐC",
        signer="Trần Đức Hải",
        addressee=DISTRICT,
        recipients=("Như trên;", "UBND tỉnh (để báo cáo);", "Lưu: VT, NTM."),
    )


def letter(day: date, agency: str = "Sở Thông tin và Truyền thông") -> Paper:
    """A Công văn on connecting document systems; it has no type name."""
    return Paper(
        superior=PROVINCE,
        agency=agency,
        notation="1107/STTTT-CNTT",
        place="Nam Định",
        day=day,
        type_name="",
        subject="V/v kết nối, liên thông phần mềm quản lý văn bản và bảo mật hệ thống",
        paragraphs=(
            "Căn cứ Quyết định số 28/2018/QĐ-TTg ngày 12/7/2018 của Thủ tướng Chính "
            "phủ về việc gửi, nhận văn bản điện tử giữa các cơ quan trong hệ thống "
            "hành chính nhà nước, Sở đề nghị quý cơ quan thực hiện một số nội dung "
            "sau:",
            "1. Rà soát mã định danh của các đơn vị trực thuộc theo QCVN "
            "102:2016/BTTTT, gửi danh sách về Sở trước ngày 15/12/2019.",
            "2. Bố trí văn thư tiếp nhận văn bản điện tử đã ký số và cập nhật trạng "
            "thái xử lý ngay trong ngày làm việc.",
            "3. Công tác bảo mật tài khoản thực hiện theo hướng dẫn kèm theo.",
            "Trân trọng./.",
        ),
        competence="KT. GIÁM ĐỐC",
        position="PHÓ GIÁM ĐỐC",
        signer="Vũ Trọng Quế",
        addressee=DISTRICT,
        recipients=("Như trên;", "Giám đốc Sở (để báo cáo);", "Lưu: VT, CNTT."),
    )


def decision(day: date, notation: str = "2691/QĐ-UBND") -> Paper:
    """A Quyết định; with the year inside its number it is a normative one."""
    return Paper(
        superior="",
        agency=PROVINCE,
        notation=notation,
        place="Nam Định",
        day=day,
        type_name="QUYẾT ĐỊNH",
        subject="Về việc phê duyệt Kế hoạch sử dụng đất năm 2020 huyện Giao Thủy",
        paragraphs=(
            "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
            "Căn cứ Luật Đất đai ngày 29 tháng 11 năm 2013;",
            "Theo đề nghị của Giám đốc Sở Tài nguyên và Môi trường.",
            "<b>QUYẾT ĐỊNH:</b>",
            "<b>Điều 1.</b> Phê duyệt Kế hoạch sử dụng đất năm 2020 của huyện Giao "
            "Thủy với tổng diện tích tự nhiên 23.799,91 ha.",
            "<b>Điều 2.</b> Ủy ban nhân dân huyện công bố công khai kế hoạch, thu hồi, "
            "giao đất, cho thuê đất theo đúng kế hoạch được duyệt.",
            "<b>Điều 3.</b> Quyết định này có hiệu lực từ ngày ký. Chánh Văn phòng Ủy "
            "ban nhân dân tỉnh, Chủ tịch Ủy ban nhân dân huyện Giao Thủy chịu trách "
            "nhiệm thi hành./.",
        ),
        competence="TM. ỦY BAN NHÂN DÂN",
        position="CHỦ TỊCH",
        signer="Phạm Đình Nghĩa",
        recipients=("Như Điều 3;", "Lưu: VP1, VP3."),
    )


def proposal(day: date, agency: str = "Sở Giao thông vận tải") -> Paper:
    """A Tờ trình on a road along the sea dyke."""
    return Paper(
        superior=PROVINCE,
        agency=agency,
        notation="146/TTr-SGTVT",
        place="Nam Định",
        day=day,
        type_name="TỜ TRÌNH",
        subject="Về việc phê duyệt chủ trương đầu tư nâng cấp tuyến đường ven biển "
        "đoạn qua huyện Giao Thủy",
        paragraphs=(
            "Căn cứ Luật Đầu tư công ngày 13 tháng 6 năm 2019, Sở trình Ủy ban nhân "
            "dân xem xét, phê duyệt chủ trương đầu tư với nội dung sau:",
            "1. Quy mô: đường cấp III đồng bằng, chiều dài 18,7 km, điểm đầu tại xã "
            "Giao Thiện, điểm cuối tại thị trấn Quất Lâm.",
            "2. Tổng mức đầu tư: 486,3 tỷ đồng, từ ngân sách tỉnh và nguồn vốn hợp "
            "pháp khác; thời gian thực hiện 2020 - 2023.",
            "Kính trình xem xét, quyết định./.",
        ),
        competence="",
        position="GIÁM ĐỐC",
        signer="Ngô Quang Thụy",
        addressee=DISTRICT,
        recipients=("Như trên;", "Lưu: VT, KHTC."),
    )
