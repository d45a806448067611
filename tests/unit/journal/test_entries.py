"""Canonical text, fingerprints and the chain."""

from hypothesis import given
from hypothesis import strategies as st

from hub.journal.entries import canonical, facts_of, fingerprint

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("aáđ _"), inner),
    max_leaves=8,
)
FACTS = st.dictionaries(st.text("aáđ_", min_size=1), JSON, max_size=4)


@given(FACTS)
def test_facts_come_back_as_they_were_and_give_the_same_text_again(facts):
    text = canonical(facts)
    assert facts_of(text) == facts
    assert canonical(facts_of(text)) == text


@given(FACTS)
def test_the_order_of_keys_does_not_change_the_text(facts):
    turned = dict(reversed(facts.items()))
    assert canonical(turned) == canonical(facts)


def test_a_fingerprint_depends_on_key_and_content():
    one, other = "00" * 32, "01" * 32
    made = {fingerprint(key, text) for key in (one, other) for text in ("a", "b")}
    assert len(made) == 4


def test_canonical_text_is_fixed_for_ever():
    """The chain of every journal depends on it: this text may never change."""
    value = {"b": [1, 1.5, None, True], "a": "Về việc “đất”", "c": {"z": 1, "y": 2}}
    assert canonical(value) == (
        '{"a":"Về việc “đất”","b":[1,1.5,null,true],"c":{"y":2,"z":1}}'
    )
