"""What is read of an arrival shows nothing personal where it is printed."""

from hub.model.frames import Frame
from hub.model.knowledge import Gathered, Needs

URL = "https://cong.example/tep/nguyen-van-a.pdf"


def test_addresses_of_files_may_name_a_citizen_and_are_not_shown():
    for value in (Frame(b"", wants=(URL,)), Needs(files=(URL,)), Gathered(URL)):
        assert URL not in repr(value)
