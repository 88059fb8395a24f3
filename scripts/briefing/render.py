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
from briefing.signs import Held
from briefing.site import Site
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

    `relative` turns an address of the site into one that holds on the page at another address;
    `downloads` lists the files that are offered.
    """

    site: Site
    templates: Environment
    relative: Callable[[str, str], str]
    downloads: tuple[Any, ...] = ()

    def drawn(self, held: Held, page_url: str) -> Markup:
        """What stands for a token: a value in words that lead to its record, or a whole block."""
        if held.is_block:
            return self.fill(f"blocks/{held.token}.html", page_url)
        value = value_of(held.token, self.site.briefing.records)
        return self.fill("briefing/value.html", page_url, value=value, changed=value.id in self._latest)

    def part(self, template: str, page: Any) -> Markup:
        """What a page of MkDocs has around its text, such as its metadata."""
        return self.fill(template, page.url, page=page, announced=partial(self._announced, page))

    def moved(self, assets: str) -> Iterator[tuple[str, str]]:
        """At each address that a page had before, a page that leads on; its script lies in the folder `assets`."""
        for page in self.site.briefing.pages:
            for former in page.former:
                yield f"{former}index.html", self.fill("briefing/moved.html", former, page=page, assets=assets)

    def fill(self, template: str, page_url: str, **values: Any) -> Markup:
        """`template` with `values` and what every template may use, for the page at `page_url`."""
        return Markup(self.templates.get_template(template).render(values | self.context(page_url)))

    def context(self, page_url: str) -> dict[str, Any]:
        """What every template may use; the addresses it gives hold on the page at `page_url`."""

        def link(page: str) -> str:
            url = self.site.url(page)
            return self.relative(url, page_url) if url else ""

        return {
            "site": self.site,
            "briefing": self.site.briefing,
            "records": self.site.briefing.records,
            "sources": self.site.briefing.sources,
            "downloads": self.downloads,
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
        told = {value_id(held.token) for held in (reading.held if reading else ())}
        whole = page.meta.get("template") == "print.html" or page.url == self.site.url("records")
        return [change for name, change in self._latest.items() if whole or name in told]
