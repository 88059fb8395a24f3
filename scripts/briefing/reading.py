"""Reads a page as it is printed: Python-Markdown converts it once, and each text is found again where it was written.

What stands for something else, a token or a citation, is held as a sign, so it can be asked where it came out:
in a sentence, a note, a heading, code, a link, or nowhere at all.
"""

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import unescape
from typing import NamedTuple

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteBlockProcessor
from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.signs import SIGN, Held, hold

_WORD = re.compile(rf"[^\W_]+|{SIGN}|{{{{|}}}}")
_BLOCKS = (
    "article, aside, blockquote, caption, dd, details, div, dl, dt, figcaption, figure, h1, h2, h3, h4, h5, h6, "
    "hr, li, ol, p, pre, section, summary, table, td, th, tr, ul"
)
_WHOLE = {"blockquote", "dl", "figure", "ol", "pre", "table", "ul"}  # each is one block with those that it holds
_NO_TEXT = {"-comment", "script", "style", "template", "noscript", "svg"}  # tags, and classes, of what nobody typed
_NO_TEXT |= {"footnote-ref", "footnote-backref", "headerlink", "caption-prefix"}


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
    lines: list[tuple[int, int]]  # where its rows begin: (offset, line)
    note: str = ""
    text: str = ""
    held: list[str] = field(default_factory=list)  # signs
    notes: list[str] = field(default_factory=list)

    def line_at(self, offset: int) -> int:
        """The line of the source that the text at `offset` came from."""
        return next(line for start, line in reversed(self.lines) if start <= offset)


class Printed(NamedTuple):
    """Where a held thing came out: in which block, and there in which tags."""

    block: Block
    offset: int
    inside: tuple[str, ...]


@dataclass
class Reading:
    """A page as it is printed: its blocks in order, its notes last; its tags; and the notes that are given again."""

    text: str  # its Markdown, in which what is held is a sign
    html: str  # in which it still is
    held: dict[str, Held]
    printed: dict[str, Printed]
    blocks: list[Block]
    tags: list[Tag]
    repeated: dict[str, int]  # label -> line

    @cached_property
    def cited(self) -> dict[str, str]:
        """The signs of the citations that are printed in a note, with its label."""
        in_notes = {sign: at for sign, at in self.printed.items() if at.block.note and "code" not in at.inside}
        return {sign: at.block.note for sign, at in in_notes.items() if self.held[sign].key}

    @cached_property
    def note_labels(self) -> list[str]:
        """The labels of the notes, in the order in which the text first leads to them."""
        return list(dict.fromkeys(label for block in self.blocks for label in block.notes))


@cache  # a preview reads again only what was edited
def read_page(body: str, markdown: Markdown) -> Reading:
    """What `markdown`, the converter of the build, makes of the `body` of a page."""
    text, held = hold(body)
    html = markdown.reset().convert(text)
    source = _Source(text)
    walk = _Walk(source, held)
    # A comment or a script that comes first would go into a head.
    for node in LexborHTMLParser(f"<body>{html}").css("body")[0].iter(include_text=True):
        walk.read(node)
    return Reading(text, html, held, walk.printed, walk.blocks, walk.tags, source.repeated)


class _Source:
    """The words of a page as it was written, line by line; knows how far the printed ones have come."""

    def __init__(self, text: str) -> None:
        self.words, self.at = "", 0
        self.notes: dict[str, int] = {}  # where the line of each begins, by its id
        self.repeated: dict[str, int] = {}  # its line, by its label
        for line, row in enumerate(text.split("\n"), 1):
            if note := FootnoteBlockProcessor.RE.match(row):
                if f"fn:{note[1]}" in self.notes:
                    self.repeated[note[1]] = line
                self.notes[f"fn:{note[1]}"] = len(self.words)
            self.words += _words(unescape(row)) + "\n"

    def line_of(self, name: str, *texts: str) -> int:
        """The line of the note with the id `name`, where we go on then, or of the first of `texts` that is found."""
        if name in self.notes:
            self.at, texts = self.notes[name], ()
        place, _ = next(filter(None, map(self.find, texts)), (self.at, self.at))
        return self.line_at(place)

    def find(self, text: str) -> tuple[int, int] | None:
        """Where the first row of a text begins and ends, or else three words of it: next, or first on the page."""
        row = text.lstrip().partition("\n")[0]
        for words in (_words(row), _words(row, 3)):
            for start in (self.at, 0):
                if words and (place := self.words.find(words, start)) >= 0:
                    return place, place + len(words)
        return None

    def line_at(self, place: int) -> int:
        """The line of the page on which a place among the words is."""
        return self.words.count("\n", 0, place) + 1


def _words(text: str, most: int | None = None) -> str:
    """The words of a text in small letters, each between spaces."""
    return "".join(f" {word} " for word in _WORD.findall(text.casefold())[:most])


class _Walk:
    """Goes through the HTML of a page once, gathering what it holds; knows the address it is at."""

    def __init__(self, source: _Source, held: dict[str, Held]) -> None:
        self.source, self.held, self.address = source, held, ""
        self.printed: dict[str, Printed] = {}
        self.blocks: list[Block] = []
        self.tags: list[Tag] = []

    def read(self, node: LexborNode, inside: tuple[str, ...] = ("body",), block: Block | None = None) -> None:
        """Read a node `inside` these tags, and what it holds: as part of a `block`, or as blocks of its own."""
        tag, attributes = node.tag or "", {name: value or "" for name, value in node.attributes.items()}
        kinds, name = {tag, *attributes.get("class", "").split()}, attributes.get("id", "")
        note = name[3:] if tag == "li" and name.startswith("fn:") else ""
        is_former = block and "former" in kinds
        line = self.source.line_of(name, node.text(separator="\n"), *sorted(attributes.values(), key=len, reverse=True))
        if block and is_former:  # which is written below the block
            line = block.line_at(0)
        if attributes or kinds & _NO_TEXT:
            self.tags.append(Tag(tag, attributes, line))
        if name and not is_former and not re.search("^__|:", name):  # of tabs, of notes
            self.address = name
        if "footnote-ref" in kinds and block:
            block.notes.append(attributes.get("href", "").partition(":")[2])
        if kinds & _NO_TEXT:
            return
        if block and tag in _BLOCKS.split(", "):
            block.text += "\f"
        elif not block and (note or _is_block(node)):
            block = Block(tag, name if note else self.address, [(0, line)], note)
            self.blocks.append(block)
        inside = inside if tag == "-text" else (*inside, tag)
        if block:
            self.print(_shown(node, attributes), inside, block)
        for child in node.iter(include_text=True):
            self.read(child, inside, block)

    def print(self, text: str, inside: tuple[str, ...], block: Block) -> None:
        """Add a `text` to a block, with its lines and what is held in it."""
        start = len(block.text)
        for row in re.finditer(r"[^\n]+", text):
            if found := self.source.find(row[0]):
                block.lines.append((start + row.start(), self.source.line_at(found[0])))
                self.source.at = found[1]
        for sign in re.finditer(SIGN, text):
            if sign[0] in self.held:  # and no sign of another's
                block.held.append(sign[0])
                self.printed[sign[0]] = Printed(block, start + sign.start(), inside)
        shown = re.sub(SIGN, "\ufdd0", text)
        block.text += re.sub("[^\\s\ufdd0]", " ", shown) if {"code", "pre"} & {*inside} else shown


def _is_block(node: LexborNode) -> bool:
    """Whether a node is a block as it stands, and holds no others, and no notes."""
    if node.tag == "-text":
        return bool(node.text().strip())
    inner = 'li[id^="fn:"]' if node.tag in _WHOLE else _BLOCKS
    return not any(child.css_first(inner) for child in node.iter())


def _shown(node: LexborNode, attributes: dict[str, str]) -> str:
    """What a node prints besides what it holds: its text, the number of its first row, or what it is said to show."""
    if node.tag in ("a", "img"):
        return re.sub(SIGN, "", "".join(f" {attributes[name]} " for name in ("alt", "title") if name in attributes))
    if node.tag == "ol" and "start" in attributes:
        return re.sub(SIGN, "", f"{attributes['start']}. ")
    return node.text_content or ""
