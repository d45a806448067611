"""What a source shows at our doors: files of secrets, then credentials."""

from pathlib import Path

from hub.knocking import Knocking, SignedHeaders
from hub.model.arrivals import Credential

SIGNED = SignedHeaders(system_id="H40", secret_file=Path("signing"))


def test_a_source_that_shows_nothing_is_not_known():
    assert not Knocking().is_known
    assert Knocking().secrets() == {}
    assert Knocking().credentials({}) == ()


def test_only_the_files_that_are_set_are_read():
    assert Knocking(token_file=Path("token")).secrets() == {"token": Path("token")}
    assert Knocking(signed_headers=SIGNED).secrets() == {"signing": Path("signing")}


def test_each_way_it_is_known_is_a_credential_of_its_own():
    settings = Knocking(
        token_file=Path("token"),
        signed_headers=SIGNED,
        client_certificate_sha256="AB" * 32,
    )

    assert settings.credentials({"token": "t", "signing": "s"}) == (
        Credential(token="t"),
        Credential(system_id="H40", secret="s"),
        Credential(certificate_sha256="ab" * 32),
    )
