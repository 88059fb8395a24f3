"""The rules of the pages, one small generator each: what would break the promise is refused, what would mislead is told."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from briefing.pages import Page, Settings
from briefing.plain_numbers import numbers_are_drawn
from briefing.problems import Problem, did_you_mean
from briefing.reading import Reading
from briefing.records import Records
from briefing.tokens import TokenError, split_token, value_of

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_OURS = ("title", "description", "template", "former", "plain_numbers", "image", "search")
_OF_MATERIAL = ("hide", "icon", "tags", "status", "subtitle", "social", "comments", "authors", "date", "categories", "slug")
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{:? *#[^{}\n]*\}|(?<!\{)\{ *[\w-]+:[\w-]+[^{}\n]*\}|\[\[ *[\w-]+:[^\]\n]*\]\]|\[\^([^\]\n]*)\]")
_BEGINS = re.compile(r"(?:(?:\w{3}|[)\]\"”’])[.!?]|…)[\"”’)]*\s+[\"“‘(]*\Z")  # what stands before the beginning of a sentence
_PASTED = re.compile(r"[•●▪‣◦]\s*|\((?:[ivx]+|[a-z])\)\s")
_BLOCKED = ("script", "style", "iframe", "object", "embed")


def page_problems(briefing: Briefing, settings: Settings, files: Collection[str]) -> Iterator[Problem]:
    """Everything that is wrong with the pages; `files` are those that the site has beside them."""
    yield from addresses_are_free(briefing)
    yield from ids_are_free(briefing)
    yield from links_lead_somewhere(briefing, files)
    for page in briefing.pages:
        reading = briefing.readings[page.uri]
        yield from front_matter_is_known(page, reading, settings)
        yield from tokens_draw(page, reading, briefing, settings.blocks)
        yield from sentences_begin_with_a_capital(page, reading, briefing.records)
        yield from citations_resolve(page, reading, briefing)
        yield from notes_pair(page, reading)
        yield from nothing_is_left_over(page, reading)
        yield from numbers_are_drawn(page, reading, briefing.records)
        yield from pages_show_everything(page, reading)


def figures_are_told(briefing: Briefing) -> Iterator[Problem]:
    """Every figure stands in a section, or is marked as standing in the record alone."""
    readings = [briefing.readings[page.uri] for page in briefing.sections]
    parts = [split_token(reading.held[number].token) for reading in readings for number in reading.printed]
    told = {(part.event_id, part.kind) for part in parts if part}
    for event_id, measure, figure in briefing.records.figures() if readings else ():
        if (event_id, measure) not in told and not figure.record_only:
            message = f"no section tells this figure; draw it with {{{{ {measure}:{event_id} }}}}, or add record_only: yes"
            yield briefing.records.problem(message, "events", event_id, "figures", measure)


def front_matter_is_known(page: Page, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A page has a title and a template that there is; what has notes is a section, and sections are listed."""
    if not page.is_readable:
        return
    for name, value in page.meta.items():
        if near := [] if name in (*_OURS, *_OF_MATERIAL) else difflib.get_close_matches(name.lower(), _OURS, 1, 0.8):
            yield page.meta_problem(f'"{name}" is not a field of a page; did you mean "{near[0]}"?', name)
        kinds = {"title": str, "description": str, "template": str, "image": str, "former": (str, list), "plain_numbers": (str, list)}
        if not isinstance(value, kinds.get(name, object)):
            yield page.meta_problem("write text here" if kinds[name] is str else "write text or a list of texts here", name)
        if isinstance(value, str) and "{{" in value:
            yield page.meta_problem("nothing is drawn here; write it without a token", name)
    if not page.title:
        yield page.meta_problem('the page has no title; write "title: …" between two lines of "---" at its top')
    template = str(page.meta.get("template", "main.html"))
    if template not in settings.templates and "did you mean" in (near := did_you_mean(template, settings.templates)):
        yield page.meta_problem(f'"{template}" is no template{near}', "template")
    elif not page.is_section and any(block.note for block in reading.blocks):
        yield page.meta_problem('a page with notes is a section; write "template: section.html" under its title')
    elif page.is_section and not page.is_listed:
        message = f'the section is not in the navigation; add "- {page.title or "Its name"}: {page.uri}" under nav in mkdocs.yml'
        yield page.meta_problem(message)


def addresses_are_free(briefing: Briefing) -> Iterator[Problem]:
    """No page has an address that another has, or had before."""
    taken: dict[str, Page] = {}
    for page in briefing.pages:
        if other := taken.setdefault(page.url, page) if page.url in taken else None:
            yield page.meta_problem(f'{other.file} has the address "{page.url}" too; rename one of them')
        taken[page.url] = page
    for page in briefing.pages:
        for address in page.former:
            if not re.fullmatch(r"(?:[\w.-]+/)+", address):
                yield page.meta_problem(f'"{address}" is no address of a page; write it as old-name/', "former")
            elif address in taken:
                yield page.meta_problem(f'{taken[address].file} has the address "{address}" now; remove it here', "former")
            taken[address] = page


def ids_are_free(briefing: Briefing) -> Iterator[Problem]:
    """Ids and labels of notes are used once: the briefing is printed on one page."""
    taken: dict[str, str] = {}
    for page in briefing.sections:
        reading = briefing.readings[page.uri]
        labels = [(f"fn:{block.note}", block.line) for block in reading.blocks if block.note]
        named = [(tag.attributes["id"], tag.line) for tag in reading.tags if ":" not in tag.attributes.get("id", ":")]
        for name, line in [*named, *labels]:
            if name in taken:
                kind, _, label = name.rpartition(":")
                what = f"this note is in {taken[name]} too; give it another label, here and where it is told" if kind else (
                    f'this id is in {taken[name]} too; give what it names one of its own, as "{{ #{name}-2 }}" at its end')
                yield page.problem(line, f"note {label}" if kind else f"#{name}", what)
            taken.setdefault(name, f"{page.file}:{line}")


def links_lead_somewhere(briefing: Briefing, files: Collection[str]) -> Iterator[Problem]:
    """Every link within the site leads to a page or file that there is, and to a place on it."""
    urls = {page.url: page.uri for page in briefing.pages}
    ids = {uri: {tag.attributes.get("id") for tag in reading.tags} for uri, reading in briefing.readings.items()}
    drawn = {uri for uri, reading in briefing.readings.items() if any(held.is_block for held in reading.held)}
    for page in briefing.pages:
        for tag in briefing.readings[page.uri].tags:
            address = tag.attributes.get("href") or tag.attributes.get("src") or ""
            try:
                parts = urlsplit(address)
            except ValueError:  # a bracket in the name of a host
                yield page.problem(tag.line, "", f'"{address}" is no address of the web; write https://host/…')
                continue
            if not address or parts.scheme or parts.netloc or "footnote-" in tag.attributes.get("class", ""):
                continue
            is_markdown = "of-markdown" in tag.attributes
            base = posixpath.dirname(page.uri) if is_markdown else page.url
            name = posixpath.normpath(posixpath.join("/", base, unquote(parts.path)))[1:]
            found = page.uri if not parts.path else name if name in files and (is_markdown or not name.endswith(".md")) else ""
            found = found or ("" if is_markdown else urls.get(f"{name}/".lstrip("/"), ""))
            if not found:
                near = urls.get(f"{name}/".lstrip("/"), "") or "".join(difflib.get_close_matches(name, files, 1))
                advice = f'write "{posixpath.relpath(near, base or ".")}"' if near and is_markdown else "put the file there, or correct the link"
                yield page.problem(tag.line, "", f'"{address}" leads nowhere: there is no docs/{name}; {advice}')
            elif parts.fragment and found in ids and found not in drawn and unquote(parts.fragment) not in ids[found]:
                near = did_you_mean(parts.fragment, filter(None, ids[found]))
                yield page.problem(tag.line, "", f'"{address}" leads to no place: nothing in docs/{found} has that id{near}')


def tokens_draw(page: Page, reading: Reading, briefing: Briefing, blocks: Collection[str]) -> Iterator[Problem]:
    """Every token names a value or a block that there is, and is printed where it can be drawn, a block once."""
    places = {"a": "a link", "code": "code", "pre": "code", **{f"h{level}": "a heading" for level in range(1, 7)}}
    seen: set[str] = set()
    for number, held in enumerate(reading.held):
        place = reading.printed[number][1] if number in reading.printed else None
        where = next((places[tag] for tag in place.inside if tag in places), "") if place else ""
        if held.key:
            continue
        if where or not place:
            message = f"a token can't be drawn in {where}" if where else "a token stands where nothing can be drawn"
            yield page.problem(held.line, "", f"{message}; move it into the text")
        elif not held.is_block:
            try:
                value_of(f" {held.token} ", briefing.records) if briefing.records.readable else None
            except TokenError as error:
                if error.record in briefing.records.events or error.record not in briefing.records.declared("events"):
                    yield page.problem(held.line, error.record, error.message)
        elif held.token not in blocks:
            shown = f'"{{{{ {held.token} }}}}" is not a token; write {{{{ kind:event-id }}}}, or a block'
            yield page.problem(held.line, "", shown + did_you_mean(held.token, blocks))
        elif not place.is_alone:
            message = f'"{held.token}" stands for a whole block; give it a line of its own, with blank ones around it'
            yield page.problem(held.line, "", message)
        elif held.token in seen:
            yield page.problem(held.line, "", f'"{held.token}" stands here twice; keep one of them')
        else:
            seen.add(held.token)


def sentences_begin_with_a_capital(page: Page, reading: Reading, records: Records) -> Iterator[Problem]:
    """A token that begins a sentence begins with a capital letter."""
    for number, (block, place) in reading.printed.items():
        parts = split_token(reading.held[number].token)
        before = block.text[: place.offset].rpartition("\f")[2]
        is_first = place.inside[-1] == "p" and "li" not in place.inside and not before.strip(" \"“‘(")
        begins = is_first or _BEGINS.search(before)
        if not parts or not begins or place.is_alone:
            continue
        try:
            first = value_of(reading.held[number].token, records).pieces[0].text[:1]
        except TokenError:
            continue
        if first.islower():
            right = f"{{{{ {parts.kind.capitalize()}:{reading.held[number].token.partition(':')[2].strip()} }}}}"
            message = f"a sentence begins here; write {right} for a capital letter"
            yield page.problem(reading.held[number].line, parts.event_id, message, told=True)


def citations_resolve(page: Page, reading: Reading, briefing: Briefing) -> Iterator[Problem]:
    """Every citation names a source that there is, and stands in a note."""
    for number, (block, place) in reading.printed.items():
        key, line = reading.held[number].key, reading.held[number].line
        unknown = briefing.sources.unknown(key) if key else ""
        if not key or "code" in place.inside:
            continue
        if block.note and "a" in place.inside:
            yield page.problem(line, f"@{key}", "a citation can't stand in a link; write it after the link")
        elif block.note and unknown:
            advice = "" if unknown.endswith(("?", "now")) else f'; write "\\@{key}" if it is no source'
            yield page.problem(line, f"@{key}", unknown + advice)
        elif not block.note and (not unknown or "did you mean" in unknown):
            message = 'it stands outside a note; write [^a-name] here, and "[^a-name]: @key" at the end of the page'
            yield page.problem(line, f"@{key}", message)


def notes_pair(page: Page, reading: Reading) -> Iterator[Problem]:
    """Every note is given once, says something, and is led to."""
    for label, line in reading.repeated:
        yield page.problem(line, f"note {label}", "the note is given twice; keep one of them")
    for block in reading.blocks:
        if block.note and block.note not in reading.note_labels:
            message = f'nothing in the text leads to this note; write "[^{block.note}]" where it belongs'
            yield page.problem(block.line, f"note {block.note}", message)
        if block.note and not block.text.strip():
            yield page.problem(block.line, f"note {block.note}", "the note says nothing; fill it, or remove it")


def nothing_is_left_over(page: Page, reading: Reading) -> Iterator[Problem]:
    """No sign of ours is printed as it stands."""
    for block in reading.blocks:
        for found in _LEFT_OVER.finditer(block.text):
            line, record = block.line_at(found.start()), ""
            if found[1] is not None:
                record = f"note {found[1]}"
                message = f'the note has no text; write "[^{found[1]}]: …" at the end of the page'
            elif "#" in found[0]:
                message = f'"{found[0]}" names nothing; give it the last line of a paragraph, and leave the next one blank'
            else:
                message = f'"{found[0]}" is printed as it stands; write {{{{ kind:event-id }}}} for a value'
            yield page.problem(line, record, message)


def pages_show_everything(page: Page, reading: Reading) -> Iterator[Problem]:
    """What a browser would block or Markdown does not know, and pictures that say nothing, are told."""
    for tag in reading.tags:
        loaded = " ".join(tag.attributes.get(name, "") for name in ("src", "srcset", "poster", "data"))
        if tag.name in ("td", "th") and "style" in tag.attributes:
            message = 'a column is aligned by a style, which browsers block here; write "- tables: {use_align_attribute: true}" under markdown_extensions in mkdocs.yml'
        elif "style" in tag.attributes or any(name.startswith("on") for name in tag.attributes):
            message = f"browsers block what \"{next(n for n in tag.attributes if n == 'style' or n.startswith('on'))}\" says here; give it a class, and put the rule into a stylesheet"
        elif tag.name in _BLOCKED:
            message = f'browsers block "<{tag.name}>" here: readers shall load nothing else; link to it instead'
        elif tag.name != "a" and re.search(r"(?:^|\s)(?:https?:)?//", loaded):
            message = f'"{loaded.strip()}" would tell another site who reads this, so browsers block it; put the file into docs/'
        elif tag.name == "img" and not tag.attributes.get("alt", "").strip():
            message = "the picture has no description for those who can't see it; write ![what it shows](…)"
        else:
            continue
        yield page.problem(tag.line, "", message, told=True)
    for block in reading.blocks:
        for start in (offset for offset, _ in block.lines):
            if sign := _PASTED.match(block.text, start):
                message = f'Markdown does not know "{sign[0].strip()}" as a list; begin each row with "- ", after a blank line'
                yield page.problem(block.line_at(start), "", message, told=True)
