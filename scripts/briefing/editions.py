"""Editions: what each value read in them, what has changed since, and what the next one is written as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from briefing.dataset import Dataset
from briefing.dates import EventDate
from briefing.model import Bound, Correction, Edition, Event, Reading
from briefing.wording import date_in_words, figure_in_words

Value = Bound | EventDate | None


@dataclass(frozen=True)
class Change:
    """A value that reads otherwise in an edition than in the one before; None where it was not given."""

    id: str
    edition: int
    former: Edition
    before: Value
    after: Value
    correction: Correction | None

    event: Event | None

    @property
    def kind(self) -> str:
        """`date`, or the measure."""
        return self.id.rpartition("_")[2]

    @property
    def event_id(self) -> str:
        """The event it belongs to, which may be gone."""
        return self.id.rpartition("_")[0]

    @property
    def title(self) -> str:
        """The event and what of it changed, in words: "A flood: number killed", for a title may name a group."""
        what = self.kind if self.kind == "date" else f"number {self.kind}"
        return f"{self.event.title if self.event else self.event_id}: {what}"

    @property
    def is_new(self) -> bool:
        """Whether the edition before did not have the value at all: what is new is announced, and corrects nothing."""
        return self.before is None

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the value as it stands now."""
        measure: Any = self.kind
        if self.event and measure in self.event.figures:
            return self.event.sources_of(measure)
        return self.event.sources if self.event else ()


def changes(data: Dataset) -> Iterator[Change]:
    """Every change from edition to edition, and from the last one to the data as they are now."""
    states = [_values(data, edition.values) for edition in data.editions] + [_values(data, data.events)]
    given = {(c.edition, data.value_now(c.value)): c for c in data.corrections}
    for former, (old, new) in zip(data.editions, pairwise(states), strict=True):
        for name in {**new, **old}:
            before, after = old.get(name), new.get(name)
            if _said(before) != _said(after):
                key, event = (former.number + 1, name), data.events.get(name.rpartition("_")[0])
                yield Change(name, key[0], former, before, after, given.get(key), event)


def value_in_words(value: Value) -> str:
    """A value of either kind in words."""
    if value is None:
        return "not given"
    pieces = date_in_words(value) if isinstance(value, EventDate) else figure_in_words(value)
    return "".join(piece.text for piece in pieces)


def lacking(data: Dataset) -> list[str]:
    """The lines to paste into data/corrections.yml for each value corrected since the last edition without a reason.

    Where the value has a source, the correction names one too.
    """
    lines = []
    for change in changes(data):
        given, is_since = change.correction, change.edition > data.editions[-1].number
        if is_since and not change.is_new and (not given or (change.sources and not given.sources)):
            before, after = map(value_in_words, (change.before, change.after))
            lines.append(
                f"# {change.event_id}, {change.kind}: {before} -> {after}\n- edition: {change.edition}\n"
                f"  value: {change.id}\n  reason:\n  sources:{'' if change.sources else ' not-given'}\n"
            )
    return lines


def as_edition(data: Dataset, number: int, date: str) -> str:
    """The entry of data/editions.yml for the data as they are."""
    lines = [f'- number: {number}\n  date: "{date}"\n  values:\n']
    for event_id, event in data.events.items():
        counts = ", ".join(f"{measure}: {{{f.bound}: {getattr(f, f.bound)}}}" for measure, f in event.figures.items())
        figures = f", figures: {{{counts.replace('(', '[').replace(')', ']')}}}" if counts else ""
        lines.append(f'    {event_id}: {{date: "{event.date}"{figures}}}\n')
    return "".join(lines)


def _values(data: Dataset, events: Mapping[str, Event] | Mapping[str, Reading]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for event_id, event in events.items():
        values: Iterable[tuple[str, Value]] = [("date", event.date), *event.figures.items()]
        found |= {data.value_now(f"{event_id}_{kind}"): value for kind, value in values}
    return found


def _said(value: Value) -> object:
    """What of a value is compared: not who is counted, nor on whose word."""
    return (value.bound, value.limits) if isinstance(value, Bound) else value
