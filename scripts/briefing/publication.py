"""A briefing as it is published: the addresses of what it holds, its editions, and what is told where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from briefing import prose
from briefing.editions import Change, changes
from briefing.model import Edition, Event
from briefing.whole import Briefing

MANY = 200  # events; a page of more would be a burden on a slow line


@dataclass(frozen=True)
class Publication:
    """A briefing at its permanent address; `urls` are those of its pages, by their Markdown files."""

    briefing: Briefing
    name: str
    address: str
    urls: Mapping[str, str]
    author: str = ""
    licence: str = ""

    def url(self, page: str) -> str:
        """Where a page, given by its file or a block on it, stands on the site; empty where there is none."""
        found = self.briefing.page_with(page)
        return self.urls.get(found.uri if found else page, "")

    def link(self, page: str, fragment: str = "") -> str:
        """The permanent address of a page, given likewise, and of a place there."""
        return self.address + self.url(page).removeprefix("./") + (f"#{fragment}" if fragment else "")

    @cached_property
    def years(self) -> dict[str, dict[str, Event]]:
        """The records by the address of their page, a page a year, where they are too many for a single one.

        The permanent address of a record stays that of the page of all, which leads on: its date may be corrected.
        """
        found: dict[str, dict[str, Event]] = {}
        events, base = self.briefing.dataset.events, self.url("records")
        for event_id, event in events.items() if base and len(events) > MANY else ():
            found.setdefault(f"{base}{event.date.start.year}/", {})[event_id] = event
        return dict(sorted(found.items()))

    def record_url(self, event_id: str) -> str:
        """The address of the page that a record stands on."""
        year = self.briefing.dataset.events[event_id].date.start.year
        return self.url("records") + (f"{year}/" if self.years else "")

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
    def told(self) -> Mapping[str, list[prose.Passage]]:
        """The paragraphs that tell a value or anything of an event, by the id of either."""
        return _grouped((name, passage) for passage in self.passages for name in (*passage.values, *passage.events))

    def resting_on(self, key: str) -> Iterator[tuple[str, str]]:
        """The records, and the figures with sources of their own, that have none but this one: id and title of each."""
        for event_id, event in self.briefing.dataset.events.items():
            if event.sources == (key,):
                yield event_id, event.title
            for measure, figure in event.figures.items():
                if figure.sources == (key,):
                    yield f"{event_id}_{measure}", f"{event.title}: number {measure}"

    @cached_property
    def cited(self) -> Mapping[str, list[str]]:
        """The keys of the sources that paragraphs cite, by the file of their page."""
        notes = ((passage.uri, keys) for passage in self.passages for keys in passage.notes.values())
        return _grouped((uri, key) for uri, keys in notes for key in keys)

    @cached_property
    def changed(self) -> Mapping[str, list[Change]]:
        """Every change of a value or of an event, by the id of either."""
        return _grouped((name, change) for change in self.changes for name in (change.id, change.event_id))


def _grouped(found: Iterable[tuple[str, Any]]) -> Mapping[str, list[Any]]:
    lists: dict[str, list[Any]] = defaultdict(list)
    for name, value in found:
        lists[name].append(value)
    return lists
