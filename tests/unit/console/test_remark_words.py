"""Whatever the verifier remarks, a clerk reads in Vietnamese."""

import ast
from collections.abc import Iterator
from pathlib import Path

import hub
from hub.console.remark_words import REMARKS

SIGNATURES = Path(hub.__file__).parent / "signatures"
#: Proofs of mails have remarks of their own, told elsewhere.
OF_MAILS = {"dkim_proofs.py", "smime_proofs.py"}


def remarks() -> Iterator[str]:
    """The words given to a refusal, or as a remark, in the verifier's source."""
    for path in sorted(SIGNATURES.glob("*.py")):
        if path.name not in OF_MAILS:
            yield from remarked(ast.parse(path.read_text()))


def remarked(tree: ast.AST) -> Iterator[str]:
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        named = isinstance(call.func, ast.Name) and call.func.id
        given = [k.value for k in call.keywords if k.arg == "remark"]
        if named in {"Refused", "_constraint"}:
            given += call.args[-1:]
        for one in given:
            if isinstance(one, ast.Constant) and one.value:
                yield str(one.value)


def test_every_remark_has_its_words():
    found = set(remarks())
    assert len(found) > 40, "else the source is no longer written so"
    assert found - set(REMARKS) == set()


def test_the_remark_itself_is_the_english():
    assert all(english == remark for remark, (_, english) in REMARKS.items())
    assert all(vietnamese != english for vietnamese, english in REMARKS.values())
