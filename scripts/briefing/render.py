"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from briefing import maps, scales, wording
from briefing.changes import Change
from briefing.signs import Held, came_out, draw
from briefing.site import Download, Site, downloads, edition_pages
from briefing.tokens import value_id, value_of

_FUNCTIONS = (
    *(wording.date_in_words, wording.figure_in_words, wording.in_words, wording.number_in_words, wording.say),
    *(scales.timeline, scales.counts, maps.draw_map),
)


def templates(folders: Iterable[Path], cache: Path, **filters: Callable[..., Any]) -> Environment:
    """The templates of `folders`, with the functions and `filters` they may use; compiled ones wait in `cache`.

    They escape what they are given, and a value that is missing is an error, not a gap.
    """
    cache.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader([*folders]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # each build has an environment of its own
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(cache)),
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters |= {"tex": lambda text: re.sub(r"([&%$#_])", r"\\\1", re.sub(r"[{}\\]", "", text)), **filters}
    environment.globals |= {function.__name__: function for function in _FUNCTIONS}
    return environment


@dataclass(frozen=True)
class Renderer:
    """Everything a page is made of.

    `relative` turns an address of the site into one that holds on the page at another address.
    """

    site: Site
    templates: Environment
    relative: Callable[[str, str], str]

    @cached_property
    def downloads(self) -> tuple[Download, ...]:
        """The files that are offered; none where no page has a list of them."""
        folder = self.site.url("downloads")
        return downloads(self.templates, self._values(folder)) if folder else ()

    def page(self, html: str, uri: str, page_url: str) -> str:
        """The `html` of a page as the build has made it, with what its tokens stand for.

        ValueError where other tokens come out than were checked.
        """
        if not (reading := self.site.briefing.readings.get(uri)):
            return html
        if came_out(html, reading.held) != came_out(reading.html, reading.held):
            raise ValueError(f"{uri}: the build prints other tokens than the check saw")
        return draw(html, reading.held, lambda held: self._drawn(held, page_url))

    def _drawn(self, held: Held, page_url: str) -> Markup:
        """What stands for a token: a value in words that lead to its record, or a whole block."""
        if held.is_block:
            return self.fill(f"blocks/{held.token}.html", page_url)
        value = value_of(held.token, self.site.briefing.records)
        return self.fill("briefing/value.html", page_url, value=value, changed=value.id in self._latest)

    def part(self, template: str, page: Any) -> Markup:
        """What a page of MkDocs has around its text, such as its metadata."""
        return self.fill(template, page.url, page=page, announced=partial(self._announced, page))

    def files(self, assets: str) -> Iterator[tuple[str, str | bytes]]:
        """What the site has besides pages, with its place: downloads, editions, what leads on from former addresses.

        The script of the last lies in the folder `assets`.
        """
        yield from ((self.site.url("downloads") + each.name, each.text) for each in self.downloads)
        yield from edition_pages(self.site.briefing.editions)
        for page in self.site.briefing.pages:
            for former in page.texts("former"):
                yield f"{former}index.html", self.fill("briefing/moved.html", former, page=page, assets=assets)

    def fill(self, template: str, page_url: str, **values: Any) -> Markup:
        """`template` with `values` and what every template may use, for the page at `page_url`."""
        everywhere = self._values(page_url) | {"downloads": self.downloads}
        return Markup(self.templates.get_template(template).render(values | everywhere))

    def _values(self, page_url: str) -> dict[str, Any]:
        """What every template may use; the addresses it gives hold on the page at `page_url`."""

        def link(page: str) -> str:
            url = self.site.url(page)
            return self.relative(url, page_url) if url else ""

        return {
            "site": self.site,
            "briefing": self.site.briefing,
            "records": self.site.briefing.records,
            "sources": self.site.briefing.sources,
            "link": link,
            "relative": lambda url: self.relative(url, page_url),
            "record_link": lambda name: f"{link('records')}#{name}",
        }

    @cached_property
    def _latest(self) -> dict[str, Change]:
        return {change.id: change for change in self.site.recent_changes}

    def _announced(self, page: Any) -> list[Change]:
        """The latest change of each value that a page tells; on paper and with the records, of every value."""
        reading = self.site.briefing.readings.get(page.file.src_uri)
        told = {value_id(held.token) for held in (reading.held.values() if reading else ())}
        whole = page.meta.get("template") == "print.html" or page.url == self.site.url("records")
        return [change for name, change in self._latest.items() if whole or name in told]
