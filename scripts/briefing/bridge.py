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
    events = {
        key: SimpleNamespace(**{**{n: getattr(e, n) for n in type(e).model_fields}, "after": many(e.after), "in_retaliation_for": many(e.in_retaliation_for)})
        for key, e in old.dataset.events.items()
    }
    records = SimpleNamespace(events=events, places=old.dataset.places, figures=old.dataset.figures, measures=defaultdict(str, {"killed": "killed", "displaced": "displaced"}))
    sources = {}
    for key, s in old.bibliography.sources.items():
        sources[key] = SimpleNamespace(title=s.fields["title"], who=s.authors, url=s.fields["url"], note=s.fields["note"], date=s.fields["date"], short=s.short, reference_html=s.reference_html, bibtex=s.bibtex, former_keys=s.former_keys)
    site = SimpleNamespace(
        name=publication.name, description=config.get("description", ""), image=config.get("image", ""), address=publication.address, author=publication.author, licence=publication.licence,
        publisher=config.get("publisher"), edition=publication.edition, is_changed=bool(publication.unpublished), link=publication.link,
    )
    briefing = SimpleNamespace(
        sections=old.sections, pages=old.pages, page_at=old.page_at, page_with=old.page_with, outlines=old.outlines, dictionary=old.dictionary,
        passages=publication.passages, told=publication.told, changed=publication.changed, changes=publication.changes,
        cited=publication.cited, resting_on=publication.resting_on, dataset=old.dataset, editions=old.dataset.editions,
    )
    names = ("figures.csv", "events.csv", "events.json", "events.schema.json", "figures.hxl.csv", "places.geojson", "sources.bib", "sources.json", "datapackage.json", "feed.xml")
    downloads = [SimpleNamespace(name=name, size="2 kB") for name in names]
    return {**context, "downloads": downloads, "records": records, "sources": sources, "site": site, "briefing": briefing}
