"""What a stranger writes into properties is read on, or as nothing."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import commands, frame, header

from hub.broker.tolerance import tolerate

_STRINGS = ("content_type", "message_id", "user_id")
_FLAGS = commands.Basic.Properties.flags


def read(name: str, raw: bytes) -> object:
    """One property as a frame of the broker brings it."""
    tolerate()
    content = struct.pack(">HHQH", 60, 0, 0, _FLAGS[name]) + raw
    whole = struct.pack(">BHI", 2, 1, len(content)) + content + b"\xce"
    found = frame.unmarshal(whole)[2]
    assert isinstance(found, header.ContentHeader)
    return getattr(found.properties, name)


def sized(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize("name", _STRINGS)
@given(raw=st.binary(max_size=255))
def test_any_bytes_are_text(name, raw):
    assert read(name, bytes([len(raw)]) + raw) == raw.decode("utf-8", "replace")


@given(number=st.integers(0, 2**64 - 1))
def test_any_number_is_a_moment(number):
    assert read("timestamp", struct.pack(">Q", number)) is not None


@given(raw=st.binary(max_size=200))
def test_any_table_is_read_or_is_empty(raw):
    assert isinstance(read("headers", sized(raw)), dict)


@pytest.mark.parametrize("kind", [b"F", b"A"])
def test_tables_without_end_are_read_as_far_as_one_likes(kind):
    deep = b""
    for _ in range(5000):
        deep = (b"\x01aF" if kind == b"F" else b"A") + sized(deep)
    named = deep if kind == b"F" else b"\x01a" + deep
    told = read("headers", sized(named))
    assert isinstance(told, dict)
    assert "a" in told


def test_what_stands_beside_an_odd_value_is_read_still():
    odd = b"\x01t" + b"T" + struct.pack(">Q", 2**63)
    nested = b"\x01n" + b"F" + sized(b"\x01\xff" + b"t\x01")
    found = read("headers", sized(odd + nested + b"\x01k" + b"S" + sized(b"v")))
    assert isinstance(found, dict)
    assert (found["n"], found["k"]) == ({}, "v")
