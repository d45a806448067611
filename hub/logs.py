"""Lines for engineers: JSON or columns, with what was bound at the door."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

_bound: ContextVar[dict[str, Any]] = ContextVar("bound", default={})  # noqa: B039 - never mutated, `bound` makes a new one
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
#: Loggers of libraries that would print whole documents or every frame.
_QUIET = (
    "signxml",
    "pyhanko",
    "pyhanko_certvalidator",
    "aiormq",
    "aio_pika",
    "alembic",
)


@contextmanager
def bound(**fields: object) -> Iterator[None]:
    """Add fields to every line written inside, then restore what was before."""
    token = _bound.set({**_bound.get(), **fields})
    try:
        yield
    finally:
        _bound.reset(token)


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    own = {k: v for k, v in vars(record).items() if k not in _PLAIN}
    return {**_bound.get(), **own}


def _plain(value: object) -> str:
    """On one line, without control characters: strangers wrote some of it."""
    return "".join(c if c.isprintable() else "�" for c in str(value))


class JsonLines(logging.Formatter):
    """One JSON object a line; a constant message, facts in fields."""

    def format(self, record: logging.LogRecord) -> str:
        own = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line = {**own, **_fields(record), **own}  # no fact stands for what is ours
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Columns(logging.Formatter):
    """Lines for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{k}={_plain(v)}" for k, v in _fields(record).items())
        head = f"{record.levelname:<7} {record.name:<24} {record.getMessage()}"
        story = self.formatException(record.exc_info) if record.exc_info else ""
        return f"{head} {facts}{chr(10) if story else ''}{story}"


def configure(*, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Set up the root logger: columns on a terminal, JSON elsewhere."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Columns() if out.isatty() else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
