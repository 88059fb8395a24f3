"""The MkDocs adapter: each event unpacks MkDocs' values and calls a plain function.

MkDocs takes every name here that begins with `on_` for an event, and finds sibling modules only
while this file loads; so all imports stand at the top.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from selectolax.lexbor import LexborHTMLParser

import theme
from briefing.bibliography import ReferenceStyle
from briefing.markup import templates
from briefing.problems import BriefingError
from briefing.publication import Publication
from briefing.read import read_briefing
from briefing.render import Renderer
from briefing.tokens import READ, hold
from builder import ADVICE
from first_paint import POLICY, RULES, SHEET, FirstPaint
from markdown_notes import NotesExtension, below
from preview import preview
from spellings import spellings, widen
from stylesheets import in_layers

EXPORTS, OVERRIDES = Path(__file__).parent / "exports", Path(__file__).parent / "overrides"


def on_startup(command: str, dirty: bool) -> None:
    """Learn whether pages are served, to somebody who writes them."""
    if command == "serve":
        preview.start()


# Before bibtex reads the same file and fails with a traceback; before anything is written.
@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load and check everything; stop with all problems while the disk is untouched."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # or MkDocs writes the clock into packed files
    root = Path(config.config_file_path).parent
    try:
        config.extra["briefing"] = read_briefing(root)
    except BriefingError as error:
        raise PluginError(f"\n{error}") from None
    for sentence in theme.settle(config, root / ".cache/templates"):
        logging.getLogger(ADVICE).info(sentence)
    config.markdown_extensions += ["sane_lists", NotesExtension()]  # type: ignore[list-item]  # instances are taken too
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
    pages, offline = templates(OVERRIDES, cache, markdown=below), bool(config.extra.get("offline"))
    config.extra["render"] = render = Renderer(publication, pages, get_relative_url, offline)
    config.extra["assets"] = theme.name_by_content(files, OVERRIDES)
    for name, text in render.files(config.extra["assets"], templates(EXPORTS, cache)):
        files.append(File.generated(config, name, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Tell templates what they lack, and see to what pages need at once."""
    pages = [file.page for file in files.documentation_pages() if file.page]
    extra = [file.content_string for file in files if file.src_uri in map(str, config.extra_css)]
    cache = Path(config.config_file_path).parent / ".cache/first-paint.json"
    styles = in_layers(config.theme.dirs, [OVERRIDES / "assets/site.css", OVERRIDES / "assets/drawings.css"])
    config.extra["first_paint"] = FirstPaint(styles, "\n".join(extra), cache)
    env.globals.update(
        rules_here=Markup(RULES),
        policy_here=POLICY,
        sheet=SHEET,
        colours=theme.colours(config),
        sections=[page for page in pages if page.meta.get("template") == "section.html"],
        assets=config.extra["assets"],
    )
    preview.write_bar = lambda problems: env.get_template("partials/problems.html").render(problems=problems)


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
    ids = {node.attributes["id"] or "" for node in LexborHTMLParser(drawn).css("[id]")}
    page.present_anchor_ids = (page.present_anchor_ids or set()) | ids
    return theme.measured(drawn, page.url, files) if "<img" in drawn else drawn


@event_priority(-150)  # after the search has read the page: there is nothing to be found in drawings
def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: object) -> dict[str, Any]:
    """Put the drawings into a page."""
    page.content = config.extra["render"].draw_blocks(page.content or "", page.url)
    return context


@event_priority(-150)  # after what other plugins put into the page
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Put its rules and its policy into a page."""
    return config.extra["first_paint"].finish(output, preview.is_on)  # type: ignore[no-any-return]


@event_priority(-150)
def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The same for the page of missing addresses."""
    return on_post_page(output, None, config) if template_name.endswith(".html") else output  # type: ignore[arg-type]


@event_priority(-150)  # after the search has written its index
def on_post_build(config: MkDocsConfig) -> None:
    """Widen the index of the search, and keep what took long to find."""
    first: FirstPaint = config.extra["first_paint"]
    first.publish_sheet(Path(config.site_dir), theme.scripts(config))
    first.save()
    index = Path(config.site_dir) / "search/search_index.json"
    if index.is_file():
        others = spellings(config.extra["briefing"].dataset)
        index.write_text(widen(index.read_text("utf-8"), others), "utf-8")


def on_serve(server: Any, config: MkDocsConfig, builder: object) -> Any:
    """Keep the last good pages up while something is broken."""
    watched = [config.docs_dir, config.config_file_path]
    return preview.serve(server, Path(config.config_file_path).parent, watched)


def on_shutdown() -> None:
    """Leave nothing behind."""
    preview.stop()
