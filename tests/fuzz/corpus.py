"""What is mutated: every case of the book, and every sample of the rehearsal."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from adapters.axis.adapter import TRANSLATOR
from hub.judging import examine
from hub.judging.child import craft_of
from hub.judging.setup import policy_setup
from hub.model.findings import Finding
from hub.model.knowledge import Knowledge
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Scene
from hub.resources import resource
from hub.rules.reading import read_policy
from hub.signatures.judge import Ground, judge, needs
from hub.trust.folder import load
from tests.cases.book import Sort
from tests.cases.chapters import NAMES, made
from tests.cases.room import envelope, plain
from tests.fuzz.bytes_ import Mutation
from tests.fuzz.oracle import Genuine
from tests.fuzz.pdfs import MUTATIONS as OF_PDF
from tests.fuzz.xmls import MUTATIONS as OF_XML

#: Larger ones would take the time of a hundred others.
_MOST_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Seed:
    """One document, how it is mutated, and how it is judged."""

    name: str
    data: bytes = field(repr=False)
    mutations: tuple[Mutation, ...] = field(repr=False)
    sort: Sort
    ground: Ground | None = field(default=None, repr=False)
    #: Of a sample that is examined as a whole.
    content_type: str = ""

    def judged(self, data: bytes) -> tuple[Finding, ...]:
        """Both questions asked; raises whatever it raises."""
        if self.ground is None:
            return _examined(data, self.content_type)
        is_pdf = self.sort is Sort.PDF
        xml, pdfs = plain(envelope() if is_pdf else data), [(1, data)] * is_pdf
        needs(xml, pdfs, self.ground.limits)
        found = judge(xml, pdfs, self.ground)
        return tuple(f for f in found if f.attachment or self.sort is Sort.XML)

    def problem(self, data: bytes, found: tuple[Finding, ...], genuine: Genuine) -> str:
        """What must not be; "": nothing of it."""
        if self.ground is None:
            return ""
        if self.sort is Sort.PDF:
            return genuine.problem_of_pdf(data, found)
        return genuine.problem_of_xml(data, found)


def seeds() -> Iterator[Seed]:
    """Cases first, then samples."""
    for name in NAMES:
        case = made(name)
        if len(case.data) <= _MOST_BYTES:
            ways = OF_XML if case.sort is Sort.XML else OF_PDF
            yield Seed(name, case.data, ways, case.sort, case.ground)
    for name, maker in CASES.items():
        sample = maker(_scene())
        if len(sample.xml) <= _MOST_BYTES:
            kind = sample.content_type
            yield Seed(f"sample/{name}", sample.xml, OF_XML, Sort.XML, None, kind)


def learned(all_seeds: tuple[Seed, ...]) -> Genuine:
    """What their signatures are over; only what passes is taken for genuine."""
    genuine = Genuine()
    for seed in all_seeds:
        if seed.ground is None:
            continue
        found = seed.judged(seed.data)
        if seed.sort is Sort.PDF:
            genuine.learn_pdf(seed.data, found)
        else:
            genuine.learn_xml(seed.data, found)
    return genuine


@cache
def _scene() -> Scene:
    return Scene(Pki.make(DEFAULT_AT))


@cache
def _knowledge() -> Knowledge:
    with tempfile.TemporaryDirectory() as folder:
        _scene().pki.write_trust(Path(folder), at=DEFAULT_AT)
        return load(Path(folder))


@cache
def _craft() -> examine.Craft:
    policy = read_policy(resource("config", "policy.yaml").read_bytes())
    translators = {"axis-rest": TRANSLATOR}
    return craft_of(policy_setup(policy, translators, "000.90.37.H40"))


def _examined(data: bytes, content_type: str) -> tuple[Finding, ...]:
    matter = examine.Matter(data, "axis-rest", content_type, DEFAULT_AT)
    examine.inspect(matter, _craft())
    return examine.examine(matter, _craft(), _knowledge()).verdict.findings
