"""What people read of retention: Vietnamese first, English beside it."""

from hub.console.words import Pair
from hub.model.retention import Block, Matter

BLOCKS: dict[Block, Pair] = {
    Block.UNDECIDED: ("chưa quyết định", "nobody decided yet"),
    Block.LISTED: ("đang chờ người xử lý", "waits for a person"),
    Block.LEAVING: ("còn việc phải gửi", "something must still leave"),
    Block.OPEN_VERDICT: ("còn kiểm tra lại chữ ký", "its verdict is open"),
    Block.PAPER: ("bản giấy chưa xong hoặc khác", "paper under way, or differs"),
    Block.UNANSWERED: ("nơi nhận chưa trả lời", "not answered"),
    Block.OPEN_DOSSIER: ("hồ sơ chưa kết thúc", "its dossier goes on"),
}

MATTERS: dict[Matter, Pair] = {
    Matter.NEW: ("văn bản", "document"),
    Matter.REVOKE: ("thu hồi", "recall"),
    Matter.UPDATE: ("cập nhật", "update"),
    Matter.REPLACE: ("thay thế", "replacement"),
    Matter.STATUS: ("trạng thái", "status"),
    Matter.DOSSIER: ("hồ sơ", "dossier"),
    Matter.UNREAD: ("không phải văn bản", "no document"),
}
