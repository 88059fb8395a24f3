"""The MkDocs adapter: each event unpacks MkDocs' values and calls a plain function.

MkDocs takes every name here that begins with `on_` for an event, and finds sibling modules only
while this file loads; so all imports stand at the top.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from selectolax.lexbor import LexborHTMLParser

import builder
import theme
from briefing.briefing import Briefing
from briefing.check import read_briefing
from briefing.notes import NotesExtension, as_html
from briefing.problems import BriefingError
from briefing.render import templates
from briefing.signs import after_bibtex, for_bibtex
from briefing.site import Site
from briefing.sources import reference_in_markdown
from spellings import widen

EXPORTS, OVERRIDES = Path(__file__).parent / "exports", Path(__file__).parent / "overrides"


# Before bibtex reads the same file and fails with a traceback; before anything is written.
@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load and check everything; stop with all problems while the disk is untouched."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # or MkDocs writes the clock into packed files
    root, cache = Path(config.config_file_path).parent, _cache(config)
    try:
        briefing, told = read_briefing(root)
    except BriefingError as error:
        raise PluginError(f"\n{error}") from None
    advice = [f"mkdocs.yml: {sentence}" for sentence in theme.settle(config, cache / "templates")]
    for sentence in (*told, *advice):
        print(sentence, file=sys.stderr)
    config.extra["briefing"] = briefing
    config.plugins["bibtex"].config.bib_file = briefing.sources.write(cache)
    ours = ["sane_lists", NotesExtension(briefing.note_numbers)]
    config.markdown_extensions += ours  # type: ignore[arg-type]  # instances are taken too
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """Give mkdocs-bibtex our references, and let it replace the longest key first: it takes keys as mere text."""
    briefing, registry = config.extra["briefing"], config.plugins["bibtex"].registry  # type: ignore[attr-defined]
    page = briefing.page_of.get("sources")
    address = f"/{page.uri}" if page else ""
    registry.reference_text = lambda found: reference_in_markdown(briefing.sources[found.key], address)
    registry.validate_inline_references = lambda found: sorted({*found}, key=lambda each: -len(each.key))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Learn the address of every page, and put the downloads and the kept editions beside them."""
    environment = templates([OVERRIDES, EXPORTS], _cache(config) / "templates", markdown=as_html)
    site = Site(config.extra["briefing"], config, environment, get_relative_url, config.extra.get("making"))
    assets = theme.name_by_content(files, OVERRIDES)
    config.extra.update(assets=assets, site=site)
    for name, content in site.files(assets):
        files.append(File.generated(config, name, content=content, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Tell templates what they lack."""
    pages = {file.src_uri: file.page for file in files.documentation_pages()}
    env.globals.update(
        theme.names(file.url for file in files.documentation_pages()),
        sections=[pages[page.uri] for page in config.extra["briefing"].sections if page.uri in pages],
        assets=config.extra["assets"],
    )


# Before bibtex, which replaces `@key` and square brackets wherever they stand.
@event_priority(100)
def _hold(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Hold the tokens of a page where they are, and take its front matter as the text that it is."""
    briefing: Briefing = config.extra["briefing"]
    if not (ours := briefing.page_of.get(page.file.src_uri)):
        return markdown
    page.meta, page.title = ours.meta, str(page.title)  # MkDocs would make a number or a day of some texts
    reading = briefing.readings[ours.uri]
    return for_bibtex(reading.text, reading.held, reading.cited)


@event_priority(-100)
def _restore(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let Markdown see what was hidden from bibtex."""
    return after_bibtex(markdown)


on_page_markdown = CombinedEvent(_hold, _restore)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw the values and blocks of a page from the records; what comes out is what was checked."""
    html = config.extra["site"].page(html, page.file.src_uri, page.url)
    ids = {node.attributes["id"] or "" for node in LexborHTMLParser(html).css("[id]")}
    page.present_anchor_ids = (page.present_anchor_ids or set()) | ids
    return theme.measured(html, page.url, files) if "<img" in html else html


@event_priority(-150)  # after what plugins do to pages, and after the search has written its index
def on_post_build(config: MkDocsConfig) -> None:
    """Put their rules and policies into the pages, and widen the index of the search."""
    theme.finish(config, OVERRIDES, _cache(config))
    index = Path(config.site_dir, "search/search_index.json")
    if index.is_file():
        index.write_text(widen(index.read_text("utf-8"), config.extra["briefing"].records), "utf-8")


def on_serve(server: LiveReloadServer, config: MkDocsConfig, **_: object) -> LiveReloadServer:
    """Keep the last good pages up while something is broken."""
    return builder.serve(server, config, read_briefing)


def _cache(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent / ".cache"
