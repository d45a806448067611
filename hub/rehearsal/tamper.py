"""Breaks files on purpose, each in one known way."""

import random
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def alter(data: bytes, old: bytes, new: bytes) -> bytes:
    """Replace the one place where `old` stands by as many bytes.

    Raises ValueError where it stands nowhere or twice, or the lengths differ.
    """
    if data.count(old) != 1 or len(old) != len(new):
        raise ValueError("the bytes to alter do not stand exactly once")
    return data.replace(old, new)


def as_if_text(data: bytes) -> bytes:
    """Binary read as UTF-8 and written again: EF BF BD for all that was not text."""
    return data.decode("utf-8", "replace").encode()


def write_over(pdf: bytes, text: str) -> bytes:
    """One more revision that writes visible `text` (ASCII) near the foot of page 1."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    line = f"q BT /Fx 14 Tf 90 90 Td ({text}) Tj ET Q".encode("ascii")
    stream = writer.add_object(StreamObject(stream_data=line))
    writer.add_stream_to_page(0, stream)  # type: ignore[no-untyped-call]  # pyHanko's
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Resources"]["/Font"][NameObject("/Fx")] = _helvetica()
    writer.update_container(page["/Resources"]["/Font"])
    return _written(writer)


def weigh_down(pdf: bytes, size: int) -> bytes:
    """One more revision with `size` bytes that do not compress, as a scan would."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    ballast = StreamObject(stream_data=random.Random(size).randbytes(size))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/LienThongBallast")] = writer.add_object(ballast)
    writer.update_container(page)
    return _written(writer)


def _helvetica() -> DictionaryObject:
    made = DictionaryObject()  # type: ignore[no-untyped-call]  # pyHanko's
    for name, value in (
        ("/Type", "/Font"),
        ("/Subtype", "/Type1"),
        ("/BaseFont", "/Helvetica"),
    ):
        made[NameObject(name)] = NameObject(value)
    return made


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko's
    return out.getvalue()
