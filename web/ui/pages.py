"""Pages: a template is handed one presenter, a frozen dataclass named after the page."""

from collections.abc import Sequence
from typing import Protocol

from flask import render_template

from web.ui.breadcrumbs import Breadcrumb


class Page(Protocol):
    """What a template of a page is handed as `page`."""

    @property
    def breadcrumbs(self) -> Sequence[Breadcrumb]:
        """The path to this page, shown above it."""


def render_page(template: str, page: Page) -> str:
    """Return the HTML of a page."""
    return render_template(template, page=page, breadcrumbs=page.breadcrumbs)
