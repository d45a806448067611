"""Every case of the book, judged by somebody else: xmlsec1 for XML, pdfsig for PDF."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import pytest

from tests.cases.chapters import NAMES, made
from tests.cases.disagreements import KNOWN, Point, points
from tests.cases.opinions import Pair, asked, ours
from tests.cases.test_book import findings

TOOLS = ("xmlsec1", "pdfsig")
#: Nearly all of the time is theirs.
_AT_ONCE = 4
_ONE_AT_A_TIME = Lock()


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    """Debian's packages; .ci/setup dev brings them, CI must have them."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        assert not os.environ.get("CI"), f"{missing} are missing on CI"
        pytest.skip(f"not installed: {missing} (.ci/setup dev)")


@pytest.fixture(scope="module")
def differ(tools, tmp_path_factory) -> list[tuple[str, Point]]:
    """Every point on which a case's judges differ."""
    base = tmp_path_factory.mktemp("opinions")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asking = {n: pool.submit(_asked, n, base) for n in NAMES}
        return [
            (name, point)
            for name, said in asking.items()
            for finding, theirs in said.result()
            for point in points(ours(finding), theirs)
        ]


def _asked(name: str, base: Path) -> list[Pair]:
    folder = base / name.replace("/", "-")
    folder.mkdir()
    with _ONE_AT_A_TIME:  # what is made and judged here is not made for threads
        case = made(name)
        found = findings(case)
    return asked(case, found, folder)


def test_every_disagreement_is_understood(differ):
    unlisted = [
        (name, point)
        for name, point in differ
        if not any(known.explains(name, point) for known in KNOWN)
    ]
    assert unlisted == []


def test_every_case_that_is_listed_still_disagrees(differ):
    """A name of the table that explains nothing any more is taken out of it."""
    idle = [
        (one, known.why)
        for known in KNOWN
        for one in known.cases.split()
        if not any(_of(known, one).explains(*differing) for differing in differ)
    ]
    assert idle == []


def _of(known, one):
    return type(known)(one, known.point, known.ours, known.theirs, known.why)
