"""Writes multipart/form-data; the same parts are the same bytes on every try."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.model.ids import digest_of


@dataclass(frozen=True, slots=True)
class File:
    """The one file of a form."""

    #: Name of its field in the form.
    part: str
    name: str
    content_type: str
    data: bytes = field(repr=False)


def form(fields: Sequence[tuple[str, str]], file: File) -> tuple[str, bytes]:
    """Content type and body; the boundary comes from the digest of the file."""
    boundary = f"lienthong-{digest_of(file.data)[:32]}"
    dash = f"--{boundary}\r\n"
    pieces = [f"{dash}{_named(name)}\r\n\r\n{value}\r\n" for name, value in fields]
    head = (
        f'{dash}{_named(file.part)}; filename="{file.name}"\r\n'
        f"Content-Type: {file.content_type}\r\n\r\n"
    )
    body = "".join([*pieces, head]).encode() + file.data
    return (
        f"multipart/form-data; boundary={boundary}",
        body + f"\r\n--{boundary}--\r\n".encode(),
    )


def _named(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"'
