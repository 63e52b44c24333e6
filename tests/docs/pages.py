"""The project's pages as tests read them: blocks of code, tables, links, headings."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
WALK = re.compile(r"^\*\*`relu/.*?(?=^\*\*`relu/|^That is all)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command line of a page, and the output that the page shows under it."""

    line: str
    output: str


def text(name: str) -> str:
    return (ROOT / name).read_text()


def blocks(page: str, language: str) -> list[str]:
    """Return the code in all blocks of a language."""
    return [code for kind, code in BLOCK.findall(page) if kind == language]


def commands(page: str) -> list[Command]:
    """Return the commands of all `console` blocks, comments left out."""
    found = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            found.append(Command(line.partition("   #")[0].partition("  #")[0].strip(), output))
    return found


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of all table rows of a section, headers left out."""
    section = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    headers = {number - 1 for number, line in enumerate(lines) if set(line) <= set("| -")}
    kept = [line for number, line in enumerate(lines) if not {number, number - 1} & headers and number not in headers]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]


def code(cell: str) -> str:
    """Return the text of a cell between single or double backticks."""
    found = re.search(r"``(.+?)``(?!`)|`(.+?)`", cell)
    assert found, cell
    return found[1] or found[2]


def relu() -> dict[str, str]:
    """Return the files of the assignment that docs/authoring.md walks through, by path from its folder."""
    files: dict[str, str] = {}
    for part in WALK.findall(text("docs/authoring.md")):
        head = part.partition("```")[0]
        names = re.findall(r"\*\*`relu/([^`]+)`\*\*", head)
        found = [content for _, content in BLOCK.findall(part)]
        assert len(names) == len(found), head
        files |= dict(zip(names, found, strict=True))
    return files
