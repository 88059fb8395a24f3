"""The rules of the pages, one small generator each: what would break the promise is refused, the rest is told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING
from urllib.parse import unquote

from briefing.pages import Page, Settings
from briefing.plain_numbers import numbers_are_drawn
from briefing.problems import Problem, did_you_mean
from briefing.reading import Reading, Tag
from briefing.signs import alone
from briefing.tokens import value_id, value_of

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_TEXTS = ("title", "description", "template", "image")
_FIELDS = (*_TEXTS, "former", "plain_numbers", "search")
# What leads to another host or program; a bracket in the name of a host is a slip.
_ELSEWHERE = re.compile(r"(?:[a-z][\w+.-]*:)?//[^][/?#]+(?:[/?#]|\Z)|[a-z][\w+.-]*:(?!//)", re.IGNORECASE)
_UNDRAWN = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_SENTENCE_BEGINS = re.compile(r"(?:\A|(?:(?:\w{3}|[)\]\"”’\ufdd0])[.!?]|…)[\"”’)]*\s)\s*[\"“‘(]*\Z")  # in a paragraph
_LEFT_OVER = re.compile(  # braces of a token, of an id, and brackets of a note
    r"\{\{|\}\}|\{:? *#[^{}\n]*\}|(?<!\{)\{ *[\w-]+:[\w-]+[^{}\n]*\}|\[\[ *[\w-]+:[^\]\n]*\]\]|\[\^[^\]\n]*\]"
)
_OF_AN_ID = "an id is the last line of a paragraph, with a blank line below it, or the end of a heading"
_PASTED = re.compile(r"(?:\A|(?<=[\n\f]))(?:[•●▪‣◦·]|\((?:[ivx]+|[a-z])\)(?=\s))")


def page_problems(briefing: Briefing, settings: Settings, files: Collection[str]) -> Iterator[Problem]:
    """Everything that is wrong with the pages; `files` are those that the site has beside them."""
    yield from names_are_free(briefing)
    for page in briefing.pages:
        reading = briefing.readings[page.uri]
        yield from front_matter_is_known(page, reading, settings)
        yield from tokens_draw(page, reading, briefing, settings.blocks)
        yield from citations_resolve(page, reading, briefing)
        yield from notes_pair(page, reading)
        yield from numbers_are_drawn(page, reading, briefing.records)
        yield from links_lead_somewhere(page, briefing, files)
        yield from everything_is_shown(page, reading)


def names_are_free(briefing: Briefing) -> Iterator[Problem]:
    """No page has an address that another has or had; and ids are used once, as the briefing is printed on one page."""
    taken: dict[str, str] = {}
    for page in briefing.pages:
        for address, field in ((page.url, ""), *((former, "former") for former in page.texts("former"))):
            if address in taken:
                what = f'{taken[address]} has the address "{address}", too; take it out of "former", or rename one'
                yield page.meta_problem(what, field)
            elif address and not re.fullmatch(r"(?:\w[\w.-]*/)+", address):
                yield page.meta_problem(f'"{address}" is no address of a page; write it as old-name/', "former")
            taken[address] = page.file
    for page in briefing.sections:
        for tag in briefing.readings[page.uri].tags:
            name = f"#{tag.attributes.get('id', '')}"
            if name in taken and not re.match("#(?:__|fnref|$)", name):  # what each page has of itself
                advice = f'write {{ {name}-2 }} at the end of this one, or take it out of "former"'
                advice = f"write [^{name[4:]}-2] here and where the text leads to it" if "#fn:" in name else advice
                yield page.problem(tag.line, name.replace("#fn:", "note "), f"{taken[name]} has the same; {advice}")
            taken.setdefault(name, f"{page.file}:{tag.line}")


def addresses_last(briefing: Briefing) -> Iterator[Problem]:
    """Whatever in the sections of an edition could be linked to, notes too, is there still or has a former address."""
    readings = [(page, briefing.readings[page.uri]) for page in briefing.sections]
    there = {tag.attributes.get("id", ""): (page, tag.line) for page, reading in readings for tag in reading.tags}
    published = {name: text for edition in briefing.editions for name, text in edition.said.items()}
    gone = {name: text for name, text in published.items() if name not in there}
    now = {text: name for name, text in briefing.said.items() if name in there} if gone else {}
    for name, text in gone.items() if now else ():
        whole = [other for other in now if text and text in other]  # of which it is a part, now without an id
        address = now[(whole or get_close_matches(text, now, 1) or [*now])[0]]
        message = f'bring it back, or write {{ #{address} former="{name}" }} below what replaces it (behind a heading)'
        page, line = there[address]
        yield page.problem(line, f"#{name}", f"an edition has this address, which leads nowhere now; {message}")


def figures_are_told(briefing: Briefing) -> Iterator[Problem]:
    """Every figure stands in a section, or is marked as standing in the record alone."""
    for event_id, measure, figure in briefing.records.figures() if briefing.sections else ():
        if f"{event_id}_{measure}" not in briefing.told and not figure.record_only:
            token = f"{{{{ {measure}:{event_id} }}}}"
            message = f"no section tells this figure; draw it with {token}, or add record_only: yes"
            yield briefing.records.problem(message, "events", event_id, "figures", measure)


def front_matter_is_known(page: Page, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A page has a title and a template that there is; what has notes is a section, and sections are listed."""
    for name, value in page.meta.items():
        near = get_close_matches(name.lower(), _FIELDS, 1, 0.8)
        if near and name not in _FIELDS:
            yield page.meta_problem(f'"{name}" is not a field of a page; did you mean "{near[0]}"?', name)
        elif name in _TEXTS and not isinstance(value, str):
            yield page.meta_problem("write text here", name)
        elif name == "search" and not isinstance(value, dict):
            yield page.meta_problem("write fields, such as {exclude: true}, here", name)
        elif "{{" in str(value):
            yield page.meta_problem("nothing is drawn here; write it without a token", name)
    template = str(page.meta.get("template", "main.html"))
    if not page.title:
        yield page.meta_problem('the page has no title; write "title: …" between two lines of "---" at its top')
    if template not in settings.templates and (near := get_close_matches(template, settings.templates, 1)):
        yield page.meta_problem(f'"{template}" is no template; did you mean "{near[0]}"?', "template")
    elif not page.is_section and any(block.note for block in reading.blocks):
        yield page.meta_problem('a page with notes is a section; write "template: section.html" under its title')
    elif page.is_section and settings.nav and page.uri not in settings.nav:
        row = f"- {page.title or 'Its name'}: {page.uri}"
        yield page.meta_problem(f'the section is not in the navigation; add "{row}" under nav in mkdocs.yml')


def tokens_draw(page: Page, reading: Reading, briefing: Briefing, blocks: Collection[str]) -> Iterator[Problem]:
    """Every token draws a value or a block that there is, where it can be drawn, a block once."""
    records, seen, paragraphs = briefing.records, set[str](), alone(reading.html)
    unread = records.declared("events") - records.events.keys()
    for sign, held in reading.held.items():
        token, event_id = held.token, value_id(held.token).rpartition("_")[0]
        place = reading.printed.get(sign)
        if held.key or event_id in unread or not records.lines:
            continue
        try:
            if not place or _UNDRAWN & {*place.inside}:
                raise ValueError("nothing is drawn in headings, links, tags and code (or after four spaces); move it")
            if held.is_block and token not in blocks:
                what = f'"{token}" is no block, and a value is {{{{ kind:event-id }}}}'
                raise ValueError(what + did_you_mean(token, blocks))
            if held.is_block and (token in seen or sign not in paragraphs):
                raise ValueError(f'"{token}" is a whole block; give it a line between blank ones, once on a page')
            is_small = not held.is_block and value_of(token, records).pieces[0].text[:1].islower()
            before = place.block.text[: place.offset].rpartition("\f")[2]
            if is_small and ("p" in place.inside or before.strip()) and _SENTENCE_BEGINS.search(before):
                message = f"a sentence begins here; write {{{{ {token[:1].upper()}{token[1:]} }}}} for a capital letter"
                yield page.problem(held.line, event_id, message, told=True)
        except ValueError as error:
            yield page.problem(held.line, event_id, str(error))
        seen.add(token)


def citations_resolve(page: Page, reading: Reading, briefing: Briefing) -> Iterator[Problem]:
    """Every citation names a source that there is, and stands in a note."""
    for sign, place in reading.printed.items():
        key, line, note = reading.held[sign].key, reading.held[sign].line, place.block.note
        if not key or "code" in place.inside:
            continue
        unknown = briefing.sources.unknown(key)
        if unknown and note:
            advice = "" if unknown.endswith(("?", "now")) else f'; write "\\@{key}" if it is no source'
            yield page.problem(line, f"@{key}", unknown + advice)
        elif (not note or "a" in place.inside) and (not unknown or "did you mean" in unknown):
            advice = 'write [^a-name] here, "[^a-name]: @key" at the end of the page'
            yield page.problem(line, f"@{key}", f"it stands in a note, and in no link; {advice}")


def notes_pair(page: Page, reading: Reading) -> Iterator[Problem]:
    """Every note is given once, says something, and is led to; and no sign of ours is printed as it stands."""
    for label, line in reading.repeated.items():
        yield page.problem(line, f"note {label}", "the note is given twice; keep one of them")
    for block in reading.blocks:
        if block.note and not block.text.strip():
            yield page.problem(block.line_at(0), f"note {block.note}", "the note says nothing; fill it, or remove it")
        if block.note and block.note not in reading.note_labels:
            message = f'nothing in the text leads to this note; write "[^{block.note}]" where it belongs'
            yield page.problem(block.line_at(0), f"note {block.note}", message)
        for found in _LEFT_OVER.finditer(block.text):
            advice = _OF_AN_ID if "#" in found[0] else "write {{ kind:event-id }} for a value"
            if found[0].startswith("[^"):
                advice = f'the note has no text; write "{found[0]}: …" at the end of the page'
            yield page.problem(block.line_at(found.start()), "", f'"{found[0]}" is printed as it stands; {advice}')


def links_lead_somewhere(page: Page, briefing: Briefing, files: Collection[str]) -> Iterator[Problem]:
    """Every link that Markdown makes within the site leads to a page or file that there is, and to a place on it."""
    folder = posixpath.dirname(page.uri)
    for tag in briefing.readings[page.uri].tags:
        address = tag.attributes.get("href") or tag.attributes.get("src") or ""
        is_note = "footnote-" in tag.attributes.get("class", "")
        if "of-markdown" not in tag.attributes or is_note or _ELSEWHERE.match(address):
            continue
        before, _, fragment = address.partition("#")
        path, fragment = unquote(before.partition("?")[0]), unquote(fragment)
        name = posixpath.normpath(posixpath.join("/", folder, path))[1:] if path else page.uri
        reading = briefing.readings.get(name)
        if name not in files:
            near = get_close_matches(name if "." in posixpath.basename(name) else f"{name}.md", files, 1, 0.75)
            meant = f'write "{posixpath.relpath(near[0], folder or ".")}"' if near else "put it there, or correct this"
            meant = f'write "https://{address}"' if address.startswith("www.") else meant
            yield page.problem(tag.line, "", f'"{address}" leads nowhere: there is no docs/{name}; {meant}')
        elif fragment and reading and not any(held.is_block for held in reading.held.values()):
            ids = {other.attributes.get("id", "") for other in reading.tags} - {""}
            if fragment not in ids:
                message = f'"{address}" leads to no place: docs/{name} has no such id{did_you_mean(fragment, ids)}'
                yield page.problem(tag.line, "", message)


def everything_is_shown(page: Page, reading: Reading) -> Iterator[Problem]:
    """What a browser would block or Markdown does not know, and pictures that say nothing, are told."""
    for tag in reading.tags:
        if message := _blocked(tag):
            yield page.problem(tag.line, "", message, told=True)
    for block in reading.blocks:
        for sign in _PASTED.finditer(block.text):
            message = f'"{sign[0]}" makes no list; begin each row with "- ", after a blank line'
            yield page.problem(block.line_at(sign.start()), "", message, told=True)


def _blocked(tag: Tag) -> str:
    loaded = " ".join(tag.attributes.get(name, "") for name in ("src", "srcset", "poster", "data")).strip()
    if styled := [name for name in tag.attributes if name == "style" or name.startswith("on")]:
        return f'browsers block "{styled[0]}" here; give a class, and put the rule into a stylesheet'
    if tag.name in ("script", "style", "iframe", "object", "embed"):
        return f'browsers block "<{tag.name}>" here, since readers load nothing else; link to it'
    if tag.name != "a" and re.search(r"(?:^|\s)(?:https?:)?//", loaded):
        return f'browsers block "{loaded}", which another site would see; put the file into docs/'
    is_silent = tag.name == "img" and not tag.attributes.get("alt", "").strip()
    return "who can't see the picture is told nothing of it; write ![what it shows](…)" if is_silent else ""
