"""All records of a briefing together, and where each of them stands in its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from briefing.model import Correction, Edition, Event, Figure, Measure, Place
from briefing.problems import Path, Problem, name_of


@dataclass(frozen=True)
class Dataset:
    """All records that could be read; `lines` says where in `file` each of them stands, and each that could not.

    `readable` is False where the file is no list of records at all, so that one mistake is not told twice.
    """

    file: str = ""
    places: Mapping[str, Place] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    lines: Mapping[Path, int] = field(default_factory=dict)
    readable: bool = True
    editions: tuple[Edition, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def problem(self, message: str, *path: str | int) -> Problem:
        """A problem with the record or field at `path`, on its line or that of what is around it."""
        written = path
        while written and written not in self.lines:
            written = written[:-1]
        file = f"data/{path[0]}.yml" if path[0] in ("editions", "corrections") else self.file
        return Problem(file, self.lines.get(written, 1), name_of(path), message)

    def declared(self, *groups: str) -> set[str]:
        """The ids of all records in `groups` ("events", "places"), or under any heading, readable or not."""
        ids = (path[1] for path in self.lines if len(path) == 2 and (not groups or path[0] in groups))
        return {name for name in ids if isinstance(name, str)}

    def renamed(self, name: str) -> str:
        """The end of a sentence about an id that an event had before; empty where none had it."""
        return f'; it is "{self._names_now[name]}" now' if name in self._names_now else ""

    def value_now(self, value_id: str) -> str:
        """The id of a value ("flood_killed") today, whatever its event was called before."""
        event_id, _, kind = value_id.rpartition("_")
        return f"{self._names_now.get(event_id, event_id)}_{kind}"

    @cached_property
    def _names_now(self) -> dict[str, str]:
        return {former: event_id for event_id, event in self.events.items() for former in event.former_ids}

    def figures(self) -> Iterator[tuple[str, Measure, Figure]]:
        """Every figure as (event id, measure, figure), in the order of the file."""
        for event_id, event in self.events.items():
            for measure, figure in event.figures.items():
                yield event_id, measure, figure
