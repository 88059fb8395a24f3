"""The rules of the pages, one small generator each: what would break the promise is refused, the rest is told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from briefing.pages import Page, Settings
from briefing.plain_numbers import numbers_are_drawn
from briefing.problems import Problem, did_you_mean
from briefing.reading import Block, Printed, Reading, Tag
from briefing.tokens import value_id, value_of

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_TEXT, _TEXTS = (str, "write text here"), (str | list, "write text or a list here")
_FIELDS: dict[str, tuple[Any, str]] = {
    "title": _TEXT,
    "description": _TEXT,
    "template": _TEXT,
    "image": _TEXT,
    "former": _TEXTS,
}
_FIELDS |= {"plain_numbers": _TEXTS, "search": (dict, "write fields here, such as {name: value}")}
_UNDRAWN = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_SENTENCE_ENDS = re.compile(r"(?:(?:\w{3}|[)\]\"”’])[.!?]|…)[\"”’)]*\s+[\"“‘(]*\Z")
_LEFT_OVER = {  # what is printed as it stands -> the sentence for it
    r"\{\{|\}\}|(?<!\{)\{ *[\w-]+:[\w-]+[^{}\n]*\}|\[\[ *[\w-]+:[^\]\n]*\]\]": "write {{ kind:event-id }} for a value",
    r"\{:? *#[^{}\n]*\}": "give it the last line of a paragraph, and leave the next one blank",
    r"\[\^[^\]\n]*\]": 'write the text of the note, as "[^a-name]: …", at the end of the page',
}
_PASTED = re.compile(r"(?:\A|(?<=[\n\f]))(?:[•●▪‣◦]|\((?:[ivx]+|[a-z])\)(?=\s))")


def page_problems(briefing: Briefing, settings: Settings, files: Collection[str]) -> Iterator[Problem]:
    """Everything that is wrong with the pages; `files` are those that the site has beside them."""
    yield from addresses_are_free(briefing)
    yield from ids_are_free(briefing)
    for page in briefing.pages:
        reading = briefing.readings[page.uri]
        yield from front_matter_is_known(page, reading, settings)
        yield from tokens_draw(page, reading, briefing, settings.blocks)
        yield from citations_resolve(page, reading, briefing)
        yield from notes_pair(page, reading)
        yield from nothing_is_left_over(page, reading)
        yield from numbers_are_drawn(page, reading, briefing.records)
        yield from links_lead_somewhere(page, briefing, files)
        yield from pages_show_everything(page, reading)


def addresses_are_free(briefing: Briefing) -> Iterator[Problem]:
    """No page has an address that another has, or had before."""
    taken: dict[str, str] = {}
    now = [(page, page.url, False) for page in briefing.pages]
    before = [(page, url, True) for page in briefing.pages for url in page.former]
    for page, address, is_former in [*now, *before]:
        if is_former and not re.fullmatch(r"(?:\w[\w.-]*/)+", address):
            yield page.meta_problem(f'"{address}" is no address of a page; write it as old-name/', "former")
        elif address in taken:
            advice = "remove it here" if is_former else "rename one of the two files"
            yield page.meta_problem(f'{taken[address]} has the address "{address}"; {advice}', *["former"] * is_former)
        taken[address] = page.file


def ids_are_free(briefing: Briefing) -> Iterator[Problem]:
    """Ids, those of notes too, are used once: the briefing is printed on one page."""
    taken: dict[str, str] = {}
    for page in briefing.sections:
        for tag in briefing.readings[page.uri].tags:
            name = tag.attributes.get("id", "")
            if name in taken and not re.match("__|fnref|$", name):  # ids that each page has of itself
                is_former = tag.attributes.get("class") == "former"
                advice = (
                    'remove it from "former"'
                    if is_former
                    else f'give this one another name, such as "{name.rpartition(":")[2]}-2"'
                )
                yield page.problem(tag.line, f"#{name}", f"{taken[name]} has this id; {advice}")
            taken.setdefault(name, f"{page.file}:{tag.line}")


def addresses_last(briefing: Briefing) -> Iterator[Problem]:
    """Whatever in the sections of an edition could be linked to, notes too, is there still or has a former address."""
    readings = [(page, briefing.readings[page.uri]) for page in briefing.sections]
    there = {tag.attributes.get("id", ""): (page, tag.line) for page, reading in readings for tag in reading.tags}
    published = {name: text for edition in briefing.editions for name, text in edition.addresses.items()}
    gone = {name: text for name, text in published.items() if name not in there}
    now = {text: name for name, text in reversed(briefing.said.items()) if name in there} if gone else {}
    for name, text in gone.items() if now else ():
        address = now[(get_close_matches(text, now, 1) or [*reversed(now)])[0]]
        message = f'bring it back, or write {{ #{address} former="{name}" }} below what stands in its place'
        page, line = there[address]
        yield page.problem(line, f"#{name}", f"an edition has this address, which leads nowhere now; {message}")


def figures_are_told(briefing: Briefing) -> Iterator[Problem]:
    """Every figure stands in a section, or is marked as standing in the record alone."""
    records = briefing.records
    for event_id, measure, figure in records.figures() if briefing.sections else ():
        if f"{event_id}_{measure}" not in briefing.told and not figure.record_only:
            message = f"no section tells this figure; draw it with {{{{ {measure}:{event_id} }}}}"
            yield records.problem(f"{message}, or add record_only: yes", "events", event_id, "figures", measure)


def front_matter_is_known(page: Page, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A page has a title and a template that there is; what has notes is a section, and sections are listed."""
    for name, value in page.meta.items():
        kind, sentence = _FIELDS.get(name, (object, ""))
        if not sentence and (near := get_close_matches(name.lower(), _FIELDS, 1, 0.8)):
            yield page.meta_problem(f'"{name}" is not a field of a page; did you mean "{near[0]}"?', name)
        if not isinstance(value, kind):
            yield page.meta_problem(sentence, name)
        if "{{" in str(value):
            yield page.meta_problem("nothing is drawn here; write it without a token", name)
    template = str(page.meta.get("template", "main.html"))
    if page.is_readable and not page.title:
        yield page.meta_problem('the page has no title; write "title: …" between two lines of "---" at its top')
    if template not in settings.templates and (near := get_close_matches(template, settings.templates, 1)):
        yield page.meta_problem(f'"{template}" is no template; did you mean "{near[0]}"?', "template")
    elif page.is_readable and not page.is_section and any(block.note for block in reading.blocks):
        yield page.meta_problem('a page with notes is a section; write "template: section.html" under its title')
    elif page.is_section and not page.is_listed:
        row = f"- {page.title or 'Its name'}: {page.uri}"
        yield page.meta_problem(f'the section is not in the navigation; add "{row}" under nav in mkdocs.yml')


def tokens_draw(page: Page, reading: Reading, briefing: Briefing, blocks: Collection[str]) -> Iterator[Problem]:
    """Every token draws a value or a block that there is, where it can be drawn, a block once."""
    records, seen = briefing.records, set[str]()
    unread = records.declared("events") - records.events.keys()
    for number, held in enumerate(reading.held):
        token, event_id, message = held.token, value_id(held.token).rpartition("_")[0], ""
        block, place = reading.printed.get(number, (None, None))
        if held.key or event_id in unread or not records.readable:
            continue
        if not block or not place or _UNDRAWN & {*place.inside}:
            message = "nothing is drawn in a heading, a link, a tag or code (backquotes, or four spaces); move it into the text"
        elif held.is_block and token not in blocks:
            message = f'"{token}" is no block, and a value is {{{{ kind:event-id }}}}{did_you_mean(token, blocks)}'
        elif held.is_block and (token in seen or not place.is_alone):
            message = f'"{token}" stands for a whole block; give it, once on a page, a line of its own with blank ones around it'
        elif not held.is_block:
            try:
                is_small = value_of(token, records).pieces[0].text[:1].islower()
            except ValueError as error:
                message, is_small = str(error), False
            if is_small and _begins_a_sentence(block, place):
                capital = f"write {{{{ {token[:1].upper()}{token[1:]} }}}} for a capital letter"
                yield page.problem(held.line, event_id, f"a sentence begins here; {capital}", told=True)
        if message:
            yield page.problem(held.line, event_id, message)
        seen.add(token)


def citations_resolve(page: Page, reading: Reading, briefing: Briefing) -> Iterator[Problem]:
    """Every citation names a source that there is, and stands in a note."""
    for number, (block, place) in reading.printed.items():
        key, message = reading.held[number].key, ""
        unknown = briefing.sources.unknown(key) if key and "code" not in place.inside else ""
        if not key or "code" in place.inside:
            continue
        is_meant = block.note or not unknown or "did you mean" in unknown
        if is_meant and (not block.note or "a" in place.inside):
            message = (
                'it stands in a note, and in no link; write [^a-name] here, "[^a-name]: @key" at the end of the page'
            )
        elif block.note and unknown:
            message = unknown + ("" if unknown.endswith(("?", "now")) else f'; write "\\@{key}" if it is no source')
        if message:
            yield page.problem(reading.held[number].line, f"@{key}", message)


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
        for pattern, advice in _LEFT_OVER.items():
            for found in re.finditer(pattern, block.text):
                message = f'"{found[0]}" is printed as it stands; {advice}'
                yield page.problem(block.line_at(found.start()), "", message)


def links_lead_somewhere(page: Page, briefing: Briefing, files: Collection[str]) -> Iterator[Problem]:
    """Every link that Markdown makes within the site leads to a page or file that there is, and to a place on it."""
    for tag in briefing.readings[page.uri].tags:
        address = tag.attributes.get("href") or tag.attributes.get("src") or ""
        is_ours = "of-markdown" in tag.attributes and "footnote-" not in tag.attributes.get("class", "")
        if is_ours and (message := _leads_nowhere(address, page.uri, briefing.readings, files)):
            yield page.problem(tag.line, "", f'"{address}" leads nowhere: {message}')


def pages_show_everything(page: Page, reading: Reading) -> Iterator[Problem]:
    """What a browser would block or Markdown does not know, and pictures that say nothing, are told."""
    for tag in reading.tags:
        if message := _not_shown(tag):
            yield page.problem(tag.line, "", message, told=True)
    for block in reading.blocks:
        for sign in _PASTED.finditer(block.text):
            message = f'"{sign[0]}" makes no list; begin each row with "- ", after a blank line'
            yield page.problem(block.line_at(sign.start()), "", message, told=True)


def _not_shown(tag: Tag) -> str:
    loaded = " ".join(tag.attributes.get(name, "") for name in ("src", "srcset", "poster", "data")).strip()
    if styled := [name for name in tag.attributes if name == "style" or name.startswith("on")]:
        table = " (or for a table, use_align_attribute under markdown_extensions)" if tag.name in ("td", "th") else ""
        return f'browsers block "{styled[0]}" here; give a class, and put the rule into a stylesheet{table}'
    if tag.name in ("script", "style", "iframe", "object", "embed"):
        return f'browsers block "<{tag.name}>" here, since readers load nothing else; link to it'
    if tag.name != "a" and re.search(r"(?:^|\s)(?:https?:)?//", loaded):
        return f'browsers block "{loaded}", which another site would see; put the file into docs/'
    is_silent = tag.name == "img" and not tag.attributes.get("alt", "").strip()
    return "who can't see the picture is told nothing of it; write ![what it shows](…)" if is_silent else ""


def _begins_a_sentence(block: Block, place: Printed) -> bool:
    before = block.text[: place.offset].rpartition("\f")[2]
    is_first = place.inside[-1] == "p" and "li" not in place.inside and not before.strip(' "“‘(')
    return is_first or bool(_SENTENCE_ENDS.search(before))


def _leads_nowhere(address: str, uri: str, readings: Mapping[str, Reading], files: Collection[str]) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket in the name of a host
        return "this is no address of the web; write https://host/…"
    path, fragment, folder = unquote(parts.path), unquote(parts.fragment), posixpath.dirname(uri)
    name = posixpath.normpath(posixpath.join("/", folder, path))[1:] if path else uri
    if parts.scheme or parts.netloc:
        return ""
    if name not in files:
        near = get_close_matches(f"{name}.md", files, 1, 0.75)
        advice = f'write "{posixpath.relpath(near[0], folder or ".")}"' if near else "put the file there"
        return f"there is no docs/{name}; {advice}"
    reading = readings.get(name)
    if not fragment or not reading or any(held.is_block for held in reading.held):
        return ""
    ids = {tag.attributes.get("id", "") for tag in reading.tags}
    return "" if fragment in ids else f"docs/{name} has no such id{did_you_mean(fragment, ids)}"
