"""ErrorCode of an axis and how it refuses; one list for VXP and LGSP (EDXML.md 3.2)."""

from enum import StrEnum


class Code(StrEnum):
    """What stands in ErrorCode."""

    OK = "0"
    #: File invalid; here also: hash-file differs, no such docId, a word not known.
    FILE = "10"
    #: Wrong system or secret; here also: the timestamp is off.
    CREDENTIALS = "15"
    RECEIVER_UNKNOWN = "18"
    SENDER_UNKNOWN = "19"
    SYSTEM = "20"
    PROCESSING = "21"
    FORM = "22"
    RECEIVER_LOCKED = "23"
    #: Parameters missing or of the wrong form, as the SDK tells its own exceptions.
    SDK = "100"


class Refusal(Exception):
    """A code with its words, and the HTTP status it is told under."""

    def __init__(self, code: Code, words: str, status: int = 200) -> None:
        super().__init__(f"{code} {words}")
        self.code, self.words, self.status = code, words, status
