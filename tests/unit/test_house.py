"""The budget of STYLE.md 2 and the rules no other tool holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def product() -> list[Path]:
    """Every Python file we write that runs, apart from generated migrations."""
    found = [*(ROOT / "hub").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    return sorted(path for path in found if "versions" not in path.parts)


def functions() -> Iterator[tuple[str, Function]]:
    for path in product():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, Function):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def lines(function: Function) -> int:
    """From `def` to the last line, the docstring not counted."""
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)


def parameters(function: Function) -> int:
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([each for each in named if each.arg not in {"self", "cls"}])


LENGTHS = [(where, lines(node)) for where, node in functions()]


def test_no_function_is_longer_than_forty_lines():
    assert [each for each in LENGTHS if each[1] > 40] == []


def test_half_of_the_functions_have_eight_lines_or_fewer():
    assert median(length for _, length in LENGTHS) <= 8


def test_nine_of_ten_functions_have_twenty_five_lines_or_fewer():
    assert sorted(length for _, length in LENGTHS)[len(LENGTHS) * 9 // 10] <= 25


def test_no_file_is_longer_than_four_hundred_lines():
    lengths = {path: len(path.read_text().splitlines()) for path in product()}

    assert {path: length for path, length in lengths.items() if length > 400} == {}


def excused(where: str) -> bool:
    """Whether the line of the definition gives a reason."""
    name, _, number = where.partition(" ")[0].partition(":")
    line = (ROOT / name).read_text().splitlines()[int(number) - 1]
    return "noqa: PLR0913 - " in line


def test_no_function_takes_more_than_six_parameters_without_a_reason():
    # Commands of the terminal are called by typer, by name: each is an option.
    crowded = [
        where
        for where, node in functions()
        if parameters(node) > 6 and not where.startswith("hub/cli/")
    ]

    assert [where for where in crowded if not excused(where)] == []


def caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"everything"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def handlers() -> Iterator[tuple[str, ast.ExceptHandler]]:
    for path in product():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler):
                yield str(path.relative_to(ROOT)), node


def test_only_the_consumer_catches_every_exception_and_only_once():
    wide = [where for where, node in handlers() if "Exception" in caught(node)]

    assert wide == ["hub/broker/consumer.py"]


def test_who_catches_everything_to_clear_up_raises_it_again():
    for where, node in handlers():
        if caught(node) & {"BaseException", "everything"}:
            last = node.body[-1]
            assert isinstance(last, ast.Raise), where
            assert last.exc is None, where


def test_there_is_no_utils_module():
    assert [
        p for p in product() if p.stem in {"utils", "util", "helpers", "misc"}
    ] == []


ALLOWANCE = re.compile(r"#\s*(noqa|type:\s*ignore)\b(.*)$")
CODED = re.compile(r"\s*(:\s*[A-Z0-9, ]+|\[[a-z-, ]+\])\s*[-#]+\s*\w.{3,}")


def allowances() -> list[tuple[str, str]]:
    """Each `noqa` and `type: ignore` of the product, with what follows it."""
    return [
        (f"{path.relative_to(ROOT)}:{number}", match.group(2))
        for path in product()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := ALLOWANCE.search(line))
    ]


@pytest.mark.parametrize(("where", "rest"), allowances())
def test_an_allowance_names_its_rule_and_its_reason(where: str, rest: str):
    assert CODED.match(rest), f"{where} gives no reason"


def test_every_rule_that_is_off_says_why():
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("\nignore = [\n")[1].split("\n]")[0]

    for line in block.splitlines():
        assert re.search(r"#\s*\w.{7,}", line), line
