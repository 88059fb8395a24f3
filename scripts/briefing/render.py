"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from briefing.bridge import bridge
from briefing.editions import Change
from briefing.export import downloads
from briefing.markup import write
ARCHIVE = "offline.zip"
from briefing.publication import Publication
from briefing.tokens import DRAWINGS, Token, draw, tokens, value_of

OF_RECORDS = ("timeline", "map", "counts", "records", "records-in-print")
_PLACEHOLDER = "<!-- block: {} -->"


@dataclass(frozen=True)
class Renderer:
    """Everything a page is made of.

    `relative` turns an address of the site into one that holds on the page at another address;
    `offline` says that the whole site is offered as one file.
    """

    publication: Publication
    templates: Environment
    relative: Callable[[str, str], str]
    offline: bool = False
    extra: Any = field(default_factory=dict)

    def draw_values(self, html: str, page_url: str) -> str:
        """A page's HTML with every value in its place; blocks wait as comments."""
        recent = {change.id for change in self.publication.recent_changes}

        def write_token(token: Token) -> str:
            if token.is_block:
                return _PLACEHOLDER.format(token.name)
            value = value_of(token, self.publication.briefing.dataset)
            href = self._record(value.event_id, page_url)
            return write(self.templates, "briefing/value.html", value=value, changed=value.id in recent, href=href)

        return draw(html, write_token)

    def draw_blocks(self, html: str, page_url: str, blocks: Iterable[str] = DRAWINGS) -> Markup:
        """A page's HTML with each of `blocks` in the place of its comment.

        Drawings come last of all: there is nothing in them to be searched, and reading them takes long.
        """
        years, data = self.publication.years, self.publication.briefing.dataset
        here = replace(data, events=years[page_url]) if page_url in years else data
        for block in blocks:
            placeholder = _PLACEHOLDER.format(block)
            if placeholder in html:
                by_year = block in OF_RECORDS and years and page_url not in years
                values = {**self._context(page_url), "dataset": here, "block": block}
                template = "blocks/years.html" if by_year else f"blocks/{block}.html"
                html = html.replace(placeholder, write(self.templates, template, **values))
        return Markup(html)

    def part(self, template: str, page: Any) -> str:
        """What a page of MkDocs has around its text, such as its metadata, from a template."""
        announced = partial(self._announced, page)  # which only one of them asks for
        return write(self.templates, template, page=page, announced=announced, **self._context(page.url))

    def files(self, assets: str, exports: Environment) -> Iterator[tuple[str, str]]:
        """What is published besides pages: downloads, and at each address that a page had before, a page leading on."""
        briefing, publication = self.publication.briefing, self.publication
        if folder := publication.url("downloads"):
            for name, text in downloads(publication, exports):
                yield folder + name, text
        if page := briefing.page_with("records"):
            lines = [line for line in page.body.splitlines() if line.startswith("## ") or _draws_records(line)]
            for url in publication.years:  # with the headings and drawings of the page of all, without its text
                values = {"page": page, "lines": lines, "year": url.split("/")[-2]}
                yield url.rstrip("/") + ".md", write(self.templates, "year.md", **values)
        if years := publication.years:
            yield publication.url("records") + "years.js", write(self.templates, "years.js", years=years)
        for page in briefing.pages:
            for former in page.former:
                values = {"page": page, "script": f"{assets}/moved.js", **self._context(former)}
                yield f"{former}index.html", write(self.templates, "moved.html", **values)

    def _announced(self, page: Any) -> list[Change]:
        """The latest change of each value that a page tells; on paper and with the records, of every value."""
        known = self.publication.briefing.page_at.get(page.file.src_uri)
        values = (t for t in tokens(known.body) if not t.is_block) if known else ()
        told = {value_of(token, self.publication.briefing.dataset).id for token in values}
        whole = page.meta.get("template") == "print.html" or page.url == self.publication.url("records")
        latest = {change.id: change for change in self.publication.recent_changes}
        return [change for change in latest.values() if change.id in told or whole]

    def _context(self, page_url: str) -> dict[str, Any]:
        """What every template may use; the addresses it gives hold on the page at `page_url`."""

        def link(page: str) -> str:
            url = self.publication.url(page)
            return self.relative(url, page_url) if url else ""

        return bridge({
            "publication": self.publication,
            "briefing": self.publication.briefing,
            "dataset": self.publication.briefing.dataset,
            "bibliography": self.publication.briefing.bibliography,
            "link": link,
            "relative": lambda url: self.relative(url, page_url),
            "record_link": lambda name: self._record(name, page_url),
            "offline_url": self.relative(ARCHIVE, page_url) if self.offline else "",
        }, self.extra)

    def _record(self, name: str, page_url: str) -> str:
        """The address of an event or of its figure, by the id of either."""
        return f"{self.relative(self.publication.record_url(name.partition('_')[0]), page_url)}#{name}"


def _draws_records(line: str) -> bool:
    return any(token.name in OF_RECORDS for token in tokens(line))
