"""What recalls, updates and replacements did, for people; Vietnamese first. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from hub.console.words import Pair, reason_in_words, say
from hub.model.ids import DocumentKey
from hub.model.recalls import Lineage, RecallState, Relation, VersionLink
from hub.model.records import DeskItem

RECALL_STATES: dict[RecallState, Pair] = {
    RecallState.CANCELLED: ("hủy trước khi chuyển", "cancelled before it left"),
    RecallState.PREVENTED: ("chưa từng chuyển", "never on its way"),
    RecallState.ASKED: ("đã yêu cầu, chưa trả lời", "asked, no answer yet"),
    RecallState.AGREED: ("cơ quan đồng ý (15)", "the agency agreed (15)"),
    RecallState.REFUSED: ("cơ quan từ chối (16)", "the agency refused (16)"),
    RecallState.LIFTED: ("đã được gửi lại", "given back"),
}
#: Of the earlier document, seen from the later one; and the other way round.
_LATER: dict[Relation, Pair] = {
    Relation.REVOKES: ("đã bị thu hồi", "recalled"),
    Relation.UPDATES: ("đã được cập nhật", "updated"),
    Relation.REPLACES: ("đã được thay thế bằng", "superseded by"),
}
_EARLIER: dict[Relation, Pair] = {
    Relation.REVOKES: ("thu hồi", "recalls"),
    Relation.UPDATES: ("cập nhật", "updates"),
    Relation.REPLACES: ("thay thế", "replaces"),
}
_WAITS: Pair = ("(văn bản chưa đến)", "(not come yet)")
#: Keys of the entries about it: lists of agencies.
_LISTS: dict[str, Pair] = {
    RecallState.CANCELLED: ("hủy chuyển", "cancelled"),
    RecallState.ASKED: ("đã yêu cầu", "asked"),
    RecallState.PREVENTED: ("chưa từng chuyển", "never sent"),
    "added": ("thêm", "added"),
}


def marks(lineage: Lineage, language: str) -> list[str]:
    """What must be seen wherever a document is: "superseded by …", "recalled"."""
    later = (_later(one, language) for one in lineage.later if not one.waits)
    earlier = (_earlier(one, language) for one in lineage.earlier)
    return list(dict.fromkeys((*later, *earlier)))


def reasons(
    item: DeskItem, kin: Mapping[DocumentKey, Lineage], language: str
) -> Iterator[str]:
    """Why a matter waits for a person, and what came after its document meanwhile."""
    yield reason_in_words(item.reason, language)
    if item.document is not None and item.document in kin:
        yield from marks(kin[item.document], language)


def _later(link: VersionLink, language: str) -> str:
    said = say(_LATER[link.relation], language)
    if link.relation is Relation.REPLACES:
        return f"{said} {link.document_id}"
    return said


def _earlier(link: VersionLink, language: str) -> str:
    waits = f" {say(_WAITS, language)}" if link.waits else ""
    return f"{say(_EARLIER[link.relation], language)} {link.target_id}{waits}"


def kin_detail(
    facts: Mapping[str, Any], texts: Mapping[str, Any], language: str
) -> Iterator[str]:
    """The entry of what a later document did to one."""
    if facts.get("document_id"):
        yield str(facts["document_id"])
    for name, pair in _LISTS.items():
        if codes := facts.get(name):
            yield f"{say(pair, language)}: {', '.join(codes)}"
    if deliveries := facts.get("deliveries"):
        yield ", ".join(deliveries)
    if reason := texts.get("reason"):
        yield f"«{reason}»"
