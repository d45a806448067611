"""A large document costs a judging child at most 2.5 times its size in memory."""

import pytest

from tests.bench.documents import room
from tests.bench.memory import GOOD, SIZES, peaks


@pytest.mark.parametrize(
    "name", [pytest.param("20 MB"), pytest.param("60 MB", marks=pytest.mark.full)]
)
async def test_a_large_document_is_judged_and_written_within_its_memory(name, tmp_path):
    found = await peaks(room(tmp_path), tmp_path, SIZES[name])
    assert found.size >= SIZES[name]
    assert found.to_judge <= GOOD, found
    assert found.to_write <= GOOD, found
