"""The demo's table: what was sent, what became of it, and whether it had to."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from hub.rehearsal.coming_back import Told
from hub.rehearsal.receivers import Received
from hub.rehearsal.samples import Sample

_OUTCOMES = {"deliver": "chuyển", "hold": "tạm giữ", "refuse": "từ chối"}
_VERDICTS = {
    "passed": "hợp lệ",
    "failed": "hỏng",
    "indeterminate": "chưa rõ",
    "unsigned": "không ký",
}
_PAPER = {0: "không giấy", 1: "kèm giấy", None: "–"}
#: Wide enough for every column; a narrower terminal folds the lines itself.
_WIDTH = 180


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sample, what the hub said, and what came out."""

    sample: Sample
    #: By which door, for people.
    door: str
    #: The 202 of the door.
    taken: dict[str, Any] = field(hash=False)
    #: The receipt; None when it did not come in time.
    receipt: dict[str, Any] | None = field(hash=False)
    received: tuple[Received, ...]
    seconds: float

    def problems(self) -> list[str]:
        """Everything that is not as it must be; empty when all is well."""
        return [text for wrong, text in self._questions() if wrong]

    def _questions(self) -> Iterator[tuple[bool, str]]:
        expected, receipt = self.sample.expected, self.receipt
        if receipt is None:
            yield True, "no receipt"
            return
        wanted: dict[str, object] = {
            "outcome": expected.disposition,
            "rule": expected.rule,
            "code": expected.fault or "",
            "verdict": expected.headline,
            "paper": expected.paper,
        }
        for name, value in wanted.items():
            # A portal hears words only: what its receipt does not say is not asked.
            if value is not None and name in receipt:
                yield receipt[name] != value, f"{name} {receipt[name]}"
        yield (
            len(self.received) != len(expected.receivers),
            f"{len(self.received)} messages for {len(expected.receivers)} receivers",
        )
        whole = all(r.body_is_whole and r.original_is_whole for r in self.received)
        yield not whole, "digest differs"
        # By SOAP and by mail the original is the whole message around it.
        same = all(_holds(r.original, self.sample) for r in self.received)
        yield not same, "the original is not what was sent"


def _holds(original: bytes, sample: Sample) -> bool:
    """Whether an original is what was brought, with what its way put around it."""
    if (
        original == sample.xml
        or not sample.xml
        or base64.b64encode(sample.xml) in original
    ):
        return True
    mail = sample.content_type == "message/rfc822"
    return mail and _lines(original).endswith(_lines(sample.xml))


def _lines(data: bytes) -> bytes:
    """Mail servers end lines as they like, and put their own on top."""
    return data.replace(b"\r\n", b"\n").strip()


def print_table(outcomes: Sequence[Outcome], ready_seconds: float) -> bool:
    """Print the table; whether every document ended where it must."""
    console = Console(width=_WIDTH, markup=False, highlight=False)
    table = Table(title="Liên thông – diễn tập / rehearsal", show_lines=True)
    for title in (
        "Cửa\ndoor",
        "Văn bản\ndocument",
        "Loại\ntype",
        "Chữ ký, lý do\nverdict, reason",
        "Xử lý (quy tắc)\ndecision (rule)",
        "Bản giấy\npaper",
        "Hàng đợi: đã nhận, mã băm khớp (=)\nqueue: received, digest equal (=)",
        "Báo nhận\nreceipt",
        "Giây\ns",
        "Đúng?\nright?",
    ):
        table.add_column(title, overflow="fold")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    console.print(table)
    good = sum(not outcome.problems() for outcome in outcomes)
    console.print(
        f"{good}/{len(outcomes)} văn bản kết thúc đúng chỗ / ended where they must; "
        f"hub sẵn sàng sau / ready after {ready_seconds:.1f} s",
    )
    return good == len(outcomes)


def print_answers(answers: Sequence[Told]) -> bool:
    """Print what agencies said and sent; whether the axis heard all of it."""
    console = Console(width=_WIDTH, markup=False, highlight=False)
    table = Table(title="Chiều về / what comes back", show_lines=True)
    for title in (
        "Việc\nwhat",
        "Cửa của cơ quan\nagency's door",
        "Trục đã nhận\nthe axis heard",
        "Giây\ns",
        "Đúng?\nright?",
    ):
        table.add_column(title, overflow="fold")
    for one in answers:
        table.add_row(
            f"{one.title_vi}\n{one.title_en}",
            one.exchange,
            "\n".join(one.heard) or "không đến / missing",
            f"{one.seconds:.2f}",
            "✓" if one.heard else "✗",
        )
    console.print(table)
    return all(one.heard for one in answers)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    sample, receipt = outcome.sample, outcome.receipt or {}
    types = {str(r.headers["type"]) for r in outcome.received}
    reason = f" [{receipt['code']}]" if receipt.get("code") else ""
    place = f" {receipt['place']}" if receipt.get("place") else ""
    verdict = _VERDICTS.get(receipt.get("verdict", ""), "–")
    decision = _OUTCOMES.get(receipt.get("outcome", ""), "?")
    problems = outcome.problems()
    return (
        outcome.door,
        f"{sample.title_vi}\n{sample.title_en}",
        ", ".join(sorted(types)) or "–",
        f"{verdict}{reason}{place}",
        f"{decision} ({receipt['rule']})" if "rule" in receipt else decision,
        _PAPER.get(receipt.get("paper"), "?"),
        "\n".join(_received(r) for r in outcome.received) or "–",
        _OUTCOMES.get(receipt.get("outcome", ""), "không đến / missing"),
        f"{outcome.seconds:.2f}",
        "; ".join(problems) or "✓",
    )


def _received(received: Received) -> str:
    whole = received.body_is_whole and received.original_is_whole
    digest = f"{received.headers['original_sha256']:.12}"
    return f"{received.queue}\n  {digest}… {'=' if whole else '≠'}"
