"""What PostgreSQL will never take is no database that is away; SQLite takes it all."""

import random
import string
from dataclasses import replace

import pytest

from hub.errors import JournalRefused
from hub.model.statuses import Mention
from tests.integration.journal.conftest import POSTGRES
from tests.integration.journal.scenes import claimed, conclusion, document, identity

pytestmark = pytest.mark.parametrize("kind", [POSTGRES])


async def test_a_name_too_long_for_an_index_is_not_waited_for(store):
    letters = random.Random(7).choices(string.ascii_letters + string.digits, k=9_000)
    arrival = await claimed(store)
    row = document(document_id="".join(letters))
    with pytest.raises(JournalRefused):
        await store.journal.conclude(
            conclusion(arrival, document=row), unless_changed=0
        )


async def test_a_text_that_is_none_is_not_asked_for_again_and_again(store):
    arrival = await claimed(store)
    odd = replace(identity(), mentions=(Mention(delivery="a\0"),))
    with pytest.raises(JournalRefused):
        await store.journal.background(arrival.id, odd)
