"""The parent's side of signing: the key never comes near the child."""

import asyncio
import base64
from pathlib import Path

from hub.errors import EvidenceUnavailable
from hub.judging.protocol import ToSign
from hub.ports import Signer


async def sign_file(path: Path, signer: Signer, to_sign: ToSign) -> None:
    """Put the value of a signature into its place in a file a child has written.

    Raises SignerUnavailable, EvidenceUnavailable (the file is gone then), ValueError
    where the child's words do not fit together.
    """
    try:
        value = base64.b64encode(await signer.sign(to_sign.info))
        if len(value) != to_sign.length:
            raise ValueError(f"{len(value)} bytes where {to_sign.length} belong")
        await asyncio.to_thread(_put, path, to_sign.offset, value)
    except OSError as error:
        raise EvidenceUnavailable(f"spool: {error.strerror or error}") from error


def _put(path: Path, offset: int, value: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        if file.read(len(value)).strip():
            raise ValueError("no room for the signature's value")
        file.seek(offset)
        file.write(value)
