"""The rules of a briefing, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from briefing.bibliography import Bibliography, load_bibliography, unknown_key
from briefing.load import Page, load_dataset, load_pages
from briefing.model import Dataset, Place
from briefing.problems import BriefingError, Problem, did_you_mean
from briefing.prose import Token, TokenError, tokens, value_of

BLOCKS = ("timeline", "map", "locator", "counts", "records", "records-in-print", "sources")
_NOTE = re.compile(r"\[\^([^\]\n]*)\](:?)")
_NOTE_TEXT = re.compile(r"^\[\^([^\]\n]*)\]:[ \t]*(.*)$", re.MULTILINE)
_KEY = re.compile(r"(?<![\w\\])@([\w-]+)")


@dataclass(frozen=True)
class Briefing:
    """All that is known and said: what every rule looks at and every page is made of."""

    dataset: Dataset
    bibliography: Bibliography
    pages: tuple[Page, ...]

    def page_with(self, block: str) -> Page | None:
        """The page that carries a block, such as the one with the records."""
        return next((p for p in self.pages if any(t.name == block for t in tokens(p.body))), None)


Rule = Callable[[Briefing], Iterator[Problem]]


def load_briefing(root: Path) -> Briefing:
    """The whole briefing under `root`; BriefingError with every problem where there is one."""
    dataset, problems = load_dataset(root)
    bibliography, more = load_bibliography(root)
    pages, others = load_pages(root)
    briefing = Briefing(dataset, bibliography, pages)
    found = [*problems, *more, *others, *check(briefing)]
    if found:
        raise BriefingError(found)
    return briefing


def check(briefing: Briefing) -> Iterator[Problem]:
    """Every problem that any rule finds."""
    for rule in RULES:
        yield from rule(briefing)


def places_resolve(briefing: Briefing) -> Iterator[Problem]:
    """A place that an event or a town names is in the file, and towns lie in regions."""
    data = briefing.dataset
    known = data.declared & {path[1] for path in data.lines if path[0] == "places" and len(path) > 1}
    for event_id, event in data.events.items():
        for place in event.where.places if event.where else ():
            if place not in known:
                where = data.line("events", event_id, "where")
                yield Problem(
                    data.file,
                    where,
                    f"{event_id}, where",
                    f'"{place}" is not a place' + did_you_mean(place, data.places),
                )
    for place_id, record in data.places.items():
        if record.is_town and not _is_region(data.places.get(record.region or ""), record.region in known):
            line = data.line("places", place_id, "region")
            regions = [key for key, value in data.places.items() if not value.is_town]
            yield Problem(
                data.file,
                line,
                f"{place_id}, region",
                f'"{record.region}" is not a region' + did_you_mean(str(record.region), regions),
            )


def links_resolve(briefing: Briefing) -> Iterator[Problem]:
    """The event that another followed or answered is in the file, and is another one."""
    data = briefing.dataset
    for event_id, event in data.events.items():
        for name in ("after", "in_retaliation_for"):
            link = getattr(event, name)
            if link and (link.event not in data.declared or link.event == event_id):
                others = data.events.keys() - {event_id}
                what = "is the event itself" if link.event == event_id else "is not an event"
                line = data.line("events", event_id, name, "event")
                yield Problem(
                    data.file, line, f"{event_id}, {name}", f'"{link.event}" {what}' + did_you_mean(link.event, others)
                )


def sources_resolve(briefing: Briefing) -> Iterator[Problem]:
    """A source that an event or a figure names is in the bibliography."""
    data = briefing.dataset
    for event_id, event in data.events.items():
        named: list[tuple[tuple[str, ...], tuple[str, ...]]]
        named = [(("events", event_id, "sources"), event.sources)]
        named += [(("events", event_id, "figures", m, "sources"), f.sources or ()) for m, f in event.figures.items()]
        for path, keys in named:
            for key in keys:
                if not briefing.bibliography.has(key):
                    record = ", ".join(part for part in path[1:] if part != "figures")
                    yield Problem(data.file, data.line(*path), record, unknown_key(key, briefing.bibliography))


def tokens_draw(briefing: Briefing) -> Iterator[Problem]:
    """Every token names a value or a block that there is."""
    for page in briefing.pages:
        for token in tokens(page.body):
            if token.is_block:
                if token.name not in BLOCKS:
                    shown = f'"{{{{ {token.name} }}}}" is not a token; write {{{{ kind:event-id }}}}, or a block'
                    yield _at(page, token.start, "", shown + did_you_mean(token.name, BLOCKS))
                continue
            yield from _token_problems(page, token, briefing.dataset)
        body = page.body
        for token in tokens(body):
            body = body[: token.start] + " " * (token.end - token.start) + body[token.end :]
        for brace in re.finditer(r"\{\{|\}\}", body):
            yield _at(page, brace.start(), "", f'"{brace[0]}" stands alone; write a token as {{{{ kind:event-id }}}}')


def notes_resolve(briefing: Briefing) -> Iterator[Problem]:
    """Every marker has its note, every note its marker, and every note cites sources that there are."""
    for page in briefing.pages:
        texts = {match[1]: match for match in _NOTE_TEXT.finditer(page.body)}
        marks: dict[str, int] = {}
        for match in _NOTE.finditer(page.body):
            if not match[2]:
                marks.setdefault(match[1], match.start())
        for label in marks.keys() - texts.keys():
            yield _at(
                page,
                marks[label],
                f"note {label}",
                f'the note has no text; write "[^{label}]: @key" at the end of the page',
            )
        for label, match in texts.items():
            if label not in marks:
                yield _at(
                    page,
                    match.start(),
                    f"note {label}",
                    f'nothing in the text leads to this note; write "[^{label}]" where it belongs',
                )
            keys = _KEY.findall(match[2])
            if not keys:
                yield _at(
                    page,
                    match.start(),
                    f"note {label}",
                    'the note cites no source; write "@" and a key of data/sources.bib',
                )
        for match in _KEY.finditer(page.body):
            if not briefing.bibliography.has(match[1]):
                yield _at(page, match.start(), f"@{match[1]}", unknown_key(match[1], briefing.bibliography))


RULES: tuple[Rule, ...] = (places_resolve, links_resolve, sources_resolve, tokens_draw, notes_resolve)


def _is_region(place: Place | None, declared: bool) -> bool:
    return not place.is_town if place else declared


def _token_problems(page: Page, token: Token, dataset: Dataset) -> Iterator[Problem]:
    try:
        value_of(token, dataset)
    except TokenError as error:
        if error.record in dataset.events or (dataset.readable and error.record not in dataset.declared):
            yield _at(page, token.start, error.record, error.message)


def _at(page: Page, offset: int, record: str, message: str) -> Problem:
    line = page.first_line + page.body.count("\n", 0, offset)
    return Problem(page.file, line, record, message)
