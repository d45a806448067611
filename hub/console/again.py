"""An old verdict beside the same judged again: a table for people. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.console import finding_words as words
from hub.console.report import place_in
from hub.console.timeline import plain
from hub.console.words import HEADLINES, SLOTS, Pair, say
from hub.model.again import Difference, Sameness
from hub.model.records import Facts

YES_NO: Mapping[bool, Pair] = {True: ("có", "yes"), False: ("không", "no")}

SAMENESS: Mapping[Sameness, Pair] = {
    Sameness.SAME: (
        "Xét lại như lúc đó: đúng từng điều đã ghi.",
        "Judged as of then: every recorded fact came out again.",
    ),
    Sameness.DIFFERENT: (
        "Xét lại như lúc đó: KHÁC với điều đã ghi.",
        "Judged as of then: NOT as it is recorded.",
    ),
    Sameness.LOST: (
        "Không xét lại như lúc đó được",
        "It cannot be judged as of then",
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, and what each of the verdicts says of it."""

    label: str
    cells: tuple[str, ...]
    #: Which of the verdicts there are: one that cannot be made again says nothing.
    made: tuple[bool, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether those that there are do not all say the same."""
        told = {cell for cell, made in zip(self.cells, self.made, strict=True) if made}
        return len(told) > 1


#: Values that say only that there is nothing to say.
_SILENT = ("not-checked", "none", "signature")
#: Label, key of the facts, words for its values.
_Item = tuple[Pair, str, Mapping[Any, Pair]]
_VERDICT: tuple[_Item, ...] = (
    (("Kết luận", "Conclusion"), "headline", HEADLINES),
    (("Văn bản đã ký", "Document signed"), "signed", YES_NO),
    (("Có chữ ký tổ chức", "Organisation signed"), "organization_signed", YES_NO),
    (("Xét tại", "Judged as of"), "at", {}),
    (("Chính sách", "Policy"), "policy_version", {}),
    (("Dữ liệu tin cậy", "Trust"), "trust_version", {}),
)
_FINDING: tuple[_Item, ...] = (
    (("Kết luận", "Conclusion"), "indication", words.INDICATIONS),
    (("Chỗ ký", "Slot"), "slot", SLOTS),
    (("Lý do", "Reasons"), "reasons", words.SUB_INDICATIONS),
    (("Đường dẫn", "Chain"), "chain", words.CHAINS),
    (("Thu hồi", "Revocation"), "revocation", words.REVOCATIONS),
    (("Thu hồi, tính đến", "Revocation as of"), "revocation_at", {}),
    (("Lúc ký", "Signed at"), "signed_at", {}),
    (("Bằng chứng lúc ký", "Proof of it"), "time_proof", words.TIME_PROOFS),
    (("Sau khi ký", "Afterwards"), "changes", words.CHANGES),
    (("So hình trang", "Look"), "look", words.LOOKS),
    (("Thuộc về", "Belongs to"), "belongs", words.BELONGINGS),
)


def lines(verdicts: Sequence[Facts | None], language: str) -> Iterator[Line]:
    """The verdicts side by side; None: one that could not be made again."""
    made = tuple(v is not None for v in verdicts)
    for line in _all(verdicts, language):
        yield replace(line, made=made) if line.cells else line


def _all(verdicts: Sequence[Facts | None], language: str) -> Iterator[Line]:
    yield from _rows(_VERDICT, [v or {} for v in verdicts], language)
    found = [_findings(v) for v in verdicts]
    for number in range(max(map(len, found), default=0)):
        told = [f[number] if number < len(f) else {} for f in found]
        yield Line(f"{number + 1}. {_place(told, language)}", ())
        yield from _rows(_FINDING, told, language)


def difference(one: Difference) -> str:
    """One difference on a line of its own."""
    return plain(f"{one.place}: {one.recorded!r} → {one.found!r}")


def _findings(verdict: Facts | None) -> list[Facts]:
    return list((verdict or {}).get("findings", ()))


def _place(told: Sequence[Facts], language: str) -> str:
    one = next((f for f in told if f.get("place")), None)
    if one is None:
        return "XML"
    return place_in(str(one["place"]), one.get("attachment"), language)


def _rows(
    items: Sequence[_Item], told: Sequence[Facts], language: str
) -> Iterator[Line]:
    for label, key, table in items:
        cells = tuple(_cell(facts.get(key), table, language) for facts in told)
        if any(cells):
            yield Line(say(label, language), cells)


def _cell(value: Any, table: Mapping[Any, Pair], language: str) -> str:  # noqa: ANN401 - a JSON value
    """In words where there are any; an older hub may have had others."""
    if value is None or value in _SILENT:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(item, table, language) for item in value)
    pair = table.get(value)
    return say(pair, language) if pair else plain(str(value))
