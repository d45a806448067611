"""What can be wrong with input, as a closed list with stable codes and sentences."""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """Stable codes of what a sender must put right; never renamed once released."""

    EMPTY = "empty"
    NOT_XML = "not-xml"
    TRUNCATED = "truncated"
    DOCTYPE = "doctype"
    ENCODING = "encoding"
    TOO_LARGE = "too-large"
    TOO_MANY_PARTS = "too-many-parts"
    TOO_DEEP = "too-deep"
    TOO_MANY_ELEMENTS = "too-many-elements"
    FIELD_TOO_LONG = "field-too-long"
    NOT_EDXML = "not-edxml"
    FLAT_FAMILY = "flat-family"
    FRAME = "frame"
    NO_SENDER = "no-sender"
    NO_RECEIVER = "no-receiver"
    NO_DOCUMENT_ID = "no-document-id"
    NO_SUBJECT = "no-subject"
    UNKNOWN_RECEIVER = "unknown-receiver"
    SENDER_NOT_ALLOWED = "sender-not-allowed"
    BASE64 = "base64-damaged"
    PAYLOAD_DAMAGED = "payload-damaged"
    ATTACHMENT_TOO_LARGE = "attachment-too-large"
    ARCHIVE = "archive-refused"
    STATUS_CODE = "status-code"
    RESOURCE_LIMIT = "resource-limit"
    CREDENTIALS = "credentials"
    KEY_REUSED = "key-reused"
    CONTENT_TYPE = "content-type"
    RATE = "rate"
    ADDRESS = "address-not-allowed"
    SIGNATURE_BROKEN = "signature-broken"
    SIGNATURE_UNCERTAIN = "signature-uncertain"
    SIGNATURE_MISSING = "signature-missing"
    OTHER_SIGNER = "other-signer"
    SEAL_MISSING = "seal-missing"
    SECRET = "secret"  # noqa: S105 - a code, not a password
    OTHER_CONTENT = "other-content"
    NOT_JSON = "not-json"
    OPERATION = "operation"
    REMOTE_REFERENCE = "remote-reference"
    HASH_MISMATCH = "hash-mismatch"
    TIMESTAMP = "timestamp"
    NO_DOSSIER_NUMBER = "no-dossier-number"
    UNKNOWN_OFFICE = "unknown-office"
    DATE_FORM = "date-form"
    FILE_UNAVAILABLE = "file-unavailable"
    MIME_AMBIGUOUS = "mime-ambiguous"
    MAIL_UNPROVEN = "mail-unproven"
    UNKNOWN_MAILBOX = "unknown-mailbox"
    NO_DOCUMENT = "no-document"
    MAIL_REPORT = "mail-report"
    DOUBTFUL = "doubtful"
    UNKNOWN_DOCUMENT = "unknown-document"
    NOT_ITS_RECEIVER = "not-its-receiver"
    NOT_ITS_SENDER = "not-its-sender"
    NOT_PERMITTED = "not-permitted"
    SEVERAL_HEIRS = "several-heirs"
    REFUSED_BY_OPERATOR = "refused-by-operator"
    CATALOGUE = "catalogue"
    NO_WAY_OUT = "no-way-out"
    NOT_ITS_OWN = "not-its-own"
    RECALLED = "recalled"
    NOT_COME_YET = "not-come-yet"
    TOO_MANY_RECEIVERS = "too-many-receivers"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, where it stands, and facts for the sentence."""

    code: FaultCode
    #: Where in the document: an element path, "attachment 2", "byte 1042", "".
    place: str = ""
    #: Facts that belong to the sentence (a limit, a name of an element); no prose.
    detail: str = ""


#: code -> (Vietnamese sentence, English sentence).
SENTENCES: dict[FaultCode, tuple[str, str]] = {
    FaultCode.EMPTY: (
        "Gói tin rỗng, không có nội dung.",
        "The envelope is empty.",
    ),
    FaultCode.NOT_XML: (
        "Gói tin không phải là XML hợp lệ.",
        "The envelope is not well-formed XML.",
    ),
    FaultCode.TRUNCATED: (
        "Gói tin bị cắt ngang, thiếu phần cuối. Đề nghị gửi lại.",
        "The envelope is cut off before its end. Please send it again.",
    ),
    FaultCode.DOCTYPE: (
        "Gói tin có khai báo DOCTYPE, không được phép.",
        "The envelope has a DOCTYPE declaration, which is not allowed.",
    ),
    FaultCode.ENCODING: (
        "Bảng mã của gói tin không phải UTF-8.",
        "The envelope is not encoded in UTF-8.",
    ),
    FaultCode.TOO_LARGE: (
        "Gói tin vượt quá dung lượng cho phép.",
        "The envelope is larger than allowed.",
    ),
    FaultCode.TOO_MANY_PARTS: (
        "Gói tin có quá nhiều tệp hoặc phần.",
        "The envelope has too many files or parts.",
    ),
    FaultCode.TOO_DEEP: (
        "Các phần tử XML lồng nhau quá sâu.",
        "The XML elements are nested too deep.",
    ),
    FaultCode.TOO_MANY_ELEMENTS: (
        "Gói tin có quá nhiều phần tử XML.",
        "The envelope has too many XML elements.",
    ),
    FaultCode.FIELD_TOO_LONG: (
        "Một trường thông tin dài quá mức cho phép.",
        "A field is longer than allowed.",
    ),
    FaultCode.NOT_EDXML: (
        "Tệp XML này không phải gói tin edXML (QCVN 102:2016).",
        "This XML is not an edXML envelope (QCVN 102:2016).",
    ),
    FaultCode.FLAT_FAMILY: (
        "Gói tin theo cấu trúc phẳng http://www.go.vn/eDoc, trục không nhận; "
        "đề nghị gửi theo QCVN 102:2016.",
        "The envelope has the flat structure http://www.go.vn/eDoc, which is not "
        "accepted; please send QCVN 102:2016.",
    ),
    FaultCode.FRAME: (
        "Khung truyền (MIME, SOAP) của gói tin bị hỏng.",
        "The transport frame (MIME, SOAP) of the envelope is damaged.",
    ),
    FaultCode.NO_SENDER: (
        "Gói tin không ghi cơ quan gửi (From/OrganId).",
        "The envelope names no sender (From/OrganId).",
    ),
    FaultCode.NO_RECEIVER: (
        "Gói tin không ghi cơ quan nhận (To/OrganId).",
        "The envelope names no receiver (To/OrganId).",
    ),
    FaultCode.NO_DOCUMENT_ID: (
        "Gói tin không có mã văn bản (DocumentId).",
        "The envelope has no DocumentId.",
    ),
    FaultCode.NO_SUBJECT: (
        "Gói tin không có trích yếu (Subject).",
        "The envelope has no Subject.",
    ),
    FaultCode.UNKNOWN_RECEIVER: (
        "Không có cơ quan nhận nào thuộc trục này.",
        "None of the receivers is known to this hub.",
    ),
    FaultCode.SENDER_NOT_ALLOWED: (
        "Nguồn gửi không được phép gửi thay mã cơ quan ghi ở From.",
        "This source may not send in the name of the agency in From.",
    ),
    FaultCode.BASE64: (
        "Dữ liệu base64 của tệp đính kèm bị hỏng. Đề nghị gửi lại.",
        "The base64 data of an attachment is damaged. Please send it again.",
    ),
    FaultCode.PAYLOAD_DAMAGED: (
        "Tệp đính kèm bị hỏng trong quá trình chuyển đổi (đọc nhị phân như văn bản); "
        "không phải lỗi chữ ký. Đề nghị gửi lại tệp gốc.",
        "An attachment was ruined by a text conversion; this is not a signature "
        "fault. Please send the original file again.",
    ),
    FaultCode.ATTACHMENT_TOO_LARGE: (
        "Tệp đính kèm vượt quá dung lượng cho phép.",
        "An attachment is larger than allowed.",
    ),
    FaultCode.ARCHIVE: (
        "Tệp nén trong gói tin vượt giới hạn hoặc bị hỏng.",
        "An archive in the envelope exceeds its limits or is damaged.",
    ),
    FaultCode.STATUS_CODE: (
        "Mã trạng thái không thuộc danh mục (01-06, 13, 15, 16).",
        "The status code is not one of 01-06, 13, 15, 16.",
    ),
    FaultCode.RESOURCE_LIMIT: (
        "Gói tin cần quá nhiều tài nguyên để kiểm tra; chờ người xử lý.",
        "Examining the envelope takes too many resources; a person must look at it.",
    ),
    FaultCode.CREDENTIALS: (
        "Sai thông tin xác thực của nguồn gửi.",
        "The credentials of the source are wrong.",
    ),
    FaultCode.KEY_REUSED: (
        "Khóa chống trùng (Idempotency-Key) đã dùng cho nội dung khác.",
        "The idempotency key was used for other content.",
    ),
    FaultCode.CONTENT_TYPE: (
        "Kiểu nội dung (Content-Type) không được hỗ trợ.",
        "The content type is not supported.",
    ),
    FaultCode.RATE: (
        "Nguồn gửi quá nhanh; đề nghị gửi lại sau.",
        "The source sends too fast; please try again later.",
    ),
    FaultCode.ADDRESS: (
        "Địa chỉ không nằm trong danh sách trục được phép gọi; người vận hành xem lại "
        "thiết lập của nguồn (`file_hosts`, `inner_network`).",
        "The address is not among those this hub may call; an operator looks at the "
        "source's settings (`file_hosts`, `inner_network`).",
    ),
    FaultCode.SIGNATURE_BROKEN: (
        "Chữ ký số không hợp lệ: nội dung đã bị thay đổi sau khi ký "
        "hoặc chứng thư đã bị thu hồi.",
        "A digital signature is broken: the content was changed after signing "
        "or the certificate is revoked.",
    ),
    FaultCode.SIGNATURE_UNCERTAIN: (
        "Chưa kết luận được chữ ký số (không rõ nơi cấp chứng thư hoặc thiếu dữ liệu).",
        "A digital signature could not be concluded (issuer unknown or data missing).",
    ),
    FaultCode.SIGNATURE_MISSING: (
        "Văn bản không có chữ ký số theo yêu cầu.",
        "The document lacks the digital signature that is required.",
    ),
    FaultCode.OTHER_SIGNER: (
        "Chữ ký số hợp lệ nhưng là của cơ quan khác, không phải của nơi gửi.",
        "Signed, but with another body's certificate than the sender's.",
    ),
    FaultCode.SEAL_MISSING: (
        "Chỉ có chữ ký số của cá nhân, thiếu chữ ký số của cơ quan, tổ chức.",
        "Only persons signed; the signature of the office itself is missing.",
    ),
    FaultCode.SECRET: (
        "Văn bản có dấu chỉ độ mật, không được gửi qua mạng này.",
        "The document is marked secret and must not travel on this network.",
    ),
    FaultCode.OTHER_CONTENT: (
        "Cùng mã văn bản nhưng nội dung khác bản đã nhận.",
        "Same document identity as one already received, but other content.",
    ),
    FaultCode.NOT_JSON: (
        "Dữ liệu không phải JSON hợp lệ.",
        "The data is not well-formed JSON.",
    ),
    FaultCode.OPERATION: (
        "Không có thao tác (SOAP, dịch vụ) này.",
        "There is no such operation.",
    ),
    FaultCode.REMOTE_REFERENCE: (
        "Tệp đính kèm trỏ ra ngoài gói tin (href); trục không bao giờ tải theo.",
        "An attachment points outside the message (href); it is never followed.",
    ),
    FaultCode.HASH_MISMATCH: (
        "Mã băm kèm theo không khớp với dữ liệu nhận được.",
        "The hash that came along does not match the data.",
    ),
    FaultCode.TIMESTAMP: (
        "Thời điểm trong yêu cầu lệch quá xa so với đồng hồ của trục.",
        "The time in the request is too far from the clock of this hub.",
    ),
    FaultCode.NO_DOSSIER_NUMBER: (
        "Hồ sơ không có mã (MaHoSo).",
        "The dossier has no number (MaHoSo).",
    ),
    FaultCode.UNKNOWN_OFFICE: (
        "Không xác định được đơn vị xử lý hồ sơ (DonViXuLy, MaTTHC).",
        "The office that handles the dossier is unknown (DonViXuLy, MaTTHC).",
    ),
    FaultCode.DATE_FORM: (
        "Ngày tháng không theo dạng nào đã biết.",
        "A date is in no known form.",
    ),
    FaultCode.FILE_UNAVAILABLE: (
        "Không tải được tệp theo địa chỉ đã ghi; chờ người xử lý.",
        "A file cannot be had from its address; a person must look at it.",
    ),
    FaultCode.MIME_AMBIGUOUS: (
        "Thư có cấu trúc MIME không rõ ràng, có thể đọc thành nhiều nghĩa; chờ "
        "người xử lý.",
        "The mail can be read in more than one way; a person must look at it.",
    ),
    FaultCode.MAIL_UNPROVEN: (
        "Chưa chứng minh được thư đến từ đúng địa chỉ ghi ở người gửi; chờ người xử "
        "lý.",
        "It is not proven that the mail comes from the address in From; a person "
        "must look at it.",
    ),
    FaultCode.UNKNOWN_MAILBOX: (
        "Địa chỉ thư của người gửi không có trong danh mục cơ quan.",
        "The address of the sender is not in the registry.",
    ),
    FaultCode.NO_DOCUMENT: (
        "Thư không kèm văn bản nào.",
        "The mail carries no document.",
    ),
    FaultCode.MAIL_REPORT: (
        "Thư báo tự động (không gửi được, vắng mặt); không phải văn bản.",
        "An automatic report (not delivered, away); not a document.",
    ),
    FaultCode.DOUBTFUL: (
        "Có điều chưa chắc chắn (số, ngày, loại văn bản đọc từ thư; ngày hoặc tệp của "
        "hồ sơ); chờ văn thư xem.",
        "Something is uncertain (number, date or type read from a mail; a date or a "
        "file of a dossier); a clerk must look at it.",
    ),
    FaultCode.UNKNOWN_DOCUMENT: (
        "Không có văn bản nào mang mã này dành cho bên hỏi.",
        "There is no document of this id for whoever asks.",
    ),
    FaultCode.NOT_ITS_RECEIVER: (
        "Văn bản này không gửi cho cơ quan ghi trong trạng thái.",
        "The document was not sent to the agency named in the status.",
    ),
    FaultCode.NOT_ITS_SENDER: (
        "Chỉ cơ quan đã gửi văn bản mới được lấy lại, thu hồi văn bản đó.",
        "Only the agency that sent a document may ask for it back.",
    ),
    FaultCode.NOT_PERMITTED: (
        "Bên gọi không được dùng thao tác này, hoặc mã cơ quan không phải của mình.",
        "Whoever asks may not use this operation, or the agency code is another's.",
    ),
    FaultCode.CATALOGUE: (
        "Tệp không phải danh bạ đơn vị của trục.",
        "The file is no catalogue of an axis.",
    ),
    FaultCode.NOT_ITS_OWN: (
        "Không được thu hồi hoặc đổi nơi nhận văn bản của cơ quan khác.",
        "Only the sender of a document may recall it or change its receivers.",
    ),
    FaultCode.RECALLED: (
        "Văn bản này đã được bên gửi thu hồi; trục không chuyển nữa.",
        "Its sender has recalled this document; it goes no further.",
    ),
    FaultCode.TOO_MANY_RECEIVERS: (
        "Gói tin ghi quá nhiều nơi nhận; đề nghị chia thành nhiều gói.",
        "The envelope names too many receivers; please split it.",
    ),
    FaultCode.NOT_COME_YET: (
        "Văn bản cần thu hồi hoặc cập nhật chưa đến trục; tự xử lý khi văn bản đến.",
        "What is to be recalled or updated has not come yet; it is done when it comes.",
    ),
    FaultCode.NO_WAY_OUT: (
        "Không có đường gửi ra ngoài tới cơ quan nhận này.",
        "There is no way out of this hub to this receiver.",
    ),
    FaultCode.REFUSED_BY_OPERATOR: (
        "Người trực của trục đã xem và từ chối văn bản.",
        "An operator of the hub looked at the document and refused it.",
    ),
    FaultCode.SEVERAL_HEIRS: (
        "Cơ quan nhận đã kết thúc hoạt động và có nhiều đơn vị kế thừa; chờ văn thư "
        "xem.",
        "A receiver has ended and has several successors; a clerk must look at it.",
    ),
}
