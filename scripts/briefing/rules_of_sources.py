"""The rules of the sources, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from briefing import prose
from briefing.fields import check_id
from briefing.problems import Problem, did_you_mean
from briefing.rules_of_records import references
from briefing.whole import Briefing

REQUIRED = {  # by type of entry (biblatex's names); all need an author or an organization besides
    "article": ("title", "date"),
    "book": ("title", "date"),
    "incollection": ("title", "booktitle", "date"),
    "online": ("title", "url"),
    "report": ("title", "date"),
}
PRINTED = {"author", "organization", "title", "booktitle", "howpublished", "number", "date", "note", "label", "url"}
_ADDRESS = re.compile(r"https?://[^\s/?#\"<>\\^`{|}@\[\]]+(?:[/?#][^\s\"<>\\^`{|}]*)?")


def keys_can_be_cited(briefing: Briefing) -> Iterator[Problem]:
    """A key is an id, and none begins another: mkdocs-bibtex replaces keys as mere text."""
    books = briefing.bibliography
    for key in books.sources:
        try:
            check_id(key)
        except ValueError as error:
            yield books.problem(key, str(error))
        for former in books.sources[key].former_keys:
            try:
                check_id(former)
            except ValueError as error:
                yield books.problem(key, str(error), "ids")
        for longer in (other for other in books.sources if other != key and other.startswith(key)):
            yield books.problem(key, f'"{longer}" begins with this key, and the two get mixed up; rename one of them')


def sources_are_complete(briefing: Briefing) -> Iterator[Problem]:
    """Every source has what its reference needs, in a form that pages can print."""
    books = briefing.bibliography
    for key, source in books.sources.items():
        entry, fields = source.entry, source.entry.fields
        if unprintable := list(source.unprintable()):
            yield from (books.problem(key, message, name) for name, message in unprintable)
            continue
        if entry.type not in REQUIRED:
            message = f'"@{entry.type}" is not a type of source here' + did_you_mean(entry.type, REQUIRED)
            yield books.problem(key, message)
        for name in REQUIRED.get(entry.type, ("title",)):
            if not fields.get(name, "").strip():
                yield books.problem(key, f"the {name} is missing; add {name} = {{…}}")
        if not source.authors.strip():
            yield books.problem(key, "nobody stands behind it; add author = {…} or organization = {…}")
        if entry.persons.get("author") and "organization" in fields:
            yield books.problem(key, "it has an author, and pages print one of the two; remove one", "organization")
        if "url" in fields and not _ADDRESS.fullmatch(fields["url"]):
            message = f'"{fields["url"]}" is not an address of the web; write it as https://host/…'
            yield books.problem(key, message, "url")
        for name in {*fields, *entry.persons} - PRINTED - {"ids"}:
            message = f'"{name}" is not a field that pages print' + did_you_mean(name, PRINTED)
            borrowed = "it borrows the fields of another entry; write them out here"
            yield books.problem(key, borrowed if name == "crossref" else message, name)
        try:
            if source.date and fields["date"].endswith("/"):
                yield books.problem(key, "a source has an end to its date; write it", "date")
        except ValueError as error:
            yield books.problem(key, str(error), "date")


def sources_are_cited(briefing: Briefing) -> Iterator[Problem]:
    """A source that nothing cites does not belong to the briefing."""
    cited = {key for page in briefing.pages for key, _ in prose.citations(page.body)}
    cited |= {name for kind, name, _ in references(briefing.dataset) if kind == "a source"}
    for key in briefing.bibliography.sources.keys() - cited if briefing.dataset.readable else ():
        yield briefing.bibliography.problem(key, "nothing cites this source; cite it, or remove it")
