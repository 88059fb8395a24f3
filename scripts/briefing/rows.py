"""The records as rows of a table: every cell as it is written there, so that rows of any edition can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.model import NOT_GIVEN
from briefing.wording import in_words, say

if TYPE_CHECKING:
    from briefing.model import Event, Figure
    from briefing.records import Records

Row = dict[str, str]
_RUNNING = tuple("=+-@|%＝＋－＠")  # a spreadsheet would run what begins with one of these signs


def event_rows(records: Records) -> dict[str, Row]:
    """One row for each event, by its id."""
    return {event_id: _written(_event(records, event_id, event)) for event_id, event in records.events.items()}


def figure_rows(records: Records) -> dict[str, Row]:
    """One row for each figure, by its id."""
    figures = records.figures()
    return {
        f"{event_id}_{measure}": _written(_figure(records, event_id, measure, f)) for event_id, measure, f in figures
    }


def _event(records: Records, event_id: str, event: Event) -> dict[str, object]:
    row = _shared(records, event_id, event) | {
        "actors": "; ".join(f"{actor.role} {actor.name} ({actor.attribution})" for actor in event.actors),
        "remark": event.remark,
        "source_keys": "; ".join(event.sources) or NOT_GIVEN,
    }
    for name, links in (("after", event.after), ("in_retaliation_for", event.in_retaliation_for)):
        row |= {
            name: "; ".join(link.event for link in links),
            f"{name}_attribution": "; ".join(link.attribution for link in links),
            f"{name}_in_words": "; ".join(f"{_title(records, link.event)} ({link.attribution})" for link in links),
        }
    return row


def _figure(records: Records, event_id: str, measure: str, figure: Figure) -> dict[str, object]:
    """A floor has no `value_max`, a ceiling no `value_min`; of a rough count, both are that count."""
    event = records.events[event_id]
    low, high = (figure.number, figure.number) if figure.bound == "about" else figure.limits
    return _shared(records, event_id, event) | {
        "figure_id": f"{event_id}_{measure}",
        "measure": measure,
        "bound": figure.bound,
        "value_min": low,
        "value_max": high,
        "said": figure.said,
        "value_in_words": in_words(figure),
        "counted": figure.who,
        "source_keys": "; ".join(event.sources_of(measure)) or NOT_GIVEN,
    }


def _shared(records: Records, event_id: str, event: Event) -> dict[str, object]:
    """The cells that the rows of an event and of its figures share."""
    where, date = event.where, event.date
    ids = where.places if where else ()
    names = [records.places[place].name for place in ids if place in records.places]
    place = (where.area or "; ".join(names)) if where else ""
    regions = dict.fromkeys(filter(None, map(records.region_of, ids)))
    parties = [actor.attribution for actor in event.actors if actor.role != "against"]
    return {
        "event_id": event_id,
        "event_title": event.title,
        "date_edtf": date,
        "date_start": date and date.start and date.start.first,
        "date_end": date and date.end and date.end.last,
        "date_precision": "/".join(dict.fromkeys(point.precision for point in date.points)) if date else "",
        "date_in_words": in_words(date),
        "place": place,
        "place_relation": where.relation if where else NOT_GIVEN,
        "place_in_words": say(f"places.{where.relation}", place=place) if where else "",
        "region": "; ".join(region.name for region in regions),
        "region_code": "; ".join(region.code or "" for region in regions),
        "attribution": "; ".join(dict.fromkeys(parties)) or NOT_GIVEN,
    }


def _title(records: Records, event_id: str) -> str:
    return records.events[event_id].title if event_id in records.events else event_id


def _written(row: dict[str, object]) -> Row:
    """The cells as text: nothing where there is nothing, and an apostrophe before what could run as a formula."""
    cells = ((name, "" if cell is None else str(cell)) for name, cell in row.items())
    return {name: f"'{cell}" if cell.lstrip().startswith(_RUNNING) else cell for name, cell in cells}
