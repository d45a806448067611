"""Headers between an outbox row and AMQP."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.broker.headers import (
    MAX_HEADERS,
    VALUE_CHARACTERS,
    clean,
    from_amqp,
    to_amqp,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
VALUES = st.one_of(st.integers(), st.text(max_size=2_000))


@given(st.dictionaries(NAMES, VALUES, max_size=20))
def test_whatever_a_document_says_becomes_one_short_line(headers):
    for value in to_amqp(headers).values():
        if isinstance(value, int):
            assert -(2**63) <= value < 2**63
        else:
            assert len(value) <= VALUE_CHARACTERS
            kinds = {unicodedata.category(letter) for letter in value}
            assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.dictionaries(NAMES, VALUES, max_size=20))
def test_what_was_written_is_read_again_as_it_was_written(headers):
    written = to_amqp(headers)

    assert from_amqp(written) == written
    assert to_amqp(written) == written


def test_vietnamese_stays_as_it_is():
    assert clean("Số 12/BC-UBND, thị trấn Quất Lâm") == (
        "Số 12/BC-UBND, thị trấn Quất Lâm"
    )


def test_line_ends_and_direction_marks_cannot_forge_a_line():
    assert clean("a\r\nb\u202ec\x1b[31m") == "a��b�c�[31m"


def test_too_long_a_value_shows_that_it_was_cut():
    assert clean("x" * 10_000) == "x" * (VALUE_CHARACTERS - 1) + "…"


def test_the_content_type_is_a_property_and_none_is_no_header():
    row = {"content_type": "application/xml", "claim_url": None, "paper": 1}

    assert to_amqp(row) == {"paper": 1}


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "từ", "x" * 65, "a:b"])
def test_a_name_that_is_no_word_is_refused(name):
    with pytest.raises(ValueError, match="name a header"):
        to_amqp({name: "x"})


@pytest.mark.parametrize("value", [1.5, b"x", ["x"], {"x": 1}])
def test_a_value_of_another_kind_is_refused(value):
    with pytest.raises(ValueError, match="neither text nor a whole number"):
        to_amqp({"x": value})


def test_more_headers_than_a_frame_holds_are_refused():
    with pytest.raises(ValueError, match="are allowed"):
        to_amqp({f"h{n}": n for n in range(MAX_HEADERS + 1)})


def test_all_headers_at_their_longest_fit_into_one_frame():
    longest = VALUE_CHARACTERS * len("\U0001f600".encode())

    assert MAX_HEADERS * (longest + 128) < 131_072


def test_tables_from_the_broker_are_left_out_and_bytes_become_text():
    came = {
        "x-death": [{"queue": "a"}],
        "x-first-death-queue": b"agency.a.urgent",
        "n": 3,
        "yes": True,
        "bad": b"\xff\n",
    }

    assert from_amqp(came) == {
        "x-first-death-queue": "agency.a.urgent",
        "n": 3,
        "yes": 1,
        "bad": "��",
    }
