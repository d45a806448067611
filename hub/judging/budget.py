"""Limits on time and memory for judging in a process that has other things to do.

The judging child needs none of it: it is limited from its start and killed past its
budget. This is for `hub verify`, where nobody else could stop a bomb in a file.
"""

import contextlib
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hub.model.limits import Limits

_AGAIN = 0.05
#: Where limits are set and put back: an alarm that went off there would leave one
#: behind, and a later, innocent second of the processor would end the process.
_OURS = frozenset({__file__, contextlib.__file__})


class OverBudget(Exception):
    """It took more time or memory than the policy allows for one document."""


@contextmanager
def within(limits: Limits) -> Iterator[None]:
    """Raise OverBudget inside past the limits; only in a process's first thread.

    C code that never returns hears no alarm: the processor's time is limited, too, and
    ends the whole process at twice the budget. By a timer, not by RLIMIT_CPU: that
    counts from the process's start, by ticks that nobody else can read, and would end
    one that has worked for long at once.
    """
    seconds = limits.judging_seconds
    before = signal.signal(signal.SIGALRM, _stop)
    # Again and again: what is raised while something is destroyed goes no further.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    signal.setitimer(signal.ITIMER_PROF, 2 * seconds + 1)
    try:
        with _lowered(resource.RLIMIT_AS, _size() + limits.judging_memory_bytes):
            yield
    except MemoryError as error:
        raise OverBudget("memory") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before)


def _size() -> int:
    """Bytes of address space this process has by now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _stop(_signal: int, frame: FrameType | None) -> None:
    """The next alarm comes at once: one here is let pass, it loses nothing."""
    if frame is None or frame.f_code.co_filename not in _OURS:
        raise OverBudget("time")


@contextmanager
def _lowered(which: int, wanted: int) -> Iterator[None]:
    """A soft limit, put back afterwards; never above the hard one."""
    soft, hard = resource.getrlimit(which)
    known = [limit for limit in (wanted, soft) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(which, (min(known), hard))
    try:
        yield
    finally:
        resource.setrlimit(which, (soft, hard))
