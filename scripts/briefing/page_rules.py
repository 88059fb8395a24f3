"""The rules of the pages, one small generator each: what would break the promise is refused, the rest is told."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING

from briefing.address_rules import addresses_are_free, ids_are_free, links_lead_somewhere
from briefing.pages import Page, Settings
from briefing.plain_numbers import numbers_are_drawn
from briefing.problems import Problem, did_you_mean
from briefing.reading import Reading
from briefing.records import Records
from briefing.tokens import TokenError, split_token, value_of

if TYPE_CHECKING:
    from briefing.briefing import Briefing

_TEXT, _TEXTS = (str,), (str, list)
_FIELDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("title", "description", "template", "image"), _TEXT),
    **dict.fromkeys(("former", "plain_numbers"), _TEXTS),
    "search": (dict,),
}
_KINDS: dict[type, str] = {str: "text", list: "a list", dict: "fields, such as {name: value}"}
_OF_MATERIAL = ("hide", "icon", "tags", "status", "subtitle", "social", "comments", "authors", "date", "categories")
_LEFT_OVER = re.compile(  # braces of a token, of an id, and brackets of a note
    r"\{\{|\}\}|\{:? *#[^{}\n]*\}|(?<!\{)\{ *[\w-]+:[\w-]+[^{}\n]*\}|\[\[ *[\w-]+:[^\]\n]*\]\]|\[\^([^\]\n]*)\]"
)
_SENTENCE_BEGINS = re.compile(r"(?:(?:\w{3}|[)\]\"”’])[.!?]|…)[\"”’)]*\s+[\"“‘(]*\Z")
_PASTED = re.compile(r"(?:\A|(?<=[\n\f]))(?:[•●▪‣◦]|\((?:[ivx]+|[a-z])\)(?=\s))")
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
            message = (
                f"no section tells this figure; draw it with {{{{ {measure}:{event_id} }}}}, or add record_only: yes"
            )
            yield briefing.records.problem(message, "events", event_id, "figures", measure)


def front_matter_is_known(page: Page, reading: Reading, settings: Settings) -> Iterator[Problem]:
    """A page has a title and a template that there is; what has notes is a section, and sections are listed."""
    for name, value in page.meta.items():
        if name not in (*_FIELDS, *_OF_MATERIAL) and (near := get_close_matches(name.lower(), _FIELDS, 1, 0.8)):
            yield page.meta_problem(f'"{name}" is not a field of a page; did you mean "{near[0]}"?', name)
        if not isinstance(value, _FIELDS.get(name, object)):
            kinds = " or ".join(_KINDS[kind] for kind in _FIELDS[name])
            yield page.meta_problem(f"write {kinds} here", name)
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
            advice = "take off the backquotes, or the spaces before it" if where == "code" else "move it into the text"
            yield page.problem(held.line, "", f"{message}; {advice}")
        elif not held.is_block:
            try:
                value_of(f" {held.token} ", briefing.records) if briefing.records.lines else None
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
        token, before = reading.held[number].token, block.text[: place.offset].rpartition("\f")[2]
        is_first = place.inside[-1] == "p" and "li" not in place.inside and not before.strip(' "“‘(')
        if split_token(token) and (is_first or _SENTENCE_BEGINS.search(before)):
            with suppress(TokenError):  # which another rule tells
                if value_of(token, records).pieces[0].text[:1].islower():
                    message = (
                        f"a sentence begins here; write {{{{ {token[:1].upper()}{token[1:]} }}}} for a capital letter"
                    )
                    yield page.problem(reading.held[number].line, "", message, told=True)


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
                message = (
                    f'"{found[0]}" names nothing; give it the last line of a paragraph, and leave the next one blank'
                )
            else:
                message = f'"{found[0]}" is printed as it stands; write {{{{ kind:event-id }}}} for a value'
            yield page.problem(line, record, message)


def pages_show_everything(page: Page, reading: Reading) -> Iterator[Problem]:
    """What a browser would block or Markdown does not know, and pictures that say nothing, are told."""
    for tag in reading.tags:
        loaded = " ".join(tag.attributes.get(name, "") for name in ("src", "srcset", "poster", "data"))
        styled = [name for name in tag.attributes if name == "style" or name.startswith("on")]
        if styled and tag.name in ("td", "th"):
            what = '"tables: {use_align_attribute: true}" under markdown_extensions in mkdocs.yml'
            message = f"browsers block the style that aligns this column; write {what}"
        elif styled:
            message = f'browsers block "{styled[0]}" here; give a class, and put the rule into a stylesheet'
        elif tag.name in _BLOCKED:
            message = f'browsers block "<{tag.name}>" here, since readers load nothing else; link to it'
        elif tag.name != "a" and re.search(r"(?:^|\s)(?:https?:)?//", loaded):
            message = f'browsers block "{loaded.strip()}", which another site would see; put the file into docs/'
        elif tag.name == "img" and not tag.attributes.get("alt", "").strip():
            message = "who can't see the picture is told nothing of it; write ![what it shows](…)"
        else:
            continue
        yield page.problem(tag.line, "", message, told=True)
    for block in reading.blocks:
        for sign in _PASTED.finditer(block.text):
            message = f'"{sign[0]}" makes no list; begin each row with "- ", after a blank line'
            yield page.problem(block.line_at(sign.start()), "", message, told=True)
