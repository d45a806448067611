"""Mutations of DER: a value is found by walking, then its tag, length or content."""

from random import Random

from tests.fuzz.bytes_ import MUTATIONS as ANY


def values(der: bytes, start: int = 0, end: int | None = None, depth: int = 0):
    """(begin, begin of content, end) of every value, outer ones first."""
    end = len(der) if end is None else end
    while start + 2 <= end:
        head = _head(der, start)
        if head is None or head[1] > end:
            return
        content, after = head
        yield start, content, after
        if der[start] & 0x20 and depth < 40:
            yield from values(der, content, after, depth + 1)
        start = after


def _head(der: bytes, start: int) -> tuple[int, int] | None:
    first = der[start + 1]
    if first < 0x80:
        return start + 2, start + 2 + first
    size = first & 0x7F
    if size == 0 or size > 4 or start + 2 + size > len(der):
        return None
    content = start + 2 + size
    return content, content + int.from_bytes(der[start + 2 : content])


def mutated(der: bytes, random: Random) -> bytes:
    """The same length for most, so that it fits where it stood."""
    found = list(values(der))
    if not found:
        return random.choice(ANY)(der, random)
    start, content, end = random.choice(found)
    other = random.choice(found)
    whole, odd = der[start:end], bytes([random.randrange(256)])
    at = random.randrange(content, end) if end > content else start
    new = random.choice(
        (
            odd + whole[1:],
            whole[:1] + odd + whole[2:],
            der[start:at] + odd + der[at + 1 : end],
            b"",
            whole + whole,
            der[other[0] : other[2]],
        )
    )
    return der[:start] + new + der[end:]
