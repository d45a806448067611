"""docs/adapter.md shows a source that runs, not one that once did."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_shows_the_source_that_the_tests_run():
    page = (ROOT / "docs" / "adapter.md").read_text()
    source = (ROOT / "tests" / "fakes" / "folder_source.py").read_text()
    assert f"```python\n{source}```\n" in page
