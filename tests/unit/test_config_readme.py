"""config/README.md explains every key of the settings, and only keys that exist."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from adapters.axis.pull_settings import PullSettings
from adapters.axis.settings import AxisSettings
from adapters.mail.settings import Account, Listener, MailSettings, Sending
from hub.knocking import SignedHeaders
from hub.outward import OutwardTable
from hub.own_key import SigningTable
from hub.settings import (
    CONFIG_VARIABLE,
    AgencyAccess,
    AlertSettings,
    FrontSettings,
    HubFile,
    Place,
    RehearsalSettings,
    RejudgeTable,
    RelayTable,
    TlsSettings,
    WorkSettings,
)
from hub.trust.table import RevocationTable

CONFIG = Path(__file__).parents[2] / "config"
PAGE = (CONFIG / "README.md").read_text("utf-8")

#: Heading of the section -> the model whose keys its table explains.
TABLES: dict[str, type[BaseModel]] = {
    "### Gốc": HubFile,
    "### `front`": FrontSettings,
    "### `front.tls`": TlsSettings,
    "### `journal`, `broker`": Place,
    "### `work`": WorkSettings,
    "### `relay`": RelayTable,
    "### `rejudge`": RejudgeTable,
    "### `revocation`": RevocationTable,
    "### `alerts`": AlertSettings,
    "### `sources`": AxisSettings,
    "### `sources.signed_headers`": SignedHeaders,
    "### `axis-pull`": PullSettings,
    "### `mail-imap`": MailSettings,
    "### `mail: accounts`": Account,
    "### `mail: listen`": Listener,
    "### `mail: sending`": Sending,
    "### `outward`": OutwardTable,
    "### `signing`": SigningTable,
    "### `agency_access`": AgencyAccess,
    "### `rehearsal`": RehearsalSettings,
}


def explained(heading: str) -> list[str]:
    """The keys of the table under a heading."""
    [section] = [
        part for part in re.split(r"(?m)^(?=##)", PAGE) if part[:80].startswith(heading)
    ]
    return re.findall(r"(?m)^\| `([a-z0-9_]+)` \|", section)


def models_in(annotation: object) -> set[type]:
    """The models an annotation is made of: `A | None`, `tuple[A, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*map(models_in, get_args(annotation)))


@pytest.mark.parametrize(("heading", "model"), TABLES.items())
def test_every_key_has_one_line_and_no_line_is_without_a_key(heading, model):
    lines = explained(heading)

    assert sorted(lines) == sorted(model.model_fields)


def test_no_table_of_the_settings_is_left_out():
    inner = {
        model
        for outer in (HubFile, FrontSettings)
        for field in outer.model_fields.values()
        for model in models_in(field.annotation)
    }

    ours = {HubFile, AxisSettings, SignedHeaders, PullSettings}
    ours |= {MailSettings, Account, Listener, Sending}
    assert inner | ours == set(TABLES.values())


def test_the_variables_are_named():
    prefix = HubFile.model_config["env_prefix"]
    nested = HubFile.model_config["env_nested_delimiter"]
    for name in (
        CONFIG_VARIABLE,
        f"{prefix}BROKER{nested}URL",
        f"{prefix}JOURNAL{nested}URL",
    ):
        assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (model, key)
        for model in TABLES.values()
        for key, field in model.model_fields.items()
        if isinstance(field.default, int | float)
        and not isinstance(field.default, bool)
    ],
)
def test_the_default_that_is_told_is_the_one_in_the_code(model, key):
    heading = next(h for h, m in TABLES.items() if m is model)
    section = PAGE[PAGE.index(heading) :]
    line = next(row for row in section.splitlines() if row.startswith(f"| `{key}` |"))
    vietnamese, english = line.split(" | ")[1:]
    default = f"{model.model_fields[key].default:g}"

    assert f"mặc định {default.replace('.', ',')}" in vietnamese
    assert re.search(rf"; {re.escape(default)}( by default|,| \|)", english)


@pytest.mark.parametrize("file", ["hub.example.yaml", "hub.compose.yaml"])
def test_the_shipped_settings_use_only_keys_that_are_explained(file):
    shipped = yaml.safe_load((CONFIG / file).read_bytes())
    named = set(explained("### Gốc"))

    assert set(shipped) <= named
    for source in shipped["sources"]:
        assert set(source) <= set(explained("### `sources`"))


@pytest.mark.parametrize("path", sorted(p.name for p in CONFIG.iterdir()))
def test_every_file_beside_the_page_is_named(path):
    ours = path != "hub.yaml"  # an operator's own

    assert not ours or path == "README.md" or f"| `{path}" in PAGE
