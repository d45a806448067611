"""What people read for the keys of a policy; a table for each closed list.

Vietnamese first, English beside it, as in finding_words.
"""

from collections.abc import Mapping

from hub.console.words import Pair
from hub.model.policy import Demand, GridRow, SignedColumn

#: What can stand against signatures, by the policy's keys, the weightiest first.
TROUBLES: Mapping[str, Pair] = {
    "failed": (
        "Chữ ký hỏng: nội dung đã đổi, chứng thư bị thu hồi",
        "Broken: content changed, certificate revoked",
    ),
    "unexplained_change": (
        "PDF đổi sau khi ký, không giải thích được",
        "PDF changed after signing, unexplained",
    ),
    "other_signer": (
        "Chữ ký của cơ quan khác, không có chữ ký nào của nơi gửi",
        "Another body's signature, none of the sender's own",
    ),
    "sealed_change": (
        "PDF đổi giữa chữ ký lãnh đạo và dấu cơ quan phủ toàn tệp",
        "PDF changed between the leader's signature and the office's seal",
    ),
    "malformed": (
        "Định là chữ ký nhưng không đọc được",
        "Meant to be a signature, not readable",
    ),
    "unknown_chain": (
        "Không rõ nơi cấp chứng thư",
        "The certificate's authority is unknown",
    ),
    "indeterminate": (
        "Chưa kết luận được vì lý do khác",
        "Inconclusive for another reason",
    ),
    "person_for_organization": (
        "Chỉ có chữ ký cá nhân, thiếu chữ ký cơ quan",
        "Only persons signed, the office's signature is missing",
    ),
    "unsigned_fields": (
        "Chữ ký XML phủ thiếu trường phải ký",
        "An XML signature leaves out fields that must be signed",
    ),
    "timestamp": (
        "Thiếu dấu thời gian",
        "No time stamp",
    ),
    "unseen_change": (
        "PDF đổi sau khi ký nhưng mọi trang vẫn như lúc ký",
        "PDF changed after signing, all pages as they were signed",
    ),
    "weak_algorithm": (
        "Chỉ vướng thuật toán yếu (SHA-1, RSA ngắn)",
        "Only weak algorithms stand against it (SHA-1, short RSA)",
    ),
    "revocation_unavailable": (
        "Chưa hỏi được tình trạng thu hồi",
        "No revocation answer at hand",
    ),
    "unbound_signer": (
        "Danh bạ chưa gắn chứng thư cho nơi gửi",
        "The registry binds no certificate to the sender",
    ),
    "unsigned": (
        "Không có chữ ký cho chính văn bản",
        "No signature on the document itself",
    ),
}

DEMANDS: Mapping[Demand, Pair] = {
    Demand.NOT_ASKED: ("không hỏi", "not asked for"),
    Demand.WANTED: ("ghi chú", "noted"),
    Demand.REQUIRED: ("tạm giữ", "hold"),
}

ROWS: Mapping[GridRow, Pair] = {
    GridRow.PAPERLESS_TYPE: ("loại không giấy", "paperless types"),
    GridRow.PARALLEL_TYPE: ("loại song song", "parallel types"),
    GridRow.UNNAMED_TYPE: ("loại khác", "other types"),
}

COLUMNS: Mapping[SignedColumn, Pair] = {
    SignedColumn.SIGNED: ("đã ký", "signed"),
    SignedColumn.UNSIGNED: ("không ký", "unsigned"),
    SignedColumn.INDETERMINATE: ("chưa rõ", "indeterminate"),
    SignedColumn.FAILED: ("hỏng", "failed"),
}
