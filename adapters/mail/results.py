"""Authentication-Results (RFC 8601) of the server we trust, and of nobody else.

The trusted server puts its header on top of what it received, below or above its own
Received; what stands below a Received of another host was there before it. RFC 8601,
section 5, asks it to take away headers that bear its name and are not its own. It
repeats what a sender said (`smtp.mailfrom`): a header in which such words could pass
for the server's own counts for nothing.
"""

import re
from collections.abc import Collection, Iterator
from itertools import islice, takewhile

from adapters.mail.headers import Field, Header
from hub.model.frames import Proof, ProofState, aligned

_BY = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9._-]+)")
_METHOD = re.compile(r"\s*([A-Za-z0-9-]+)(?:/\d+)?\s*=\s*([A-Za-z]+)")
_PROPERTY = re.compile(r"\b([a-z]+\.[A-Za-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)")
#: Method -> the property that says for whom it speaks.
_ABOUT = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.helo"),
    "dmarc": ("header.from",),
}
_PASSED = frozenset({"pass"})
_FAILED = frozenset({"fail", "softfail", "hardfail", "policy", "permerror"})
_QUOTED = re.compile(r'"([^"]*)"')
#: What ends a quoted value or a result, and so begins what a sender wants to be read.
_ENDS = re.compile(r"[;()\\]")
_MOST = 20


def proofs(header: Header, address: str, trusted: Collection[str]) -> tuple[Proof, ...]:
    """What the trusted servers' topmost header says of the sender."""
    names = {name.lower() for name in trusted}
    found = [
        proof
        for each in _topmost(header, names)
        for proof in _read(each.text, address, names)
    ]
    return tuple(found[:_MOST])


def _topmost(header: Header, trusted: Collection[str]) -> Iterator[Field]:
    """The one header that nobody before the trusted server can have written.

    Only the first: a sender may have put another right below it.
    """
    above = list(takewhile(lambda f: not _is_foreign(f, trusted), header.fields))
    # Without a Received of its own it never had this mail in its hands.
    if any(each.name == "received" for each in above):
        results = (f for f in above if f.name == "authentication-results")
        for first in islice(results, 1):
            if _server(first.text) in trusted and _is_plain(first.text):
                yield first


def _is_plain(text: str) -> bool:
    """Whether nobody but the server can have written where its words begin and end."""
    if "\\" in text or text.count('"') % 2:
        return False
    if any(_ENDS.search(value) for value in _QUOTED.findall(text)):
        return False
    depth = 0
    for mark in re.findall(r"[()]", text):
        depth += 1 if mark == "(" else -1
        if depth < 0:
            return False
    return not depth


def _is_foreign(each: Field, trusted: Collection[str]) -> bool:
    """A Received that a host wrote which is not ours to trust."""
    if each.name != "received":
        return False
    by = _BY.search(_without_comments(each.text))
    return by is None or by[1].lower() not in trusted


def _server(text: str) -> str:
    first = _without_comments(text).partition(";")[0].split()
    return first[0].lower() if first else ""


def _read(text: str, address: str, trusted: Collection[str]) -> Iterator[Proof]:
    server, *results = _without_comments(text).split(";")
    name = server.split()[0].lower()
    for result in results:
        method = _METHOD.match(result)
        if method is None or method[1].lower() not in _ABOUT:
            continue
        about = _about(method[1].lower(), result)
        domain = about.rpartition("@")[2]
        yield Proof(
            method=method[1].lower(),
            state=_state(method[2].lower()),
            about=domain,
            aligned=aligned(address, domain),
            by=name if name in trusted else "",
            detail=method[2].lower(),
        )


def _about(method: str, result: str) -> str:
    told: dict[str, str] = {}
    for name, value in _PROPERTY.findall(result):
        told.setdefault(name.lower(), value.strip('"').lower())
    return next((told[name] for name in _ABOUT[method] if name in told), "")


def _state(word: str) -> ProofState:
    if word in _PASSED:
        return ProofState.PASSED
    return ProofState.FAILED if word in _FAILED else ProofState.NONE


def _without_comments(text: str) -> str:
    """Comments may hold anything, `dkim=pass` too."""
    depth, kept = 0, []
    for letter in text:
        if letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(letter)
    return "".join(kept)
