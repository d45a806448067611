"""Calls an operator: a critical line in the log, and a webhook where one is set."""

import json
import logging
from http import HTTPStatus

from hub.errors import SourceUnavailable
from hub.model.calls import Call
from hub.model.records import OutboxRow
from hub.ports import Fetch

log = logging.getLogger(__name__)

_TEXTS = {
    "pick-up": "{name} ({office}): {count} hồ sơ nộp trực tuyến chưa được tiếp nhận "
    "đúng giờ. ({count} dossiers handed in online were not taken up in time.)",
    "late": "{name} ({office}): {count} hồ sơ quá hạn trả. "
    "({count} dossiers are late.)",
    "silent": "{name} ({office}): {count} văn bản đã chuyển chưa được báo đã nhận "
    "trong ngày. ({count} documents, and no word by the end of the day.)",
    "not-taken": "{name} ({office}): {count} văn bản đã đến, chưa vào sổ đúng giờ. "
    "({count} arrived and were not taken in time.)",
    "not-arrived": "{name} ({office}): {count} văn bản đã vào sổ mà chưa báo đã đến. "
    "({count} were taken and never told arrived.)",
    "recall": "{name} ({office}): {count} yêu cầu lấy lại chưa trả lời. "
    "({count} recalls are unanswered.)",
    "not-done": "{name} ({office}): {count} văn bản đã trả lời mà chưa báo hoàn thành. "
    "({count} were answered and never told done.)",
    "unread": "{name} ({office}): {count} hàng đợi không ai đọc, hoặc gần đầy. "
    "({count} queues are read by nobody, or nearly full.)",
    "verdict-worse": "Kiểm tra lại chữ ký của một văn bản: kết luận xấu đi; xem "
    "`hub rejudge`. (Signatures judged again: worse than before.)",
    "secret": "Có văn bản mật gửi vào trục; đã chặn, cần người xử lý ngay. "
    "(A secret document was stopped; somebody must act now.)",
}


class OperatorAlarm:
    """Implements the port Alarm."""

    def __init__(self, fetch: Fetch, webhook: str) -> None:
        self._fetch = fetch
        self._webhook = webhook

    async def call(self, row: OutboxRow) -> None:
        """See the port."""
        matter = str(row.headers.get("matter", ""))
        log.critical("operator called", extra={"matter": matter})
        if not self._webhook:
            return
        body = json.dumps(
            {
                "id": row.id,
                "matter": matter,
                "arrival": row.arrival,
                "text": _TEXTS.get(matter, matter).format_map(row.headers),
            },
            ensure_ascii=False,
        ).encode()
        kind = {"Content-Type": "application/json"}
        async with self._fetch.open(Call("POST", self._webhook, kind, body)) as reply:
            if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
                raise SourceUnavailable(f"webhook answered {reply.status}")
