"""The records as rows of tables, and what changed from edition to edition: cells that differ, paragraphs reworded."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from briefing.editions import KeptEdition
from briefing.model import NOT_GIVEN, Correction
from briefing.problems import Problem, did_you_mean
from briefing.records import Records
from briefing.wording import in_words, say

Row = dict[str, str]  # cells by their columns, the first of which holds the id
_COMPARED = {  # by the first column of a row: the columns that each kind of change is of
    "event_id": {
        "date": ["date_edtf"],
        "title": ["event_title"],
        "place": ["place_relation", "place"],
        "actors": ["actors"],
        "after": ["after", "after_attribution"],
        "in_retaliation_for": ["in_retaliation_for", "in_retaliation_for_attribution"],
        "remark": ["remark"],
        "sources": ["source_keys"],
    },
    "figure_id": {
        "value": ["bound", "value_min", "value_max", "said"],
        "counted": ["counted"],
        "sources": ["source_keys"],
    },
    "address": {"paragraph": ["text"]},
}
_NAMING = ("event_id", "source_keys", "after", "in_retaliation_for")  # columns of ids and keys, maybe former ones
_RUNNING = tuple("=+-@|%＝＋－＠")  # a spreadsheet would run what begins with one of these signs
_TEXTS = ("title", "remark", "paragraph")  # no values: they are announced, but need no reason


class Change(NamedTuple):
    """Something that reads otherwise in `edition` than in the one before, `former`; both readings are in words.

    `kind` is what of an event changed ("date", "actors"), the measure of a count, or "paragraph"; the event with
    `event_id` may be gone, and there is none for a paragraph.
    """

    id: str
    event_id: str
    edition: int
    former: KeptEdition
    kind: str
    title: str
    before: str
    after: str
    is_new: bool
    sources: tuple[str, ...]
    correction: Correction | None = None

    @property
    def corrects(self) -> bool:
        """Whether it corrects a value, which needs a reason: what is new, or a mere text, does not."""
        return not self.is_new and self.kind not in _TEXTS


def rows_of(records: Records) -> dict[str, Row]:
    """One row for each event, then one for each figure, by its id, which is its first cell.

    A floor has no `value_max`, a ceiling no `value_min`; of a rough count, both are that count.
    """
    rows = {event_id: _event(records, event_id) for event_id in records.events}
    for event_id, measure, figure in records.figures():
        low, high = (figure.number, figure.number) if figure.bound == "about" else figure.limits
        keys = records.events[event_id].sources if figure.sources is None else figure.sources
        rows[f"{event_id}_{measure}"] = {
            "figure_id": f"{event_id}_{measure}",
            **rows[event_id],
            "measure": measure,
            "bound": figure.bound,
            "value_min": low,
            "value_max": high,
            "said": figure.said,
            "value_in_words": in_words(figure),
            "counted": figure.who,
            "source_keys": "; ".join(keys) or NOT_GIVEN,
        }
    return {name: {column: _written(cell) for column, cell in row.items()} for name, row in rows.items()}


def changes(
    editions: Sequence[KeptEdition], records: Records, said: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Change]:
    """Every change from edition to edition, and from the last one to the `records` and what is `said` today.

    `said` has the text of each paragraph by its address, `now` the present id of each event and key of each source
    that had others before.
    """
    reasons = {(c.edition, _id_now(c.value, now)): c for c in reversed(records.corrections)}
    states = [*((edition.rows, edition.said) for edition in editions), (rows_of(records), said)]
    rows = [_rows_now(*state, now) for state in states]
    for former, (old, new) in zip(editions, pairwise(rows), strict=True):
        for name in {**new, **old}:
            for change in _differences(*name, old.get(name, {}), new.get(name, {}), former, records.measures):
                yield change._replace(correction=reasons.get((change.edition, change.id)))


def refusal(editions: Iterable[KeptEdition], records: Records, date: datetime.date, today: datetime.date) -> str:
    """Why the next edition, which holds these `records`, can't be dated `date`; empty where it can."""
    if date > today:
        return f"{date} is still to come; date the edition {today} or earlier."
    if late := records.dated_after(str(date)):
        return f"The edition is dated {date}, and after that: {', '.join(late)}. Correct these dates, or date it later."
    last = max((str(edition.date) for edition in editions), default="")
    return f"The last edition is dated {last}; choose that day or a later one." if str(date) < last else ""


def missing_reasons(found: Collection[Change], edition: int) -> list[str]:
    """The lines to paste into data/corrections.yml for each value that `edition` corrects without a reason.

    Where the value has a source, the correction names one too.
    """
    return [
        f"# {change.title}: {change.before or NOT_GIVEN} -> {change.after or NOT_GIVEN}\n- edition: {edition}\n"
        f"  value: {change.id}\n  reason:\n  sources:{'' if change.sources else ' ' + NOT_GIVEN}\n"
        for change in found
        if change.edition == edition and change.corrects
        if not change.correction or (change.sources and not change.correction.sources)
    ]


def mistaken_corrections(found: Collection[Change], records: Records, kept: int) -> Iterator[Problem]:
    """A correction is of a value that changes in its edition, and it stays; `kept` editions there are."""
    given = [change.correction for change in found]
    for number, correction in enumerate(records.corrections):
        if correction not in given:
            open_ones = [c.id for c in found if c.edition == correction.edition and c.corrects and not c.correction]
            what = f"this value does not change in edition {correction.edition}, or an entry above corrects it"
            advice = f"remove the entry, or correct the two{did_you_mean(correction.value, open_ones)}"
            yield records.problem(f"{what}; {advice}", "corrections", number, "value")
    for change in found:
        if change.edition <= kept and change.corrects and not change.correction:
            what = f"edition {change.edition} corrected {change.id}, and its reason is gone; put the entry back"
            yield records.problem(what, "corrections")


def _differences(
    column: str, name: str, old: Row, new: Row, former: KeptEdition, measures: Mapping[str, str]
) -> Iterator[Change]:
    """What differs in a row; only that it is new or gone, where one of the two editions has none."""
    either, keys = new or old, new.get("source_keys", NOT_GIVEN)
    measure = either.get("measure", "")
    for kind, cells in _COMPARED[column].items():
        shared = [cell for cell in cells if cell in old and cell in new]  # a later version of the tables has more
        if old and new and all(old[cell] == new[cell] for cell in shared):
            continue
        before, after = (row.get(f"{kind}_in_words", row.get(cells[0], "")) for row in (old, new))
        yield Change(
            id=name if kind in ("value", "paragraph") else f"{name}_{kind}",
            event_id=either.get("event_id", ""),
            edition=former.number + 1,
            former=former,
            kind=measure if kind == "value" else kind,
            title=say(f"changes.{kind}", of=either.get("event_title", name), measure=measures.get(measure, measure)),
            before=before,
            after=after,
            is_new=bool(new) and {old.get(cell, "") for cell in cells} <= {"", NOT_GIVEN},
            sources=() if keys == NOT_GIVEN else tuple(keys.split("; ")),
        )
        if not (old and new):
            return


def _rows_now(rows: Mapping[str, Row], texts: Mapping[str, str], now: Mapping[str, str]) -> dict[tuple[str, str], Row]:
    """The rows of an edition by their first column and id, present ids and keys in them; its `texts` are rows too."""
    found = {}
    for name, row in rows.items():
        known = {column: row[column].split("; ") for column in _NAMING if column in row}
        named = {column: "; ".join(now.get(key, key) for key in keys) for column, keys in known.items()}
        found[next(iter(row)), _id_now(name, now)] = {**row, **named}
    return found | {("address", name): {"text": text} for name, text in texts.items() if text}


def _id_now(value_id: str, now: Mapping[str, str]) -> str:
    """The id of a value today, whatever its event was called before."""
    event_id, sign, kind = value_id.partition("_")
    return now.get(event_id, event_id) + sign + kind


def _event(records: Records, event_id: str) -> dict[str, object]:
    event = records.events[event_id]
    date, where, ids = event.date, event.where, event.where.places if event.where else ()
    place = (where.area or "; ".join(records.places[name].name for name in ids)) if where else ""
    regions = {region.name: region.code or "" for region in map(records.region_of, ids) if region}
    parties = dict.fromkeys(actor.attribution for actor in event.actors if actor.role != "against")
    row: dict[str, object] = {
        "event_id": event_id,
        "event_title": event.title,
        "date_edtf": date,
        "date_start": date and date.start and date.start.first,
        "date_end": date and date.end and date.end.last,
        "date_precision": date.precision if date else "",
        "date_in_words": in_words(date),
        "place": place,
        "place_relation": where.relation if where else NOT_GIVEN,
        "place_in_words": say(f"places.{where.relation}", place=place) if where else "",
        "region": "; ".join(regions),
        "region_code": "; ".join(regions.values()),
        "actors": "; ".join(f"{actor.role} {actor.name} ({actor.attribution})" for actor in event.actors),
        "attribution": "; ".join(parties) or NOT_GIVEN,
        "remark": event.remark,
        "source_keys": "; ".join(event.sources) or NOT_GIVEN,
    }
    for name, links in (("after", event.after), ("in_retaliation_for", event.in_retaliation_for)):
        in_full = (f"{records.events[link.event].title} ({link.attribution})" for link in links)
        row[name] = "; ".join(link.event for link in links)
        row[f"{name}_attribution"] = "; ".join(link.attribution for link in links)
        row[f"{name}_in_words"] = "; ".join(in_full)
    return row


def _written(cell: object) -> str:
    """A cell as text: nothing where there is nothing, and an apostrophe before what could run as a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip().startswith(_RUNNING) else text
