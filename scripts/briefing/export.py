"""The records as text in the formats of others; the form of each file is a template in scripts/exports.

A floor has no upper bound in any of them, nothing is added up, and no cell runs as a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from briefing.fields import NOT_GIVEN
from briefing.markup import write
from briefing.model import EventsFile, Figure, Measure
from briefing.publication import Publication
from briefing.schema import fields_described, schema_of

VERSION = "1"  # of the columns and fields; raised whenever one of them changes
Row = dict[str, str | int | None]


def downloads(publication: Publication, templates: Environment) -> Iterator[tuple[str, str]]:
    """Every file that is offered, with its name."""
    templates.filters |= {"csv": _as_csv, "json": _as_json}
    briefing, data = publication.briefing, publication.briefing.dataset
    records = EventsFile.model_construct(places=dict(data.places), events=dict(data.events))
    values = {
        "publication": publication,
        "edition": publication.edition,
        "figures": [_figure_row(publication, *figure) for figure in data.figures()],
        "events": [_event_row(publication, event_id) for event_id in data.events],
        "columns": json.loads(write(templates, "columns.json")),
        "version": VERSION,
        "records": records.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "schema": schema_of(briefing.dictionary),
        "described": fields_described(briefing.dictionary),
        "books": briefing.bibliography,
        "shapes": {f["properties"].get("iso_3166_2"): f["geometry"] for f in briefing.outlines.features},
    }
    for name in sorted(set(templates.list_templates()) - {"columns.json"}):
        yield name, write(templates, name, **values)


def _as_csv(rows: Iterable[Row], columns: Mapping[str, list[str]], tagged: bool = False) -> Markup:
    """RFC 4180; where they are `tagged`, a row of HXL's tags comes below the names of the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(columns), [tag for _, tag in columns.values()]][: 1 + tagged])
    running = tuple("=+-@|%＝＋－＠")  # a spreadsheet would run what begins with one of these signs
    for row in rows:
        cells = (row[name] for name in columns)
        writer.writerow(f"'{cell}" if str(cell).lstrip().startswith(running) else cell for cell in cells)
    return Markup(text.getvalue())


def _as_json(value: Any) -> Markup:
    """For files alone: in a page, `<` would have to be escaped."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=1))


def _event_row(publication: Publication, event_id: str) -> Row:
    event = publication.briefing.dataset.events[event_id]
    row = _shared(publication, event_id, event_id, event.sources)
    row["actors"] = "; ".join(f"{actor.role} {actor.name} ({actor.attribution})" for actor in event.actors)
    for name, link in (("after", event.after), ("in_retaliation_for", event.in_retaliation_for)):
        row |= {name: link.event if link else "", f"{name}_attribution": link.attribution if link else ""}
    return row | {"remark": event.remark}


def _figure_row(publication: Publication, event_id: str, measure: Measure, figure: Figure) -> Row:
    """A floor has no `value_max`, a ceiling no `value_min`."""
    name, (low, high) = f"{event_id}_{measure}", figure.limits
    keys = publication.briefing.dataset.events[event_id].sources_of(measure)
    row = {"figure_id": name, "measure": measure, "bound": figure.bound, "counted": figure.who}
    return _shared(publication, name, event_id, keys) | row | {"value_min": low, "value_max": high}


def _shared(publication: Publication, name: str, event_id: str, keys: tuple[str, ...]) -> Row:
    """The cells that the rows of an event and of its figures share; `name` is the id of either."""
    places, event = publication.briefing.dataset.places, publication.briefing.dataset.events[event_id]
    where, date = event.where, event.date
    named = [places[place] for place in where.places] if where else []
    regions = {place.name: place for place in (places[p.region] if p.region else p for p in named)}
    notes = ((label, cited) for passage in publication.told[name] for label, cited in passage.notes.items())
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
        "note_numbers": "; ".join(dict.fromkeys(label for label, cited in notes if {*cited} & {*keys})),
        "permalink": publication.link("records", name),
    }
