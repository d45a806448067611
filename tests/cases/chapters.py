"""All chapters of the book of cases, and the cases made from them."""

from functools import cache

from tests.cases import (
    chain_rules,
    chain_ways,
    chains,
    crl_makers,
    crl_scopes,
    dates,
    header_fields,
    ocsp_answers,
    pdf_certified,
    pdf_files,
    pdf_hybrids,
    pdf_lasting,
    pdf_ranges,
    pdf_roles,
    pdf_saves,
    pdf_shadows,
    pdf_shelves,
    pdf_tools,
    refusals,
    revocations,
    second_look,
    signers,
    slots,
    texts,
    time_stamps,
    wrapping,
    xades_stamps,
    xml_changes,
)
from tests.cases.book import Book, Case

CHAPTERS: dict[str, Book] = {
    "crl-makers": crl_makers.BOOK,
    "ocsp-answers": ocsp_answers.BOOK,
    "crl-scopes": crl_scopes.BOOK,
    "revocations": revocations.BOOK,
    "pdf-hybrids": pdf_hybrids.BOOK,
    "pdf-files": pdf_files.BOOK,
    "time-stamps": time_stamps.BOOK,
    "dates": dates.BOOK,
    "chain-ways": chain_ways.BOOK,
    "chain-rules": chain_rules.BOOK,
    "chains": chains.BOOK,
    "pdf-ranges": pdf_ranges.BOOK,
    "pdf-roles": pdf_roles.BOOK,
    "signers": signers.BOOK,
    "pdf-lasting": pdf_lasting.BOOK,
    "pdf-certified": pdf_certified.BOOK,
    "pdf-saves": pdf_saves.BOOK,
    "pdf-shadows": pdf_shadows.BOOK,
    "pdf-shelves": pdf_shelves.BOOK,
    "refusals": refusals.BOOK,
    "second-look": second_look.BOOK,
    "pdf-tools": pdf_tools.BOOK,
    "header-fields": header_fields.BOOK,
    "slots": slots.BOOK,
    "texts": texts.BOOK,
    "wrapping": wrapping.BOOK,
    "xades": xades_stamps.BOOK,
    "xml": xml_changes.BOOK,
}

NAMES = [
    f"{chapter}/{name}" for chapter, book in CHAPTERS.items() for name in book.makers
]


@cache
def made(name: str) -> Case:
    """The case of that name, made once in a run."""
    chapter, _, case = name.partition("/")
    return CHAPTERS[chapter].makers[case]()
