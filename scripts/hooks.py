"""The MkDocs adapter: each event unpacks MkDocs' values and calls a plain function.

MkDocs takes every name here that begins with `on_` for an event, and finds sibling modules only
while this file loads; so all imports stand at the top.
"""

from __future__ import annotations

import os
from pathlib import Path

import material
from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url
from selectolax.lexbor import LexborHTMLParser

import first_paint
from briefing.bibliography import ReferenceStyle
from briefing.markup import templates
from briefing.problems import BriefingError
from briefing.publication import Publication
from briefing.read import read_briefing
from briefing.render import Renderer
from briefing.tokens import READ, hold
from briefing.verify import ids_of
from markdown_notes import NotesExtension, below

EXPORTS, OVERRIDES = Path(__file__).parent / "exports", Path(__file__).parent / "overrides"
serving = False


def on_startup(command: str, dirty: bool) -> None:
    first_paint.serving = command == "serve"


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
    ours = ["sane_lists", NotesExtension()]  # the first, or two kinds of lists are made one
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
    pages, offline = templates(OVERRIDES, cache, markdown=below), bool(config.extra.get("offline"))
    config.extra["render"] = render = Renderer(publication, pages, get_relative_url, offline)
    for name, text in render.files("assets/javascripts", templates(EXPORTS, cache)):
        files.append(File.generated(config, name, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Tell templates what they lack."""
    pages = [file.page for file in files.documentation_pages() if file.page]
    env.autoescape = lambda name: name is not None and (OVERRIDES / name).exists()
    env.globals["source"] = lambda name: Markup((OVERRIDES / name).read_text("utf-8"))
    env.globals.update(sections=[page for page in pages if page.meta.get("template") == "section.html"])
    env.globals.update(rules_here=Markup(first_paint.RULES), policy_here=first_paint.POLICY, sheet=first_paint.SHEET)
    palette = config.theme.get("palette")
    env.globals["colours"] = [
        {name: c.get(name) or d for name, d in (("media", ""), ("scheme", "default"), ("primary", "indigo"), ("accent", "indigo"))}
        for c in palette if c.get("media")] if isinstance(palette, list) else []
    theme = Path(material.__file__).parent / "templates"
    css = "".join(next(theme.glob(f"assets/stylesheets/{name}.*.css")).read_text("utf-8") for name in ("main", "palette"))
    css = css.replace('@charset "UTF-8";', "")
    config.extra["critical"] = css
    files.append(File.generated(config, first_paint.SHEET, content=f"@layer material{{{css}}}"))


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    return first_paint.finished(output, config.extra["critical"], getattr(first_paint, "serving", False))


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    return first_paint.finished(output, config.extra["critical"], getattr(first_paint, "serving", False)) if template_name.endswith(".html") else output


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


@event_priority(-101)  # after the search has read the page: there is nothing to be found in drawings
def on_page_context(context: dict, page: Page, config: MkDocsConfig, nav: object) -> dict:
    page.content = config.extra["render"].draw_blocks(page.content or "", page.url)
    return context
