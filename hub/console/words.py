"""What people read for what the journal holds: Vietnamese first, English beside it."""

from hub.model.faults import SENTENCES, FaultCode
from hub.model.records import Tag

#: (Vietnamese, English); the words are those of ARCHITECTURE.md.
Pair = tuple[str, str]

TAGS: dict[Tag, Pair] = {
    Tag.ARRIVAL_ACCEPTED: ("Đã nhận và lưu", "Arrival accepted"),
    Tag.ARRIVAL_REPEATED: ("Nguồn gửi lại, đã nhận trước đó", "Arrival repeated"),
    Tag.MESSAGE_REFUSED: (
        "Không nhận được gói tin cơ quan gửi, chờ người xử lý",
        "An agency's message could not be taken in, a person's matter",
    ),
    Tag.FILES_GATHERED: ("Đã tải tệp theo địa chỉ", "Remote files fetched"),
    Tag.ARRIVAL_READ: ("Đã đọc gói tin", "Envelope read"),
    Tag.ENVELOPE_JUDGED: ("Đã kiểm tra chữ ký", "Signatures judged"),
    Tag.ENVELOPE_JUDGED_AGAIN: ("Đã kiểm tra lại chữ ký", "Signatures judged again"),
    Tag.REJUDGING_ASKED: (
        "Người vận hành yêu cầu kiểm tra lại chữ ký",
        "An operator asked to judge again",
    ),
    Tag.REJUDGING_GIVEN_UP: (
        "Thôi tự kiểm tra lại chữ ký, chờ người xử lý",
        "Judged again no more by itself, a person's matter",
    ),
    Tag.DOCUMENT_DECIDED: ("Đã quyết định xử lý", "Decided"),
    Tag.DELIVERY_PLANNED: ("Chờ chuyển", "Delivery planned"),
    Tag.DOCUMENT_RECALLED: ("Văn bản bị thu hồi", "Recalled by its sender"),
    Tag.DOCUMENT_UPDATED: ("Nơi nhận được cập nhật", "Receivers changed by an update"),
    Tag.DOCUMENT_SUPERSEDED: ("Văn bản bị thay thế", "Superseded by a later document"),
    Tag.DELIVERY_CANCELLED: (
        "Hủy việc chuyển: đã thu hồi",
        "Not sent any more: taken back",
    ),
    Tag.DELIVERY_QUEUED: ("Đã vào hàng đợi của cơ quan", "Queued for the agency"),
    Tag.DELIVERY_FETCHED: ("Cơ quan đã lấy về", "Fetched by the agency"),
    Tag.DELIVERY_CONFIRMED: ("Cơ quan xác nhận đã nhận", "Confirmed by the agency"),
    Tag.DELIVERY_REJECTED: ("Cơ quan trả lại", "Rejected by the agency"),
    Tag.NOTICE_QUEUED: ("Đã gửi thông báo cho cơ quan", "Notice sent to the agency"),
    Tag.FORWARD_PLANNED: ("Chờ gửi ra ngoài", "To be forwarded"),
    Tag.FORWARD_SENT: ("Đã gửi ra ngoài", "Forwarded"),
    Tag.FORWARD_LEFT: (
        "Không gửi: nguồn tự hỏi kết quả, hoặc không nhận trạng thái",
        "Not sent: the source asks by itself, or takes no statuses",
    ),
    Tag.FORWARD_BOUNCED: ("Thư gửi ra ngoài bị trả lại", "Letter came back"),
    Tag.STATUS_SAID: ("Trạng thái xử lý", "Status said"),
    Tag.NOTICE_CONFIRMED: (
        "Cơ quan xác nhận đã nhận thông báo",
        "Notice confirmed by the agency",
    ),
    Tag.RECEIPT_PLANNED: ("Chờ báo nhận", "Receipt planned"),
    Tag.RECEIPT_SENT: ("Đã báo nhận cho nguồn gửi", "Receipt sent"),
    Tag.RECEIPT_LEFT: (
        "Không gửi báo nhận: nguồn tự hỏi kết quả, hoặc không phải báo",
        "No receipt sent: the source asks by itself, or none is due",
    ),
    Tag.RECEIPT_BOUNCED: ("Báo nhận bị trả lại", "Receipt came back undelivered"),
    Tag.ALERT_PLANNED: ("Chờ báo động", "Alert planned"),
    Tag.ALERT_SENT: ("Đã báo người vận hành", "Operator called"),
    Tag.OUTBOX_GIVEN_UP: ("Ngừng thử, chờ người xử lý", "Given up, a person's matter"),
    Tag.DELIVERY_REPLAYED: (
        "Người vận hành cho gửi lại",
        "Sent again by an operator",
    ),
    Tag.DELIVERY_DISCARDED: (
        "Người vận hành bỏ, không gửi nữa",
        "Discarded by an operator",
    ),
    Tag.TARGET_OPENED: ("Ngắt nơi nhận", "A target's breaker opened"),
    Tag.TARGET_CLOSED: ("Nối lại nơi nhận", "A target's breaker closed"),
    Tag.BATCH_BEGUN: ("Bắt đầu xử lý hàng loạt", "Work on many begun"),
    Tag.BATCH_ENDED: ("Xong xử lý hàng loạt", "Work on many done"),
    Tag.BATCH_CANCELLED: ("Dừng xử lý hàng loạt", "Work on many cancelled"),
    Tag.PAPER_OPENED: ("Mở việc gửi bản giấy", "Paper task opened"),
    Tag.PAPER_REOPENED: ("Mở lại việc gửi bản giấy", "Paper task opened again"),
    Tag.PAPER_PRINTED: ("Đã in bản giấy", "Paper printed"),
    Tag.PAPER_SENT: ("Đã gửi bản giấy", "Paper sent"),
    Tag.PAPER_RECEIVED: ("Đã nhận bản giấy", "Paper received"),
    Tag.PAPER_DIFFERS: ("Bản giấy khác bản điện tử", "The paper differs"),
    Tag.PAPER_NOT_NEEDED: ("Không cần bản giấy", "No paper needed"),
    Tag.PAPER_RECALLED: (
        "Thu hồi: đóng việc gửi bản giấy",
        "Recalled: paper task closed",
    ),
    Tag.CLOCK_RAN_OUT: (
        "Hồ sơ quá thời hạn, vào danh sách",
        "A dossier's time ran out",
    ),
    Tag.CLOCK_STOPPED: ("Hồ sơ đã được xử lý, ra khỏi danh sách", "A dossier moved on"),
    Tag.DESK_OPENED: ("Vào danh sách chờ người xử lý", "On an operator's list"),
    Tag.DESK_CLOSED: ("Ra khỏi danh sách", "Off the list"),
    Tag.DESK_SEEN: ("Người vận hành đã xem", "Seen by an operator"),
    Tag.ARRIVAL_REFUSED: ("Người vận hành từ chối", "Refused by an operator"),
    Tag.ARRIVAL_RELEASED: ("Người vận hành cho qua", "Released by an operator"),
    Tag.SWEEP_WOKE: ("Đánh thức lại việc bị bỏ dở", "Woken again by the sweep"),
    Tag.CATALOGUE_IMPORTED: ("Đã nhập danh bạ của trục", "Catalogue imported"),
    Tag.CATALOGUE_REFUSED: (
        "Danh bạ của trục thiếu quá nhiều, không nhập",
        "Catalogue lacks too much, not imported",
    ),
    Tag.PARTICULARS_ERASED: ("Đã xóa chi tiết cá nhân", "Particulars erased"),
    Tag.BODIES_ERASED: ("Hết hạn lưu: đã xóa bản lưu", "Kept bytes erased"),
}

DISPOSITIONS: dict[str, Pair] = {
    "deliver": ("chuyển", "deliver"),
    "hold": ("tạm giữ", "hold"),
    "refuse": ("từ chối", "refuse"),
    "discard": ("bỏ qua (bản trùng)", "discard (twin)"),
}

HEADLINES: dict[str, Pair] = {
    "passed": ("chữ ký hợp lệ", "passed"),
    "failed": ("chữ ký không hợp lệ", "failed"),
    "indeterminate": ("chưa kết luận được", "indeterminate"),
    "unsigned": ("không có chữ ký", "unsigned"),
}

PAPER: dict[str, Pair] = {
    "paperless": ("không gửi giấy", "paperless"),
    "paper-too": ("gửi kèm bản giấy", "paper too"),
    "hold": ("tạm giữ", "hold"),
    "refuse": ("từ chối", "refuse"),
}


DESKS: dict[str, Pair] = {
    "held": ("tạm giữ", "held"),
    "secret": ("văn bản mật", "secret"),
    "dead": ("gói tin chết", "dead letter"),
    "unroutable": ("không có hàng đợi", "unroutable"),
    "buried": ("lỗi phần mềm", "buried"),
    "verdict": ("kết luận chữ ký đổi", "verdict changed"),
    "pick-up": ("hồ sơ chưa được tiếp nhận", "dossier not taken up"),
    "inbound": ("gói cơ quan gửi không nhận được", "agency's message not taken"),
    "unread": ("hàng đợi cơ quan không đọc", "queue its agency does not read"),
    "late": ("hồ sơ quá hạn", "dossier late"),
    "status": ("trạng thái không nhận", "status refused"),
    "silent": ("chưa báo đã nhận trong ngày", "no word by the end of the day"),
    "not-taken": ("đã đến, chưa vào sổ", "arrived, never taken"),
    "not-arrived": ("đã vào sổ, chưa báo đã đến", "taken, never told arrived"),
    "recall": ("chưa trả lời thu hồi", "recall unanswered"),
    "not-done": ("đã trả lời, chưa báo hoàn thành", "done, and never said so"),
}

#: How an agency takes what it gets.
WAYS: dict[str, Pair] = {
    "amqp": ("hàng đợi", "queue"),
    "pull": ("REST", "REST"),
    "mail": ("thư", "mail"),
}

#: What stands in a signature's place, where it is no signature.
SLOTS: dict[str, Pair] = {
    "signature": ("chữ ký", "signature"),
    "absent": ("không có", "absent"),
    "placeholder": ("chữ ký mẫu", "placeholder"),
    "token": ("mã xác thực", "token"),
    "malformed": ("không đọc được", "malformed"),
}


#: What judging again came to.
TURNS: dict[str, Pair] = {
    "same": ("không đổi", "the same"),
    "better": ("tốt hơn", "better"),
    "worse": ("xấu đi", "worse"),
    "other": ("lý do khác", "another reason"),
}

#: Whether a verdict is judged again by itself.
VERDICT_STATES: dict[str, Pair] = {
    "open": ("còn chờ", "waits"),
    "settled": ("đã kết luận", "settled"),
    "given-up": ("thôi chờ", "given up"),
}

#: What leaves by the relay.
OUTBOX_KINDS: dict[str, Pair] = {
    "wake": ("gọi bộ xử lý", "wake"),
    "deliver": ("chuyển văn bản", "delivery"),
    "notice": ("báo cho cơ quan", "notice"),
    "forward": ("gửi ra ngoài", "forward"),
    "answer": ("báo nhận", "receipt"),
    "alert": ("báo động", "alert"),
}

#: What an operator does to many matters.
BATCH_ACTIONS: dict[str, Pair] = {
    "replay": ("Gửi lại", "Sent again"),
    "discard": ("Bỏ", "Discarded"),
    "release": ("Cho qua", "Released"),
    "refuse": ("Từ chối", "Refused"),
}

BATCH_STATES: dict[str, Pair] = {
    "running": ("đang làm", "running"),
    "done": ("xong", "done"),
    "cancelled": ("đã dừng", "cancelled"),
}

#: Whether anything is sent to a target.
BREAKER_STATES: dict[str, Pair] = {
    "closed": ("thông", "closed"),
    "open": ("ngắt, tự thử lại", "open, tried again by itself"),
    "held": ("ngắt bằng tay", "held open by an operator"),
}

TARGET_KINDS: dict[str, Pair] = {
    "arrivals": ("hàng đợi của trục", "our own queue"),
    "agencies": ("cơ quan", "agency"),
    "sources": ("nguồn, trục khác", "source"),
    "operators": ("báo động", "alerts"),
}

#: What an error leads to (hub.pipeline.troubles).
FATES: dict[str, Pair] = {
    "later": ("thử lại", "tried again"),
    "never": ("vào danh sách gói tin chết", "a dead letter"),
}

WHOSE: dict[str, Pair] = {
    "target": ("nơi nhận, tính vào cầu dao", "the target's: counts for its breaker"),
    "row": ("riêng việc này; nơi nhận còn sống", "this row's: the target is there"),
    "ours": ("của trục", "ours"),
}

#: Why a verdict is on its list.
VERDICT_REASONS: dict[str, Pair] = {
    "verdict-worse": (
        "kiểm tra lại: kết luận chữ ký xấu đi, xem ngay",
        "judged again: worse than before, look at once",
    ),
    "verdict-better": (
        "kiểm tra lại: kết luận chữ ký tốt hơn, để biết",
        "judged again: better than before, for information",
    ),
    "verdict-other": (
        "kiểm tra lại: vẫn chưa kết luận được, vì lý do khác",
        "judged again: still open, for another reason",
    ),
    "rejudging-given-up": (
        "quá hạn chờ dữ liệu thu hồi, trục thôi tự kiểm tra lại",
        "revocation data was awaited too long; judged no more by itself",
    ),
    "rejudging-broke": (
        "kiểm tra lại vướng lỗi phần mềm",
        "judging again met a bug",
    ),
}


#: Why an agency's delivery is a dead letter.
DEAD_REASONS: dict[str, Pair] = {
    "rejected by the agency's consumer": (
        "phần mềm của cơ quan trả lại",
        "rejected by the agency's consumer",
    ),
    "rejected by the agency's system": (
        "cơ quan trả lại qua REST",
        "rejected by the agency's system",
    ),
    "leased too often": (
        "cơ quan nhận về nhiều lần mà không xác nhận",
        "leased too often and never acknowledged",
    ),
}


def reason_in_words(reason: str, language: str) -> str:
    """A desk item's reason: a fault's sentence, or as it stands."""
    for known in (VERDICT_REASONS, DEAD_REASONS):
        if reason in known:
            return say(known[reason], language)
    try:
        return say(SENTENCES[FaultCode(reason)], language)
    except ValueError:
        return reason


def say(pair: Pair, language: str) -> str:
    """The Vietnamese or the English of a pair."""
    return pair[1] if language == "en" else pair[0]


def both(pair: Pair) -> str:
    """Vietnamese with English beside it."""
    return f"{pair[0]} / {pair[1]}"


#: TrangThaiHoSo (EDXML.md 4.3).
DOSSIER_STATUSES: dict[str, Pair] = {
    "1": ("mới đăng ký", "registered"),
    "2": ("được tiếp nhận", "accepted"),
    "3": ("không được tiếp nhận", "not accepted"),
    "4": ("đang xử lý", "in hand"),
    "5": ("yêu cầu bổ sung giấy tờ", "more papers asked for"),
    "6": ("yêu cầu thực hiện nghĩa vụ tài chính", "payment asked for"),
    "7": ("công dân yêu cầu rút hồ sơ", "withdrawn"),
    "8": ("dừng xử lý", "stopped"),
    "9": ("đã xử lý xong", "done"),
    "10": ("đã trả kết quả", "result handed over"),
}

#: Status codes of documents (QĐ 28/2018), and what is kept beside them.
STATUS_CODES: dict[str, Pair] = {
    "01": ("đã đến", "arrived"),
    "02": ("từ chối tiếp nhận", "refused"),
    "03": ("đã tiếp nhận", "taken"),
    "04": ("phân công", "assigned"),
    "05": ("đang xử lý", "in hand"),
    "06": ("hoàn thành", "done"),
    "13": ("yêu cầu lấy lại", "asked back"),
    "15": ("đồng ý lấy lại, cập nhật", "agreed"),
    "16": ("từ chối lấy lại, cập nhật", "declined"),
    "answer": ("đã gửi văn bản trả lời", "answered by a document"),
}

#: KenhThucHien (EDXML.md 4.2).
CHANNELS: dict[int, Pair] = {
    1: ("trực tiếp", "at the counter"),
    2: ("trực tuyến", "online"),
    3: ("bưu chính công ích", "by post"),
}

#: What a dossier's clock shows.
CLOCKS: dict[str, Pair] = {
    "running": ("còn", "left"),
    "late": ("quá", "late by"),
    "paused": ("tạm dừng, chờ công dân", "paused, the citizen's turn"),
    "done": ("đã xong", "done"),
    "doubted": ("báo đã xong, chưa chắc", "told done, in doubt"),
    "none": ("–", "–"),
}
