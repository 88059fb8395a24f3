"""The site that a briefing becomes: whose it is, which edition, and the files that it offers.

Each file has a template in scripts/exports and a row in DOWNLOADS. A floor has no upper bound in any of them, nothing
is added up, and no cell runs as a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from briefing.changes import Change, Row, rows_of
from briefing.editions import KeptEdition
from briefing.schema import fields_described, schema_of
from briefing.wording import say

if TYPE_CHECKING:
    from briefing.briefing import Briefing

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


@dataclass(frozen=True)
class Site:
    """A briefing at its permanent address, as MkDocs' `settings` say; `making` is the edition being made, if any."""

    briefing: Briefing
    settings: Mapping[str, Any]
    making: KeptEdition | None = None

    @cached_property
    def whose(self) -> dict[str, str]:
        """Its author, publisher (with `url`, `contact`, `statement`) and licence; empty where settings are silent."""
        extra = self.settings["extra"]
        publisher = {**(extra.get("publisher") or {})}
        found = {name: publisher.get(name) for name in ("url", "contact", "statement")}
        found |= {"publisher": publisher.get("name"), "licence": extra.get("licence")}
        found["author"] = self.settings["site_author"] or found["publisher"]
        return {name: str(value or "") for name, value in found.items()}

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_with.get(page) or self.briefing.page_at.get(page)
        return found.url if found else ""

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return f"{self.settings['site_url']}{self.url(page)}" + (f"#{fragment}" if fragment else "")

    @property
    def edition(self) -> KeptEdition | None:
        """The last edition; None before the first one."""
        return self.making or next(reversed(self.briefing.editions), None)

    @cached_property
    def recent_changes(self) -> tuple[Change, ...]:
        """What pages announce: the changes of the last edition, and those made since."""
        number = self.edition.number if self.edition else 0
        return tuple(change for change in self.briefing.changes if change.edition >= number)

    @property
    def unpublished(self) -> list[Change]:
        """What reads otherwise than in the last edition."""
        return [change for change in self.recent_changes if change.former is self.edition]


class Download(NamedTuple):
    """A file that is offered: its `name` is that of its template, its `size` in bytes."""

    name: str
    media_type: str
    text: str
    size: int


def downloads(templates: Environment, context: Mapping[str, Any]) -> tuple[Download, ...]:
    """Every file that is offered, made from the `templates` with the `context` that pages have, too."""
    templates.filters |= {"csv": _as_csv, "json": _as_json}
    briefing, site, records = context["briefing"], context["site"], context["records"]
    rows = rows_of(records)
    for name, row in rows.items():
        row["note_numbers"] = "; ".join(map(str, briefing.notes_of(name, row["source_keys"].split("; "))))
        row["permalink"] = site.link("records", name)
    values = {
        **context,
        "version": VERSION,
        "columns": json.loads(templates.get_template("columns.json").render()),
        "rows": [*rows.values()],
        "document": records.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "schema": schema_of(briefing.dictionary, records.measures),
        "described": fields_described(briefing.dictionary),
    }
    made: list[Download] = []
    for name, media_type in DOWNLOADS.items():
        text = templates.get_template(name).render(values, made=made)
        made.append(Download(name, media_type, text, len(text.encode())))
    return tuple(made)


def edition_pages(editions: Iterable[KeptEdition]) -> Iterator[tuple[str, str | bytes]]:
    """What is published of each edition, with its place among the pages: a page of its own, and its files."""
    for edition in editions:
        folder, title = f"editions/{edition.number}/", say("editions.title", number=edition.number)
        settings = {"title": title, "template": "edition.html", "edition": edition.number, "search": {"exclude": True}}
        yield folder + "index.md", f"---\n{json.dumps(settings, ensure_ascii=False)}\n---\n"
        for name, data in edition.files.items():
            yield folder + name, data


def _as_csv(rows: Iterable[Row], columns: Mapping[str, list[str]], tagged: bool = False) -> Markup:
    """RFC 4180, with the byte order mark that spreadsheets ask for; where `tagged`, HXL's tags are below the names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(columns), [tag for _, tag in columns.values()]][: 1 + tagged])
    writer.writerows([row[name] for name in columns] for row in rows)
    return Markup("\ufeff" + text.getvalue())


def _as_json(value: Any, indent: int | None = None) -> Markup:
    """For files alone: in a page, `<` would have to be escaped. A missing value raises as it does elsewhere."""
    packed = (",", ":") if indent is None else None
    return Markup(json.dumps(value, ensure_ascii=False, indent=indent, separators=packed, default=str))
