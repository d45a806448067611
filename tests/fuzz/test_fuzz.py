"""Mutated envelopes and PDFs give a verdict: no exception, no crash, in time, no lie.

Seconds and seed are settings: `FUZZ_SECONDS` (120; on CI 20, for what is new is found
on laptops), `FUZZ_SEED` (another one each run, printed). A problem names seed, number
and the file of its mutant; the same again: `python -m tests.fuzz.worker SEED 0 NUMBER`.
"""

import asyncio
import json
import os
import secrets
import sys
from random import Random

import pytest

from tests.cases.book import Sort
from tests.cases.room import ground, judge_pdf, judge_xml, signed_envelope, signed_pdf
from tests.fuzz.bytes_ import MUTATIONS
from tests.fuzz.corpus import Seed
from tests.fuzz.oracle import Genuine
from tests.fuzz.pdfs import MUTATIONS as OF_PDF
from tests.fuzz.worker import MOST_SECONDS, mutant, tried
from tests.fuzz.xmls import MUTATIONS as OF_XML

SECONDS = float(
    os.environ.get("FUZZ_SECONDS") or ("20" if os.environ.get("CI") else "120")
)
SEED = os.environ.get("FUZZ_SEED") or secrets.token_hex(4)
#: Both cores of the smallest machine this runs on.
WORKERS = 2
#: Making keys and cases takes its time before the first mutant.
_START_SECONDS = 600.0


async def fuzzed(seed: str) -> tuple[int, list[str]]:
    """How many mutants one process judged, and what must not be."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fuzz.worker", seed, str(SECONDS)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    problems: list[str] = []
    at, patience = {"at": 0}, _START_SECONDS
    try:
        while line := await asyncio.wait_for(process.stdout.readline(), patience):
            said = json.loads(line)
            patience = MOST_SECONDS * 8  # a C library does not hear the alarm
            at = said if "at" in said else at
            if "done" in said:
                return said["done"], problems
            problems += [str(said["problem"])] if "problem" in said else []
    except TimeoutError:
        problems.append(f"seed {seed}: no answer at {at}")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    return at["at"], [*problems, f"seed {seed}: ended at {at}: {process.returncode}"]


@pytest.mark.full
async def test_whatever_is_done_to_documents_ends_in_a_true_verdict(capsys):
    found = await asyncio.gather(*(fuzzed(f"{SEED}.{n}") for n in range(WORKERS)))
    with capsys.disabled():
        judged = sum(number for number, _ in found)
        print(f"\nfuzz: seed {SEED}, {judged} mutants in {SECONDS:.0f} s")  # noqa: T201
    assert [problem for _, problems in found for problem in problems] == []
    assert all(number > 20 for number, _ in found)


# the fuzzer itself


PDF, XML = signed_pdf(), signed_envelope(references=("#body",))


@pytest.mark.parametrize("mutate", [*MUTATIONS, *OF_PDF])
def test_each_mutation_of_a_pdf_makes_another_one(mutate):
    assert any(mutate(PDF, Random(n)) != PDF for n in range(9))


@pytest.mark.parametrize("mutate", OF_XML)
def test_each_mutation_of_an_envelope_makes_another_one(mutate):
    assert any(mutate(XML, Random(n)) != XML for n in range(9))


def test_the_same_seed_and_number_make_the_same_mutant():
    seed = Seed("pdf", PDF, OF_PDF, Sort.PDF, ground())
    once, again = [mutant(seed, (seed,), Random("a:7")) for _ in range(2)]
    assert once == again


class Liar(Seed):
    """A judge that says of anything what is true of one genuine file."""

    def judged(self, data):
        return judge_pdf(PDF) if self.sort is Sort.PDF else judge_xml(XML)


def test_a_pass_of_a_changed_pdf_is_seen():
    genuine = Genuine()
    genuine.learn_pdf(PDF, judge_pdf(PDF))
    liar = Liar("pdf", PDF, OF_PDF, Sort.PDF, ground())
    assert tried(liar, PDF, genuine) == ""
    changed = PDF.replace(b"ngay 03", b"ngay 08")
    assert "passed" in tried(liar, changed, genuine)


def test_a_pass_of_a_changed_envelope_is_seen():
    genuine = Genuine()
    genuine.learn_xml(XML, judge_xml(XML))
    liar = Liar("xml", XML, OF_XML, Sort.XML, ground())
    assert tried(liar, XML, genuine) == ""
    assert tried(liar, XML.replace(b"giao ban", b"ban giao"), genuine) == ""
    changed = XML.replace(b'version="1.0">', b'version="1.1">')
    assert "not genuine" in tried(liar, changed, genuine)


class Raising(Seed):
    """A judge with a bug."""

    def judged(self, data):
        raise LookupError(data)


def test_an_exception_is_seen():
    raising = Raising("pdf", PDF, OF_PDF, Sort.PDF, ground())
    assert "LookupError" in tried(raising, PDF, Genuine())
