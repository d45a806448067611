"""The hub's own key in files: what fits, and what is said of the rest."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import load_der_x509_certificate

from hub.errors import SettingsError
from hub.own_key import SigningTable, file_signer
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT

WORDS = b"mot cau bi mat"


def pem(der: bytes) -> bytes:
    return load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def private(key, words: bytes = b""):
    sealed = BestAvailableEncryption(words) if words else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)


@pytest.fixture(scope="module")
def own():
    return Pki.make(DEFAULT_AT).leaf("Trục", "UBND huyện Giao Thủy")


@pytest.fixture
def folder(tmp_path, own):
    (tmp_path / "key.pem").write_bytes(private(own.key))
    chain = b"".join(map(pem, (own.certificate, *own.above)))
    (tmp_path / "certificate.pem").write_bytes(chain)
    return tmp_path


def table(**changes) -> SigningTable:
    names = {"key_file": "key.pem", "certificate_file": "certificate.pem"}
    return SigningTable.model_validate(names | changes)


async def test_it_signs_so_that_the_certificate_verifies_and_always_the_same(
    folder, own
):
    signer = file_signer(table(), folder)
    value = await signer.sign(b"SignedInfo")
    own.key.public_key().verify(value, b"SignedInfo", PKCS1v15(), SHA256())
    assert value == await signer.sign(b"SignedInfo")
    assert len(value) == signer.value_bytes == 256
    assert signer.certificates == (own.certificate, *own.above)


async def test_a_passphrase_stands_in_a_file_of_its_own(folder, own):
    (folder / "key.pem").write_bytes(private(own.key, WORDS))
    (folder / "words").write_bytes(WORDS + b"\n")
    signer = file_signer(table(passphrase_file="words"), folder)
    assert await signer.sign(b"x")


def spoiled(folder, own, how: str) -> None:
    key = folder / "key.pem"
    match how:
        case "no file":
            key.unlink()
        case "no key":
            key.write_bytes(b"not PEM")
        case "another key":
            other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            key.write_bytes(private(other))
        case "too short":
            short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
            key.write_bytes(private(short))
        case "no RSA":
            key.write_bytes(private(ec.generate_private_key(ec.SECP256R1())))
        case "a passphrase nobody named":
            key.write_bytes(private(own.key, WORDS))
        case "no certificate":
            (folder / "certificate.pem").write_bytes(b"")
        case _:
            raise AssertionError(how)


@pytest.mark.parametrize(
    "how",
    [
        "no file",
        "no key",
        "another key",
        "too short",
        "no RSA",
        "a passphrase nobody named",
        "no certificate",
    ],
)
def test_what_does_not_fit_is_said_at_the_start_without_the_key(folder, own, how):
    spoiled(folder, own, how)
    with pytest.raises(SettingsError) as caught:
        file_signer(table(), folder)
    (problem,) = caught.value.problems
    assert problem.startswith("signing: ")
    assert "PRIVATE KEY" not in problem


def test_the_key_is_shown_nowhere(folder):
    assert "key" not in repr(file_signer(table(), folder)).replace("FileSigner", "")
