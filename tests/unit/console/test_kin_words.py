"""What recalled or replaced a document, in words."""

from dataclasses import replace

from hub.console.kin_words import RECALL_STATES, marks, reasons
from hub.console.timeline import line_of
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.recalls import Lineage, RecallState, Relation, VersionLink
from hub.model.records import DeskItem, DeskName, Entry, Tag
from tests.fakes.outsides import NOON

OLD, NEW = DocumentKey("a" * 64), DocumentKey("b" * 64)
LINK = VersionLink(
    "1", NEW, "13/BC", Relation.REPLACES, "12/BC", OLD, "", ArrivalId("c" * 32), NOON
)


def test_every_state_of_a_recall_has_its_words():
    assert set(RECALL_STATES) == set(RecallState)


def test_superseded_by_is_shown_on_the_old_and_replaces_on_the_new():
    assert marks(Lineage(later=(LINK,)), "vi") == ["đã được thay thế bằng 13/BC"]
    assert marks(Lineage(earlier=(LINK,)), "en") == ["replaces 12/BC"]


def test_what_waits_for_its_document_has_done_nothing_to_it_yet():
    link = replace(LINK, relation=Relation.REVOKES, waits=True)
    assert marks(Lineage(later=(link,)), "vi") == []
    assert marks(Lineage(earlier=(link,)), "vi") == ["thu hồi 12/BC (văn bản chưa đến)"]


def test_a_matter_says_why_it_waits_and_what_came_after_its_document():
    item = DeskItem("1", DeskName.HELD, NOON, "unknown-chain", document=OLD)
    kin = {OLD: Lineage(later=(LINK,))}
    assert list(reasons(item, kin, "en")) == ["unknown-chain", "superseded by 13/BC"]


def test_a_timeline_tells_who_is_asked_and_why():
    entry = Entry(
        1,
        Tag.DOCUMENT_RECALLED,
        NOON,
        None,
        OLD,
        None,
        "hub",
        {"by": NEW, "document_id": "12/BC", "asked": ["H40.1"], "cancelled": ["H40.2"]},
        {"reason": "Nhầm số liệu"},
    )
    line = line_of(entry)
    assert line.title == "Văn bản bị thu hồi"
    assert line.detail == (
        "12/BC · hủy chuyển: H40.2 · đã yêu cầu: H40.1 · «Nhầm số liệu»"
    )


def test_a_cancelled_delivery_names_its_agency_and_id():
    facts = {"deliveries": ["m-1"], "by": NEW}
    agency = AgencyCode("H40.1")
    entry = Entry(1, Tag.DELIVERY_CANCELLED, NOON, None, OLD, agency, "hub", facts)
    assert line_of(entry).detail == "H40.1 · m-1"
