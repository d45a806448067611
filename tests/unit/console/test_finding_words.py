"""Every word a verdict may hold has a sentence in both languages, and its own."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from hub.console import finding_words as words
from hub.console.words import Pair
from hub.model.changes import AlterationKind, Changes, Look
from hub.model.findings import (
    Belonging,
    Chain,
    Covered,
    Field,
    Indication,
    Level,
    Revocation,
    SignatureKind,
    SubIndication,
    TimeProof,
)
from hub.model.policy import Remedy

TABLES: dict[type[StrEnum], Mapping[Any, Pair]] = {
    Indication: words.INDICATIONS,
    SignatureKind: words.KINDS,
    SubIndication: words.SUB_INDICATIONS,
    Chain: words.CHAINS,
    Revocation: words.REVOCATIONS,
    TimeProof: words.TIME_PROOFS,
    Changes: words.CHANGES,
    AlterationKind: words.ALTERATIONS,
    Look: words.LOOKS,
    Level: words.LEVELS,
    Belonging: words.BELONGINGS,
    Field: words.FIELDS,
    Covered: words.COVERED,
    Remedy: words.REMEDIES,
}


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_no_word_is_missing_and_no_two_are_told_alike(kind):
    table = TABLES[kind]
    assert list(table) == list(kind), "in the order of the list, none missing"
    for language in (0, 1):
        told = [pair[language] for pair in table.values()]
        assert all(told)
        assert len(set(told)) == len(told)


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_the_two_languages_are_not_mixed_up(kind):
    """Vietnamese has marks on some letter of every table; English on none."""
    vietnamese = "".join(pair[0] for pair in TABLES[kind].values())
    english = "".join(pair[1] for pair in TABLES[kind].values())
    assert not vietnamese.isascii()
    assert english.isascii()
