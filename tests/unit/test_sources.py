"""Sources and tokens: all that is wrong at once, and who is who."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from adapters.axis.settings import AXIS_REST
from hub.errors import NotAllowed, SettingsError
from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import Shown
from hub.model.ids import AgencyCode
from hub.resources import resource
from hub.sources import (
    access_of,
    adapters_of,
    allowed,
    entries_of,
    load,
    sources_of,
    window_token,
)
from tests.fakes.kits import kit_of
from tests.fakes.outsides import SteppingClock

TOKENS = ("axis", "receipts", "office", "window")


def token(name: str) -> str:
    return f"{name}-token-of-24-letters-and-more"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "trust").mkdir()
    for name in TOKENS:
        (tmp_path / name).write_text(token(name) + "\n")
    return tmp_path


@pytest.fixture
def source():
    return {
        "name": "truc-tinh",
        "doors": ["axis-rest"],
        "token_file": "axis",
        "carrier": True,
        "receipts_url": "http://127.0.0.1:9/receipts",
        "receipts_token_file": "receipts",
    }


@pytest.fixture
def written(folder, source):
    """Writes settings with one axis and one agency; gives the path."""

    def write(**changes):
        values = {
            "data": "data",
            "policy": str(resource("config", "policy.yaml")),
            "agencies": str(resource("config", "agencies.yaml")),
            "trust": "trust",
            "front": {"window_token_file": "window"},
            "sources": [source],
            "agency_access": [{"code": "000.00.37.H40", "token_file": "office"}],
        } | changes
        path = folder / "hub.yaml"
        path.write_text(yaml.safe_dump(values))
        return path

    return write


def problems(path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(path)
    return list(caught.value.problems)


def bearer(name: str) -> Shown:
    return Shown({"authorization": f"Bearer {token(name)}"})


def may_call(path):
    settings = load(path)
    return allowed(settings, entries_of(settings))


async def parts(path):
    settings = load(path)
    entries = entries_of(settings)
    access = access_of(settings, entries, SteppingClock())
    return settings, adapters_of(entries, kit_of(access=access)), access


def test_sources_tokens_and_files_are_told_together(written, folder, source):
    (folder / "axis").write_text("short")
    (folder / "receipts").unlink()
    (folder / "office").write_bytes(b"\xff" * 40)
    (folder / "window").write_text("")
    told = problems(
        written(
            bogus=1,
            policy="none.yaml",
            sources=[
                source,
                source | {"name": "Trục!", "receipts_url": "ftp://x", "colour": 1},
            ],
        )
    )
    for part in (
        "bogus: Extra inputs",
        "none.yaml: No such file",
        "sources.1.name: String should match",
        "sources.1.receipts_url: String should match",
        "sources.1.colour: Extra inputs",
        "axis: a token under 24 characters",
        "receipts: No such file",
        "office: not text",
        "window: empty",
    ):
        assert [line for line in told if part in line], part
    assert len(told) == 9


def test_a_source_of_a_door_nobody_knows_is_told(written, source):
    known = {"name": "x", "doors": ["axis-rest"]}
    told = problems(
        written(sources=[source | {"doors": ["fax"]}, {"name": "y"}, known])
    )
    assert {line.partition(":")[0] for line in told} == {
        "sources.0.doors",
        "sources.1.doors",
        "sources.2.",
    }


def test_two_of_one_name_are_told(written, source, folder):
    (folder / "other").write_text(token("other"))
    two = [source, source | {"token_file": "other"}]
    assert problems(written(sources=two)) == ["sources: truc-tinh twice"]


def test_who_would_show_the_token_of_another_is_told(written, folder):
    (folder / "office").write_text(token("axis"))
    assert problems(written()) == ["office: the same token as truc-tinh"]


def test_who_would_show_the_certificate_of_another_is_told(written, folder, source):
    (folder / "other").write_text(token("other"))
    shown = source | {"client_certificate_sha256": "ab" * 32}
    second = source | {
        "name": "so-noi-vu",
        "token_file": "other",
        "client_certificate_sha256": "AB" * 32,
    }
    told = problems(written(sources=[shown, second]))
    assert "so-noi-vu: the same certificate as truc-tinh" in told


def test_a_certificate_that_nobody_would_ask_for_is_told(written, source):
    shown = source | {"client_certificate_sha256": "ab" * 32}
    told = problems(written(sources=[shown]))
    assert told == ["truc-tinh: a client certificate wants front.tls.client_ca_file"]
    tls = {"certificate_file": "c", "key_file": "k", "client_ca_file": "ca"}
    front = {"window_token_file": "window", "tls": tls}
    path = written(sources=[shown], front=front)
    assert load(path).file.front.tls is not None


def test_no_file_is_fetched_from_where_an_axis_hears_receipts(written, source):
    inner = written(sources=[source | {"inner_network": True}])
    (called,) = may_call(inner)
    assert (called.private, called.files) == (True, False)


def test_a_window_token_that_is_not_made_yet_is_no_problem(written, folder):
    (folder / "window").unlink()
    settings = load(written())
    with pytest.raises(SettingsError) as caught:
        window_token(settings)
    assert caught.value.problems == ("window: No such file or directory",)


def test_no_token_is_in_a_sentence(written, folder):
    (folder / "axis").write_text("geheim")
    (folder / "office").write_text("geheim")
    assert "geheim" not in " ".join(problems(written()))


async def test_each_token_is_who_it_belongs_to(written):
    _, _, access = await parts(written())
    assert access.source(AXIS_REST, bearer("axis")).name == "truc-tinh"
    assert access.agency(f"Bearer {token('office')}") == "000.00.37.H40"
    for other in ("receipts", "window", "office"):
        with pytest.raises(NotAllowed):
            access.source(AXIS_REST, bearer(other))
    with pytest.raises(NotAllowed):
        access.agency(f"Bearer {token('axis')}")


async def test_a_token_taken_away_later_is_told_by_who_needs_it(written, folder):
    settings, _, _ = await parts(written())
    entries = entries_of(settings)
    (folder / "office").unlink()
    (folder / "receipts").write_text("")
    with pytest.raises(SettingsError, match="office"):
        access_of(settings, entries, SteppingClock())
    with pytest.raises(SettingsError, match="receipts"):
        await parts(settings.path)


async def test_tokens_are_in_no_repr(written):
    settings, adapters, access = await parts(written())
    shown = repr((settings, adapters, access, list(adapters.values())))
    assert not [name for name in TOKENS if token(name) in shown]


def test_only_what_the_settings_name_may_be_called(written):
    hook = {"webhook": "https://goi.example/alarm"}
    plain = may_call(written(alerts=hook))
    assert [a.host for a in plain] == ["127.0.0.1", "goi.example"]
    assert not any(a.private for a in plain)
    rehearsed = may_call(written(rehearsal={"private_addresses": True}))
    assert [a.private for a in rehearsed] == [True]


def test_of_agencies_that_had_a_queue_in_turn_the_last_is_the_source():
    code = AgencyCode("000.01.37.H40")
    now = Agency(code, "UBND xã", AgencyKind.COMMUNE, queue="xa")
    ended = AgencyCode("000.02.37.H40")
    before = replace(now, code=ended, valid_until=date(2024, 12, 31))
    for agencies in ((now, before), (before, now)):
        assert sources_of((), agencies)["agency.xa"].codes == (code,)
