"""The records as rows of a table: every cell as it is written there, so that rows of any edition can be compared."""

from briefing.fields import NOT_GIVEN
from briefing.model import Figure
from briefing.records import Records
from briefing.wording import in_words, say

Row = dict[str, str]
_RUNNING = tuple("=+-@|%＝＋－＠")  # a spreadsheet would run what begins with one of these signs


def rows_of(records: Records) -> dict[str, Row]:
    """One row for each event, then one for each figure, by its id, which is its first cell."""
    rows = [_event(records, event_id) for event_id in records.events]
    rows += [_figure(records, event_id, measure, figure) for event_id, measure, figure in records.figures()]
    written = ({column: _written(cell) for column, cell in row.items()} for row in rows)
    return {next(iter(row.values())): row for row in written}


def _event(records: Records, event_id: str) -> dict[str, object]:
    event = records.events[event_id]
    row = _shared(records, event_id) | {
        "actors": "; ".join(f"{actor.role} {actor.name} ({actor.attribution})" for actor in event.actors),
        "remark": event.remark,
        "source_keys": "; ".join(event.sources) or NOT_GIVEN,
    }
    for name, links in (("after", event.after), ("in_retaliation_for", event.in_retaliation_for)):
        in_full = (f"{records.events[link.event].title} ({link.attribution})" for link in links)
        row[name] = "; ".join(link.event for link in links)
        row[f"{name}_attribution"] = "; ".join(link.attribution for link in links)
        row[f"{name}_in_words"] = "; ".join(in_full)
    return row


def _figure(records: Records, event_id: str, measure: str, figure: Figure) -> dict[str, object]:
    """A floor has no `value_max`, a ceiling no `value_min`; of a rough count, both are that count."""
    low, high = (figure.number, figure.number) if figure.bound == "about" else figure.limits
    return (
        {"figure_id": f"{event_id}_{measure}"}
        | _shared(records, event_id)
        | {
            "measure": measure,
            "bound": figure.bound,
            "value_min": low,
            "value_max": high,
            "said": figure.said,
            "value_in_words": in_words(figure),
            "counted": figure.who,
            "source_keys": "; ".join(records.events[event_id].sources_of(measure)) or NOT_GIVEN,
        }
    )


def _shared(records: Records, event_id: str) -> dict[str, object]:
    """The cells that the rows of an event and of its figures share."""
    event = records.events[event_id]
    date, where, ids = event.date, event.where, event.where.places if event.where else ()
    place = (where.area or "; ".join(records.places[name].name for name in ids)) if where else ""
    regions = {region.name: region.code or "" for region in map(records.region_of, ids) if region}
    parties = dict.fromkeys(actor.attribution for actor in event.actors if actor.role != "against")
    return {
        "event_id": event_id,
        "event_title": event.title,
        "date_edtf": date,
        "date_start": date and date.first,
        "date_end": date and date.last,
        "date_precision": "/".join(dict.fromkeys(point.precision for point in date.points)) if date else "",
        "date_in_words": in_words(date),
        "place": place,
        "place_relation": where.relation if where else NOT_GIVEN,
        "place_in_words": say(f"places.{where.relation}", place=place) if where else "",
        "region": "; ".join(regions),
        "region_code": "; ".join(regions.values()),
        "attribution": "; ".join(parties) or NOT_GIVEN,
    }


def _written(cell: object) -> str:
    """A cell as text: nothing where there is nothing, and an apostrophe before what could run as a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip().startswith(_RUNNING) else text
