"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment

from briefing.export import Publication, downloads
from briefing.markup import write
from briefing.offline import ARCHIVE
from briefing.tokens import DRAWINGS, Token, draw, tokens, value_of
from briefing.whole import Briefing

OF_RECORDS = ("timeline", "map", "counts", "records", "records-in-print")
_PLACEHOLDER = "<!-- block: {} -->"


@dataclass(frozen=True)
class Renderer:
    """Everything a page is made of.

    `relative` turns an address of the site into one that holds on the page at another address;
    `dictionary` is the text of data/README.md; `offline` says that the whole site is offered as one file.
    """

    publication: Publication
    templates: Environment
    relative: Callable[[str, str], str]
    dictionary: str = ""
    offline: bool = False

    @property
    def briefing(self) -> Briefing:
        """What is published."""
        return self.publication.briefing

    def draw_values(self, body: str, page_url: str) -> str:
        """A page's Markdown with every value in its place; blocks wait as comments."""

        def write_token(token: Token) -> str:
            if token.is_block:
                return _PLACEHOLDER.format(token.name)
            value = value_of(token, self.briefing.dataset)
            changed = value.id in {change.id for change in self.publication.recent_changes}
            return write(
                self.templates, "value.html", value=value, changed=changed, href=self._record(value.event_id, page_url)
            )

        return draw(body, write_token)

    def draw_blocks(self, html: str, page_url: str, blocks: Iterable[str] = DRAWINGS) -> str:
        """A page's HTML with each of `blocks` in the place of its comment.

        Drawings come last of all: there is nothing in them to be searched, and reading them takes long.
        """
        years, data = self.publication.years, self.briefing.dataset
        here = replace(data, events=years[page_url]) if page_url in years else data
        for block in blocks:
            placeholder = _PLACEHOLDER.format(block)
            if placeholder in html:
                by_year = block in OF_RECORDS and years and page_url not in years
                values = {**self._context(page_url), "dataset": here, "block": block}
                template = "blocks/years.html" if by_year else f"blocks/{block}.html"
                html = html.replace(placeholder, write(self.templates, template, **values))
        return html

    def part(self, template: str, page: Any) -> str:
        """What a page of MkDocs has around its text, such as its metadata, from a template."""
        body = known.body if (known := self.briefing.page_at.get(page.file.src_uri)) else ""
        told = {value_of(t, self.briefing.dataset).id for t in tokens(body) if not t.is_block}
        whole = page.meta.get("template") == "print.html"
        announced = [change for change in self.publication.recent_changes if change.id in told or whole]
        return write(self.templates, template, page=page, announced=announced, **self._context(page.url))

    def files(self, assets: str, exports: Environment) -> Iterator[tuple[str, str]]:
        """What is published besides pages: downloads, and at each address that a page had before, a page leading on."""
        if page := self.briefing.page_with("downloads"):
            for name, text in downloads(self.publication, exports, self.dictionary):
                yield self.publication.urls[page.uri] + name, text
        if records := self.briefing.page_with("records"):
            for url in self.publication.years:
                year = url.rstrip("/").rpartition("/")[2]
                yield url.rstrip("/") + ".md", write(self.templates, "year.md", page=records, year=year)
            if years := self.publication.years:
                yield f"{self.publication.urls[records.uri]}years.js", write(self.templates, "years.js", years=years)
        for page in self.briefing.pages:
            for former in page.former:
                target, script = (
                    self.relative(u, former) for u in (self.publication.urls[page.uri], f"{assets}/moved.js")
                )
                leads = {"target": target, "script": script, "permanent": self.publication.link(page.uri)}
                yield f"{former}index.html", write(self.templates, "moved.html", **leads)

    def anchors(self, uri: str) -> set[str]:
        """The ids that blocks bring to a page, for links in Markdown to be checked against."""
        drawn = {"records": self.briefing.dataset.events, "sources": self.briefing.bibliography.sources}
        pages = {block: self.briefing.page_with(block) for block in drawn}
        return {key for block, page in pages.items() if page and page.uri == uri for key in drawn[block]}

    def _context(self, page_url: str) -> dict[str, Any]:
        downloads, data_url = self.briefing.page_with("downloads"), self._link_to("downloads", page_url)
        return {
            "publication": self.publication,
            "dataset": self.briefing.dataset,
            "bibliography": self.briefing.bibliography,
            "outlines": self.briefing.outlines,
            "dictionary": self.dictionary,
            "pages": self.briefing.page_at,
            "passages": self.publication.passages,
            "link": lambda uri: self.relative(self.publication.urls[uri], page_url),
            "records_url": self._link_to("records", page_url),
            "relative": lambda url: self.relative(url, page_url),
            "record_link": lambda event_id: self._record(event_id, page_url),
            "sources_url": self._link_to("sources", page_url),
            "corrections_url": self._link_to("corrections", page_url),
            "data_url": data_url,
            "data_uri": downloads.uri if downloads else "",
            "offline_url": self.relative(ARCHIVE, page_url) if self.offline else "",
            "feed_url": f"{data_url}feed.xml" if data_url else "",
        }

    def _record(self, event_id: str, page_url: str) -> str:
        return f"{self.relative(self.publication.record_url(event_id), page_url)}#{event_id}"

    def _link_to(self, block: str, page_url: str) -> str:
        page = self.briefing.page_with(block)
        return self.relative(self.publication.urls[page.uri], page_url) if page else ""
