"""What clerks read on the paper desk: Vietnamese first, English beside it."""

from hub.console.words import Pair
from hub.model.documents import DocumentType
from hub.model.paper import PaperState, PaperWay

STATES: dict[PaperState, Pair] = {
    PaperState.OPEN: ("chưa làm", "open"),
    PaperState.PRINTED: ("đã in", "printed"),
    PaperState.SENT: ("đã gửi", "sent"),
    PaperState.RECEIVED: ("đã nhận", "received"),
    PaperState.DIFFERS: ("khác bản điện tử", "differs"),
    PaperState.NOT_NEEDED: ("không cần", "not needed"),
    PaperState.RECALLED: ("đã thu hồi", "recalled"),
}

WAYS: dict[PaperWay, Pair] = {
    PaperWay.OUT: ("giấy đi", "goes out"),
    PaperWay.IN: ("giấy đến", "comes in"),
}

#: Types by their Vietnamese names; the value is what journals and policies write.
TYPES: dict[DocumentType, str] = {
    DocumentType.NORMATIVE: "Văn bản quy phạm pháp luật",
    DocumentType.REPORT: "Báo cáo",
    DocumentType.DIRECTIVE: "Chỉ thị",
    DocumentType.PROGRAMME: "Chương trình",
    DocumentType.DISPATCH: "Công điện",
    DocumentType.INVITATION: "Giấy mời",
    DocumentType.GUIDANCE: "Hướng dẫn",
    DocumentType.REGULATION: "Quy chế",
    DocumentType.PLAN: "Kế hoạch",
    DocumentType.NOTICE: "Thông báo",
    DocumentType.SCHEME: "Đề án",
    DocumentType.LETTER: "Công văn",
    DocumentType.DECISION: "Quyết định",
    DocumentType.PROPOSAL: "Tờ trình",
    DocumentType.RESOLUTION: "Nghị quyết",
    DocumentType.RULES: "Quy định",
    DocumentType.COMMUNIQUE: "Thông cáo",
    DocumentType.OPTION: "Phương án",
    DocumentType.PROJECT: "Dự án",
    DocumentType.MINUTES: "Biên bản",
    DocumentType.CONTRACT: "Hợp đồng",
    DocumentType.MEMORANDUM: "Bản ghi nhớ",
    DocumentType.AGREEMENT: "Bản thỏa thuận",
    DocumentType.AUTHORIZATION: "Giấy ủy quyền",
    DocumentType.INTRODUCTION: "Giấy giới thiệu",
    DocumentType.LEAVE: "Giấy nghỉ phép",
    DocumentType.SENDING_SLIP: "Phiếu gửi",
    DocumentType.TRANSFER_SLIP: "Phiếu chuyển",
    DocumentType.NOTICE_SLIP: "Phiếu báo",
    DocumentType.OPEN_LETTER: "Thư công",
    DocumentType.UNKNOWN: "Không rõ loại",
}


def type_name(value: str) -> str:
    """A type's name as it stands on paper; what is no type stays as it is."""
    return TYPES[DocumentType(value)] if value in set(DocumentType) else value
