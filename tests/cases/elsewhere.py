"""Judges cases in a process of its own, and says what came out.

    python -m tests.cases.elsewhere FILE

FILE holds MessagePack of `Matter`s; on stdout the digest of each verdict's canonical
JSON, first with cold caches, then once more with warm ones.
"""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from hub.model.ids import Digest, digest_of
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.pipeline.reports import canonical
from hub.signatures.judge import Ground
from tests.cases.book import Case, Sort
from tests.cases.test_book import findings


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as plain values."""

    sort: Sort
    data: bytes
    knowledge: Knowledge
    policy: VerificationPolicy
    limits: Limits
    at: datetime

    @classmethod
    def of(cls, case: Case) -> "Matter":
        ground = case.ground
        known, policy, limits = ground.knowledge, ground.policy, ground.limits
        return cls(case.sort, case.data, known, policy, limits, ground.at)

    @property
    def case(self) -> Case:
        ground = Ground(self.knowledge, self.policy, self.limits, self.at)
        return Case(self.sort, self.data, (), ground)


def outcome(case: Case) -> Digest:
    """The findings' canonical JSON, by its digest."""
    return digest_of(canonical(findings(case)))


def main() -> None:
    """Judge all of them, the last first, and then again."""
    data = Path(sys.argv[1]).read_bytes()
    matters = msgspec.msgpack.decode(data, type=list[Matter])
    for _ in range(2):
        found = [outcome(matter.case) for matter in reversed(matters)]
        sys.stdout.write(" ".join(reversed(found)) + "\n")


if __name__ == "__main__":
    main()
