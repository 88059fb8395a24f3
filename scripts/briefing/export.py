"""The records as text in the formats of others; the form of each file is a template in scripts/exports.

A floor has no upper bound in any of them, nothing is added up, and no cell runs as a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from briefing import prose
from briefing.editions import Change, changes
from briefing.fields import NOT_GIVEN
from briefing.markup import write
from briefing.model import Edition, Event, EventsFile, Measure
from briefing.schema import fields_described, schema_of
from briefing.whole import Briefing

VERSION = "1"  # of the columns and fields; raised whenever one of them changes
MANY = 200  # events; a page of more would be a burden on a slow line
Row = dict[str, str | int | None]


@dataclass(frozen=True)
class Publication:
    """A briefing at its permanent address; `urls` are those of its pages, by their Markdown files."""

    briefing: Briefing
    name: str
    address: str
    urls: Mapping[str, str]
    author: str = ""
    licence: str = ""

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given by its file or a block on it, and of a place there."""
        found = self.briefing.page_with(page)
        url = self.urls.get(found.uri if found else page, f"{page.removesuffix('.md')}/").removeprefix("./")
        return f"{self.address}{url}#{fragment}" if fragment else f"{self.address}{url}"

    @cached_property
    def years(self) -> Mapping[str, dict[str, Event]]:
        """The records by the address of their page, a page a year, where they are too many for a single one.

        The permanent address of a record stays that of the page of all, which leads on: its date may be corrected.
        """
        found: dict[str, dict[str, Event]] = {}
        events, page = self.briefing.dataset.events, self.briefing.page_with("records")
        base = self.urls[page.uri] if page else ""
        for event_id, event in events.items() if page and len(events) > MANY else ():
            found.setdefault(f"{base}{event.date.start.year}/", {})[event_id] = event
        return dict(sorted(found.items()))

    @cached_property
    def _years_of(self) -> dict[str, str]:
        return {event_id: url for url, events in self.years.items() for event_id in events}

    def record_url(self, event_id: str) -> str:
        """The address of the page that a record stands on."""
        page = self.briefing.page_with("records")
        return self._years_of.get(event_id) or (self.urls[page.uri] if page else "")

    @cached_property
    def edition(self) -> Edition:
        """The last edition."""
        return self.briefing.dataset.editions[-1]

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every change there ever was, in order."""
        return tuple(changes(self.briefing.dataset))

    @cached_property
    def recent_changes(self) -> list[Change]:
        """The changes that pages announce: those of the last edition, and those made since."""
        return [change for change in self.changes if change.edition >= self.edition.number]

    @cached_property
    def unpublished(self) -> list[str]:
        """The ids of the values that read otherwise than in the last edition."""
        return [change.id for change in self.changes if change.edition > self.edition.number]

    @cached_property
    def passages(self) -> list[prose.Passage]:
        """Every paragraph that can be linked to."""
        return [passage for page in self.briefing.pages for passage in prose.passages(page.uri, page.body)]

    @cached_property
    def passages_at(self) -> dict[str, list[prose.Passage]]:
        """The same by the file of their page."""
        return {uri: list(group) for uri, group in groupby(self.passages, lambda passage: passage.uri)}

    @cached_property
    def told(self) -> Mapping[str, list[prose.Passage]]:
        """The paragraphs that tell a value or anything of an event, by the id of either."""
        return _by_id((name, passage) for passage in self.passages for name in (*passage.values, *passage.events))

    @cached_property
    def changed(self) -> Mapping[str, list[Change]]:
        """Every change of a value or of an event, by the id of either."""
        return _by_id((name, change) for change in self.changes for name in (change.id, change.event_id))

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """The tables: a row for each figure, and for each event."""
        data = self.briefing.dataset
        return {
            "figures": [_figure_row(self, name, data.events[name], measure) for name, measure, _ in data.figures()],
            "events": [_event_row(self, event_id, event) for event_id, event in data.events.items()],
        }


def downloads(publication: Publication, templates: Environment, dictionary: str) -> Iterator[tuple[str, str]]:
    """Every file that is offered, with its name; `dictionary` is the text of data/README.md."""
    templates.filters["csv"] = _as_csv
    data, outlines = publication.briefing.dataset, publication.briefing.outlines
    shapes = {f["properties"].get("iso_3166_2"): f["geometry"] for f in outlines.features}
    records = EventsFile.model_construct(places=dict(data.places), events=dict(data.events))
    values = {
        "publication": publication,
        "edition": publication.edition,
        "rows": publication.rows,
        "columns": json.loads(write(templates, "columns.json")),
        "version": VERSION,
        "records": records.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "schema": schema_of(EventsFile, dictionary),
        "described": fields_described(dictionary),
        "books": publication.briefing.bibliography,
        "outlines": {place.iso_3166_2: shapes.get(place.iso_3166_2) for place in data.places.values()},
        "credits": outlines.credits,
    }
    for name in sorted(set(templates.list_templates()) - {"columns.json"}):
        yield name, write(templates, name, **values)


def _by_id(found: Iterable[tuple[str, Any]]) -> Mapping[str, list[Any]]:
    lists: dict[str, list[Any]] = defaultdict(list)
    for name, value in found:
        lists[name].append(value)
    return lists


def _as_csv(rows: Iterable[Row], columns: Mapping[str, list[str]], tagged: bool = False) -> Markup:
    """RFC 4180; where they are `tagged`, a row of HXL's tags comes below the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(columns), [tag for _, tag in columns.values()]][: 1 + tagged])
    for row in rows:  # a spreadsheet would run what begins with one of these signs
        cells = (row[name] for name in columns)
        writer.writerow(f"'{cell}" if str(cell).lstrip().startswith(tuple("=+-@|%")) else cell for cell in cells)
    return Markup(text.getvalue())


def _event_row(publication: Publication, event_id: str, event: Event) -> Row:
    row = _shared(publication, event_id, event, event.sources, ("date", *event.figures))
    row["actors"] = "; ".join(f"{actor.role} {actor.name} ({actor.attribution})" for actor in event.actors)
    for name, link in (("after", event.after), ("in_retaliation_for", event.in_retaliation_for)):
        row |= {name: link.event if link else "", f"{name}_attribution": link.attribution if link else ""}
    return row | {"remark": event.remark, "permalink": publication.link("records", event_id)}


def _figure_row(publication: Publication, event_id: str, event: Event, measure: Measure) -> Row:
    """A floor has no `value_max`, a ceiling no `value_min`."""
    figure, name = event.figures[measure], f"{event_id}_{measure}"
    row = _shared(publication, event_id, event, event.sources_of(measure), (measure,))
    row |= {"figure_id": name, "measure": measure, "bound": figure.bound, "counted": figure.who}
    low, high = figure.limits
    return row | {"value_min": low, "value_max": high, "permalink": publication.link("records", name)}


def _shared(publication: Publication, event_id: str, event: Event, keys: tuple[str, ...], kinds: Iterable[str]) -> Row:
    """The cells that the rows of an event and of its figures share."""
    places, where, date = publication.briefing.dataset.places, event.where, event.date
    named = [places[place] for place in where.places] if where else []
    regions = {place.name: place for place in (places[p.region] if p.region else p for p in named)}
    told = [passage for kind in kinds for passage in publication.told[f"{event_id}_{kind}"]]
    notes = [label for passage in told for label, cited in passage.notes.items() if {*cited} & {*keys}]
    parties = [actor.attribution for actor in event.actors if actor.role != "against"]
    return {
        "event_id": event_id,
        "event_title": event.title,
        "date_edtf": str(date),
        "date_start": str(date.first),
        "date_end": str(date.last or ""),
        "date_precision": "/".join(dict.fromkeys(point.precision for point in (date.start, date.end) if point)),
        "place": where.area or "; ".join(place.name for place in named) if where else "",
        "place_relation": where.relation if where else NOT_GIVEN,
        "region": "; ".join(regions),
        "region_code": "; ".join(region.iso_3166_2 or "" for region in regions.values()),
        "attribution": "; ".join(dict.fromkeys(parties)) or NOT_GIVEN,
        "source_keys": "; ".join(keys) or NOT_GIVEN,
        "note_numbers": "; ".join(dict.fromkeys(notes)),
    }
