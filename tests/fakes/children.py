"""A judging child that does what the test's content type says, within milliseconds.

Started as `python -m tests.fakes.children`; speaks the protocol and judges nothing.
What it saw stands in the detail of the fault it answers: pid, and which items of
knowledge came with this question.
"""

import os
import signal
import sys
from pathlib import Path

import msgspec

from hub.judging.protocol import HEADER, Answer, Operation, Request, Setup
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.knowledge import Needs

COMMAND = (sys.executable, "-m", "tests.fakes.children")
SECRET = "Nguyễn Văn Mật"


def main() -> None:
    setup = msgspec.msgpack.decode(receive(), type=Setup)
    if setup.hub_code == "cannot start":
        sys.exit(1)
    send(msgspec.msgpack.encode(Answer()))
    while body := receive():
        request = msgspec.msgpack.decode(body, type=Request)
        misbehave(request)
        send(msgspec.msgpack.encode(answer(request)))


def misbehave(request: Request) -> None:
    """What is to go wrong; "once" goes wrong only before its mark is there."""
    how, _, once = request.content_type.partition(" ")
    mark = Path(f"{request.path}.seen")
    if how == "hang-for":
        signal.setitimer(signal.ITIMER_REAL, float(once))
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.pause()
    if not hasattr(Ways, how) or (once == "once" and mark.exists()):
        return
    mark.write_text(str(os.getpid()))
    getattr(Ways, how)()


class Ways:
    """How a child can go wrong; one way a function."""

    @staticmethod
    def hang() -> None:
        signal.pause()

    @staticmethod
    def leave() -> None:
        os._exit(0)

    @staticmethod
    def garbage() -> None:
        send(b"\xc1" * 40)
        signal.pause()

    @staticmethod
    def too_long() -> None:
        sys.stdout.buffer.write(HEADER.pack(0xFFFFFFFF))
        sys.stdout.buffer.flush()
        signal.pause()

    @staticmethod
    def half() -> None:
        sys.stdout.buffer.write(HEADER.pack(100) + b"x")
        sys.stdout.buffer.flush()
        os._exit(0)

    @staticmethod
    def other_shape() -> None:
        send(msgspec.msgpack.encode({"examined": {"digest": 5}}))
        signal.pause()

    @staticmethod
    def talk() -> None:
        sys.stderr.write(SECRET * 100_000)
        sys.stderr.flush()

    @staticmethod
    def quote() -> None:
        sys.stderr.write(f"Traceback …\nValueError: a\n{SECRET}\nWarning: {SECRET}")
        sys.stderr.flush()
        os._exit(1)


def answer(request: Request) -> Answer:
    match request.operation:
        case Operation.INSPECT:
            return Answer(needs=Needs(issuers=(str(os.getpid()),)))
        case Operation.WRITE:
            if request.content_type == "forget":
                return Answer()
            Path(request.out).write_bytes(b"<edXML/>")
            return Answer(written=request.out)
        case Operation.EXAMINE:
            told = " ".join(sorted(items_of(request)))
            fault = Fault(FaultCode.NOT_XML, str(os.getpid()), told)
            return Answer(examined=Examined(request.digest, fault=fault))


def items_of(request: Request) -> list[str]:
    """The items that came with this question, short ones of a test."""
    items = request.knowledge.items.values() if request.knowledge else ()
    return [item.decode(errors="replace") for item in items if len(item) < 10]


def receive() -> bytes:
    header = sys.stdin.buffer.read(HEADER.size)
    if len(header) < HEADER.size:
        return b""
    return sys.stdin.buffer.read(HEADER.unpack(header)[0])


def send(body: bytes) -> None:
    sys.stdout.buffer.write(HEADER.pack(len(body)) + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
