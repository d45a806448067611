"""The way every test reads: frame, guard, reader, as the judging child does."""

from pathlib import Path

from hub.edxml import checker, dialects, guard, reader
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault
from hub.model.frames import Entity, Reading
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode

LIMITS = Limits()
SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
CHECKER = checker.load(lambda name: (SCHEMAS / name).read_bytes())


def read(
    data: bytes, content_type: str = "application/xml", limits: Limits = LIMITS
) -> Reading:
    frame = dialects.frame(Entity(content_type, data), limits)
    guard.check(frame.xml, limits)
    return reader.read(frame, limits)


def codes(reading: Reading) -> set[QuirkCode]:
    return {quirk.code for quirk in reading.quirks}


def fault_of(
    data: bytes, content_type: str = "application/xml", limits: Limits = LIMITS
) -> Fault:
    """The fault that reading raises; fails where it raises none."""
    try:
        read(data, content_type, limits)
    except MalformedEnvelope as error:
        return error.fault
    raise AssertionError("was read without a fault")
