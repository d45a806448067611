"""Words on a document come in any order, twice and late: the rows are the same."""

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import StaticPool, create_engine

from hub.journal.columns import metadata
from hub.journal.status_rows import record_said, statuses_of
from hub.model.ids import AgencyCode, DocumentKey
from hub.model.statuses import ANSWERED, Said, StatusCode
from tests.fakes.outsides import NOON

KEY = DocumentKey("d" * 64)
WORDS = st.builds(
    lambda agency, code, minutes: Said(
        KEY,
        AgencyCode(agency),
        code,
        NOON + timedelta(minutes=minutes),
        NOON + timedelta(days=1),
    ),
    st.sampled_from(["A", "B"]),
    st.sampled_from([*StatusCode, ANSWERED]),
    st.integers(0, 600),
)


ENGINE = create_engine("sqlite://", poolclass=StaticPool)
metadata.create_all(ENGINE)


def told(words: list[Said]):
    with ENGINE.connect() as connection, connection.begin() as transaction:
        for one in words:
            record_said(connection, one)
        found = statuses_of(connection, KEY)
        transaction.rollback()
    return found


@settings(max_examples=25)
@given(
    st.lists(WORDS, max_size=12).flatmap(
        lambda words: st.tuples(st.just(words), st.permutations(words))
    )
)
def test_the_order_of_words_changes_nothing(pair):
    words, shuffled = pair
    found = told(words)
    assert found == told(shuffled)
    assert Counter({(t.agency, t.code): t.times for t in found}) == Counter(
        (w.agency, w.code) for w in words
    )
    for one in found:
        moments = [w.at for w in words if (w.agency, w.code) == (one.agency, one.code)]
        assert (one.first_at, one.last_at) == (min(moments), max(moments))
