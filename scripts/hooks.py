"""The MkDocs adapter: each event unpacks MkDocs' values and calls a plain function.

MkDocs takes every name here that begins with `on_` for an event, and finds sibling modules only
while this file loads; so all imports stand at the top.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from briefing.bibliography import ReferenceStyle
from briefing.export import Publication
from briefing.markup import templates
from briefing.problems import BriefingError
from briefing.read import read_briefing
from briefing.render import Renderer
from markdown_notes import NotesExtension
from theming import THEME, make_lean, name_by_content

EXPORTS = Path(__file__).parent / "exports"
MENU_LENGTH = 10  # more would be no menu; the home page leads to the sections


# Before bibtex reads the same file and fails with a traceback; before anything is written.
@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load and check everything; stop with all problems while the disk is untouched."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # or MkDocs writes the clock into packed files
    root = Path(config.config_file_path).parent
    try:
        briefing = read_briefing(root)
    except BriefingError as error:
        raise PluginError(f"\n{error}") from None
    config.extra["briefing"] = briefing
    make_lean(config, root / ".cache/pages")
    config.markdown_extensions.append(NotesExtension())  # type: ignore[arg-type]  # instances are taken too
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """Give mkdocs-bibtex a style that keeps capitals, dates and numbers (its own loses them)."""
    sources = config.extra["briefing"].page_with("sources")
    style = ReferenceStyle(f"/{sources.uri}" if sources else "")
    config.plugins["bibtex"].registry.style = style  # type: ignore[attr-defined]  # untyped


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Learn the address of every page, and put the downloads beside the page that offers them."""
    briefing, data = config.extra["briefing"], Path(config.config_file_path).parent / "data"
    urls = {file.src_uri: file.url for file in files.documentation_pages()}
    known = {name: config.extra.get(name) or "" for name in ("author", "licence")}
    publication = Publication(briefing, config.site_name, config.site_url or "", urls, **known)
    dictionary = (data / "README.md").read_text("utf-8") if (data / "README.md").exists() else ""
    cache, offline = data.parent / ".cache/templates", bool(config.extra.get("offline"))
    render = Renderer(publication, templates(THEME, cache), get_relative_url, briefing.outlines, dictionary, offline)
    config.extra["render"] = render
    name_by_content(files, config.extra["assets"])
    for name, text in render.files(config.extra["assets"], templates(EXPORTS, cache)):
        files.append(File.generated(config, name, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Tell templates which pages are sections: going through all of them on every page takes long."""
    read: list[Any] = [files.src_uris[page.uri].page for page in config.extra["briefing"].pages]
    listed = [page for page in read if page.file.inclusion.is_in_nav() and not page.is_homepage]
    footer = [listed.pop(listed.index(page)) for page in list(listed) if page.meta.get("footer")]
    sections = [page for page in listed if page.meta.get("template") == "section.html"]
    others = [page for page in listed if page not in sections]
    row = [None, *sections, *others[:1], None]
    neighbours = {page.url: (before, after) for before, page, after in zip(row, row[1:-1], row[2:], strict=False)}
    menu = listed if len(listed) <= MENU_LENGTH else others
    printed = [page for page in read if page.meta.get("template") == "print.html"]
    env.globals.update(sections=sections, neighbours=neighbours, menu=menu, footer=footer, printed=printed)


# Before bibtex, which replaces `@key` and square brackets wherever they stand.
@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw the values of a page from the records."""
    renderer: Renderer = config.extra["render"]
    return renderer.draw_values(markdown, page.url)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put blocks, such as the list of records, where the page asks for them."""
    renderer: Renderer = config.extra["render"]
    page.present_anchor_ids = (page.present_anchor_ids or set()) | renderer.anchors(page.file.src_uri)
    return renderer.draw_blocks(html, page.url)
