"""All samples by name."""

from collections.abc import Mapping

from hub.rehearsal.bad import BAD
from hub.rehearsal.good import GOOD
from hub.rehearsal.samples import Maker, Sample, Scene

#: A sample's name -> who makes it; the good ones first.
CASES: Mapping[str, Maker] = {
    maker.__name__.replace("_", "-"): maker for maker in (*GOOD, *BAD)
}

#: The cases `make demo` shows, in the order of its table.
DEMO = (
    "report-signed",
    "letter-signed",
    "decision-signed",
    "proposal-signed",
    "normative-signed",
    "report-unsigned",
    "some-receivers-unknown",
    "family-b",
    "changed-byte",
    "stranger",
    "doctype",
    "truncated",
    "all-receivers-unknown",
)

#: Cases that the demo brings by SOAP.
BY_SOAP = ("zipped", "text-damaged")


def every(scene: Scene) -> tuple[Sample, ...]:
    """Every case there is."""
    return tuple(maker(scene) for maker in CASES.values())


def demo(scene: Scene) -> tuple[Sample, ...]:
    """The cases of the demo."""
    return tuple(CASES[name](scene) for name in DEMO)
