import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.decisions import Disposition, Routing
from hub.model.faults import Fault, FaultCode
from hub.rules.decide import decide
from hub.rules.secrecy import secrecy
from tests.unit.rules.cases import POLICY, case, envelope

MARKS = POLICY.secrecy.marks


@pytest.mark.parametrize(
    "value",
    [
        "Mật",
        "MẬT",
        " tối  mật ",
        "Tuyệt Mật",
        unicodedata.normalize("NFD", "Tối mật"),
        "(Mật)",
        "Toi mat",
        "TUYET MAT",
        "\uff2dẬＴ",
        "M\u00adật",
        "Độ mật: Mật",
        "Do mat: Mat",
        "A - Tuyệt mật",
        "Văn bản Tối mật",
        "Không phổ biến - Tối mật",
        "C (Mật)",
    ],
)
def test_a_secrecy_field_with_a_mark_stops_the_document(value):
    assert secrecy(case(envelope=envelope(secrecy=value))) is not None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Thường",
        "Không",
        "Bảo mật",
        "0",
        "Không mật",
        "mật khẩu",
        " . ",
        "Văn bản bảo mật",
        "An toàn, bảo-mật",
        "0 - Không mật",
        "Độ mật: Không",
        "Độ mật",
        "Đã giải mật",
        "Không phải văn bản mật",
        "Khong mat",
        "Độ mật: Thường",
    ],
)
def test_another_value_of_the_field_is_no_secret(value):
    assert secrecy(case(envelope=envelope(secrecy=value))) is None


@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "T U Y Ệ T  M Ậ T", "- MẬT -"])
def test_a_stamp_on_a_line_of_its_own_stops_the_document(stamp):
    assert secrecy(case(stamp=stamp)) is not None
    assert secrecy(case(stamp=f"Số 12\n{stamp}\nHà Nội")) is not None


@pytest.mark.parametrize(
    "stamp", ["BẢO MẬT", "An toàn, bảo mật thông tin", "Độ mật", "MAT", "mất", "mặt"]
)
def test_a_line_that_only_holds_the_word_is_no_stamp(stamp):
    assert secrecy(case(stamp=stamp)) is None


def test_a_subject_about_secrecy_is_no_secret():
    about = envelope(subject="Về việc bảo mật", content="Mật", type_name="Báo cáo")
    assert secrecy(case(envelope=about)) is None


@given(
    st.sampled_from(MARKS),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.text(" \t\u00a0", max_size=3),
)
def test_every_mark_is_known_in_every_form(mark, form, casing, blank):
    written = blank + unicodedata.normalize(form, casing(mark)) + blank
    assert secrecy(case(stamp=written)) is not None


def test_secrecy_comes_before_a_fault_and_before_an_operators_yes():
    decision = decide(case(stamp="MẬT", fault=Fault(FaultCode.BASE64), released=True))
    assert (decision.rule, decision.disposition) == ("secrecy", Disposition.HOLD)


def test_the_decision_on_a_secret_tells_nothing_of_the_document():
    decision = decide(case(envelope=envelope(secrecy="Tối mật", notation="QĐ-UBND")))
    assert decision.secret
    assert decision.reason == Fault(FaultCode.SECRET, "secrecy field")
    assert (decision.routing, decision.paper, decision.notes) == (Routing(), None, ())


def test_a_stamp_is_heeded_where_the_envelope_could_not_be_read():
    assert decide(case(stamp="MẬT", envelope=None)).rule == "secrecy"
