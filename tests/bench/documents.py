"""The documents all rows use: one enveloped XML signature, one PAdES B-B in the PDF."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from hub.app import judging_setup
from hub.judging.child import craft_of
from hub.judging.examine import Craft, Matter
from hub.model.arrivals import Door
from hub.model.knowledge import Knowledge
from hub.model.verdicts import Headline
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE
from hub.rehearsal.load import bulk
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.samples import Sample, Scene, drawn
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.stage import set_stage
from hub.rehearsal.tamper import weigh_down
from hub.settings import load
from hub.trust import folder as trust
from tests.bench.floors import Keys

#: Ballast that brings the envelope to the sizes of ENGINEERING.md B.0.
SIZES = {"158 KB": 158_000, "1 MB": 1_000_000, "20 MB": 20_000_000}


@dataclass(frozen=True, slots=True)
class Room:
    """One PKI, one moment, the shipped settings."""

    pki: Pki
    now: datetime
    craft: Craft
    knowledge: Knowledge

    @property
    def scene(self) -> Scene:
        """Signed an hour ago, dated today."""
        return Scene(self.pki, at=self.now - timedelta(hours=1), day=self.now.date())


def room(folder: Path) -> Room:
    """Settings and trust as a stage has them."""
    now = datetime.now(UTC)
    pki = Pki.make(now)
    stage = set_stage(folder, pki, at=now)
    settings = load(stage.settings)
    knowledge = trust.load(folder / "trust")
    return Room(pki, now, craft_of(judging_setup(settings)), knowledge)


@dataclass(frozen=True, slots=True)
class Signed:
    """One document, and what a floor needs to know of it."""

    sample: Sample
    keys: Keys
    at: datetime

    @property
    def matter(self) -> Matter:
        """What the judging child is asked."""
        sample = self.sample
        return Matter(sample.xml, Door("axis-rest"), sample.content_type, self.at)


def documents(room: Room, size: int, count: int) -> list[Signed]:
    """`count` distinct documents of about `size` bytes; the PDF is signed once."""
    scene = room.scene
    seal = AGRICULTURE.seal(room.pki)
    bare = _samples(scene, pdf_of(room, 0), 1)[0]
    ballast = max(0, (size - len(bare.xml)) * 3 // 4)
    pdf = pdf_of(room, ballast)
    keys = Keys(_key(seal), _key(seal))
    return [Signed(s, keys, room.now) for s in _samples(scene, pdf, count)]


def _samples(scene: Scene, pdf: bytes, count: int) -> list[Sample]:
    made = list(islice(bulk(count, scene, signed=True, pdf=pdf), count))
    return [replace(s, name=f"bench-{s.name}") for s in made]


@cache
def pdf_of(room: Room, ballast: int) -> bytes:
    """The report drawn, weighed down and sealed."""
    pdf = drawn(papers.report(room.scene.day)).pdf
    heavy = weigh_down(pdf, ballast) if ballast else pdf
    return sign_pdf(heavy, AGRICULTURE.seal(room.pki), room.pki, at=room.scene.at)


def _key(identity: Identity) -> RSAPublicKey:
    key = identity.parsed.public_key()
    assert isinstance(key, RSAPublicKey)
    return key


PASSED = Headline.PASSED
