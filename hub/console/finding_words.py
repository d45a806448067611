"""What people read for what was found about signatures; a table for each closed list.

Vietnamese first, English beside it. One short sentence each: what it means, and not
what to do about it (that is the policy's).
"""

from collections.abc import Mapping

from hub.console.words import Pair
from hub.model.changes import AlterationKind, Changes, Look
from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Field,
    Indication,
    Level,
    Revocation,
    SignatureKind,
    SubIndication,
    TimeProof,
)
from hub.model.policy import Remedy

INDICATIONS: Mapping[Indication, Pair] = {
    Indication.TOTAL_PASSED: ("hợp lệ", "passed"),
    Indication.INDETERMINATE: ("chưa kết luận được", "indeterminate"),
    Indication.TOTAL_FAILED: ("không hợp lệ", "failed"),
}

KINDS: Mapping[SignatureKind, Pair] = {
    SignatureKind.XML: ("chữ ký XML", "XML signature"),
    SignatureKind.PDF: ("chữ ký PDF", "PDF signature"),
    SignatureKind.PDF_TIMESTAMP: (
        "dấu thời gian của tệp PDF",
        "PDF document time stamp",
    ),
}

SUB_INDICATIONS: Mapping[SubIndication, Pair] = {
    SubIndication.FORMAT_FAILURE: (
        "chữ ký sai cấu trúc",
        "the signature is not built as its format demands",
    ),
    SubIndication.HASH_FAILURE: (
        "nội dung đã bị thay đổi sau khi ký",
        "what was signed was changed afterwards",
    ),
    SubIndication.SIG_CRYPTO_FAILURE: (
        "giá trị chữ ký không khớp với khóa của chứng thư",
        "the signature value does not fit the certificate's key",
    ),
    SubIndication.REVOKED: (
        "chứng thư đã bị thu hồi trước khi ký",
        "the certificate had been revoked when it signed",
    ),
    SubIndication.EXPIRED: (
        "ký sau khi chứng thư hết hạn",
        "signed after the certificate had expired",
    ),
    SubIndication.NOT_YET_VALID: (
        "ký trước khi chứng thư có hiệu lực",
        "signed before the certificate was valid",
    ),
    SubIndication.SIG_CONSTRAINTS_FAILURE: (
        "thuộc tính của chữ ký không đạt yêu cầu",
        "an attribute of the signature is not as it must be",
    ),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: (
        "chứng thư không được phép dùng để ký",
        "the certificate may not be used for signing",
    ),
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: (
        "đường dẫn chứng thực có lỗi",
        "the certificate chain does not hold",
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: (
        "thuật toán hoặc khóa đã bị phá, chữ ký không chứng minh gì",
        "a broken algorithm or key: the signature proves nothing",
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: (
        "thuật toán hoặc khóa đã yếu, không có gì chứng minh ký khi còn an toàn",
        "a weak algorithm or key, and nothing proves that it signed while it was safe",
    ),
    SubIndication.POLICY_PROCESSING_ERROR: (
        "không xét được đến cùng",
        "it could not be judged to the end",
    ),
    SubIndication.TIMESTAMP_ORDER_FAILURE: (
        "các dấu thời gian trái thứ tự",
        "time stamps contradict one another",
    ),
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: (
        "không tìm thấy chứng thư của người ký",
        "the signer's certificate was not found",
    ),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: (
        "chứng thư không dẫn tới gốc tin cậy nào đã cài",
        "the certificate leads to no anchor that is installed",
    ),
    SubIndication.REVOKED_NO_POE: (
        "chứng thư đã bị thu hồi, không có gì chứng minh ký trước hay sau lúc đó",
        "the certificate is revoked, and nothing proves that it signed before or after",
    ),
    SubIndication.REVOKED_CA_NO_POE: (
        "chứng thư của nơi cấp đã bị thu hồi, không có gì chứng minh ký trước lúc đó",
        "a CA of the chain is revoked, and nothing proves that it signed before",
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: (
        "ngoài thời hạn của chứng thư, không có gì chứng minh ký trong thời hạn",
        "outside the certificate's dates, and nothing proves a moment inside them",
    ),
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: (
        "ngoài thời hạn của chứng thư; chứng thư chưa từng bị thu hồi",
        "outside the certificate's dates; it is known not to have been revoked",
    ),
    SubIndication.NO_POE: (
        "không có gì chứng minh chữ ký đã có vào lúc cần xét",
        "nothing proves that the signature was there at the moment that counts",
    ),
    SubIndication.TRY_LATER: (
        "chưa có câu trả lời thu hồi còn hạn, sẽ xét lại",
        "no revocation answer in force yet; to be judged again",
    ),
    SubIndication.SIGNED_DATA_NOT_FOUND: (
        "không tìm thấy phần đã ký",
        "what was signed was not found",
    ),
    SubIndication.CHANGED_UNEXPLAINED: (
        "tệp có thay đổi sau khi ký mà không giải thích được",
        "changed after signing in a way that cannot be explained",
    ),
    SubIndication.NOT_THE_DOCUMENT: (
        "phần đã ký không phải là văn bản được đọc",
        "what was signed is not the document that is read",
    ),
    SubIndication.UNSUPPORTED: (
        "dùng phép biến đổi, thuật toán hoặc tham chiếu mà trục từ chối tính",
        "a transform, algorithm or reference that this hub refuses to compute",
    ),
    SubIndication.RESOURCE_LIMIT: (
        "quá giới hạn về số chứng thư, tham chiếu, chữ ký, thời gian hoặc bộ nhớ",
        "over a limit on certificates, references, signatures, time or memory",
    ),
}

CHAINS: Mapping[Chain, Pair] = {
    Chain.TRUSTED: ("dẫn tới gốc tin cậy", "leads to an installed anchor"),
    Chain.UNKNOWN: ("không dẫn tới gốc nào đã cài", "leads to no installed anchor"),
    Chain.INVALID: ("có lỗi", "does not hold"),
    Chain.NOT_CHECKED: ("chưa xét tới", "not looked at"),
}

REVOCATIONS: Mapping[Revocation, Pair] = {
    Revocation.GOOD: ("không bị thu hồi", "not revoked"),
    Revocation.REVOKED: ("đã bị thu hồi", "revoked"),
    Revocation.UNAVAILABLE: ("chưa có câu trả lời còn hạn", "no answer in force"),
    Revocation.NOT_CHECKED: ("chưa xét tới", "not looked at"),
}

TIME_PROOFS: Mapping[TimeProof, Pair] = {
    TimeProof.TIMESTAMP: ("có dấu thời gian chứng minh", "proven by a time stamp"),
    TimeProof.CLAIMED: ("bên ký tự khai", "claimed by the signer"),
    TimeProof.NONE: ("không rõ lúc ký", "not known"),
}

CHANGES: Mapping[Changes, Pair] = {
    Changes.WHOLE: ("phủ toàn bộ tệp", "covers the whole file"),
    Changes.ALLOWED: (
        "tệp có thêm sau khi ký, đều gọi được tên và vô hại",
        "more came after it, all of it named and harmless",
    ),
    Changes.UNEXPLAINED: (
        "tệp có thay đổi sau khi ký mà không giải thích được",
        "changed afterwards in a way that cannot be explained",
    ),
    Changes.BROKEN: ("phần đã ký đã bị sửa", "what it covers was changed"),
}

ALTERATIONS: Mapping[AlterationKind, Pair] = {
    AlterationKind.SIGNATURE: ("một chữ ký nữa", "another signature"),
    AlterationKind.DOCUMENT_TIMESTAMP: (
        "dấu thời gian của tệp",
        "a document time stamp",
    ),
    AlterationKind.VALIDATION_DATA: (
        "dữ liệu để kiểm tra lâu dài (DSS)",
        "validation data (DSS)",
    ),
    AlterationKind.METADATA: ("thông tin mô tả tệp", "metadata"),
    AlterationKind.SIGNATURE_FIELD: ("ô ký còn trống", "an empty signature field"),
    AlterationKind.BOOKKEEPING: ("sổ sách nội bộ của tệp", "bookkeeping of the file"),
    AlterationKind.FORM: ("giá trị biểu mẫu", "form fields"),
    AlterationKind.ANNOTATION: ("chú thích trên trang", "annotations"),
    AlterationKind.PAGE: ("nội dung trang", "contents of a page"),
    AlterationKind.CATALOG: (
        "mục lục gốc: hành động, mã chạy, lớp, tệp nhúng",
        "the catalogue: actions, scripts, layers, embedded files",
    ),
    AlterationKind.HYBRID: (
        "hai bảng tham chiếu, hai trình đọc có thể thấy hai tệp khác nhau",
        "two cross-references: two readers may see two files",
    ),
    AlterationKind.STRAY_BYTES: (
        "byte không thuộc lần lưu nào",
        "bytes of no revision",
    ),
    AlterationKind.BYTE_RANGE: (
        "vùng ký chừa ra nhiều hơn giá trị chữ ký",
        "the byte range leaves out more than the signature's value",
    ),
    AlterationKind.FORBIDDEN: (
        "điều mà chữ ký chứng nhận hoặc khóa trường đã cấm",
        "what a certification or a field lock forbids",
    ),
    AlterationKind.OTHER: ("thay đổi không gọi được tên", "something nobody can name"),
}

LOOKS: Mapping[Look, Pair] = {
    Look.SAME: ("các trang trông như lúc ký", "pages look as they did when signed"),
    Look.DIFFERENT: ("trang khác lúc ký", "pages differ from when it was signed"),
    Look.UNKNOWN: ("không so được hình trang", "pages could not be compared"),
}

LEVELS: Mapping[Level, Pair] = {
    Level.PLAIN: ("chữ ký thường", "a plain signature"),
    Level.B: ("AdES mức B (cơ bản)", "AdES level B (basic)"),
    Level.T: ("AdES mức T (có dấu thời gian)", "AdES level T (time-stamped)"),
    Level.LT: ("AdES mức LT (kèm dữ liệu kiểm tra)", "AdES level LT (long term)"),
    Level.LTA: ("AdES mức LTA (lưu trữ lâu dài)", "AdES level LTA (archival)"),
}

BELONGINGS: Mapping[Belonging, Pair] = {
    Belonging.SENDER: ("của bên gửi", "the sender's"),
    Belonging.SENDERS_PERSON: (
        "của cá nhân thuộc bên gửi",
        "of a person of the sender's",
    ),
    Belonging.OTHER: ("của bên khác, không phải bên gửi", "somebody else's"),
    Belonging.UNBOUND: (
        "chưa biết: danh bạ không ghi chứng thư của bên gửi",
        "not known: the registry binds no certificate to the sender",
    ),
    Belonging.NOT_CHECKED: ("chưa xét tới", "not looked at"),
}

FIELDS: Mapping[Field, Pair] = {
    Field.SENDER: ("bên gửi", "sender"),
    Field.RECEIVERS: ("nơi nhận", "receivers"),
    Field.NUMBER: ("số, ký hiệu", "number"),
    Field.TYPE: ("loại văn bản", "type"),
    Field.SUBJECT: ("trích yếu", "subject"),
    Field.ATTACHMENTS: ("tệp đính kèm", "attachments"),
}

COVERED: Mapping[Covered, Pair] = {
    Covered.DOCUMENT: ("toàn bộ gói tin", "the whole package"),
    Covered.ENVELOPE: (
        "phong bì, không kể tệp đính kèm",
        "the envelope without attachments",
    ),
    Covered.HEADER: ("phần đầu", "the header"),
    Covered.BODY: ("phần thân", "the body"),
    Covered.ATTACHMENTS: ("tệp đính kèm", "attachments"),
    Covered.FILE: ("tệp PDF", "the PDF file"),
}

REMEDIES: Mapping[Remedy, Pair] = {
    Remedy.DELIVER: ("chuyển", "deliver"),
    Remedy.HOLD: ("tạm giữ, chờ người xem", "hold for a person"),
    Remedy.REFUSE: ("từ chối", "refuse"),
}
