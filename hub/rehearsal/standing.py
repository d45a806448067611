"""What simulators that run as commands share: keys, signals, lines of JSON."""

import asyncio
import json
import secrets
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def key_in(folder: Path, name: str) -> str:
    """A secret kept in a file of one's own; made where there is none.

    Raises OSError.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24) + "\n")
    return path.read_text().strip()


def say(**facts: object) -> None:
    """One line of JSON on the terminal."""
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


async def until_stopped(seconds: float) -> None:
    """Return at SIGINT, SIGTERM, or after so many seconds; 0: no end of its own."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for each in signals:
        loop.add_signal_handler(each, stopped.set)
    try:
        async with asyncio.timeout(seconds or None):
            await stopped.wait()
    except TimeoutError:
        return
    finally:
        for each in signals:
            loop.remove_signal_handler(each)


def write_ledger(path: Path | None, told: Mapping[str, Any]) -> None:
    """The ledger as JSON, if a file is named; raises OSError."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
