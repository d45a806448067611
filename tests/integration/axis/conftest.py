"""Both doors of the axis on a free port, for clients that are not ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from adapters.axis import doors, soap
from tests.fakes.axis_doors import Front


@dataclass
class Open:
    """A front that listens."""

    front: Front
    base: str

    @property
    def soap(self) -> str:
        return self.base + soap.PATH

    @property
    def wsdl(self) -> str:
        return f"{self.soap}?wsdl"

    @property
    def rest(self) -> str:
        return self.base + doors.PATH


@pytest.fixture
async def axis(tmp_path: Path) -> AsyncIterator[Open]:
    front = Front(tmp_path / "evidence", limit=20_000_000)
    async with TestServer(front.app(), host="127.0.0.1") as server:
        yield Open(front, f"http://127.0.0.1:{server.port}")
