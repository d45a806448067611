"""docs/cong-dich-vu-cong.md says what the code does."""

import re
from dataclasses import fields
from pathlib import Path

import yaml

from adapters.portal import doors, replies
from adapters.portal.mapping import Rules
from adapters.portal.notes import CAPS
from adapters.portal.settings import Calls, Polling, PortalSettings
from hub.model.answers import Trouble

TEXT = (Path(__file__).parents[4] / "docs" / "cong-dich-vu-cong.md").read_text()
SETTINGS = TEXT.split("## Thiết lập / settings")[1]


def words_of(trouble: Trouble) -> set[str]:
    (row,) = [line for line in TEXT.splitlines() if f"| `{trouble}`" in line]
    return set(re.findall(r"`([^`]+)`", row.split("|")[1]))


def test_the_example_can_be_read():
    (block,) = re.findall(r"```yaml\n(.*?)```", SETTINGS, re.DOTALL)
    (table,) = yaml.safe_load(block)["sources"]
    settings = PortalSettings.model_validate(table)
    assert settings.offices == {"Phòng Tư pháp": "000.03.37.H40"}
    assert set(table) | {"title", "signed_headers", "client_certificate_sha256"} == set(
        PortalSettings.model_fields
    )


def test_every_key_has_its_line():
    named = set(re.findall(r"`([a-z_0-9]+)`", SETTINGS.split("| Khóa / key")[1]))
    for model in (PortalSettings, Calls, Polling):
        assert set(model.model_fields) <= named
    assert {f.name for f in fields(Rules)} <= named


def test_the_fields_of_the_mapping_are_named():
    for names in (Rules().subject, Rules().promulgated, Rules().due, Rules().office):
        for name in names:
            assert f"`{name}`" in TEXT
    assert f'"{Rules().type_name}"' in TEXT


def test_the_words_of_answers_are_those_of_the_code():
    for trouble in set(Trouble) - {Trouble.TEMPORARY, Trouble.CREDENTIALS}:
        assert words_of(trouble) == {w for w, t in replies.WORDS if t is trouble}
    for status, trouble in replies.HTTP.items():
        (row,) = [line for line in TEXT.splitlines() if f"| `{trouble}`" in line]
        assert str(int(status)) in row


def test_addresses_and_caps_are_those_of_the_code():
    for path in (doors.AUTH, doors.DOSSIERS, doors.PROGRESS):
        assert f"`POST {path}`" in TEXT
    assert f"Tối đa {doors.MOST_ITEMS} hồ sơ" in TEXT
    for name, cap in CAPS.items():
        assert f"`{name}` {cap}" in TEXT
