"""The judging child: reads requests on stdin, answers on stdout, dies when told to.

It has no catch-all on purpose. Whatever it did not expect ends it, with its name and
place on stderr; the parent tries once more in a fresh child and then holds the
document.
"""

import ctypes
import importlib
import os
import resource
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar, cast

import msgspec

from hub.edxml.checker import Checker
from hub.judging import examine
from hub.judging.examine import Craft, Wording
from hub.judging.hand import Hand
from hub.judging.handover import Shelf, unpack
from hub.judging.protocol import (
    HEADER,
    LAST_WORDS,
    Answer,
    Operation,
    Request,
    Setup,
)
from hub.model.ids import AgencyCode
from hub.model.knowledge import Knowledge
from hub.ports import Translate

_PR_SET_PDEATHSIG = 1

T = TypeVar("T")


def main() -> None:
    """Serve one parent until its end of file."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    sys.excepthook = _last_words
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, sink = sys.stdin.buffer, _answers_only()
    setup = _receive(source, Setup)
    if setup is None:
        return
    limit = setup.limits.judging_memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hand = Hand(craft_of(setup))
    _send(sink, Answer())
    shelf = Shelf[bytes]()
    while (request := _receive(source, Request)) is not None:
        told = request.knowledge
        knowledge = unpack(told, shelf) if told else Knowledge()
        _send(sink, perform(request, hand, knowledge))


def craft_of(setup: Setup) -> Craft:
    """Load translators by reference and build the schema checker once."""
    translators = {d: _load(ref) for d, ref in setup.translators.items()}
    return Craft(
        translate=translators.__getitem__,
        checker=Checker(setup.schemas),
        limits=setup.limits,
        verification=setup.verification,
        secrecy=setup.secrecy,
        policy_version=setup.policy_version,
        hub_code=AgencyCode(setup.hub_code),
        grounds=setup.grounds,
        policy_edition=setup.policy_edition,
    )


def perform(request: Request, hand: Hand, knowledge: Knowledge) -> Answer:
    """One request; the bytes must still be those that were kept."""
    matter, craft = hand.take(request), hand.craft
    match request.operation:
        case Operation.INSPECT:
            return Answer(needs=examine.inspect(matter, craft))
        case Operation.EXAMINE:
            return Answer(examined=examine.examine(matter, craft, knowledge))
        case Operation.WRITE:
            wording = Wording(request.paper, request.to, request.seal)
            pieces, to_sign = examine.write(matter, craft, wording)
            with Path(request.out).open("wb") as file:
                file.writelines(pieces)
            hand.lay_down(request)
            return Answer(written=request.out, to_sign=to_sign)


def _load(reference: str) -> Translate:
    module, _, name = reference.partition(":")
    return cast("Translate", getattr(importlib.import_module(module), name))


def _answers_only() -> IO[bytes]:
    """Keep fd 1 for answers: whatever a library prints goes to stderr."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sink


def _last_words(
    kind: type[BaseException], _: BaseException, trace: TracebackType | None
) -> None:
    """Name and place of what ended us; its message may quote a document."""
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    sys.stderr.write(f"\n{LAST_WORDS} {kind.__qualname__} at {place}\n")


def _receive(source: IO[bytes], kind: type[T]) -> T | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return msgspec.msgpack.decode(source.read(size), type=kind)


def _send(sink: IO[bytes], answer: Answer) -> None:
    body = msgspec.msgpack.encode(answer)
    sink.write(HEADER.pack(len(body)) + body)
    sink.flush()


if __name__ == "__main__":
    main()
