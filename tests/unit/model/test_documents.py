"""The paper flag: a 1 that was received is never lowered."""

import pytest

from hub.model.documents import DocumentType, PaperDuty, PaperRuling


@pytest.mark.parametrize(
    ("duty", "said", "flag"),
    [
        (PaperDuty.PAPERLESS, None, 0),
        (PaperDuty.PAPERLESS, 0, 0),
        (PaperDuty.PAPERLESS, 1, 1),
        (PaperDuty.PAPER_TOO, None, 1),
        (PaperDuty.PAPER_TOO, 0, 1),
        (PaperDuty.PAPER_TOO, 1, 1),
        (PaperDuty.HOLD, 0, 1),
        (PaperDuty.HOLD, None, 1),
        (PaperDuty.REFUSE, 0, 1),
        (PaperDuty.REFUSE, 1, 1),
    ],
)
def test_only_a_paperless_ruling_that_nobody_gainsaid_is_0(duty, said, flag):
    ruling = PaperRuling(
        duty,
        cell="cell",
        type=DocumentType.REPORT,
        read_from="type-name",
        conflict=False,
        sender_said=said,
    )
    assert ruling.flag == flag
    assert ruling.sender_said == said
