"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from briefing.checks import BLOCKS, Briefing
from briefing.export import Publication, downloads
from briefing.markup import write
from briefing.offline import ARCHIVE
from briefing.prose import Token, draw, tokens, value_of

_PLACEHOLDER = "<!-- block: {} -->"


@dataclass(frozen=True)
class Renderer:
    """Everything a page is made of.

    `relative` turns an address of the site into one that holds on the page at another address;
    `outlines` is what a map is drawn from, `dictionary` the text of data/README.md;
    `offline` says that the whole site is offered as one file.
    """

    publication: Publication
    templates: Environment
    relative: Callable[[str, str], str]
    outlines: Mapping[str, Any] | None = None
    dictionary: str = ""
    offline: bool = False

    @property
    def briefing(self) -> Briefing:
        """What is published."""
        return self.publication.briefing

    def draw_values(self, body: str, page_url: str) -> str:
        """A page's Markdown with every value in its place; blocks wait as comments."""
        records = self._link_to("records", page_url)

        def write_token(token: Token) -> str:
            if token.name == "dictionary":  # Markdown too; its headings go one step down
                return re.sub("^#", "##", self.dictionary, flags=re.MULTILINE)
            if token.is_block:
                return _PLACEHOLDER.format(token.name)
            value = value_of(token, self.briefing.dataset)
            changed = value.id in {change.id for change in self.publication.recent_changes}
            return write(self.templates, "value.html", value=value, changed=changed, href=f"{records}#{value.event_id}")

        return draw(body, write_token)

    def draw_blocks(self, html: str, page_url: str) -> str:
        """A page's HTML with every block in the place of its comment."""
        for block in BLOCKS:
            placeholder = _PLACEHOLDER.format(block)
            if placeholder in html:
                drawn = write(self.templates, f"blocks/{block}.html", **self._context(page_url))
                html = html.replace(placeholder, drawn)
        return html

    def part(self, template: str, page: Any) -> str:
        """What a page of MkDocs has around its text, such as its metadata, from a template."""
        found = [known for known in self.briefing.pages if known.uri == page.file.src_uri]
        told = {value_of(t, self.briefing.dataset).id for p in found for t in tokens(p.body) if not t.is_block}
        whole = page.meta.get("template") == "print.html"
        announced = [change for change in self.publication.recent_changes if change.id in told or whole]
        return write(self.templates, template, page=page, announced=announced, **self._context(page.url))

    def files(self, assets: str, exports: Environment) -> Iterator[tuple[str, str]]:
        """What is published besides pages: downloads, and at each address that a page had before, a page leading on."""
        if page := self.briefing.page_with("downloads"):
            for name, text in downloads(self.publication, exports, self.dictionary, self.outlines or {}):
                yield self.publication.urls[page.uri] + name, text
        for page in self.briefing.pages:
            for former in page.former:
                target, script = (
                    self.relative(u, former) for u in (self.publication.urls[page.uri], f"{assets}/moved.js")
                )
                leads = {"target": target, "script": script, "permanent": self.publication.link(page.uri)}
                yield f"{former}index.html", write(self.templates, "moved.html", **leads)

    def anchors(self, uri: str) -> set[str]:
        """The ids that blocks bring to a page, for links in Markdown to be checked against."""
        drawn = {"records": self.briefing.dataset.events, "sources": self.briefing.bibliography.entries}
        pages = {block: self.briefing.page_with(block) for block in drawn}
        return {key for block, page in pages.items() if page and page.uri == uri for key in drawn[block]}

    def _context(self, page_url: str) -> dict[str, Any]:
        downloads, data_url = self.briefing.page_with("downloads"), self._link_to("downloads", page_url)
        return {
            "publication": self.publication,
            "dataset": self.briefing.dataset,
            "bibliography": self.briefing.bibliography,
            "outlines": self.outlines,
            "pages": {page.uri: page for page in self.briefing.pages},
            "passages": self.publication.passages,
            "link": lambda uri: self.relative(self.publication.urls[uri], page_url),
            "records_url": self._link_to("records", page_url),
            "sources_url": self._link_to("sources", page_url),
            "corrections_url": self._link_to("corrections", page_url),
            "data_url": data_url,
            "data_uri": downloads.uri if downloads else "",
            "offline_url": self.relative(ARCHIVE, page_url) if self.offline else "",
            "feed_url": f"{data_url}feed.xml" if data_url else "",
        }

    def _link_to(self, block: str, page_url: str) -> str:
        page = self.briefing.page_with(block)
        return self.relative(self.publication.urls[page.uri], page_url) if page else ""
