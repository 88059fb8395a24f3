"""For the time between two models: the names that templates go by, on the records as they are now."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from briefing.editions import value_in_words as in_words

__all__ = ["bridge", "in_words", "say"]


@cache
def _words() -> Any:
    return yaml.safe_load((Path(__file__).parent.parent / "words/en.yml").read_text("utf-8"))


def say(key: str, **values: Any) -> str:
    """The words of `key`, such as "record.when", with `values` filled in."""
    group, _, name = key.partition(".")
    return str(_words()[group][name]).format(**values)


def bridge(context: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """`context` with the names of the new model beside those of the old."""
    publication, old = context["publication"], context["publication"].briefing
    many = lambda link: () if link is None else link if isinstance(link, tuple) else (link,)  # noqa: E731
    places = {key: SimpleNamespace(name=p.name, level="town" if p.region else "region", within=p.region) for key, p in old.dataset.places.items()}
    events = {
        key: SimpleNamespace(**{**{n: getattr(e, n) for n in type(e).model_fields}, "after": many(e.after), "in_retaliation_for": many(e.in_retaliation_for)})
        for key, e in old.dataset.events.items()
    }
    measures = {"killed": "Killed", "displaced": "Displaced"}
    region_of = lambda key: places[places[key].within or key]  # noqa: E731
    records = SimpleNamespace(events=events, places=places, region_of=region_of, figures=old.dataset.figures, measures=measures)
    sources = {
        key: SimpleNamespace(title=s.fields["title"], who=s.authors, url=s.fields["url"], note=s.fields["note"], date=s.fields["date"], short=s.short, reference_html=s.reference_html, bibtex=s.bibtex, former_keys=s.former_keys)
        for key, s in old.bibliography.sources.items()
    }
    changed: Any = defaultdict(list)
    for change in publication.changes:
        one = SimpleNamespace(id=change.id, edition=change.edition, former=change.former, kind=change.kind, title=change.title, is_new=change.is_new, event_id=change.event_id, correction=change.correction, before=in_words(change.before), after=in_words(change.after))
        changed[change.id].append(one)
        changed[change.event_id].append(one)
    pages = {p.uri: SimpleNamespace(uri=p.uri, title=p.meta["title"], meta=p.meta, url=p.uri) for p in old.pages}
    passages = [SimpleNamespace(page=pages[p.uri], address=p.id, number=p.number, values=tuple(p.values), notes=p.notes, of=p) for p in publication.passages]
    told: Any = defaultdict(list)
    for name, found in publication.told.items():
        told[name] = [passage for passage in passages if passage.of in found]
    notes_of = lambda name, keys: list(dict.fromkeys(label for p in told[name] for label, cited in p.notes.items() if {*cited} & {*(keys or ())}))  # noqa: E731
    settings = {"site_description": config.get("description", ""), "extra": config}
    site = SimpleNamespace(
        name=publication.name, address=publication.address, author=publication.author, licence=publication.licence, settings=settings, changed=changed,
        publisher=config.get("publisher") or {}, edition=publication.edition, unpublished=publication.unpublished, link=publication.link,
    )
    found = lambda block: (page := old.page_with(block)) and pages[page.uri]  # noqa: E731
    briefing = SimpleNamespace(
        sections=[pages[p.uri] for p in old.sections], pages=list(pages.values()), page_at=pages, page_with=found, outlines=old.outlines, dictionary=old.dictionary,
        passages=passages, told=told, notes_of=notes_of, note_numbers={label: label for p in passages for label in p.notes}, changes=publication.changes,
        cited=publication.cited, resting_on=lambda key: [(i.partition("_")[0], i.partition("_")[2]) for i, _ in publication.resting_on(key)], dataset=old.dataset, editions=old.dataset.editions,
    )
    names = ("figures.csv", "events.csv", "events.json", "events.schema.json", "figures.hxl.csv", "places.geojson", "sources.bib", "sources.json", "datapackage.json", "feed.xml")
    downloads = [SimpleNamespace(name=name, size="2 kB") for name in names]
    return {**context, "records": records, "sources": sources, "site": site, "briefing": briefing, "downloads": downloads}
