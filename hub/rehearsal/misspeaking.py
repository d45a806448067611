"""Answers in other words than any description has: what real neighbours send.

Nothing here says something else than what was to be said; a careful reader still
understands it, or notices that a field is missing.
"""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

HTML = (
    "<!DOCTYPE html><html><head><title>Bảo trì</title></head><body>"
    "<h1>Service Temporarily Unavailable</h1></body></html>"
)
#: Words of the description -> what stands there instead.
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "OK": ("ok", "Ok", "SUCCESS"),
    "FAIL": ("Fail", "failed"),
    "INITIAL": ("Initial", "initial", "NEW"),
    "PROCESSING": ("Processing", "in-progress"),
    "DONE": ("Done", "done"),
}
#: Fields that may be missing without anything being lost.
_SPARE = frozenset(
    {
        "errordesc",
        "updated_time",
        "updatedtime",
        "servicetype",
        "status_desc",
        "statusdesc",
        "total",
        "count",
        "message",
        "fromname",
        "edocabstract",
    }
)


def misspoken(told: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """The answer in one of four other manners."""
    manner = dice.choice((_words, _numbers, _missing, _capitals))
    return {**_through(told, partial(manner, dice))}


_Object = dict[str, Any]


def _through(value: Any, change: Callable[[_Object], _Object]) -> Any:  # noqa: ANN401 - JSON of any shape
    """A change made to every object, however deep it stands."""
    if isinstance(value, list):
        return [_through(one, change) for one in value]
    if isinstance(value, Mapping):
        return change({name: _through(one, change) for name, one in value.items()})
    return value


def misspelled(told: Mapping[str, Any]) -> dict[str, Any]:
    """A row with numbers as text and texts of one digit as numbers; the same always."""
    return {**_through(told, _loosely)}


def _loosely(told: _Object) -> _Object:
    return {name: _loose(value) for name, value in told.items()}


def _loose(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return str(value)
    is_digit = isinstance(value, str) and value.isdigit() and len(value) == 1
    return int(str(value)) if is_digit else value


def _words(dice: random.Random, told: _Object) -> _Object:
    """States and OK in another spelling."""
    return {name: _word(dice, value) for name, value in told.items()}


def _numbers(_: random.Random, told: _Object) -> _Object:
    """Numbers as text and 0 as a number; ids stay, whatever they look like."""
    return {n: v if "id" in n.lower() else _number(v) for n, v in told.items()}


def _missing(_: random.Random, told: _Object) -> _Object:
    """Without what need not be there."""
    return {name: v for name, v in told.items() if name.lower() not in _SPARE}


def _capitals(_: random.Random, told: _Object) -> _Object:
    """Names of fields in capitals."""
    return {name.upper(): value for name, value in told.items()}


def _word(dice: random.Random, value: object) -> object:
    others = _OTHERS.get(value) if isinstance(value, str) else None
    return dice.choice(others) if others else value


def _number(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return 0 if value == "0" else value
