"""The records as files in the formats of others: for each a template in scripts/exports and a row in DOWNLOADS.

A floor has no upper bound in any of them, nothing is added up, and no cell runs as a formula.
"""

from __future__ import annotations

import csv
import io
import json
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, TemplateSyntaxError
from markupsafe import Markup

from briefing.editions import KeptEdition
from briefing.model import EventsFile
from briefing.problems import BriefingError, Problem
from briefing.rows import Row, event_rows, figure_rows
from briefing.schema import fields_described, schema_of
from briefing.wording import say

VERSION = "2"  # of the columns and fields; raised whenever one of them changes
PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Download:
    """A file that is offered: its name, which is that of its template, and its media type. `text` is what it holds."""

    name: str
    media_type: str
    text: str = ""

    @property
    def about(self) -> str:
        """What it holds, in words."""
        return say(f"downloads.{self.name.replace('.', '-')}")

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.text.encode())

    @property
    def size_in_words(self) -> str:
        """Its size for a reader."""
        return say("downloads.size", kilobytes=max(1, round(self.size / 1000)))


DOWNLOADS = (  # each may tell of those before it
    Download("figures.csv", "text/csv"),
    Download("events.csv", "text/csv"),
    Download("figures.hxl.csv", "text/csv"),
    Download("events.json", "application/json"),
    Download("events.schema.json", "application/schema+json"),
    Download("places.geojson", "application/geo+json"),
    Download("sources.bib", "application/x-bibtex"),
    Download("sources.ris", "application/x-research-info-systems"),
    Download("sources.json", "application/vnd.citationstyles.csl+json"),
    Download("datapackage.json", "application/json"),
    Download("feed.xml", "application/atom+xml"),
)


def downloads(templates: Environment, context: Mapping[str, Any]) -> tuple[Download, ...]:
    """Every file that is offered, made from the `templates` with the `context` that pages have, too."""
    templates.filters |= {"csv": _as_csv, "json": _as_json}
    briefing, site, records = context["briefing"], context["site"], context["records"]
    told = {name: _told(briefing, site, name) for name in (*records.events, *figure_rows(records))}
    groups = {*EventsFile.model_fields}
    values = {
        **context,
        "version": VERSION,
        "columns": json.loads(fill(templates, "columns.json")),
        "events": [row | told[name] for name, row in event_rows(records).items()],
        "figures": [row | told[name] for name, row in figure_rows(records).items()],
        "document": records.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=groups),
        "changed_since": [change.id for change in site.unpublished if change.event_id],
        "shapes": {outline.code: outline.geometry for outline in briefing.outlines.features},
        "schema": schema_of(briefing.dictionary, records.measures),
        "described": fields_described(briefing.dictionary),
    }
    made: list[Download] = []
    for row in DOWNLOADS:
        made.append(Download(row.name, row.media_type, fill(templates, row.name, made=tuple(made), **values)))
    return tuple(made)


def edition_pages(editions: Iterable[KeptEdition]) -> Iterator[tuple[str, str | bytes]]:
    """What is published of each edition, with its place among the pages: a page of its own, and its files."""
    for edition in editions:
        folder, title = f"editions/{edition.number}/", say("editions.title", number=edition.number)
        settings = {"title": title, "template": "edition.html", "edition": edition.number, "search": {"exclude": True}}
        yield folder + "index.md", f"---\n{json.dumps(settings, ensure_ascii=False)}\n---\n"
        for name, data in edition.files.items():
            yield folder + name, data


def fill(templates: Environment, name: str, **values: Any) -> Markup:
    """The template `name` filled with `values`, which it escapes; a slip in it is blamed on the line it is on."""
    try:
        return Markup(templates.get_template(name).render(values))
    except TemplateError as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.endswith(".py")]
        file, line = (frames[-1].filename, frames[-1].lineno) if frames else (name, 1)
        if isinstance(error, TemplateSyntaxError):
            file, line = error.filename or name, error.lineno
        path = Path(file).resolve()
        shown = path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else file
        raise BriefingError([Problem(shown, line or 1, "", f"{error.message}; mend the template")]) from error


def _told(briefing: Any, site: Any, name: str) -> Row:
    """The cells of a record or figure that say where it stands, and by which notes of its sources."""
    event_id, _, measure = name.partition("_")
    event = briefing.records.events[event_id]
    keys = event.sources_of(measure) if measure else event.sources
    return {
        "note_numbers": "; ".join(str(briefing.note_numbers[label]) for label in briefing.notes_of(name, keys)),
        "permalink": site.link("records", name),
    }


def _as_csv(rows: Iterable[Row], columns: Mapping[str, list[str]], tagged: bool = False) -> Markup:
    """RFC 4180, with the byte order mark that spreadsheets ask for; where `tagged`, HXL's tags are below the names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(columns), [tag for _, tag in columns.values()]][: 1 + tagged])
    writer.writerows([row[name] for name in columns] for row in rows)
    return Markup("\ufeff" + text.getvalue())


def _as_json(value: Any) -> Markup:
    """For files alone: in a page, `<` would have to be escaped. A missing value raises as it does elsewhere."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=1, default=str))
