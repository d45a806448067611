"""What clerks read says what the code does."""

from dataclasses import fields

import pytest

from hub.model.agencies import Agency, CertificateBinding, Correspondent
from hub.model.calendar import Shift
from hub.model.documents import PaperDuty
from hub.model.limits import Limits
from hub.model.policy import (
    DeliveryPolicy,
    DossierPolicy,
    GridRow,
    MailPolicy,
    PaperPeriod,
    PaperPolicy,
    Remedy,
    RetryChange,
    SecrecyPolicy,
    SignaturePolicy,
    SignedColumn,
    StatusPolicy,
    VerificationPolicy,
)
from hub.model.procedures import Procedure
from hub.registry.calendar import CalendarFile, Year
from hub.registry.procedures import ProcedureFile
from hub.registry.reading import AgencyFile
from hub.rules.decide import RULES
from hub.rules.signatures import NOTES
from tests.unit.rules.cases import POLICY, ROOT

RULES_PAGE = (ROOT / "docs" / "quy-tac.md").read_text("utf-8")
KEYS_PAGE = (ROOT / "config" / "README.md").read_text("utf-8")
WORDS = {
    PaperDuty.PAPERLESS: "**không giấy**",
    PaperDuty.PAPER_TOO: "giấy",
    PaperDuty.HOLD: "tạm giữ",
    PaperDuty.REFUSE: "từ chối",
}


def test_the_page_lists_the_rules_in_their_order_and_words():
    rows = [
        f"| {number} | `{rule.name}` | {rule.vi} | {rule.en} |"
        for number, rule in enumerate(RULES, 1)
    ]
    assert "\n".join(rows) in RULES_PAGE


def test_the_page_shows_the_grid_as_it_is_shipped():
    rows = [
        f"| `{period.name}` | `{row}` | "
        + " | ".join(WORDS[period.cells[row][column]] for column in SignedColumn)
        + " |"
        for period in POLICY.paper.periods
        for row in GridRow
    ]
    assert "\n".join(rows) in RULES_PAGE


@pytest.mark.parametrize(
    "kind",
    [
        AgencyFile,
        Agency,
        CertificateBinding,
        Correspondent,
        PaperPolicy,
        PaperPeriod,
        SignaturePolicy,
        VerificationPolicy,
        SecrecyPolicy,
        Limits,
        DeliveryPolicy,
        RetryChange,
        MailPolicy,
        DossierPolicy,
        StatusPolicy,
        Procedure,
        ProcedureFile,
        CalendarFile,
        Year,
        Shift,
    ],
)
def test_every_key_of_the_files_is_explained(kind):
    for field in fields(kind):
        assert f"`{field.name}`" in KEYS_PAGE or f"`{field.name}." in KEYS_PAGE


POLICY_PAGE = (ROOT / "docs" / "chinh-sach.md").read_text("utf-8")
REMEDIES = {
    Remedy.DELIVER: "chuyển",
    Remedy.HOLD: "tạm giữ",
    Remedy.REFUSE: "từ chối",
}


@pytest.mark.parametrize("field", fields(SignaturePolicy), ids=lambda f: f.name)
def test_the_policys_page_tells_what_is_shipped(field):
    value = getattr(POLICY.signatures_of(""), field.name)
    [line] = [
        r for r in POLICY_PAGE.splitlines() if r.startswith(f"| `{field.name}` |")
    ]
    told = line.split(" | ")[1]
    if isinstance(value, Remedy):
        assert told == REMEDIES[value]
    assert line.count(" | ") == 3


def test_the_notes_on_signatures_are_told_to_clerks():
    for note in NOTES.values():
        assert f"| `{note}` |" in RULES_PAGE
    assert "| `unsigned-fields:…` |" in RULES_PAGE
    assert "| `signer-unlike-sender` |" in RULES_PAGE
