"""A mail with two readings is held under a stable word, never guessed."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.mail.translate import translate
from hub.errors import MalformedEnvelope
from hub.model.faults import FaultCode
from hub.model.frames import Frame
from hub.rehearsal import mails
from hub.rehearsal.odd_mails import OTHERS
from tests.unit.adapters.mail.reading import LIMITS, entity, frame

DOCS = Path(__file__).parents[4] / "docs" / "thu-dien-tu.md"
WORD = re.compile(r'ambiguous\((?:[^()]|\([^()]*\))*"([a-z0-9-]+)"\s*\)')
ALL = {**mails.ODD_MAILS, **mails.REPORTS, **OTHERS}


@pytest.mark.parametrize("name", ALL)
def test_an_odd_mail_is_told_by_its_code_and_word(name):
    odd = ALL[name]

    with pytest.raises(MalformedEnvelope) as caught:
        frame(odd.data())

    assert (caught.value.fault.code, caught.value.fault.detail) == (
        odd.code,
        odd.detail,
    )


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("two-content-type", "header Content-Type"),
        ("two-encoding", "part 1/header Content-Transfer-Encoding"),
        ("base64-garbage", "part 2"),
        ("boundary-inner-end", "part 3"),
        ("name-conflict", "part 2/header Content-Type"),
        ("away", "header Auto-Submitted"),
    ],
)
def test_the_place_is_told(name, place):
    with pytest.raises(MalformedEnvelope) as caught:
        frame(ALL[name].data())

    assert caught.value.fault.place == place


def test_the_clear_mail_that_the_odd_ones_are_made_from_is_read():
    assert frame(mails.compose(mails.clear_letter())).xml


def test_every_word_is_explained_to_the_clerk():
    text = DOCS.read_text()

    for odd in ALL.values():
        assert not odd.detail or f"`{odd.detail}`" in text, odd.detail


def test_every_word_in_the_code_has_a_mail():
    folder = DOCS.parents[1] / "adapters" / "mail"
    used: set[str] = set()
    for file in folder.glob("*.py"):
        used |= set(WORD.findall(file.read_text()))

    assert used - {odd.detail for odd in mails.ODD_MAILS.values()} == set()


def outcome(data: bytes) -> Frame | FaultCode:
    try:
        return translate(entity(data), LIMITS)
    except MalformedEnvelope as error:
        return error.fault.code


BASE = mails.compose(mails.clear_letter())
SEEDS = [BASE[:1500], BASE, *(ALL[n].data()[:3000] for n in list(ALL)[::6])]
CHUNKS = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        (
            *(b"\r\n", b"\r\n\r\n", b"--", b"=?", b'"', b"\r", b"\n", b"\0", b";"),
            *(b"*0*=", b"Content-Type: ", b"--=_lien-thong-1\r\n", b"=?utf-8?B?"),
            *(b"multipart/mixed; ", b"message/rfc822", b"From: ", b"\xff", b"%FF"),
            b"boundary=",
        )
    ),
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 30), CHUNKS), max_size=4),
)
def test_whatever_is_done_to_a_mail_it_ends_in_a_frame_or_a_fault(data, changes):
    for at, cut, more in changes:
        data = data[:at] + more + data[at + cut :]

    assert outcome(data) is not None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_fault(data):
    assert isinstance(outcome(data), FaultCode)


REPEATED = {
    "open-tags": b"<",
    "blank-lines": b"\r\n",
    "dashes": b"--=_lien-thong-1x ",
    "brackets": b"(",
    "words": b"=?utf-8?Q?a?= ",
    "numbers": b"12/3/",
    "digits": b"1",
    "quotes": b"&#",
    "comments": b"<!--",
    "capitals": b"A-",
    "blanks": b" ",
}


def spent(data: bytes) -> float:
    started = time.process_time()
    outcome(data)
    return time.process_time() - started


def text_of(unit: bytes, count: int, kind: bytes) -> bytes:
    part = b"Content-Type: text/" + kind + b"; charset=utf-8\r\n\r\n" + unit * count
    old = b"Content-Type: text/plain; charset=utf-8\r\n"
    return BASE.replace(old, part + b"\r\n--=_lien-thong-1\r\n" + old, 1)


@pytest.mark.parametrize("kind", [b"plain", b"html"])
@pytest.mark.parametrize("name", REPEATED)
def test_ten_times_the_text_takes_no_hundred_times_the_time(name, kind):
    unit = REPEATED[name]
    small = min(spent(text_of(unit, 20_000 // len(unit), kind)) for _ in range(2))
    large = min(spent(text_of(unit, 200_000 // len(unit), kind)) for _ in range(2))

    assert large < 40 * max(small, 0.01)


@pytest.mark.parametrize("name", REPEATED)
@pytest.mark.parametrize(
    "header", [b"Subject", b"From", b"To", b"Received", b"Authentication-Results"]
)
def test_a_header_as_long_as_allowed_takes_no_second(name, header):
    value = (REPEATED[name].strip() or b"a ") * (60_000 // len(REPEATED[name]))
    data = re.sub(rb"(?m)^" + header + rb":.*\r\n(?: .*\r\n)*", b"", BASE)

    assert spent(header + b": " + value + b"\r\n" + data) < 1
