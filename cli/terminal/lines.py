"""Lines of what the commands print: fit for a terminal, and indented where they are broken."""

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def indented(text: Text, by: int = 2) -> RenderableType:
    """Return text some columns from the left."""
    return Padding(text, (0, 0, 0, by), expand=False)


def marked(mark: str, style: str, text: Text) -> RenderableType:
    """Return text behind a mark; what does not fit in one line goes on under the text."""
    line = Table.grid()
    line.add_column(width=4)
    line.add_column()
    line.add_row(Text(f"  {mark} ", style), text)
    return line
