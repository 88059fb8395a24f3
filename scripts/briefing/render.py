"""Draws the records into the pages: values into sentences, blocks where a page asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from briefing import wording
from briefing.changes import Change
from briefing.export import fill
from briefing.maps import draw_map
from briefing.scales import counts, timeline
from briefing.site import Site
from briefing.tokens import value_id, value_of


def templates(folder: Path, cache: Path, **filters: Callable[..., Any]) -> Environment:
    """The templates of `folder`, with the functions and `filters` they may use; compiled ones wait in `cache`.

    They escape what they are given, and a value that is missing is an error, not a gap.
    """
    cache.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=FileSystemBytecodeCache(str(cache)),
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.filters |= {"tex": _as_tex, **filters}
    words = (wording.date_in_words, wording.figure_in_words, wording.in_words, wording.number_in_words, wording.say)
    environment.globals |= {function.__name__: function for function in (*words, timeline, counts, draw_map)}
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

    def value(self, token: str, page_url: str) -> Markup:
        """What stands for a token in a sentence: its words, leading to the record."""
        value = value_of(token, self.site.briefing.records)
        changed = value.id in {change.id for change in self.site.recent_changes}
        return self.fill("briefing/value.html", page_url, value=value, changed=changed)

    def block(self, name: str, page_url: str) -> Markup:
        """A whole block, such as the list of records."""
        return self.fill(f"blocks/{name}.html", page_url)

    def part(self, template: str, page: Any) -> Markup:
        """What a page of MkDocs has around its text, such as its metadata."""
        announced = partial(self._announced, page)  # which only one of them asks for
        return self.fill(template, page.url, page=page, announced=announced)

    def moved(self, assets: str) -> Iterator[tuple[str, str]]:
        """At each address that a page had before, a page that leads on; its script lies in the folder `assets`."""
        for page in self.site.briefing.pages:
            for former in page.former:
                yield f"{former}index.html", self.fill("briefing/moved.html", former, page=page, assets=assets)

    def _announced(self, page: Any) -> list[Change]:
        """The latest change of each value that a page tells; on paper and with the records, of every value."""
        reading = self.site.briefing.readings.get(page.file.src_uri)
        held = reading.held if reading else []
        told = {value_id(each.token) for each in held}
        whole = page.meta.get("template") == "print.html" or page.url == self.site.url("records")
        latest = {change.id: change for change in self.site.recent_changes}
        return [change for change in latest.values() if whole or change.id in told]

    def fill(self, template: str, page_url: str, **values: Any) -> Markup:
        """`template` with `values` and what every template may use, for the page at `page_url`."""
        return fill(self.templates, template, **values | self.context(page_url))

    def context(self, page_url: str) -> dict[str, Any]:
        """What every template may use; the addresses it gives hold on the page at `page_url`."""

        def link(page: str) -> str:
            url = self.site.url(page)
            return self.relative(url, page_url) if url else ""

        return self._shared | {
            "link": link,
            "relative": lambda url: self.relative(url, page_url),
            "record_link": lambda name: f"{link('records')}#{name}",
        }

    @cached_property
    def _shared(self) -> dict[str, Any]:
        briefing = self.site.briefing
        return {
            "site": self.site,
            "briefing": briefing,
            "records": briefing.records,
            "sources": briefing.sources,
            "downloads": self.downloads,
        }


def _as_tex(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", re.sub(r"[{}\\]", "", text))
