"""Mutations of any bytes: flips, cuts, copies, swaps, numbers."""

import re
from collections.abc import Callable
from random import Random

Mutation = Callable[[bytes, Random], bytes]

_NUMBER = re.compile(rb"\d+")
#: Numbers at which arithmetic of sizes and places goes wrong.
NUMBERS = (
    *(b"0", b"1", b"-1", b"2", b"10", b"255", b"256", b"65535", b"65536"),
    *(b"2147483647", b"4294967296", b"99999999999999999999", b"0000000000", b"1.5"),
)
_TOKENS = (
    *(b"\x00", b"\xff", b"\r\n", b"%", b"<", b">", b"<<", b">>", b"]", b"(", b"/"),
    *(b"endobj\n", b"%%EOF\n", b"<!--x-->", b"<?x y?>", b"&#0;", b"&lt;", b"]]>"),
)


def somewhere(data: bytes, random: Random) -> int:
    return random.randrange(len(data) + 1)


def flip_a_bit(data: bytes, random: Random) -> bytes:
    out = bytearray(data or b"x")
    out[random.randrange(len(out))] ^= 1 << random.randrange(8)
    return bytes(out)


def other_byte(data: bytes, random: Random) -> bytes:
    out = bytearray(data or b"x")
    out[random.randrange(len(out))] = random.randrange(256)
    return bytes(out)


def put_in(data: bytes, random: Random) -> bytes:
    at = somewhere(data, random)
    return data[:at] + random.choice(_TOKENS) + data[at:]


def piece(data: bytes, random: Random) -> tuple[int, int]:
    """Begin and end of a piece, mostly a short one."""
    start = somewhere(data, random)
    length = int(random.expovariate(1 / 60)) + 1
    return start, min(start + length, len(data))


def take_out(data: bytes, random: Random) -> bytes:
    start, end = piece(data, random)
    return data[:start] + data[end:]


def say_twice(data: bytes, random: Random) -> bytes:
    start, end = piece(data, random)
    return data[:end] + data[start:end] + data[end:]


def move(data: bytes, random: Random) -> bytes:
    start, end = piece(data, random)
    rest = data[:start] + data[end:]
    at = somewhere(rest, random)
    return rest[:at] + data[start:end] + rest[at:]


def cut_off(data: bytes, random: Random) -> bytes:
    return data[: somewhere(data, random)]


def other_number(data: bytes, random: Random) -> bytes:
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    near = str(max(int(match[0][:18]) + random.choice((-1, 1, 2, 16)), 0)).encode()
    new = random.choice((*NUMBERS, near, near, near))
    return data[: match.start()] + new + data[match.end() :]


MUTATIONS: tuple[Mutation, ...] = (
    *(flip_a_bit, other_byte, put_in, take_out, say_twice, move, cut_off),
    other_number,
)
