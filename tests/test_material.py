"""What an editor sets in Material's settings is on the page, or the build says in a sentence why it is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import material  # type: ignore[import-untyped]  # only where it lies
import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

import theme
from conftest import run

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000003000000020802000000128c7c6b"
    "0000000e49444154789c63f80f040c50000017f102fe3c0f43c00000000049454e44ae426082"
)


def built(project: Path, **settings: Any) -> tuple[LexborHTMLParser, str]:
    """The page on the flood, built with `settings` over those there are, and what the build advised."""
    file = project / "mkdocs.yml"
    found = yaml.safe_load(file.read_text("utf-8"))
    for name, value in settings.items():
        if isinstance(value, dict):
            found[name] = {**found.get(name, {}), **value}
        elif name == "markdown_extensions":
            found[name] += value
        else:
            found[name] = value
    file.write_text(yaml.safe_dump(found, allow_unicode=True, sort_keys=False), "utf-8")
    result = run(project, "build")
    assert result.returncode == 0, result.stderr
    return LexborHTMLParser((project / "site/flood/index.html").read_bytes()), result.stderr


SETTINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({"extra": {"publisher": "Harbour Watch"}}, ["meta[name=citation_publisher][content='Harbour Watch']"]),
    (
        {
            "theme": {
                "palette": {"scheme": "slate", "primary": "deep purple"},
                "features": ["navigation.tabs", "navigation.footer", "navigation.top", "announce.dismiss", "content.action.edit"],
                "logo": "logo.png",
                "favicon": "logo.png",
                "language": "fr",
            },
            "extra_css": ["own.css"],
            "extra_javascript": ["own.js"],
            "extra": {
                "social": [{"icon": "material/tea", "link": "https://tea.example/", "name": "Tea"}],
                "alternate": [{"name": "English", "link": "/tea/", "lang": "en"}],
            },
            "copyright": "By <b>nobody</b>",
            "site_author": "Nobody",
            "repo_url": "https://github.com/nobody/tea",
            "edit_uri": "edit/main/docs/",
        },
        [
            "body[data-md-color-scheme=slate][data-md-color-primary=deep-purple]", ".md-tabs__link", ".md-footer__link--next",
            ".md-top", "#__config", ".md-logo img[src='../logo.png']", "link[rel=icon][href='../logo.png']", "html[lang=fr]",
            "link[rel=stylesheet][href='../own.css']", ".md-social__link[href='https://tea.example/']",
            ".md-select__link[hreflang=en]", ".md-copyright b", "meta[name=author][content=Nobody]",
            ".md-content__button[href$='edit/main/docs/flood.md']",
        ],
    ),
    (
        {
            "theme": {
                "palette": [{"media": "(prefers-color-scheme)", "toggle": {"icon": "material/weather-sunny", "name": "Colours"}}],
                "icon": {"logo": "material/tea"},
                "direction": "rtl",
            }
        },
        ["[data-md-component=palette] input", ".md-logo svg", "body[dir=rtl]"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "selectors"), SETTINGS, ids=["publisher", "most", "others"])
def test_settings_are_on_the_page(fictional: Path, settings: dict[str, Any], selectors: list[str]) -> None:
    (fictional / "docs/logo.png").write_bytes(PNG)
    (fictional / "docs/own.css").write_text("p { color: teal }", "utf-8")
    (fictional / "docs/own.js").write_text("1", "utf-8")
    page, advice = built(fictional, **settings)
    assert [selector for selector in selectors if page.css_first(selector) is None] == []
    assert ("repo_url" in advice) is ("repo_url" in settings)
    assert not page.css("[data-md-component=source]")
    if "extra_javascript" in settings:  # loaded after Material's own
        assert "own.js" in page.css_first("template").html.partition("bundle.")[2]  # type: ignore[union-attr]
        names = {path.name for path in (fictional / "site/assets/javascripts/lunr/min").glob("*.js")}
        assert names == {"lunr.fr.min.js", "lunr.multi.min.js", "lunr.stemmer.support.min.js"}


EXTENSIONS: list[tuple[Any, str, str]] = [
    ("admonition", "!!! note\n    Beware of tea.", ".admonition.note"),
    ("pymdownx.details", "??? warning\n    Hot.", "details.warning"),
    (
        {"pymdownx.tabbed": {"alternate_style": True}},
        '=== "One"\n    1st\n\n=== "Two"\n    2nd',
        ".tabbed-labels label",
    ),
    ("md_in_html", '<div class="grid" markdown>\n\n*tea*\n\n</div>', "div.grid em"),
    ("tables", "a | b\n--|--\n1st | 2nd", "table td"),
    ({"toc": {"permalink": True}}, "## Leaves { #leaves }", "h2 .headerlink"),
]


def test_extensions_of_markdown_work_and_have_their_styles(fictional: Path) -> None:
    file = fictional / "docs/mistakes.md"
    file.write_text(
        "\n\n".join([file.read_text("utf-8").rstrip(), *(text for _, text, _ in EXTENSIONS)]) + "\n", "utf-8"
    )
    built(fictional, markdown_extensions=[extension for extension, _, _ in EXTENSIONS])
    page = LexborHTMLParser((fictional / "site/mistakes/index.html").read_bytes())
    sheet = next((fictional / "site").glob("assets/stylesheets/material.*.css")).read_text("utf-8")
    for _, _, selector in EXTENSIONS:
        assert page.css_first(selector) is not None, selector
        if found := re.search(r"\.(admonition|details|tabbed-labels|grid)", selector):
            assert found[0] in page.css_first("style").text()  # type: ignore[union-attr]
            assert found[0] in sheet


def test_groups_of_pages_stand_in_the_navigation(fictional: Path) -> None:
    page, _ = built(
        fictional,
        nav=[
            "index.md",
            {"Told": ["quarrel.md", "flood.md", "ferry.md"]},
            {"Known": ["more/records.md", "books.md", "mistakes.md", "more/numbers.md"]},
        ],
    )
    assert len(page.css(".md-nav__item--nested")) == 2


def test_what_is_replaced_in_material_s_templates_stands_there() -> None:
    """Where it does not, the menu is drawn anew for each page, which nobody sees but who waits for a thousand."""
    folder = Path(material.__file__).parent / "templates"
    squeezed = re.sub(r"\n\s+", "\n", (folder / "partials/nav.html").read_text("utf-8"))
    assert squeezed.count(theme.ENTRIES) == 1
    assert 'data-md-component="source"' in (folder / "partials/source.html").read_text("utf-8")


def test_more_pages_than_a_bar_of_tabs_holds_stand_in_the_menu(fictional: Path) -> None:
    names = [f"page-{number}.md" for number in range(30)]
    for name in names:
        (fictional / "docs" / name).write_text("---\ntitle: A page\n---\n\nWords.\n", "utf-8")
    told = ["quarrel.md", "flood.md", "ferry.md"]
    features = ["navigation.tabs", "navigation.top"]
    page, advice = built(fictional, theme={"features": features}, nav=["index.md", {"Told": told}, *names])
    assert "theme.features: navigation.tabs is left out, as no bar holds so many entries; group them" in advice
    assert page.css_first(".md-tabs") is None
    assert page.css_first(".md-top") is not None
    for path in ("flood", "page-3"):
        page = LexborHTMLParser((fictional / f"site/{path}/index.html").read_bytes())
        links = [link.attributes["href"] for link in page.css(".md-nav--primary .md-nav__link[href]:not([href^='#'])")]
        assert len(links) == 1 + len(told) + len(names)
        assert all((fictional / "site" / path / str(link) / "index.html").is_file() for link in links)
        assert [link.attributes["href"] for link in page.css("a.md-nav__link--active")] == ["./"]


def test_what_would_come_from_another_host_is_told(fictional: Path) -> None:
    fences = {"custom_fences": [{"name": "mermaid", "class": "mermaid"}]}
    _, advice = built(
        fictional,
        theme={"font": {"text": "Lora"}, "features": ["navigation.instant"]},
        extra={"analytics": {"provider": "google", "property": "G-1"}},
        extra_css=["https://elsewhere.example/a.css"],
        extra_javascript=["https://elsewhere.example/a.js"],
        repo_url="https://github.com/nobody/tea",
        markdown_extensions=[{"pymdownx.superfences": fences}],
    )
    away = "is on another host, and not loaded; keep a copy in docs/, or add the plugin `privacy`"
    assert [line.removeprefix("mkdocs.yml: ") for line in advice.splitlines() if "site_url" not in line] == [
        "theme.features: navigation.instant is left out, as each page has a policy; take it out of the list",
        "theme.font: it is Google's, and not loaded; write `font: false`, or add the plugin `privacy`",
        "extra.analytics: readers would be counted by another host, and are not; take it away",
        "mermaid: its script is on another host, and not loaded; draw it once, and keep the picture",
        "repo_url: the link is shown, but not how many follow it: that would be asked of another host",
        f"extra_css: https://elsewhere.example/a.css {away}",
        f"extra_javascript: https://elsewhere.example/a.js {away}",
    ]


def test_a_picture_has_its_dimensions_and_is_loaded_when_it_comes_into_view(fictional: Path) -> None:
    (fictional / "docs/kettle.png").write_bytes(PNG)
    file = fictional / "docs/mistakes.md"
    file.write_text(f"{file.read_text('utf-8').rstrip()}\n\n![A kettle](kettle.png)\n", "utf-8")
    built(fictional)
    picture = LexborHTMLParser((fictional / "site/mistakes/index.html").read_bytes()).css_first("main img")
    assert picture is not None
    assert {name: picture.attributes[name] for name in ("width", "height", "loading")} == {
        "width": "3",
        "height": "2",
        "loading": "lazy",
    }


def test_values_of_the_data_are_escaped_and_material_s_own_templates_are_not(fictional: Path) -> None:
    page, _ = built(fictional, copyright="<em>so</em>")
    assert page.css_first(".md-copyright em") is not None
    assert "&lt;svg" not in (page.html or "")
