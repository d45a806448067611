"""The hub's own key in a file (port `Signer`); a PKCS#11 device is another class.

`signing:` in the settings names the files. RSA only: what signs here must be read by
every verifier of XML-DSig in the field, and the same bytes must come on every try.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
)
from pydantic import BaseModel, ConfigDict

from hub.errors import SettingsError

#: NIST SP 800-131A; the Government's certificates have 2048 and more.
_LEAST_BITS = 2048


class SigningTable(BaseModel):
    """`signing:` of the settings: the key by which the hub signs what it writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: PEM, PKCS#8 or PKCS#1, readable by the hub alone.
    key_file: Path
    #: PEM: the hub's certificate, then those above it.
    certificate_file: Path
    #: File with the passphrase of `key_file`; absent: it has none.
    passphrase_file: Path | None = None


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Implements the port Signer with a key in memory."""

    key: RSAPrivateKey = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)

    @property
    def value_bytes(self) -> int:
        """See the port."""
        return (self.key.key_size + 7) // 8

    async def sign(self, data: bytes) -> bytes:
        """See the port."""
        return await asyncio.to_thread(self.key.sign, data, PKCS1v15(), hashes.SHA256())


def file_signer(table: SigningTable, base: Path) -> FileSigner:
    """The signer the settings name; raises SettingsError with what is wrong."""
    try:
        words = table.passphrase_file
        passphrase = (base / words).read_bytes().strip() if words else None
        key = load_pem_private_key((base / table.key_file).read_bytes(), passphrase)
        chain = x509.load_pem_x509_certificates(
            (base / table.certificate_file).read_bytes()
        )
    except OSError as error:
        raise SettingsError(
            (f"signing: {error.filename}: {error.strerror}",)
        ) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = f"signing: no key, no certificate or another passphrase: {error}"
        raise SettingsError((reason,)) from error
    return _fitting(key, chain)


def problems(table: SigningTable, base: Path) -> tuple[str, ...]:
    """What is wrong with the files that the settings name."""
    try:
        file_signer(table, base)
    except SettingsError as error:
        return error.problems
    return ()


def _fitting(key: object, chain: list[x509.Certificate]) -> FileSigner:
    if not isinstance(key, RSAPrivateKey) or key.key_size < _LEAST_BITS:
        raise SettingsError((f"signing: key_file: RSA of {_LEAST_BITS} bits or more",))
    if key.public_key() != chain[0].public_key():
        raise SettingsError(("signing: the certificate is not that of the key",))
    return FileSigner(key, tuple(one.public_bytes(Encoding.DER) for one in chain))
