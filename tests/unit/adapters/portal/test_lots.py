"""Lots are cut up without a byte changed, whatever stands in them."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.portal import lots
from adapters.portal.peek import Peek, peek
from adapters.portal.taking import door_id
from hub.errors import MalformedEnvelope
from hub.model.dossiers import DossierAct
from hub.model.ids import digest_of
from tests.unit.adapters.portal.dossiers import dossier, progress, raw

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DOSSIERS = st.dictionaries(
    _TEXTS,
    st.none() | st.integers() | _TEXTS | st.lists(_TEXTS, max_size=2),
    max_size=4,
)
_BLANKS = st.text(" \t\r\n", max_size=3).map(str.encode)


@given(
    rows=st.lists(_DOSSIERS, min_size=1, max_size=5),
    between=_BLANKS,
    indent=st.sampled_from([None, 1]),
    framed=st.booleans(),
)
def test_what_is_cut_out_is_what_stood_there(rows, between, indent, framed):
    slices = [json.dumps(row, indent=indent).encode() for row in rows]
    body = b"[" + between + (between + b"," + between).join(slices) + between + b"]"
    if framed:
        body = b'{"madonvi": "x",' + between + b'"data":' + body + b"}"
    assert lots.split(body, 100).items == tuple(slices)


@given(
    st.binary(max_size=40) | st.text('[]{}",: da\\ut0NI', max_size=40).map(str.encode)
)
@settings(max_examples=400)
def test_any_bytes_are_cut_up_or_told(body):
    try:
        lot = lots.split(body, 100)
    except MalformedEnvelope:
        return
    assert lot.items
    assert all(item in body for item in lot.items)


@given(
    st.binary(max_size=60)
    | st.dictionaries(st.sampled_from(["MaHoSo", "mahoso", "TrangThai"]), _TEXTS).map(
        raw
    )
)
def test_a_look_never_fails(data):
    assert isinstance(peek(data), Peek)


def test_a_look_sees_number_status_and_speaker():
    assert peek(raw(dossier(MaHoSo=7, TrangThaiHoSo=10))) == Peek("7", "10")
    assert peek(raw(progress())).speaker == "Trần Thị B"
    assert peek(b'{"MAHOSO": "\\u00e1", "A": NaN}') == Peek()
    assert peek(b'{"MaHoSo": "' + b"1" * 201 + b'"}') == Peek()


def test_the_same_bytes_for_another_act_are_another_arrival():
    digest = digest_of(b"{}")
    assert len({door_id(act, digest) for act in DossierAct}) == len(DossierAct)
