"""Which URLs the journal opens."""

import pytest

from hub.errors import SettingsError
from hub.journal.databases import url_of
from hub.journal.store import open_journal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "journal.db",
        "mysql://h/d",
        "sqlite:///relative.db",
        "sqlite://",
        "postgres:",
    ],
)
def test_other_urls_are_a_fault_of_the_settings(text):
    with pytest.raises(SettingsError):
        url_of(text)


def test_a_password_does_not_show_in_the_complaint():
    with pytest.raises(SettingsError) as caught:
        url_of("mysql://hub:s3cret@h/d")
    assert "s3cret" not in str(caught.value)


async def test_a_missing_file_is_not_made_by_who_only_wants_to_read(tmp_path):
    path = tmp_path / "journal.db"
    with pytest.raises(SettingsError, match="not there"):
        async with open_journal(f"sqlite:///{path}", migrate=False):
            pass
    assert not path.exists()
