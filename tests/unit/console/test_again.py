"""Verdicts side by side, for people."""

from hub.console.again import SAMENESS, difference, lines
from hub.model.again import Difference, Sameness

THEN = {
    "headline": "passed",
    "signed": True,
    "at": "2020-03-02T08:00:00Z",
    "findings": [
        {
            "place": "attachment 1, Signature1",
            "indication": "TOTAL_PASSED",
            "reasons": [],
            "revocation": "good",
        }
    ],
}
TODAY = {
    "headline": "failed",
    "signed": False,
    "at": "2026-03-02T08:00:00Z",
    "findings": [
        {
            "place": "attachment 1, Signature1",
            "indication": "TOTAL_FAILED",
            "reasons": ["REVOKED", "A_WORD_OF_LATER"],
            "revocation": "good",
        }
    ],
}


def table(*verdicts, language="vi"):
    return {
        line.label: (line.cells, line.differs) for line in lines(verdicts, language)
    }


def test_what_differs_is_marked():
    told = table(THEN, THEN, TODAY, language="en")
    assert told["Document signed"] == (("yes", "yes", "no"), True)
    assert told["Revocation"] == (("not revoked",) * 3, False)
    assert told["1. attachment 1, Signature1"] == ((), False)


def test_words_that_are_not_known_stand_as_they_are():
    cells, _ = table(THEN, TODAY)["Lý do"]
    assert cells[1].endswith("; A_WORD_OF_LATER")
    assert "thu hồi" in cells[1]


def test_what_could_not_be_made_again_leaves_its_column_empty():
    assert table(THEN, None, TODAY)["Văn bản đã ký"] == (("có", "", "không"), True)
    assert [line.label for line in lines((None,), "vi")] == []
    assert table(THEN, None, THEN)["Văn bản đã ký"] == (("có", "", "có"), False)


def test_the_place_is_told_in_the_language():
    placed = {"findings": [{"place": "attachment 1, Signature1", "attachment": 1}]}
    assert "1. tệp đính kèm 1, Signature1" in table(placed, None)
    assert "1. attachment 1, Signature1" in table(placed, None, language="en")


def test_a_difference_is_one_line():
    one = Difference("findings.0.place", "a\nb", "\x1b[2J")
    assert difference(one) == "findings.0.place: 'a\\nb' → '\\x1b[2J'"


def test_every_end_has_its_words():
    assert set(SAMENESS) == set(Sameness)
