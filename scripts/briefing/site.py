"""The site that a briefing becomes: whose it is, which edition, what its pages hold, and the files that it offers.

Each file has a template in scripts/exports and a row in DOWNLOADS. A floor has no upper bound in any of them, nothing
is added up, and no cell runs as a formula.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from briefing.briefing import Briefing
from briefing.changes import Change, rows_of
from briefing.editions import KeptEdition
from briefing.schema import fields_described, schema_of
from briefing.signs import Held, came_out, draw
from briefing.tokens import value_id, value_of
from briefing.wording import say

VERSION = "2"  # of the columns and fields; raised whenever one of them changes
DOWNLOADS = {  # the media type of each file, by its name; each may tell of those before it
    "figures.csv": "text/csv",
    "events.csv": "text/csv",
    "figures.hxl.csv": "text/csv",
    "events.json": "application/json",
    "events.schema.json": "application/schema+json",
    "places.geojson": "application/geo+json",
    "sources.bib": "application/x-bibtex",
    "sources.ris": "application/x-research-info-systems",
    "sources.json": "application/vnd.citationstyles.csl+json",
    "datapackage.json": "application/json",
    "feed.xml": "application/atom+xml",
}


class Download(NamedTuple):
    """A file that is offered: its `name` is that of its template, its `size` in bytes."""

    name: str
    media_type: str
    text: str
    size: int


@dataclass(frozen=True)
class Site:
    """A briefing at its permanent address, as MkDocs' `settings` say; `making` is the edition being made, if any.

    It is drawn with `templates`; `relative` turns an address of the site into one that holds on the page at another.
    """

    briefing: Briefing
    settings: Mapping[str, Any]
    templates: Environment
    relative: Callable[[str, str], str]
    making: KeptEdition | None = None

    @cached_property
    def whose(self) -> dict[str, str]:
        """Its author, publisher (with `url`, `contact`, `statement`) and licence; empty where settings are silent."""
        extra = self.settings["extra"]
        publisher = extra.get("publisher") or {}
        found = dict.fromkeys(("name", "url", "contact", "statement"))
        found |= publisher if isinstance(publisher, dict) else {"name": publisher}
        found |= {"publisher": found["name"], "licence": extra.get("licence")}
        found["author"] = self.settings["site_author"] or found["name"]
        return {name: str(value or "") for name, value in found.items()}

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_of.get(page)
        return found.url if found else ""

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return f"{self.settings['site_url']}{self.url(page)}" + (f"#{fragment}" if fragment else "")

    @property
    def edition(self) -> KeptEdition | None:
        """The last edition; None before the first one."""
        return self.making or next(reversed(self.briefing.editions), None)

    @cached_property
    def latest(self) -> dict[str, Change]:
        """What pages announce, by its id: the changes of the last edition, and those made since."""
        return {c.id: c for c in self.briefing.changes if self.edition and c.edition >= self.edition.number}

    @cached_property
    def unpublished(self) -> list[Change]:
        """What reads otherwise than in the last edition."""
        return [change for change in self.briefing.changes if change.former is self.edition]

    def announced(self, page: Any) -> list[Change]:
        """The latest change of each value that MkDocs' `page` tells; on paper and with the records, of every value."""
        reading = self.briefing.readings.get(page.file.src_uri)
        told = {value_id(held.token) for held in (reading.held.values() if reading else ())}
        has_all = page.meta.get("template") == "print.html" or page.url == self.url("records")
        return [change for name, change in self.latest.items() if has_all or name in told]

    def page(self, html: str, uri: str, page_url: str) -> str:
        """The `html` of a page as the build has made it, with what its tokens stand for.

        ValueError where other tokens come out than were checked.
        """
        if not (reading := self.briefing.readings.get(uri)):
            return html
        if came_out(html, reading.held) != came_out(reading.html, reading.held):
            raise ValueError(f"{uri}: the build prints other tokens than the check saw")

        def drawn(held: Held) -> Markup:
            if held.is_block:
                return self.fill(f"blocks/{held.token}.html", page_url)
            return self.fill("briefing/value.html", page_url, value=value_of(held.token, self.briefing.records))

        return draw(html, reading.held, drawn)

    def part(self, template: str, page: Any) -> Markup:
        """What a page of MkDocs has around its text, such as its metadata."""
        return self.fill(template, page.url, page=page)

    def fill(self, template: str, page_url: str, **values: Any) -> Markup:
        """`template` with `values` and what every template may use; the addresses it gives hold at `page_url`."""

        def link(page: str) -> str:
            url = self.url(page)
            return self.relative(url, page_url) if url else ""

        everywhere = {
            "site": self,
            "briefing": self.briefing,
            "records": self.briefing.records,
            "sources": self.briefing.sources,
            "link": link,
            "relative": lambda url: self.relative(url, page_url),
            "record_link": lambda name: f"{link('records')}#{name}",
        }
        return Markup(self.templates.get_template(template).render(values | everywhere))

    @cached_property
    def downloads(self) -> list[Download]:
        """The files that are offered; none where no page has a list of them."""
        if not (folder := self.url("downloads")):
            return []
        records, dictionary = self.briefing.records, self.briefing.dictionary
        rows = rows_of(records)
        for name, row in rows.items():
            row["note_numbers"] = "; ".join(map(str, self.briefing.notes_of(name, row["source_keys"].split("; "))))
            row["permalink"] = self.link("records", name)
        values = {
            "version": VERSION,
            "columns": json.loads(self.fill("columns.json", folder)),
            "rows": [*rows.values()],
            "document": records.model_dump(mode="json", by_alias=True, exclude_defaults=True),
            "schema": schema_of(dictionary, records.measures),
            "described": fields_described(dictionary),
        }
        made: list[Download] = []
        for name, media_type in DOWNLOADS.items():
            text = self.fill(name, folder, made=made, **values)
            made.append(Download(name, media_type, text, len(text.encode())))
        return made

    def files(self, assets: str) -> Iterator[tuple[str, str | bytes]]:
        """What the site has besides pages, with its place: downloads, editions, what leads on from former addresses.

        The script of the last lies in the folder `assets`.
        """
        for made in self.downloads:
            yield self.url("downloads") + made.name, made.text
        for edition in self.briefing.editions:
            folder, title = f"editions/{edition.number}/", say("editions.title", number=edition.number)
            meta = {"title": title, "template": "edition.html", "edition": edition.number, "search": {"exclude": True}}
            yield folder + "index.md", f"---\n{json.dumps(meta, ensure_ascii=False)}\n---\n"
            for name, data in edition.files.items():
                yield folder + name, data
        for page in self.briefing.pages:
            for former in page.texts("former"):
                yield f"{former}index.html", self.fill("briefing/moved.html", former, page=page, assets=assets)
