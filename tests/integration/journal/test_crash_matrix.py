"""`kill -9` before and after every call of a port along the whole path.

Accept, conclude, relay, receipt, status, recall and what leaves for bodies elsewhere;
what must hold after every death is written below as sentences.
"""

import asyncio
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import pytest

from tests.chaos.dying_path import Results, Told, Trial
from tests.chaos.path_scenes import SCENES

ROOT = Path(__file__).parents[3]
#: What every coming meets on its way to its end.
ALWAYS = {
    "intake.accept",
    "source.hears_taken",
    "evidence.keep_bytes",
    "journal.claim",
    "journal.background",
    "journal.conclude",
    "judge.inspect",
    "judge.examine",
    "outbox.due",
    "outbox.settle",
    "broker.wake",
    "broker.acknowledge",
    "sealer.seal",
    "sweep.stranded",
}
#: What else is called on the way of each scene.
CALLS = {
    "a document": {"evidence.read", "broker.deliver", "source.answer"},
    "its status": {"evidence.read", "source.forward"},
    "its recall": {"evidence.keep_file", "broker.deliver", "source.answer"},
    "an agency's own document": {"broker.deliver", "source.forward"},
    "a document recalled before it left": {"source.answer"},
}


@pytest.fixture
def folder():
    """Where nothing waits for a disk: SIGKILL takes nothing from a page cache."""
    fast = "/dev/shm" if Path("/dev/shm").is_dir() else None
    made = Path(tempfile.mkdtemp(prefix="lt-matrix-", dir=fast))
    yield made
    shutil.rmtree(made)


async def play(told: Told) -> Results:
    base = Path(told.folder)
    asked, answer = base / "told.json", base / "results.json"
    asked.write_bytes(msgspec.json.encode(told))
    process = await asyncio.create_subprocess_exec(
        *("setpriv", "--pdeathsig", "KILL", "--", sys.executable),
        *("-m", "tests.chaos.dying_path", str(asked), str(answer)),
        cwd=ROOT,
    )
    async with asyncio.timeout(900):
        assert await process.wait() == 0
    return msgspec.json.decode(answer.read_bytes(), type=Results)


def told(folder: Path, scene: str, model: Path, node: str, **changes: int) -> Told:
    return Told(str(folder), scene, str(model), node, **changes)


@pytest.mark.full
@pytest.mark.parametrize("scene", SCENES)
async def test_killed_at_every_step(scene, folder, model, node):
    """Every one on SQLite, every fifth on PostgreSQL."""
    stride = 5 if node else 1  # a database for each step takes its time
    results = await play(told(folder, scene, model, node, stride=stride))
    steps = results.calm.seen.steps
    every_call_has_its_two_steps(scene, steps)
    died = [trial.died_at for trial in results.trials]
    assert died == [[name] for name in steps[::stride]]
    for trial in results.trials:
        all_is_well(trial, results.calm)


@pytest.mark.full
@pytest.mark.parametrize("scene", SCENES)
async def test_killed_twice(scene, folder, model, node):
    results = await play(told(folder, scene, model, node, pairs=4 if node else 15))
    for trial in results.trials:
        all_is_well(trial, results.calm)
    assert max(trial.deaths for trial in results.trials) == 2


async def test_killed_at_some_steps(folder, model):
    results = await play(told(folder, "a document", model, "", stride=30))
    assert len(results.trials) >= 3
    for trial in results.trials:
        all_is_well(trial, results.calm)


def every_call_has_its_two_steps(scene: str, steps: list[str]) -> None:
    calls = {name.partition(" ")[2] for name in steps}
    assert calls >= ALWAYS | CALLS[scene]
    assert {f"{when} {call}" for call in calls for when in ("before", "after")} == set(
        steps
    )


def all_is_well(trial: Trial, calm: Trial) -> None:
    nothing_acknowledged_is_lost(trial, calm)
    copies_are_the_same_message(trial)
    there_are_no_more_copies_than_were_in_flight(trial)
    a_consumer_that_remembers_ids_sees_what_it_would_have_seen(trial, calm)
    nothing_is_silently_nowhere(trial)
    the_journal_reads_as_if_nobody_had_died(trial, calm)


def nothing_acknowledged_is_lost(trial: Trial, calm: Trial) -> None:
    came = [row[0] for row in trial.seen.rows["arrivals"]]
    assert set(trial.taken) <= set(came), trial.died_at
    assert came == [row[0] for row in calm.seen.rows["arrivals"]], trial.died_at


def copies_are_the_same_message(trial: Trial) -> None:
    messages = defaultdict(set)
    for line in trial.left:
        messages[line["id"]].add((line["to"], line["sha256"]))
    assert all(len(same) == 1 for same in messages.values()), trial.died_at


def there_are_no_more_copies_than_were_in_flight(trial: Trial) -> None:
    """One row at a time is on its way: one more for each death."""
    ids = [line["id"] for line in (*trial.left, *trial.pointers)]
    assert len(ids) - len(set(ids)) <= trial.deaths, trial.died_at


def a_consumer_that_remembers_ids_sees_what_it_would_have_seen(
    trial: Trial, calm: Trial
) -> None:
    assert effects(trial) == effects(calm), trial.died_at


def effects(trial: Trial) -> Counter[str]:
    """Where to -> how many messages, each counted once."""
    return Counter({line["id"]: line["to"] for line in trial.left}.values())


def nothing_is_silently_nowhere(trial: Trial) -> None:
    assert {row[-1] for row in trial.seen.rows["arrivals"]} == {"decided"}
    assert trial.seen.waiting == [], trial.died_at


def the_journal_reads_as_if_nobody_had_died(trial: Trial, calm: Trial) -> None:
    """The chain and all kept bytes are sound, and every effect stands there once."""
    assert trial.seen.problems == [], trial.died_at
    assert trial.seen.rows == calm.seen.rows, trial.died_at
    assert trial.seen.log == calm.seen.log, trial.died_at
