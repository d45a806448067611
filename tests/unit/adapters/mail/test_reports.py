"""Reports of machines are read for whoever waits for them, and are no documents."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.mail import reports
from hub.model.limits import Limits
from hub.rehearsal import mails
from hub.rehearsal.odd_mails import bounce

LIMITS = Limits()


def test_a_bounce_says_which_mail_and_whom():
    found = reports.read(bounce("<7@hub>", "so@namdinh.gov.vn"), LIMITS)

    assert found is not None
    assert (found.kind, found.message_id) == ("delivery-status", "<7@hub>")
    assert found.envelope_id == "lt-77"
    (failure,) = found.failures
    assert (failure.recipient, failure.action) == ("so@namdinh.gov.vn", "failed")
    assert (failure.status, failure.permanent, failure.temporary) == (
        "5.1.1",
        True,
        False,
    )


def test_a_delay_is_no_failure():
    found = reports.read(bounce("<7@hub>", status="4.4.1"), LIMITS)

    assert found is not None
    assert (found.failures[0].permanent, found.failures[0].temporary) == (False, True)


def test_the_id_is_found_in_the_mail_that_came_back():
    returned = bounce("<7@hub>").replace(b"text/rfc822-headers", b"message/rfc822")
    found = reports.read(returned, LIMITS)

    assert found is not None
    assert found.message_id == "<7@hub>"


def test_a_read_receipt_says_which_mail():
    data = (
        bounce("")
        .replace(b"delivery-status", b"disposition-notification")
        .replace(b"Reporting-MTA:", b"Original-Message-ID: <9@hub>\r\nX:")
    )
    found = reports.read(data, LIMITS)

    assert found is not None
    assert (found.kind, found.message_id) == ("disposition-notification", "<9@hub>")


@pytest.mark.parametrize("data", [b"", b"x", mails.compose(mails.clear_letter())])
def test_what_is_no_report_is_none(data):
    assert reports.read(data, LIMITS) is None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 900), st.integers(0, 20), st.binary(max_size=9))
def test_a_damaged_report_is_never_an_exception(at, cut, more):
    data = bounce("<7@hub>")
    found = reports.read(data[:at] + more + data[at + cut :], LIMITS)

    assert found is None or isinstance(found, reports.Report)
