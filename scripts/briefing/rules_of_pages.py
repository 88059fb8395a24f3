"""The rules of the pages, one small generator each; a rule only tells, it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from briefing import prose
from briefing.fields import check_id
from briefing.pages import FIELDS, TEMPLATES
from briefing.problems import Problem, did_you_mean
from briefing.tokens import BLOCKS, TokenError, tokens, value_of
from briefing.whole import DICTIONARY_FILE, Briefing
from briefing.wording import numbers_in

_KINDS: dict[type, str] = {str: "text", list: "a list", dict: "fields, such as {name: value}"}


def tokens_draw(briefing: Briefing) -> Iterator[Problem]:
    """Every token names a value or a block that there is."""
    data = briefing.dataset
    unread = data.declared() - data.events.keys() - data.places.keys()  # told already
    for page in briefing.pages:
        for token in tokens(page.body):
            if token.is_block:
                if token.name not in BLOCKS:
                    shown = f'"{{{{ {token.name} }}}}" is not a token; write {{{{ kind:event-id }}}}, or a block'
                    yield page.problem(token.start, "", shown + did_you_mean(token.name, BLOCKS))
            elif data.readable:
                try:
                    value_of(token, data)
                except TokenError as error:
                    if error.record not in unread:
                        yield page.problem(token.start, error.record, error.message)


def braces_are_in_place(briefing: Briefing) -> Iterator[Problem]:
    """Braces stand around tokens, two and two, or around an id that ends its paragraph or heading."""
    for page in briefing.pages:
        for brace in prose.stray_braces(page.body):
            message = f'"{brace[0]}" is no token; write {{{{ kind:event-id }}}}'
            if brace[0].lstrip("{: ").startswith("#"):
                message = (
                    f'"{brace[0]}" names nothing; give it the last line of a paragraph, and leave the next one blank'
                )
            yield page.problem(brace.start(), "", message)


def pages_are_markdown(briefing: Briefing) -> Iterator[Problem]:
    """No HTML is written by hand: it could load, hide or break what stands around it; nor can a sign be invisible."""
    texts = [(page.file, page.first_line, page.body) for page in briefing.pages]
    for file, first_line, text in [*texts, (DICTIONARY_FILE, 1, briefing.dictionary)]:
        html, given = "is HTML, which is not read here; write Markdown", "can't be given here; write { #id }"
        found = [(tag, offset, html) for tag, offset in prose.html(text)]
        found += [(name, offset, given) for name, offset in prose.unknown_attributes(text)]
        for what, offset, message in found:
            yield Problem(file, first_line + text.count("\n", 0, offset), "", f'"{what}" {message}')


def tokens_are_in_place(briefing: Briefing) -> Iterator[Problem]:
    """A block stands alone between blank lines, and no value in a heading or in code."""
    for page in briefing.pages:
        for token in tokens(page.body):
            above, below = page.body[: token.start], page.body[token.end :]
            is_alone = re.search(r"(?:\A|\n[ \t]*\n)\Z", above) and re.match(r"[ \t]*(?:\Z|\n[ \t]*(?:\n|\Z))", below)
            if token.is_block and not is_alone:
                what = f'"{token.name}" stands for a whole block; give it a line of its own, with blank ones around it'
                yield page.problem(token.start, "", what)
        for heading in prose.headings(page.body):
            if any(True for _ in tokens(heading.text)) or prose.markers(heading.text):
                yield page.problem(heading.start, "", "a heading holds no value and no note; tell it in a paragraph")
        for offset in prose.drawn_in_code(page.body):
            yield page.problem(offset, "", "a token or citation is drawn in code too; take the backquotes away")


def citations_are_in_place(briefing: Briefing) -> Iterator[Problem]:
    """A citation stands in a note, and nothing else looks like one."""
    for page in briefing.pages:
        for found, offset in prose.citations_in_brackets(page.body):
            message = f'"{found}" is taken for a citation; write it without the brackets, as in "@key, p. 5"'
            yield page.problem(offset, "", message)
        for offset in prose.keys_in_addresses(page.body):
            yield page.problem(offset, "", 'this is taken for a citation; write "%40" for "@" in an address')
        for key, offset in prose.citations_in_text(page.body):
            message = 'it stands outside a note; write [^1] here, numbered on, and "[^1]: @key" at the end of the page'
            yield page.problem(offset, f"@{key}", message)


def lines_are_what_they_look_like(briefing: Briefing) -> Iterator[Problem]:
    """No line is to Markdown something else than to its reader."""
    for page in briefing.pages:
        for what, offset in prose.odd_lines(page.body):
            yield page.problem(offset, "", what)


def links_can_be_read(briefing: Briefing) -> Iterator[Problem]:
    """A link leads to a page, a place or an address of the web, and holds nothing that is a link itself."""
    for page in briefing.pages:
        for address, offset in prose.addresses(page.body):
            try:
                scheme = urlsplit(address).scheme
            except ValueError:  # a bracket in the name of a host
                scheme = address
            if scheme not in ("", "http", "https"):
                what = f'"{address}" is no address of the web; write https://host/…, or other-page.md#place'
                yield page.problem(offset, "", what)
        for offset in prose.links_around_links(page.body):
            yield page.problem(offset, "", "a value or a note stands in this link, and is a link itself; end it before")


def pages_say_what_they_are(briefing: Briefing) -> Iterator[Problem]:
    """Every page has a title and a template that there is; what has notes is a section, and sections are listed."""
    for page in (page for page in briefing.pages if page.is_readable):
        template = str(page.meta.get("template", TEMPLATES[0]))
        for name, value in page.meta.items():
            if name not in FIELDS:
                yield page.meta_problem(f'"{name}" is not a field of a page' + did_you_mean(name, FIELDS), name)
            elif not isinstance(value, FIELDS[name]):
                kinds = " or ".join(_KINDS[kind] for kind in FIELDS[name])
                yield page.meta_problem(f"write {kinds} here", name)
        if page.meta.get("footer", "true") != "true":
            yield page.meta_problem("write true, or leave the field out", "footer")
        if not page.meta.get("title"):
            yield page.meta_problem('the page has no title; write "title: …" between two lines of "---"')
        if template not in TEMPLATES:
            yield page.meta_problem(f'"{template}" is no template' + did_you_mean(template, TEMPLATES), "template")
        elif prose.notes(page.body) and not page.is_section:
            yield page.meta_problem('a page with notes is a section; write "template: section.html" under its title')
        elif page.is_section and "/" in page.uri:
            yield page.meta_problem(f"a section lies in no folder; move it to docs/{page.uri.rpartition('/')[2]}")
        elif page.is_section and not page.is_listed:
            how = f'add "- Its name: {page.uri}" under nav in mkdocs.yml'
            yield page.meta_problem(f"the section is not in the navigation; {how}")


def figures_are_told(briefing: Briefing) -> Iterator[Problem]:
    """Every figure stands somewhere in the text, or is marked as standing in the record alone."""
    told = {token.value_id for page in briefing.sections for token in tokens(page.body)}
    for event_id, measure, figure in briefing.dataset.figures() if briefing.sections else ():
        if f"{event_id}_{measure}" not in told and not figure.record_only:
            message = (
                f"no section tells this figure; draw it with {{{{ {measure}:{event_id} }}}}, or add record_only: yes"
            )
            yield briefing.dataset.problem(message, "events", event_id, "figures", measure)


def notes_resolve(briefing: Briefing) -> Iterator[Problem]:
    """Every marker has its note, once; every note its marker; and every note cites sources that there are."""
    for page in briefing.pages:
        markers, notes = prose.markers(page.body), prose.notes(page.body)
        texts = {note.label for note in notes}
        for label, offset in markers.items():
            if label not in texts:
                message = f'the note has no text; write "[^{label}]: @key" at the end of the page'
                yield page.problem(offset, f"note {label}", message)
        for number, note in enumerate(notes):
            if note.label in {earlier.label for earlier in notes[:number]}:
                yield page.problem(note.start, f"note {note.label}", "the note is given twice; keep one of them")
            if note.label not in markers:
                message = f'nothing in the text leads to this note; write "[^{note.label}]" where it belongs'
                yield page.problem(note.start, f"note {note.label}", message)
            if twice := [key for number, key in enumerate(note.keys) if key in note.keys[:number]]:
                yield page.problem(note.start, f"note {note.label}", f'it cites "{twice[0]}" twice; keep one of them')
            if not note.keys:
                message = 'the note cites no source; write "@" and a key of data/sources.bib'
                yield page.problem(note.start, f"note {note.label}", message)
        for key, offset in prose.citations(page.body):
            if message := briefing.bibliography.unknown(key):
                yield page.problem(offset, f"@{key}", message)


def notes_run_without_gap(briefing: Briefing) -> Iterator[Problem]:
    """Notes are numbered 1, 2, 3 ... through the pages, in the order in which the text reaches them."""
    expected = 1
    for page in briefing.pages:
        for label, offset in prose.markers(page.body).items():
            if label != str(expected):
                message = f"the notes run 1, 2, 3 and on through the pages; write [^{expected}] here"
                yield page.problem(offset, f"note {label}", message)
            expected += 1


def addresses_are_free(briefing: Briefing) -> Iterator[Problem]:
    """Each page has an address of its own, and none that another had before."""
    taken: dict[str, str] = {}
    for page in briefing.pages:
        address = f"{page.uri.removesuffix('.md').removesuffix('index')}/".lstrip("/").replace("//", "/")
        if address in taken:
            yield page.meta_problem(f'{taken[address]} has the address "{address}" too; rename one of them')
        taken[address] = page.file
    for page in briefing.pages:
        for address in page.former:
            if not re.fullmatch(r"(?:[a-z0-9-]+/)+", address):
                yield page.meta_problem(f'"{address}" is no address of a page; write it as old-name/', "former")
            elif address in taken:
                yield page.meta_problem(f'{taken[address]} has the address "{address}" now; remove it here', "former")
            taken[address] = page.file


def blocks_stand_once(briefing: Briefing) -> Iterator[Problem]:
    """A block stands once on a page: its places have ids. The sections meet on the page for paper."""
    for together in ([page for page in briefing.pages if page.is_printed], *([page] for page in briefing.pages)):
        seen: set[str] = set()
        for page in together:
            for token in (token for token in tokens(page.body) if token.is_block):
                if token.name in seen:
                    yield page.problem(token.start, "", f'"{token.name}" stands here twice; keep one of them')
                seen.add(token.name)


def paragraphs_have_ids(briefing: Briefing) -> Iterator[Problem]:
    """All text of a section has a permanent id that no other has: the sections meet on the page for paper."""
    seen: set[str] = set()
    for page in briefing.sections:
        found: list[prose.Paragraph | prose.Heading] = [*prose.paragraphs(page.body), *prose.headings(page.body)]
        for block in sorted(found, key=lambda block: block.start):
            if isinstance(block, prose.Paragraph) and not block.is_text:
                what = "a table, a rule, code or an underlined heading can't have an id; write paragraphs, lists and #"
                yield page.problem(block.start, "", what)
            elif not block.id:
                what = "heading has no id; write { #its-name } at its end"
                if isinstance(block, prose.Paragraph):
                    what = "paragraph has no id; write { #its-name } on a line under it"
                yield page.problem(block.start, "", f"the {what}")
            for name in filter(None, (block.id, *block.former)):
                try:
                    check_id(name)
                except ValueError as error:
                    yield page.problem(block.start, f"#{name}", str(error))
                if name in seen:
                    yield page.problem(block.start, f"#{name}", "another paragraph or heading has this id; change one")
                seen.add(name)


def nothing_is_typed_by_hand(briefing: Briefing) -> Iterator[Problem]:
    """On a section page every digit, month and number word is drawn from a record, or listed as plain.

    The promise that prose and data cannot drift apart.
    """
    for page in briefing.sections:
        text = prose.plain_text(f"{page.meta.get('title', '')}\n{page.body}")
        for number, phrase in enumerate(page.texts("plain_numbers")):
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)"
            text, count = re.subn(pattern, lambda match: re.sub(r"\S", " ", match[0]), text)
            if not count:
                message = f'"{phrase}" does not stand in the text any more; remove it from plain_numbers'
                yield page.meta_problem(message, "plain_numbers", number)
        for word in numbers_in(text):
            advice = "draw it with a token, or list its phrase under plain_numbers in the page's front matter"
            message, offset = f'"{word[0]}" is typed by hand; {advice}', word.start() - text.index("\n") - 1
            yield page.meta_problem(message, "title") if offset < 0 else page.problem(offset, "", message)
