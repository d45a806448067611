"""Vietnamese letters made comparable, with and without their marks."""

import re
import unicodedata

from hub.model.names import bare_name

#: Eth (Ð) and the African D (Ɖ) look like Đ and come from old fonts and conversions.
_LOOK_ALIKES = str.maketrans({"ð": "đ", "ɖ": "đ"})
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_NO_LETTER = re.compile(r"[\W_]+")


def same_form(text: str) -> str:
    """NFKC, lower case, one blank between words: marks and đ are kept.

    Fullwidth letters become plain ones; what is invisible (a soft hyphen) is dropped.
    """
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_LOOK_ALIKES)
    if not lower.isprintable():  # where something invisible may be
        lower = "".join(c for c in lower if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", lower).split())


def without_marks(text: str) -> str:
    """The same without tone marks, vowel marks and the stroke of đ."""
    return bare_name(same_form(text))


def bare_words(text: str) -> str:
    """Words without marks, brackets and punctuation: `Quyết định (cá biệt)` fits."""
    return _NO_LETTER.sub(" ", _IN_BRACKETS.sub(" ", without_marks(text))).strip()


def run_together(text: str) -> str:
    """Letters only, marks kept: `- M Ậ T -` and `Mật` are one."""
    return _NO_LETTER.sub("", same_form(text))
