"""A document's timeline in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.console.timeline import line_of, lines, plain
from hub.console.words import (
    DESKS,
    DISPOSITIONS,
    HEADLINES,
    PAPER,
    SLOTS,
    TAGS,
    TURNS,
    VERDICT_STATES,
)
from hub.model.decisions import Disposition
from hub.model.documents import PaperDuty
from hub.model.findings import Slot
from hub.model.ids import AgencyCode
from hub.model.records import DeskName, Entry, Tag
from hub.model.rejudging import Turn, VerdictState
from hub.model.verdicts import Headline
from tests.fakes.outsides import NOON

ENTRY = Entry(
    id=1,
    tag=Tag.DOCUMENT_DECIDED,
    moment=NOON,
    arrival=None,
    document=None,
    agency=None,
    actor="hub",
    facts={
        "disposition": "refuse",
        "rule": "signatures",
        "reason": {"code": "signature-broken", "place": "attachment 1"},
        "paper": None,
        "routing": {"receivers": []},
    },
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (TAGS, Tag),
        (DISPOSITIONS, Disposition),
        (HEADLINES, Headline),
        (PAPER, PaperDuty),
        (DESKS, DeskName),
        (SLOTS, Slot),
        (TURNS, Turn),
        (VERDICT_STATES, VerdictState),
    ],
)
def test_every_word_is_there_in_both_languages(words, values):
    assert set(words) == set(values)
    assert all(vi and en for vi, en in words.values())


def test_a_refusal_is_told_with_rule_code_sentence_and_place():
    line = line_of(ENTRY)
    assert line.title == "Đã quyết định xử lý"
    assert "từ chối (quy tắc: signatures)" in line.detail
    assert "[signature-broken]" in line.detail
    assert "attachment 1" in line.detail
    assert line.local == "02/12/2019 12:00:00.000"


def test_a_bounce_says_which_receipt_came_back_and_why():
    facts = {"receipt": "6f1b7a52", "status": "5.1.1"}
    line = line_of(replace(ENTRY, tag=Tag.RECEIPT_BOUNCED, facts=facts))
    assert line.detail == "6f1b7a52 · 5.1.1"


def test_lines_stand_in_order_with_the_time_since_the_first():
    later = replace(
        ENTRY, id=2, tag=Tag.RECEIPT_SENT, moment=NOON + timedelta(seconds=1.5)
    )
    told = lines([later, ENTRY], "en")
    assert [line.after_ms for line in told] == [0, 1500]
    assert told[1].title == "Receipt sent"


def test_every_tag_can_be_told_with_empty_facts():
    for tag in Tag:
        assert line_of(replace(ENTRY, tag=tag, facts={})).title


def test_a_verdict_judged_again_says_what_it_was_before_and_for_better_or_worse():
    finding = {"place": "attachment 1", "indication": "TOTAL_FAILED"}
    facts = {
        "headline": "failed",
        "before": "indeterminate",
        "turn": "worse",
        "findings": [finding | {"reasons": ["REVOKED"]}],
    }
    line = line_of(replace(ENTRY, tag=Tag.ENVELOPE_JUDGED_AGAIN, facts=facts))
    assert line.title == "Đã kiểm tra lại chữ ký"
    assert line.detail == (
        "xấu đi · chưa kết luận được → chữ ký không hợp lệ · "
        "attachment 1: TOTAL_FAILED (REVOKED)"
    )


def test_why_a_verdict_is_on_a_list_is_told_in_words():
    facts = {"desk": "verdict", "reason": "rejudging-given-up"}
    line = line_of(replace(ENTRY, tag=Tag.DESK_OPENED, facts=facts))
    assert "thôi tự kiểm tra lại" in line.detail


def test_a_text_cannot_forge_a_line():
    assert plain("a\r\nb\x1b[31m\u202ec\td") == "a b [31m c d"


def test_a_decision_names_its_notes_and_the_policy_that_made_it():
    facts = {
        "disposition": "deliver",
        "rule": "deliver",
        "notes": ["no-seal", "weak-algorithm"],
        "policy_edition": "2026-12, số 2",
        "policy_version": "f1f6e77bf1f06aa9dd653408974a1bce",
    }
    line = line_of(replace(ENTRY, facts=facts))
    assert line.detail == (
        "chuyển (quy tắc: deliver) · ghi chú: no-seal, weak-algorithm · "
        "chính sách «2026-12, số 2» f1f6e77bf1f0…"
    )


def test_a_status_is_told_by_its_agency_its_code_and_its_words():
    facts = {"code": "03", "by": "agency", "at": "2019-12-02T03:00:00Z"}
    said = replace(
        ENTRY,
        tag=Tag.STATUS_SAID,
        agency=AgencyCode("000.01.37.H40"),
        actor="agency.van-phong",
        facts=facts,
        particulars={"text": "Đã vào sổ 512"},
    )
    told = "000.01.37.H40 · 03 đã tiếp nhận · «Đã vào sổ 512»"
    assert line_of(said).detail == told
    here = replace(
        said,
        actor="lan",
        facts={**facts, "by": "operator"},
        particulars={"reason": "cơ quan gọi điện"},
    )
    assert line_of(here).detail.endswith("đã tiếp nhận · lan · «cơ quan gọi điện»")
