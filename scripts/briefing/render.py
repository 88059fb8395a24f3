"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from jinja2 import Environment

from briefing.checks import BLOCKS, Briefing
from briefing.export import Publication
from briefing.markup import write
from briefing.prose import Token, draw, value_of

_PLACEHOLDER = "<!-- block: {} -->"


@dataclass(frozen=True)
class Renderer:
    """Everything a page is made of.

    `relative` turns an address of the site into one that holds on the page at another address;
    `dictionary` is the text of data/README.md.
    """

    publication: Publication
    templates: Environment
    relative: Callable[[str, str], str]
    dictionary: str = ""

    @property
    def briefing(self) -> Briefing:
        """What is published."""
        return self.publication.briefing

    def draw_values(self, body: str, page_url: str) -> str:
        """A page's Markdown with every value in its place; blocks wait as comments."""
        records = self._link_to("records", page_url)

        def write_token(token: Token) -> str:
            if token.name == "dictionary":
                return re.sub("^#", "##", self.dictionary, flags=re.MULTILINE)
            if token.is_block:
                return _PLACEHOLDER.format(token.name)
            value = value_of(token, self.briefing.dataset)
            return write(self.templates, "value.html", value=value, href=f"{records}#{value.event_id}")

        return draw(body, write_token)

    def draw_blocks(self, html: str, page_url: str) -> str:
        """A page's HTML with every block in the place of its comment."""
        for block in BLOCKS:
            placeholder = _PLACEHOLDER.format(block)
            if placeholder in html:
                drawn = write(
                    self.templates,
                    f"blocks/{block}.html",
                    publication=self.publication,
                    dataset=self.briefing.dataset,
                    bibliography=self.briefing.bibliography,
                    pages={page.uri: page for page in self.briefing.pages},
                    link_to=lambda block: self._link_to(block, page_url),
                    link=lambda uri: self.relative(self.publication.urls[uri], page_url),
                    records_url=self._link_to("records", page_url),
                    sources_url=self._link_to("sources", page_url),
                )
                html = html.replace(placeholder, drawn)
        return html

    def _link_to(self, block: str, page_url: str) -> str:
        page = self.briefing.page_with(block)
        return self.relative(self.publication.urls[page.uri], page_url) if page else ""
