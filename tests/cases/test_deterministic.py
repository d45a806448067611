"""The same bytes, knowledge, policy and moment give the same verdict, byte for byte."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import msgspec
import pytest

from hub.evidence.folder import FolderEvidence
from hub.judging.alone import FILE, examined, setup_of
from hub.judging.parent import ChildJudge
from hub.model.arrivals import Door
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.pipeline.reports import canonical
from hub.resources import resource
from hub.rules.reading import read_policy
from tests.cases.book import Case, Sort
from tests.cases.chapters import NAMES, made
from tests.cases.elsewhere import Matter, outcome
from tests.cases.test_book import findings
from tests.fakes.outsides import arrival

#: Some of the book at every run, all of it in the full tier.
SOME = pytest.param(NAMES[::7], id="some")
ALL = pytest.param(NAMES, marks=pytest.mark.full, id="all")
POLICY = read_policy(resource("config", "policy.yaml").read_bytes())


@pytest.mark.parametrize("names", [SOME, ALL])
@pytest.mark.parametrize("seed", ["0", "4711"])
def test_in_another_process_with_cold_caches_and_with_warm(names, seed, tmp_path):
    """Another hash seed turns every set around, another order every cache."""
    cases = [made(name) for name in names]
    file = tmp_path / "cases"
    file.write_bytes(msgspec.msgpack.encode([Matter.of(case) for case in cases]))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.cases.elsewhere", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    cold, warm = (line.split() for line in done.stdout.splitlines())
    here = [outcome(case) for case in cases]
    assert _differing(names, here, cold) == []
    assert _differing(names, here, warm) == []


def _differing(
    names: Sequence[str], here: Sequence[str], there: Sequence[str]
) -> list[str]:
    both = zip(names, here, there, strict=True)
    return [name for name, one, other in both if one != other]


@pytest.mark.parametrize("names", [SOME, ALL])
def test_in_another_order_of_knowledge(names):
    """The trust folder's file names are nobody's reason."""
    for name in names:
        case = made(name)
        ground = replace(case.ground, knowledge=_shuffled(case.ground.knowledge, name))
        turned = replace(case, ground=ground)
        assert findings(turned) == findings(case), name


def _shuffled(known: Knowledge, seed: str) -> Knowledge:
    chance = Random(seed)

    def turned(items: tuple[bytes, ...]) -> tuple[bytes, ...]:
        return tuple(chance.sample(items, len(items)))

    return replace(
        known,
        anchors=turned(known.anchors),
        intermediates=turned(known.intermediates),
        crls=turned(known.crls),
        ocsps=turned(known.ocsps),
    )


def _usual(case: Case) -> bool:
    ground = case.ground
    usual = (ground.policy, ground.limits) == (VerificationPolicy(), Limits())
    return usual and case.sort is Sort.XML


async def test_in_the_child_and_alone(tmp_path):
    setup = replace(
        setup_of(POLICY), limits=Limits(), verification=VerificationPolicy()
    )
    evidence = FolderEvidence(tmp_path / "evidence")
    judge = ChildJudge(setup, evidence.path, tmp_path / "spool")
    cases = [case for name in NAMES[::3] if _usual(case := made(name))][:40]
    assert len(cases) == 40
    try:
        for number, case in enumerate(cases):
            known = replace(case.ground.knowledge, version=f"case-{number}")
            digest = await evidence.keep_bytes(case.data)
            one = arrival(digest=digest, door=Door(FILE))
            there = await judge.examine(one, known, at=case.ground.at)
            here = examined(case.data, case.ground.at, setup, known)
            assert canonical(there) == canonical(here)
    finally:
        await judge.close()
