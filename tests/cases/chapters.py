"""All chapters of the book of cases, and the cases made from them."""

from functools import cache

from tests.cases import second_look, wrapping
from tests.cases.book import Book, Case

CHAPTERS: dict[str, Book] = {
    "second-look": second_look.BOOK,
    "wrapping": wrapping.BOOK,
}

NAMES = [
    f"{chapter}/{name}" for chapter, book in CHAPTERS.items() for name in book.makers
]


@cache
def made(name: str) -> Case:
    """The case of that name, made once in a run."""
    chapter, _, case = name.partition("/")
    return CHAPTERS[chapter].makers[case]()
