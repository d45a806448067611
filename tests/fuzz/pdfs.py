"""Mutations of PDF files that know where structure stands."""

import re
from random import Random

from tests.fuzz import tlv
from tests.fuzz.bytes_ import MUTATIONS as ANY
from tests.fuzz.bytes_ import NUMBERS, Mutation

_RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\]")
_CONTENTS = re.compile(rb"/Contents\s*<([0-9a-fA-F]+)>")
_OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_XREF = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
_START = re.compile(rb"startxref\s+(\d+)")
_PREV = re.compile(rb"/(?:Prev|XRefStm|Root|Size)\s+(\d+)")
_TEXT = re.compile(rb"\(([^()\\]{2,60})\)\s*Tj")
_NAME = re.compile(rb"/[A-Z][A-Za-z0-9]+")


def _one(pattern: re.Pattern[bytes], data: bytes, random: Random):
    found = list(pattern.finditer(data))
    return random.choice(found) if found else None


def _put(data: bytes, span: tuple[int, int], new: bytes) -> bytes:
    return data[: span[0]] + new + data[span[1] :]


def other_range(data: bytes, random: Random) -> bytes:
    match = _one(_RANGE, data, random)
    if match is None:
        return data
    numbers = match[1].split() or [b"0"]
    at = random.randrange(len(numbers))
    # Mutated twice, the array may hold anything.
    number = int(numbers[at][:18]) if numbers[at].isdigit() else 0
    near = str(number + random.choice((-2, -1, 1, 2, 40)))
    numbers[at] = random.choice((near.encode(), random.choice(NUMBERS)))
    new = b" ".join(numbers)
    return _put(data, match.span(1), new.ljust(len(match[1]))[: len(match[1]) + 8])


def other_cms(data: bytes, random: Random) -> bytes:
    match = _one(_CONTENTS, data, random)
    if match is None or len(match[1]) % 2:
        return data
    der = tlv.mutated(bytes.fromhex(match[1].decode()), random)
    digits = der.hex().encode().ljust(len(match[1]), b"0")[: len(match[1])]
    return _put(data, match.span(1), digits)


def other_place(data: bytes, random: Random) -> bytes:
    """In a cross-reference table, at its end, or in a trailer."""
    pattern = random.choice((_XREF, _START, _PREV))
    match = _one(pattern, data, random)
    if match is None:
        return data
    other = _one(pattern, data, random)
    near = str(max(int(match[1]) + random.choice((-1, 1, 20)), 0)).encode()
    new = random.choice((other[1], near, random.choice(NUMBERS)))
    return _put(data, match.span(1), new.rjust(len(match[1]), b"0"))


def free_or_not(data: bytes, random: Random) -> bytes:
    match = _one(_XREF, data, random)
    if match is None:
        return data
    return _put(data, match.span(3), b"f" if match[3] == b"n" else b"n")


def other_name(data: bytes, random: Random) -> bytes:
    one, other = _one(_NAME, data, random), _one(_NAME, data, random)
    return data if one is None else _put(data, one.span(), other[0])


def other_text(data: bytes, random: Random) -> bytes:
    """A visible letter, in place."""
    match = _one(_TEXT, data, random)
    if match is None:
        return data
    at = random.randrange(*match.span(1))
    return _put(data, (at, at + 1), bytes([random.choice(b"0123456789abcXYZ")]))


def one_more_revision(data: bytes, random: Random) -> bytes:
    """An object written anew after the end, changed a little, by a proper table."""
    match, start = _one(_OBJECT, data, random), list(_START.finditer(data))
    if match is None or not start:
        return data
    body = random.choice((*ANY, other_text, other_name))(match[2], random)
    number = random.choice((match[1], match[1], str(random.randrange(20)).encode()))
    root = re.findall(rb"/Root\s+(\d+ \d+ R)", data)
    out = data if data.endswith(b"\n") else data + b"\n"
    place = len(out)
    out += number + b" 0 obj" + body + b"endobj\n"
    table = len(out)
    out += b"xref\n%s 1\n%010d 00000 n \ntrailer\n" % (number, place)
    out += b"<</Size 999/Root %s/Prev %s>>\n" % (
        root[-1] if root else b"1 0 R",
        start[-1][1],
    )
    return out + b"startxref\n%d\n%%%%EOF\n" % table


def another_end(data: bytes, random: Random) -> bytes:
    """The end of one of its revisions, or the end said again."""
    ends = [m.end() for m in re.finditer(rb"%%EOF\s?", data)]
    if not ends:
        return data
    at = random.choice(ends)
    return random.choice((data[:at], data + data[at - 40 : at], data[:at] + data[:at]))


MUTATIONS: tuple[Mutation, ...] = (
    *(other_range, other_cms, other_cms, other_place, free_or_not, other_name),
    *(other_text, one_more_revision, one_more_revision, another_end),
)
