"""Reads a page as it is printed: Python-Markdown converts it once, and each word is found again where it was written.

What stands for something else, a token or a citation, is held as a sign, so it can be asked where it came out:
in a sentence, a note, a heading, code, a link, or nowhere at all.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteBlockProcessor
from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.signs import ALONE, SIGN, Held, hold, number_of

_WORD = re.compile(rf"[^\W_]+|{SIGN}")
_NEAR = 40  # words within which a single one is likely the one that is printed
_WHOLE = {"blockquote", "dl", "figure", "ol", "pre", "table", "ul"}  # blocks that hold others
_is_phrase = re.compile(
    "a|abbr|b|br|cite|code|del|em|i|img|input|ins|kbd|label|mark|picture|q|s|small|span|strong|sub|sup|time|u|wbr"
).fullmatch
_SILENT = {"script", "style", "template", "noscript", "svg"}
_NO_TEXT = {"footnote-ref", "footnote-backref", "headerlink", "caption-prefix"}  # that nobody typed


class Printed(NamedTuple):
    """Where a held thing came out, in which tags; whether its paragraph holds nothing else; the nearest id above."""

    number: int
    offset: int
    inside: tuple[str, ...]
    address: str
    is_alone: bool


class Tag(NamedTuple):
    """An element of the page, by its attributes, and its line."""

    name: str
    attributes: dict[str, str]
    line: int


@dataclass
class Block:
    """A heading, paragraph, list, quote, table, figure or note as it is printed, one `tag` of the page.

    In its `text` a held thing is U+FDD0, quoted code is blank, and a form feed parts its paragraphs, rows and cells.
    `address` is its id or the nearest above; `notes` are the labels it leads to; `note` is its own label.
    """

    tag: str
    address: str
    line: int
    note: str = ""
    text: str = ""
    lines: list[tuple[int, int]] = field(default_factory=list)  # (offset in text, line) where a line begins
    held: list[Printed] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)  # (label, offset)

    def line_at(self, offset: int) -> int:
        """The line of the source that the word at `offset` came from."""
        at = bisect_right(self.lines, (offset, 10**9)) - 1
        return self.lines[at][1] if at >= 0 else self.line


@dataclass
class Reading:
    """A page as it is printed: its blocks in order, its notes last; its tags; and the notes that are given again."""

    text: str  # its Markdown, in which what is held is a sign
    html: str  # in which it still is
    held: list[Held]
    blocks: list[Block]
    tags: list[Tag]
    repeated: list[tuple[str, int]]  # (label, line)

    @cached_property
    def printed(self) -> dict[int, tuple[Block, Printed]]:
        """Where each held thing came out."""
        return {place.number: (block, place) for block in self.blocks for place in block.held}

    @cached_property
    def cited(self) -> dict[int, Block]:
        """The numbers of the citations that are printed in a note, with their notes."""
        in_notes = {number: block for number, (block, place) in self.printed.items() if "code" not in place.inside}
        return {number: block for number, block in in_notes.items() if block.note and self.held[number].key}

    @cached_property
    def note_labels(self) -> list[str]:
        """The labels of the notes, in the order in which the text first leads to them."""
        return list(dict.fromkeys(label for block in self.blocks for label, _ in block.notes))


@cache  # a preview reads again only what was edited
def read_page(body: str, markdown: Markdown, first_line: int = 1) -> Reading:
    """What `markdown`, the converter of the build, makes of a page whose body begins on `first_line`."""
    text, held = hold(body, first_line)
    html = markdown.reset().convert(text)
    walk = _Walk(_Source(text, first_line), html)
    walk.blocks_of(LexborHTMLParser(html).body)
    notes = dict(walk.source.notes)  # of two with one label, the last
    again = [note for note, count in Counter(label for label, _ in walk.source.notes).items() if count > 1]
    return Reading(text, html, held, walk.blocks, walk.tags, [(label, notes[label]) for label in again])


class _Source:
    """The words of a page as it was written, each with its line; knows how far the printed ones have come."""

    def __init__(self, text: str, first_line: int) -> None:
        self.at, self.words, self.lines = 0, list[str](), list[int]()
        self.places: dict[str, list[int]] = defaultdict(list)
        self.notes: list[tuple[str, int]] = []  # the label and the line of each, as often as it is given
        for line, row in enumerate(text.split("\n"), first_line):
            if note := FootnoteBlockProcessor.RE.match(row):
                self.notes.append((note[1], line))
            for word in _WORD.findall(row):
                self.places[word].append(len(self.words))
                self.words.append(word)
                self.lines.append(line)
        self.line = first_line  # of the last word that was found

    def go_to_note(self, label: str) -> None:
        """Go on with the text of a note, behind its label."""
        line = dict(self.notes).get(label, self.line)
        self.at = bisect_left(self.lines, line) + len(_WORD.findall(label))
        self.line = line

    def find(self, words: list[str]) -> int | None:
        """Where `words` stand, next or before; a single one only if it is near. None where they do not."""
        if not words or words[0] in self.words[self.at : self.at + 1]:
            return self.at if words else None
        places = self.places.get(words[0], [])
        following = bisect_left(places, self.at)
        for place in (*places[following:], *places[:following]):
            if self.words[place : place + 3] == words[:3] and (len(words) > 1 or 0 <= place - self.at < _NEAR):
                return place
        return next((place for place in places[following:] if place - self.at < _NEAR), None)

    def lines_of(self, text: str) -> Iterator[tuple[int, int]]:
        """The offset of each word of a printed text that is found, and the line it was written on."""
        found = [*_WORD.finditer(text)]
        words = [match[0] for match in found]
        for number, match in enumerate(found):
            place = self.find(words[number : number + 3])
            if place is not None:
                self.at, self.line = place + 1, self.lines[place]
                yield match.start(), self.line


class _Walk:
    """Goes through the HTML of a page once, gathering its blocks and tags; knows the address it is at."""

    def __init__(self, source: _Source, html: str) -> None:
        self.source, self.address, self.alone = source, "", {match[1] for match in ALONE.finditer(html)}
        self.blocks: list[Block] = []
        self.tags: list[Tag] = []

    def blocks_of(self, container: LexborNode | None) -> None:
        """Read what `container` holds, a block each; what holds blocks itself is gone into."""
        for node in container.iter(include_text=True) if container else ():
            if node.tag not in _WHOLE and _holds_blocks(node):
                self.enter(node)
                self.blocks_of(node)
            elif node.tag == "ol" and container and container.attributes.get("class") == "footnote":
                for row in node.iter():
                    self.read(row, (row.attributes.get("id") or "").partition(":")[2])
            elif node.tag != "-text" or node.text().strip():
                self.read(node)

    def read(self, node: LexborNode, note: str = "") -> None:
        """Read a block, or a note."""
        if note:
            self.source.go_to_note(note)
        line = self.enter(node)
        block = Block(node.tag or "", f"fn:{note}" if note else self.address, line, note)
        self.blocks.append(block)
        if node.tag == "-text":
            self.text(node.text_content or "", ("body",), block)
        else:
            self.children(node, (node.tag or "",), block)
        block.line = block.lines[0][1] if block.lines else line

    def enter(self, node: LexborNode) -> int:
        """Note the id of a tag and its attributes; returns its line: that of its first word, or of an attribute."""
        attributes = {name: value or "" for name, value in node.attributes.items()}
        texts = (text[:200] for text in (node.text(), *attributes.values()))
        places = (self.source.find(_WORD.findall(text)[:3]) for text in texts)
        place = next((place for place in places if place is not None), None)
        line = self.source.line if place is None else self.source.lines[place]
        if attributes or node.tag in _SILENT:
            self.tags.append(Tag(node.tag or "", attributes, line))
        if attributes.get("class") != "former" and not re.search("^__|:", attributes.get("id", ":")):  # of tabs, notes
            self.address = attributes["id"]
        return line

    def children(self, node: LexborNode, inside: tuple[str, ...], block: Block) -> None:
        """Read what a tag of a block holds."""
        if not _is_phrase(inside[-1]) and block.text:
            block.text += "\f"
        if inside[-1] == "ol" and node.attributes.get("start"):
            self.text(f"{node.attributes['start']}. ", ("li",), block)
        for child in node.iter(include_text=True):
            kinds = {*(child.attributes.get("class") or "").split()}
            if child.tag == "-text":
                self.text(child.text_content or "", inside, block)
                continue
            self.enter(child)
            if child.tag in ("a", "img") and not kinds & _NO_TEXT:  # readers see or hear these, too
                shown = [re.sub(SIGN, "", child.attributes.get(name) or "") for name in ("alt", "title")]
                self.text(" ".join(["", *filter(None, shown), ""]), inside, block)
            if "footnote-ref" in kinds:
                block.notes.append(((child.attributes.get("href") or "").partition(":")[2], len(block.text)))
            if child.tag not in _SILENT and not kinds & _NO_TEXT:
                self.children(child, (*inside, child.tag or ""), block)

    def text(self, text: str, inside: tuple[str, ...], block: Block) -> None:
        """Read a text of a block, and what is held in it; what is only between its rows and cells is left out."""
        if not text.strip() and inside[-1] not in ("p", "td", "th") and not _is_phrase(inside[-1]):
            return
        start = len(block.text)
        for offset, line in self.source.lines_of(text):
            if not block.lines or block.lines[-1][1] != line:
                block.lines.append((start + text.rfind("\n", 0, offset) + 1, line))
        for sign in re.finditer(SIGN, text):
            number, address = number_of(sign[0]), block.address if block.note else self.address
            block.held.append(Printed(number, start + sign.start(), inside, address, sign[0] in self.alone))
        shown = re.sub(SIGN, "\ufdd0", text)
        block.text += re.sub("[^\\s\ufdd0]", " ", shown) if {"code", "pre"} & {*inside} else shown


def _holds_blocks(node: LexborNode) -> bool:
    inner = node.iter(include_text=True)
    tags = {child.tag or "" for child in inner if child.tag != "-text" or (child.text_content or "").strip()}
    return "-text" not in tags and not all(map(_is_phrase, tags))
