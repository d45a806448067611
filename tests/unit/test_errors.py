"""The tree of errors is the one drawn, and every fault has its two sentences."""

import inspect
import re

import pytest

from hub import errors
from hub.errors import HubError, PermanentFailure, SettingsError
from hub.model.faults import SENTENCES, Fault, FaultCode


def defined() -> dict[str, str]:
    """Each error class of the module -> its parent."""
    return {
        name: kind.__bases__[0].__name__
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == errors.__name__
    }


def drawn() -> dict[str, str]:
    """Each name of the drawing -> the name it hangs on."""
    found: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^([ │├└─]*)([A-Z][A-Za-z]+)(  |$)", line)
        if not match:
            continue
        depth = len(match[1])
        path = [step for step in path if step[0] < depth]
        found[match[2]] = path[-1][1] if path else "Exception"
        path.append((depth, match[2]))
    return found


def test_the_tree_is_the_one_that_is_drawn():
    assert drawn() == defined()


def test_every_class_says_what_an_operator_should_know():
    for name in defined():
        assert (getattr(errors, name).__doc__ or "").endswith("."), name


def test_settings_errors_keep_every_problem():
    error = SettingsError(("one", "two"))
    assert error.problems == ("one", "two")
    assert str(error) == "one; two"
    assert isinstance(error, HubError)


@pytest.mark.parametrize("code", FaultCode)
def test_every_fault_has_a_vietnamese_and_an_english_sentence(code):
    vietnamese, english = SENTENCES[code]
    for sentence in (vietnamese, english):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "  " not in sentence
    assert not vietnamese.isascii()
    assert english.isascii()


def test_no_sentence_is_without_its_code_and_none_is_told_twice():
    assert set(SENTENCES) == set(FaultCode)
    assert len(set(SENTENCES.values())) == len(SENTENCES)


@pytest.mark.parametrize("code", FaultCode)
def test_codes_are_fit_for_urls_headers_and_journals(code):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)


def test_a_permanent_failure_carries_its_fault_and_says_it():
    fault = Fault(FaultCode.DOCTYPE, "byte 39", "secret detail")
    error = PermanentFailure(fault)
    assert error.fault is fault
    assert str(error) == f"doctype: {SENTENCES[FaultCode.DOCTYPE][1]}"
