"""Translators that do to a judging child what a hostile document might.

Named in `Setup.translators` as "tests.fakes.translators:hang". Those that go wrong
only once leave a mark with their pid at the path the bytes give.
"""

import os
import signal
from pathlib import Path

from hub.model.frames import Entity, Frame
from hub.model.limits import Limits

SECRET = "Nguyễn Văn Mật, số 12 đường Không Tên"


class UnreadableSecret(Exception):
    """What a library raises: its message quotes the document, over several lines."""


def _mark(data: bytes) -> None:
    """Tell the test who we are, at the path in the first line."""
    Path(data.partition(b"\n")[0].decode()).write_text(str(os.getpid()))


def hang(entity: Entity, limits: Limits) -> Frame:
    _mark(entity.data)
    while True:
        signal.pause()


def hang_once(entity: Entity, limits: Limits) -> Frame:
    """The first child hangs; the next one reads what follows the mark's line."""
    path, _, xml = entity.data.partition(b"\n")
    if not Path(path.decode()).exists():
        hang(entity, limits)
    return Frame(xml)


def spin(entity: Entity, limits: Limits) -> Frame:
    """As a slow C library does: signals are not looked at."""
    _mark(entity.data)
    while True:
        pass


def eat(entity: Entity, limits: Limits) -> Frame:
    """Five gigabytes; the mark is there only if the child could have them."""
    whole = bytearray(5 * 1024**3)
    _mark(entity.data)
    return Frame(bytes(whole[:1]))


def leave(entity: Entity, limits: Limits) -> Frame:
    os._exit(0)


def stumble(entity: Entity, limits: Limits) -> Frame:
    raise UnreadableSecret(f"cannot read:\n{SECRET}\n{entity.data[:20]!r}")


def chatter(entity: Entity, limits: Limits) -> Frame:
    """Prints as libraries do, through Python and past it, and reads all the same."""
    print(SECRET * 10_000)  # noqa: T201 - what the test is about
    os.write(1, b"\x00\x00\x00\x01x" * 1000)
    return Frame(entity.data)


def spin_where_told(entity: Entity, limits: Limits) -> Frame:
    """Never done with a document that begins with "spin"; reads all others."""
    while entity.data.startswith(b"spin"):
        pass
    return Frame(entity.data)
