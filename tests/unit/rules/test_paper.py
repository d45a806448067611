from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.decisions import Disposition
from hub.model.documents import DocumentType, PaperDuty
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import Kind
from hub.model.faults import FaultCode
from hub.model.findings import SubIndication
from hub.model.policy import GridRow, Remedy, SignaturePolicy, SignedColumn
from hub.rules.decide import decide
from hub.rules.paper import document_date, paper_ruling, period_of
from tests.unit.rules.cases import (
    FAILED,
    POLICY,
    SIGNED,
    STRANGER_SIGNED,
    UNSIGNED,
    case,
    envelope,
    finding,
    verdict,
)

T, LESS, TOO, NO = DocumentType, *list(PaperDuty)[:2], PaperDuty.REFUSE
VERDICTS = {
    "signed": SIGNED,
    "unsigned": UNSIGNED,
    "indeterminate": STRANGER_SIGNED,
    "failed": FAILED,
}
#: The district's text, written down once more and apart from policy.yaml.
WITHOUT_PAPER = {
    T.NORMATIVE,
    T.REPORT,
    T.DIRECTIVE,
    T.PROGRAMME,
    T.DISPATCH,
    T.INVITATION,
    T.GUIDANCE,
    T.REGULATION,
    T.PLAN,
    T.NOTICE,
    T.SCHEME,
    T.LETTER,
}
IN_PARALLEL = {T.DECISION, T.PROPOSAL}
PERIODS = {
    "to-2019-07-31": date(2019, 7, 31),
    "from-2019-08-01": date(2019, 8, 1),
    "from-2019-11-15": date(2019, 11, 15),
}
#: TypeName for each type; one cell of the grid for each of them in each period.
TYPE_NAMES = {
    T.NORMATIVE: "Văn bản quy phạm pháp luật",
    T.REPORT: "Báo cáo",
    T.DIRECTIVE: "Chỉ thị",
    T.PROGRAMME: "Chương trình",
    T.DISPATCH: "Công điện",
    T.INVITATION: "Giấy mời",
    T.GUIDANCE: "Hướng dẫn",
    T.REGULATION: "Quy chế",
    T.PLAN: "Kế hoạch",
    T.NOTICE: "Thông báo",
    T.SCHEME: "Đề án",
    T.LETTER: "Công văn",
    T.DECISION: "Quyết định",
    T.PROPOSAL: "Tờ trình",
    T.RESOLUTION: "Nghị quyết",
    T.CONTRACT: "Hợp đồng",
    T.UNKNOWN: "Phiếu lấy ý kiến",
}


def expected(kind, column, period):
    if column == "failed":
        return NO
    alone = period == "from-2019-11-15" and column == "signed"
    return LESS if alone and kind in WITHOUT_PAPER else TOO


def ruled(verdict=SIGNED, *, about_known=False, **changes):
    fields = {"notation": "", "number": ""} | changes
    asked = case(envelope=envelope(**fields), verdict=verdict, about_known=about_known)
    found = paper_ruling(asked)
    assert found is not None
    return found


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("column", VERDICTS)
@pytest.mark.parametrize("kind", TYPE_NAMES)
def test_every_cell_of_the_grid(kind, column, period):
    day = PERIODS[period]
    found = ruled(VERDICTS[column], type_name=TYPE_NAMES[kind], promulgated=day)
    assert found.duty is expected(kind, column, period)
    assert found.cell == f"{kind}/{column}/{period}"
    assert (found.type, found.conflict) == (kind, False)
    assert found.flag == (0 if found.duty is LESS else 1)


def test_the_shipped_grid_names_the_districts_types():
    assert set(POLICY.paper.paperless_types) == WITHOUT_PAPER
    assert set(POLICY.paper.parallel_types) == IN_PARALLEL


def test_the_shipped_grid_is_the_districts_cell_by_cell():
    members = {
        GridRow.PAPERLESS_TYPE: T.REPORT,
        GridRow.PARALLEL_TYPE: T.DECISION,
        GridRow.UNNAMED_TYPE: T.CONTRACT,
    }
    for period in POLICY.paper.periods:
        for row in GridRow:
            for column in SignedColumn:
                duty = expected(members[row], column, period.name)
                assert period.cells[row][column] is duty


@pytest.mark.parametrize("name", PERIODS)
def test_a_period_begins_on_its_first_day_and_not_before(name):
    period = period_of(POLICY.paper, PERIODS[name])
    assert period.name == name


def test_the_day_before_a_period_belongs_to_the_one_before():
    assert period_of(POLICY.paper, date(2019, 11, 14)).name == "from-2019-08-01"
    assert period_of(POLICY.paper, date.min).name == "to-2019-07-31"


def test_a_conflict_of_type_is_flagged_and_takes_paper():
    found = ruled(type_name="Báo cáo", notation="QĐ-UBND", number="12")
    assert (found.duty, found.flag, found.conflict) == (TOO, 1, True)
    both = envelope(type_name="Báo cáo", notation="QĐ-UBND")
    assert "type-conflict" in decide(case(envelope=both)).notes


def test_a_normative_decision_goes_without_paper_and_an_individual_one_does_not():
    year = ruled(type_name="Quyết định", number="12", notation="2019/QĐ-UBND")
    plain = ruled(type_name="Quyết định", number="12", notation="QĐ-UBND")
    assert (year.type, year.duty) == (T.NORMATIVE, LESS)
    assert (plain.type, plain.duty) == (T.DECISION, TOO)


def test_the_key_makes_a_normative_decision_a_decision_again():
    off = replace(
        POLICY, paper=replace(POLICY.paper, normative_decision_is_vbqppl=False)
    )
    year = envelope(type_name="Quyết định", number="12", notation="2019/QĐ-UBND")
    found = paper_ruling(case(envelope=year, policy=off))
    assert found is not None
    assert (found.type, found.duty) == (T.DECISION, TOO)


def test_the_sender_s_word_is_kept_beside_ours():
    assert ruled(paper=0, type_name="Tờ trình").sender_said == 0
    assert ruled(paper=0, type_name="Tờ trình").flag == 1
    assert ruled(type_name="Tờ trình").sender_said is None


@given(
    st.sampled_from(sorted(TYPE_NAMES.values())),
    st.sampled_from(sorted(VERDICTS)),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.none(),
    st.sampled_from(list(Kind)),
)
def test_a_received_one_is_never_lowered(type_name, column, day, kind):
    said = envelope(type_name=type_name, promulgated=day, paper=1, kind=kind)
    found = paper_ruling(case(envelope=said, verdict=VERDICTS[column]))
    assert found is None or found.flag == 1


@given(
    st.sampled_from(sorted(TYPE_NAMES.values())),
    st.sampled_from(["", "QĐ-UBND", "QD-UBND", "TTr-UBND", "UBND-VP", "2019/QĐ-UBND"]),
    st.sampled_from(sorted(VERDICTS)),
    st.dates(date(2018, 1, 1), date(2021, 1, 1)) | st.none(),
    st.sampled_from([None, 0, 1]),
)
def test_only_what_is_signed_of_a_named_type_and_undisputed_goes_without_paper(
    type_name, notation, column, day, said
):
    found = ruled(
        VERDICTS[column],
        type_name=type_name,
        notation=notation,
        number="12",
        promulgated=day,
        paper=said,
    )
    if found.flag == 0:
        assert column == "signed"
        assert found.type in WITHOUT_PAPER
        assert not found.conflict
        assert found.cell.endswith("/from-2019-11-15")


@given(st.dates(), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_the_day_is_plausible_or_that_of_arrival(written, arrived):
    at = datetime(arrived.year, arrived.month, arrived.day, 5, tzinfo=UTC)
    asked = case(envelope=envelope(promulgated=written), accepted_at=at)
    issued = document_date(asked)
    near = (issued.day - arrived).days <= POLICY.paper.future_days
    assert near
    assert issued.day >= POLICY.paper.earliest
    assert issued.doubtful is (issued.day != written)


def test_an_impossible_date_is_flagged_and_the_arrivals_day_taken():
    """2014/02/30 stands in the kit's own samples: read as no date, its text kept."""
    odd = envelope(promulgated=None, promulgated_text="2014/02/30")
    decision = decide(case(envelope=odd))
    assert "date-doubtful" in decision.notes
    assert decision.paper is not None
    assert decision.paper.cell.endswith("from-2019-11-15")


def test_plausible_ends_with_the_last_of_the_future_days():
    days = [date(2019, 12, 20), date(2019, 12, 21)]
    doubts = [
        document_date(case(envelope=envelope(promulgated=day))).doubtful for day in days
    ]
    assert doubts == [False, True]


@pytest.mark.parametrize("text", ["", "2018/02/30"])
def test_where_no_date_is_known_any_year_inside_the_number_is_the_sign(text):
    found = ruled(
        type_name="Quyết định",
        number="12",
        notation="2018/QĐ-UBND",
        promulgated=None,
        promulgated_text=text,
    )
    assert found.type is T.NORMATIVE


def test_no_date_at_all_is_no_doubt():
    assert decide(case(envelope=envelope(promulgated=None))).notes == ()


def test_the_arrivals_day_is_that_of_vietnam():
    """18:00 UTC on 14 November is 01:00 on the 15th in Vietnam."""
    at = datetime(2019, 11, 14, 18, tzinfo=UTC)
    asked = case(envelope=envelope(promulgated=None), accepted_at=at)
    found = paper_ruling(asked)
    assert found is not None
    assert found.duty is LESS


@pytest.mark.parametrize("kind", [Kind.REVOKE, Kind.UPDATE])
def test_a_revoke_or_update_raises_no_duty_of_its_own(kind):
    for said, flag in ((None, 0), (0, 0), (1, 1)):
        found = ruled(type_name="Tờ trình", kind=kind, paper=said, about_known=True)
        assert (found.duty, found.flag) == (LESS, flag)
        assert found.cell == f"no-new-duty/{kind}"


def test_a_citizens_dossier_raises_no_paper_duty():
    told = Dossier(DossierAct.ADD, "H-1")
    found = paper_ruling(case(dossier=told, verdict=UNSIGNED))
    assert found is not None
    assert (found.duty, found.cell) == (LESS, "no-new-duty/dossier")


def test_an_update_of_what_nobody_here_has_takes_the_grid():
    assert ruled(type_name="Tờ trình", kind=Kind.UPDATE).duty is TOO


def test_a_replacement_takes_the_grid():
    assert ruled(type_name="Tờ trình", kind=Kind.REPLACE).duty is TOO


def grid_says(column, duty):
    cells = {row: dict.fromkeys(SignedColumn, TOO) | {column: duty} for row in GridRow}
    period = replace(POLICY.paper.periods[0], cells=cells)
    remedies = [f.name for f in fields(SignaturePolicy) if f.type is Remedy]
    changes: dict[str, Any] = dict.fromkeys(remedies, Remedy.DELIVER)
    everything = replace(SignaturePolicy(), **changes)
    return replace(
        POLICY,
        signatures={"default": everything},
        paper=replace(POLICY.paper, periods=(period,)),
    )


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("failed", FaultCode.SIGNATURE_BROKEN),
        ("unsigned", FaultCode.SIGNATURE_MISSING),
        ("indeterminate", FaultCode.SIGNATURE_UNCERTAIN),
        ("signed", FaultCode.SIGNATURE_UNCERTAIN),
    ],
)
@pytest.mark.parametrize("duty", [PaperDuty.HOLD, PaperDuty.REFUSE])
def test_a_cell_that_stops_a_document_acts(column, code, duty):
    policy = grid_says(SignedColumn(column), duty)
    decision = decide(case(verdict=VERDICTS[column], policy=policy))
    assert decision.rule == "paper"
    assert decision.disposition == Disposition(duty)
    assert decision.reason is not None
    assert decision.reason.code is code


def test_an_operators_yes_stands_above_the_grid():
    policy = grid_says(SignedColumn.UNSIGNED, PaperDuty.HOLD)
    decision = decide(case(verdict=UNSIGNED, policy=policy, released=True))
    assert decision.rule == "released"
    assert decision.paper is not None
    assert decision.paper.flag == 1


WEAK = verdict(
    finding(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, weak=True),
)


@pytest.mark.parametrize(
    ("until", "column"),
    [
        (None, "indeterminate"),
        (date(2019, 11, 17), "indeterminate"),
        # dated the 18th, arrived the 20th: an old date is written in a moment
        (date(2019, 11, 19), "indeterminate"),
        (date(2019, 11, 20), "signed"),
    ],
)
def test_weak_signatures_count_up_to_the_day_the_policy_names(until, column):
    policy = replace(POLICY, paper=replace(POLICY.paper, weak_until=until))
    ruling = paper_ruling(case(verdict=WEAK, policy=policy))
    assert ruling is not None
    assert ruling.cell.startswith(f"bao-cao/{column}/")


@pytest.mark.parametrize(
    "more",
    [
        finding(SubIndication.HASH_FAILURE, intact=False),
        finding(
            SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
            SubIndication.TRY_LATER,
            weak=True,
        ),
        finding(SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
    ],
)
def test_weakness_that_is_not_all_never_counts_as_signed(more):
    policy = replace(POLICY, paper=replace(POLICY.paper, weak_until=date(2030, 1, 1)))
    found = verdict(more) if more.intact else verdict(*WEAK.findings, more)
    ruling = paper_ruling(case(verdict=found, policy=policy))
    assert ruling is not None
    assert "/signed/" not in ruling.cell
