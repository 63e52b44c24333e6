"""What the gradebook takes: which students to show, in which order, and as which file."""

from dataclasses import dataclass
from typing import Final

from flask import request
from wtforms import BooleanField, Form, StringField

COLUMN_PREFIX: Final = "at-"  # before an assignment's slug, in the name of its column
_MAX_TEXT: Final = 200
_MAX_PAGE: Final = 999_999


class _GradebookQuery(Form):  # type: ignore[misc]
    section = StringField(default="")
    q = StringField(default="")
    sort = StringField(default="name")
    order = StringField(default="")
    page = StringField(default="1")
    withdrawn = BooleanField()


@dataclass(frozen=True)
class GradebookFilter:
    """Which part of a gradebook is shown.

    Attributes:
        section: "" for all, or "=" with the section's name.
        sort: "name", "email", "section", "total", or "at-" with an assignment's slug.
        page: from 1.
        withdrawn: whether students who have withdrawn are shown too.
    """

    section: str = ""
    search: str = ""
    sort: str = "name"
    descending: bool = False
    page: int = 1
    withdrawn: bool = False

    @classmethod
    def from_request(cls) -> "GradebookFilter":
        """Return the filter in the address."""
        query = _GradebookQuery(request.args)
        page = query.page.data
        is_page = page.isascii() and page.isdigit() and len(page) <= len(str(_MAX_PAGE))
        return cls(
            section=query.section.data[:_MAX_TEXT],
            search=query.q.data.strip()[:_MAX_TEXT],
            sort=query.sort.data,
            descending=query.order.data == "down",
            page=max(1, int(page)) if is_page else 1,
            withdrawn=query.withdrawn.data,
        )

    @property
    def section_name(self) -> str | None:
        """The section; None for all."""
        return self.section[1:] if self.section.startswith("=") else None

    def arguments(self) -> dict[str, str | int]:
        """Return the arguments of an address with this filter, without those at their default."""
        asked: dict[str, str | int] = {"section": self.section, "q": self.search, "sort": self.sort, "page": self.page}
        defaults = {"section": "", "q": "", "sort": "name", "page": 1}
        changed = {name: value for name, value in asked.items() if value != defaults[name]}
        switches = {"order": "down"} if self.descending else {}
        return changed | switches | ({"withdrawn": "1"} if self.withdrawn else {})
