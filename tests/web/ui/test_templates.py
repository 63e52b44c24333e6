"""What every template keeps to: nothing that the Content-Security-Policy refuses, and nothing let through unescaped."""

import re
from pathlib import Path
from typing import Final

import pytest

WEB: Final = Path(__file__).parents[3] / "web"
TEMPLATES: Final = sorted((WEB / "templates").rglob("*.html"))
MODULES: Final = sorted(p for p in (WEB / "static").glob("*/*.js") if p.parent.name != "vendor")


def without_comments(template: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_script_or_style_is_inline(template: Path) -> None:
    text = without_comments(template)
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)\s*=", text)
    assert "<style" not in text
    scripts = re.findall(r"<script\b[^>]*>", text)
    assert [tag for tag in scripts if not re.search(r"\bsrc=|application/json|importmap", tag)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_let_through_unescaped(template: Path) -> None:
    text = without_comments(template)
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(template: Path) -> None:
    assert not re.search(r"""(src|href|action)=["'](https?:)?//""", without_comments(template))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_only_what_the_server_rendered_becomes_html(module: Path) -> None:
    writes = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", module.read_text()
    )
    assert writes == (["innerHTML"] if module.name == "requests.js" else [])
