"""Data files are found in a checkout; what is not there is said, not guessed."""

import pytest

from hub.resources import resource


@pytest.mark.parametrize(
    "parts",
    [("schemas", "edxml.xsd"), ("config", "policy.yaml"), ("config", "trust")],
)
def test_what_travels_with_the_hub_is_found_from_any_folder(
    parts, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    path = resource(*parts)
    assert path.is_absolute()
    assert path.exists()


def test_what_is_not_there_is_named():
    with pytest.raises(FileNotFoundError, match=r"schemas/none\.xsd"):
        resource("schemas", "none.xsd")
