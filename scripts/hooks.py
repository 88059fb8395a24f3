"""The MkDocs adapter: each event unpacks MkDocs' values and calls a plain function.

MkDocs takes every name here that begins with `on_` for an event, and finds sibling modules only
while this file loads; so all imports stand at the top.
"""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from selectolax.lexbor import LexborHTMLParser

from briefing.bibliography import ReferenceStyle
from briefing.markup import templates
from briefing.problems import BriefingError
from briefing.publication import Publication
from briefing.read import read_briefing
from briefing.render import Renderer
from briefing.tokens import READ, hold
from briefing.verify import ids_of
from markdown_notes import NotesExtension, PlainExtension, below
from theming import THEME, make_lean, name_by_content, ways

EXPORTS = Path(__file__).parent / "exports"


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
    make_lean(config, root / ".cache/theme")
    ours = ["sane_lists", PlainExtension(), NotesExtension()]  # the first, or two kinds of lists are made one
    config.markdown_extensions += ours  # type: ignore[arg-type]  # instances are taken too
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """Give mkdocs-bibtex a style that keeps capitals, dates and numbers (its own loses them)."""
    sources = config.extra["briefing"].page_with("sources")
    style = ReferenceStyle(f"/{sources.uri}" if sources else "")
    config.plugins["bibtex"].registry.style = style  # type: ignore[attr-defined]  # untyped


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Learn the address of every page, and put the downloads beside the page that offers them."""
    briefing, cache = config.extra["briefing"], Path(config.config_file_path).parent / ".cache/templates"
    urls = {file.src_uri: file.url for file in files.documentation_pages()}
    known = {name: config.extra.get(name) or "" for name in ("author", "licence")}
    publication = Publication(briefing, config.site_name, config.site_url or "", urls, **known)
    pages, offline = templates(THEME, cache, markdown=below), bool(config.extra.get("offline"))
    render = Renderer(publication, pages, get_relative_url, offline)
    config.extra["render"] = render
    name_by_content(files, config.extra["assets"])
    for name, text in render.files(config.extra["assets"], templates(EXPORTS, cache)):
        files.append(File.generated(config, name, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Tell templates which pages lead where."""
    built = (files.src_uris.get(page.uri) for page in config.extra["briefing"].pages)
    env.globals.update(ways([file.page for file in built if file and file.page]))


# Before bibtex, which replaces `@key` and square brackets wherever they stand.
@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Hold the tokens of a page where they are, and take its front matter as the text that it is."""
    if ours := config.extra["briefing"].page_at.get(page.file.src_uri):
        page.meta = ours.meta  # MkDocs would make a number or a day of some texts
    return hold(markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw the values of a page from the records, and what can be searched, such as the list of them."""
    renderer: Renderer = config.extra["render"]
    drawn = renderer.draw_blocks(renderer.draw_values(html, page.url), page.url, READ)
    page.present_anchor_ids = (page.present_anchor_ids or set()) | ids_of(LexborHTMLParser(drawn))
    return drawn
