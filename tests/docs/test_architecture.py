"""docs/architecture.md shows every room and every decision, and docs/glossary.md defines no word twice."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, text

PAGE = text("docs/architecture.md")
ROOMS = [
    folder.parent.relative_to(ROOT)
    for top in ("grader", "records", "worker", "web")
    for folder in sorted((ROOT / top).glob("*/__init__.py"))
]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("room", ROOMS, ids=map(str, ROOMS))
def test_every_room_is_on_the_map(room: Path) -> None:
    top, name = room.parts
    section = re.split(r"^    (?=\w)", PAGE, flags=re.MULTILINE)
    (mapped,) = [part for part in section if part.startswith(f"{top}/")]
    assert re.search(rf"\b{name}/", mapped)


def test_decisions_are_numbered_without_gaps_and_listed_in_order() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == [*range(1, len(DECISIONS) + 1)]
    assert re.findall(r"\(decisions/(\S+)\)", PAGE) == [path.name for path in DECISIONS]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_what_was_decided_rejected_and_why(path: Path) -> None:
    record = path.read_text()
    assert re.findall(r"^\*\*(\w+)\.\*\*", record, re.MULTILINE) == ["Decided", "Rejected", "Why"]
    title = record.partition("\n")[0].removeprefix("# ")
    assert f"[{title}]" in PAGE


def test_the_glossary_defines_no_word_twice() -> None:
    cells = re.findall(r"^\| ([^|]+) \| ", text("docs/glossary.md"), re.MULTILINE)
    words = Counter(word for cell in cells if cell not in ("word", "---") for word in cell.split(", "))
    assert [word for word, times in words.items() if times > 1] == []
