"""Statements: an author's Markdown with TeX, as HTML that is safe to show."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

_TAGS: Final = {
    *("a", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p"),
    *("pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "code": {"class"},
    "div": {"class"},
    "span": {"class"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_CLASSES: Final = {"math", "math display"}


@lru_cache(maxsize=256)
def render_statement(markdown: str) -> str:
    """Return a statement as safe HTML; TeX is left as text in elements of class "math", for the browser to set."""
    html = _markdown().render(markdown)
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_filtered, url_schemes={"http", "https", "mailto"}
    )


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.use(dollarmath_plugin, allow_space=False, double_inline=True)
    for rule, element in (
        ("math_inline", '<span class="math">{}</span>'),
        ("math_inline_double", '<span class="math display">{}</span>'),
        ("math_block", '<div class="math display">{}</div>\n'),
        ("math_block_label", '<div class="math display">{}</div>\n'),
    ):
        markdown.add_render_rule(rule, _rule(element))
    return markdown


def _rule(element: str) -> Any:
    def render(_: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
        return element.format(escape(tokens[place].content.strip()))

    return render


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    if attribute != "class":
        return value
    known = value in _CLASSES or (tag == "code" and value.startswith("language-"))
    return value if known else None
