"""Reads a page as it is printed: Python-Markdown converts it once, and every word keeps the line it came from.

What stands for something else, a token or a citation, is held as a sign, so it can be asked where it came out:
in a sentence, a note, a heading, code, a link, or nowhere at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser, LexborNode

from briefing.signs import HELD, LINE, Held, hold, mark_lines, number_of, without_lines

_SIGN = re.compile(f"{HELD.pattern}|{LINE.pattern}")
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
    """An element of the page, by its attributes in the source, and its line."""

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
    id: str
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

    html: str  # in which what is held is still a sign
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
        places = ((self.held[number].key, number, *where) for number, where in self.printed.items())
        return {
            number: block for key, number, block, place in places if key and block.note and "code" not in place.inside
        }

    @cached_property
    def note_labels(self) -> list[str]:
        """The labels of the notes, in the order in which the text first leads to them."""
        return list(dict.fromkeys(label for block in self.blocks for label, _ in block.notes))


def read_page(body: str, markdown: Markdown, first_line: int = 1) -> Reading:
    """What `markdown`, the converter of the build, makes of a page.

    Lines are marked as far as that changes nothing of what is printed: each, or those after a blank one, or those
    of them that begin with no tag, or none.
    """
    text, held = hold(body, first_line)
    plain = markdown.reset().convert(text)
    for caution in range(3):
        html = markdown.reset().convert(mark_lines(text, first_line, caution))
        if without_lines(html).split() == plain.split():
            break
    else:
        html = plain
    walk = _Walk(held, first_line)
    walk.blocks_of(LexborHTMLParser(html).body)
    again = [note for extension in markdown.registeredExtensions for note in getattr(extension, "repeated", ())]
    repeated = [(label, number_of(m[1]) if (m := LINE.search(text)) else first_line) for label, text in again]
    return Reading(plain, held, walk.blocks, walk.tags, repeated)


class _Walk:
    """Goes through the HTML of a page once, gathering its blocks and tags; knows the line and the address it is at."""

    def __init__(self, held: list[Held], first_line: int) -> None:
        self.held, self.line, self.address = held, first_line, ""
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
        """Read a block, which begins so many lines before the first line that is known of it."""
        text = node.text()
        if sign := _SIGN.search(text):
            self.line = self.line_of(sign) - text[: sign.start()].lstrip().count("\n")
        self.enter(node)
        name = node.attributes.get("id") or ""
        block = Block(node.tag or "", "" if note else name, f"fn:{note}" if note else self.address, self.line, note)
        self.blocks.append(block)
        if node.tag == "-text":
            self.text(node, ("body",), block)
        else:
            self.children(node, (node.tag or "",), block)
        block.line = block.line_at(len(block.text) - len(block.text.lstrip()))

    def line_of(self, sign: re.Match[str]) -> int:
        """The line that a sign stands on, or that it says."""
        return self.held[number_of(sign[1])].line if sign[1] else number_of(sign[2])

    def enter(self, node: LexborNode) -> None:
        """Note the line and the id of a tag, and its attributes."""
        found = {name: value or "" for name, value in node.attributes.items()}
        for mark in filter(None, map(LINE.match, list(found))):
            self.line = number_of(mark[1])
            del found[mark.string]
        if found or node.tag in _SILENT:
            self.tags.append(
                Tag(node.tag or "", {name: LINE.sub("", value) for name, value in found.items()}, self.line)
            )
        if found.get("class") != "former" and not re.search("^__|:", found.get("id", ":")):  # those of tabs, and notes
            self.address = found["id"]

    def children(self, node: LexborNode, inside: tuple[str, ...], block: Block) -> None:
        """Read what a tag of a block holds."""
        if not _is_phrase(inside[-1]) and block.text:
            block.text += "\f"
        if inside[-1] == "ol" and node.attributes.get("start"):
            block.text += f"{node.attributes['start']}. "
        for child in node.iter(include_text=True):
            kinds = {*(child.attributes.get("class") or "").split()}
            if child.tag == "-text":
                self.text(child, inside, block)
                continue
            self.enter(child)
            if child.tag in ("a", "img") and not kinds & _NO_TEXT:  # readers see or hear these, too
                shown = [_SIGN.sub("", child.attributes.get(name) or "") for name in ("alt", "title")]
                block.text += " ".join(["", *filter(None, shown), ""]) if any(shown) else ""
            if "footnote-ref" in kinds:
                block.notes.append(((child.attributes.get("href") or "").partition(":")[2], len(block.text)))
            if child.tag not in _SILENT and not kinds & _NO_TEXT:
                self.children(child, (*inside, child.tag or ""), block)

    def text(self, node: LexborNode, inside: tuple[str, ...], block: Block) -> None:
        """Read a text of a block, and what is held in it."""
        text, at, around = node.text_content or "", 0, node.parent
        for sign in _SIGN.finditer(text):
            self.words(text[at : sign.start()], inside, block)
            self.line = self.line_of(sign)
            block.lines.append((len(block.text), self.line))
            if sign[1]:
                is_alone = (
                    around is not None
                    and around.tag == "p"
                    and not around.attributes
                    and not LINE.sub("", around.text()).replace(sign[0], "")
                )
                address = block.address if block.note else self.address
                block.held.append(Printed(number_of(sign[1]), len(block.text), inside, address, is_alone))
                block.text += "\ufdd0"
            at = sign.end()
        self.words(text[at:], inside, block)

    def words(self, text: str, inside: tuple[str, ...], block: Block) -> None:
        """Add words to a block, counting their lines; what is only between its rows and cells is no line."""
        if not text.strip() and not _is_phrase(inside[-1]) and inside[-1] not in ("p", "td", "th"):
            return
        for number, row in enumerate(text.split("\n")):
            if number:
                self.line += 1
                block.text += "\n"
                block.lines.append((len(block.text), self.line))
            block.text += re.sub(r"\S", " ", row) if "code" in inside or "pre" in inside else row


def _holds_blocks(node: LexborNode) -> bool:
    children = [*node.iter(include_text=True)]
    has_text = any(child.tag == "-text" and (child.text_content or "").strip() for child in children)
    return not has_text and any(not _is_phrase(child.tag or "") and child.tag != "-text" for child in children)
