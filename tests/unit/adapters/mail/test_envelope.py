"""What a door knows beside the bytes, read back as the translator does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail.envelope import from_mailbox, pushed
from hub.edxml import mimeheaders


def test_it_is_read_back_as_it_was():
    told = mimeheaders.structured(pushed("::1", ("a@x.vn", "b'{}@y.vn")))
    assert told.value == "message/rfc822"
    assert told.get("rcpt") == "a@x.vn, b'{}@y.vn"
    assert told.get("peer") == "::1"
    assert mimeheaders.structured(from_mailbox("a@x.vn")).get("mailbox") == "a@x.vn"


@given(st.text(max_size=40))
def test_nothing_adds_a_parameter_of_its_own(text):
    try:
        told = pushed("127.0.0.1", (text,))
    except ValueError:
        return
    read = mimeheaders.structured(told)
    assert set(read.parameters) == {"peer", "rcpt"}
    assert read.get("rcpt") == text


def test_a_peer_is_an_address_of_a_host():
    with pytest.raises(ValueError, match="no address of a host"):
        pushed('1"; x="', ())
