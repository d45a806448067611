"""One fuzzing process: `python -m tests.fuzz.worker SEED SECONDS [NUMBER]`.

Every mutant has a number, and its own randomness from seed and number: with NUMBER
only that one is made, written to the file its line names, and judged. Says on stdout
at which it is, so that whoever started it knows what ended it.
"""

import faulthandler
import json
import resource
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from tests.fuzz.bytes_ import MUTATIONS as ANY
from tests.fuzz.bytes_ import somewhere
from tests.fuzz.corpus import Seed, learned, seeds
from tests.fuzz.oracle import Genuine

#: Seconds for one document; in the hub it has thirty.
MOST_SECONDS = 15.0


class TooLong(BaseException):
    """No `except` of the code under test takes it for a finding."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that must not be."""

    seed: str
    number: int
    name: str
    what: str
    file: str


def mutant(seed: Seed, others: tuple[Seed, ...], random: Random) -> bytes:
    """One to three mutations, rarely with a piece of another document."""
    data = seed.data
    if random.random() < 0.03:
        other = random.choice([o for o in others if o.sort is seed.sort]).data
        cut, start = somewhere(data, random), somewhere(other, random)
        data = data[:cut] + other[start:]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        ways = seed.mutations if random.random() < 0.6 else ANY
        data = random.choice(ways)(data, random)
    return data


def tried(seed: Seed, data: bytes, genuine: Genuine) -> str:
    """What is wrong with how a mutant was judged."""
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
    try:
        found = seed.judged(data)
    except TooLong:
        return "too long\n" + traceback.format_exc()
    except BaseException:  # noqa: BLE001 - whatever it is, it must not be
        return traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return seed.problem(data, found, genuine)


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def main() -> None:
    word, seconds, *only = sys.argv[1:]
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, _alarm)
    everything = tuple(seeds())
    genuine = learned(everything)
    say(ready=len(everything))
    end, number = time.monotonic() + float(seconds), 0
    while time.monotonic() < end or only:
        number = int(only[0]) if only else number + 1
        random = Random(f"{word}:{number}")
        seed = random.choice(everything)
        say(at=number, name=seed.name)
        data = mutant(seed, everything, random)
        if what := tried(seed, data, genuine):
            say(problem=asdict(Problem(word, number, seed.name, what, _kept(data))))
        if only:
            say(kept=_kept(data))
            break
    say(done=number)


def _alarm(*_: object) -> None:
    raise TooLong


def _kept(data: bytes) -> str:
    with tempfile.NamedTemporaryFile(prefix="mutant-", delete=False) as out:
        out.write(data)
    return str(Path(out.name))


if __name__ == "__main__":
    main()
