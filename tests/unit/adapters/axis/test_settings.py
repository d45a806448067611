"""What an axis is known by, and where it hears of its documents."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.axis.adapter import AxisAdapter
from adapters.axis.settings import AxisSettings
from hub.fetch.client import FetchClient
from hub.kit import Called
from hub.model.arrivals import Credential
from hub.model.receipts import Untold
from tests.contract.test_adapters import RECEIPT

FINGERPRINT = "AB" * 32


def table(**changes):
    values = {
        "name": "truc-tinh",
        "doors": ["axis-rest", "axis-soap"],
        "token_file": "token",
        "receipts_url": "https://truc.example/receipts",
        "receipts_token_file": "receipts",
    }
    return {k: v for k, v in (values | changes).items() if v is not None}


def read(**changes) -> AxisSettings:
    return AxisSettings.model_validate(table(**changes))


def test_a_source_may_be_known_in_three_ways_at_each_door():
    settings = read(
        signed_headers={"system_id": "HSN", "secret_file": "signing"},
        client_certificate_sha256=FINGERPRINT,
        carrier=True,
    )
    assert settings.secrets() == {
        "token": Path("token"),
        "signing": Path("signing"),
        "receipts": Path("receipts"),
    }
    read_secrets = {"token": "t", "signing": "s", "receipts": "r"}
    assert settings.credentials(read_secrets) == (
        Credential(token="t"),
        Credential(system_id="HSN", secret="s"),
        Credential(certificate_sha256=FINGERPRINT.lower()),
    )
    assert [s.door for s in settings.sources()] == ["axis-rest", "axis-soap"]
    assert settings.addresses() == (
        Called("https://truc.example/receipts", files=False),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"token_file": None},
        {"client_certificate_sha256": "AB"},
        {"receipts_token_file": None},
        {"receipts_url": None},
        {"receipts_url": None, "receipts_token_file": None, "doors": ["axis-rest"]},
        {"receipts_url": "ftp://truc.example"},
        {"signed_headers": {"system_id": "", "secret_file": "x"}},
        {"doors": []},
    ],
)
def test_what_is_not_whole_is_refused(changes):
    with pytest.raises(ValidationError):
        read(**changes)


async def test_who_asks_by_get_traces_is_posted_nothing():
    settings = read(receipts_url=None, receipts_token_file=None)
    assert settings.addresses() == ()
    fetch = FetchClient([])
    untold = await AxisAdapter(settings, fetch, "").answer(RECEIPT)
    assert untold is Untold.ASKS
    await fetch.close()
