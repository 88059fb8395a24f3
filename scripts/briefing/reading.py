"""Reads a page as it is printed: Python-Markdown converts it once, and every word keeps the line it came from.

What stands for something else, a token or a citation, is held as a sign of its own, so it can be asked where
it came out: in a sentence, a note, a heading, code, a link, or nowhere at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from markdown import Markdown
from selectolax.lexbor import LexborHTMLParser, LexborNode

# Noncharacters of Unicode, which no file may hold: what begins and ends a sign, and the ten digits in it.
# Those are no digits to anyone else, so that the slug of a heading has none of them.
HELD = re.compile("\ufdd0([\ufde0-\ufde9]+)\ufdd1")
_LINE = re.compile("\ufdd2([\ufde0-\ufde9]+)\ufdd3")
_SIGN = re.compile(f"{HELD.pattern}|{_LINE.pattern}")
_OF_A_TAG = re.compile(f' {_LINE.pattern}(?:="[^"]*")?')
_DIGITS = {ord("0") + digit: 0xFDE0 + digit for digit in range(10)}
_ASIDE = {"@": "\ufdd4", "[": "\ufdd5", "]": "\ufdd6"}  # what mkdocs-bibtex would take for a citation, or its end
_BACK = str.maketrans({**{sign: text for text, sign in _ASIDE.items()}, "\ufdd7": ""})
_THING = re.compile(r"\{\{([^{}]*)\}\}|(?<![\w\\/.@-])@([\w-]+)|(\\?@|\[|\])")
_WORD = r"[\w\ufdd0$€£#%(]|\[(?!\^|[ xX]\])[^\]\n]*\](?!:)|!\[|`(?!``)"  # what a line of text begins with
_ROW = r"(?:[-*+]|\d+[.)]|\#+)[ \t]+"
_FIRST_WORD = re.compile(rf"(?:[ \t]*\[\^[^\]\n]*\]:)?(?:[ \t>|]|{_ROW})*[\"“‘(*_]*(?={_WORD})|[ \t]*<[a-zA-Z][\w-]*(?=[ >/])")
_CONTAINERS = {"div", "details", "section", "article", "aside", "main", "center", "body"}
_PHRASES = {"a", "abbr", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "small", "span",
            "strong", "sub", "sup", "time", "u", "cite", "label", "input", "svg", "picture", "wbr"}  # fmt: skip
_SILENT = {"script", "style", "template", "noscript", "svg"}
_NO_TEXT = {"footnote-ref", "footnote-backref", "headerlink"}


class Held(NamedTuple):
    """A token or a citation as it stands in the source: what is between its braces, or the key after the "@"."""

    token: str
    key: str
    line: int


class Printed(NamedTuple):
    """Where a held thing came out: its number, its offset in the block's text, and the tags around it.

    `address` is the nearest id at or above it; `is_alone` where its paragraph holds nothing else.
    """

    number: int
    offset: int
    inside: tuple[str, ...]
    address: str
    is_alone: bool


class Tag(NamedTuple):
    """An element of the page with its attributes, and its line."""

    name: str
    attributes: dict[str, str]
    line: int


@dataclass
class Block:
    """A heading, paragraph, list, quote, table, figure or note as it is printed.

    Held things are one sign "\\ufdd0" in its `text`, and quoted code is blank. `address` is its id or the nearest above;
    `notes` are the labels it leads to, with offsets; `note` is its label where it is a note itself.
    """

    tag: str
    id: str
    address: str
    line: int
    note: str = ""
    text: str = ""
    lines: list[tuple[int, int]] = field(default_factory=list)  # (offset in text, line) where a line begins
    held: list[Printed] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # the offsets at which its paragraphs begin

    def line_at(self, offset: int) -> int:
        """The line of the source that the word at `offset` came from."""
        at = bisect_right(self.lines, (offset, 10**9)) - 1
        return self.lines[at][1] if at >= 0 else self.line


@dataclass
class Reading:
    """A page as it is printed: its blocks in order, its notes last; and every tag that names, leads or loads."""

    body: str
    held: list[Held]
    blocks: list[Block]
    tags: list[Tag]
    repeated: list[tuple[str, int]]  # the labels of notes that are given again, with the lines

    @cached_property
    def printed(self) -> dict[int, tuple[Block, Printed]]:
        """Where each held thing came out."""
        return {place.number: (block, place) for block in self.blocks for place in block.held}

    @cached_property
    def cited(self) -> dict[int, Block]:
        """The numbers of the citations that are printed in a note, with their notes."""
        return {
            number: block
            for number, (block, place) in self.printed.items()
            if self.held[number].key and block.note and not {"code", "pre"} & {*place.inside}
        }

    @cached_property
    def ids(self) -> list[tuple[str, int]]:
        """The ids on the page, but for those of notes, with their lines."""
        return [(tag.attributes["id"], tag.line) for tag in self.tags if not _of_note(tag.attributes.get("id", ":"))]

    @cached_property
    def note_labels(self) -> list[str]:
        """The labels of the notes, in the order in which the text first leads to them."""
        return list(dict.fromkeys(label for block in self.blocks for label, _ in block.notes))


def hold(body: str, first_line: int = 1) -> tuple[str, list[Held]]:
    """The Markdown with a sign in the place of each token and citation, and what each sign stands for."""
    return _hold(body, first_line, lambda match, number: _sign("\ufdd0", number, "\ufdd1"), lambda sign: sign[-1])


def hold_for_build(body: str, cited: Collection[int] = ()) -> tuple[str, list[Held]]:
    """The same for the build, in which mkdocs-bibtex resolves the citations that were `cited`, and sees nothing else."""

    def keep(match: re.Match[str], number: int) -> str:
        if not match[2]:
            return _sign("\ufdd0", number, "\ufdd1")
        return f"@{match[2]}\ufdd7" if number in cited else _ASIDE["@"] + match[2]

    return _hold(body, 1, keep, lambda sign: _ASIDE[sign[-1]])


def restore(text: str) -> str:
    """The Markdown as Markdown shall have it, after mkdocs-bibtex."""
    return text.translate(_BACK)


def draw(html: str, held: list[Held], write_value: Callable[[str], str], write_block: Callable[[str], str]) -> str:
    """A page's `html` with what is written for each token that was held; a block takes the place of its paragraph."""

    def written(match: re.Match[str]) -> str:
        token = held[_number(match["alone"] or match["inside"])].token
        if ":" in token:
            value = write_value(token)
            return f"<p>{value}</p>" if match["alone"] else value
        return write_block(token)

    sign = HELD.pattern.replace("(", "(?P<{}>")
    return re.sub(f"<p>{sign.format('alone')}</p>|{sign.format('inside')}", written, html)


def came_out(html: str) -> set[int]:
    """The numbers of the held things that stand in the HTML of a page, for the build to compare with `printed`."""
    return {_number(match[1]) for match in HELD.finditer(html)}


def read_page(body: str, markdown: Markdown, first_line: int = 1) -> Reading:
    """What `markdown`, the converter of the build, makes of a page.

    Lines are marked as far as that changes nothing of what is printed: all of them, or those after a blank one, or none.
    """
    text, held = hold(body, first_line)
    plain = markdown.reset().convert(text)
    for only_after_blank in (False, True):
        html = markdown.reset().convert(_marked(text, first_line, only_after_blank))
        if _LINE.sub("", _OF_A_TAG.sub("", html)) == plain:
            break
    else:
        html = plain
    walk = _Walk(held, first_line)
    walk.blocks_of(LexborHTMLParser(html).body)
    again = getattr(markdown, "notes_given_again", [])
    repeated = [(label, int(_number(line[1])) if (line := _LINE.search(given)) else first_line) for label, given in again]
    return Reading(body, held, walk.blocks, walk.tags, repeated)


def _hold(
    body: str, first_line: int, keep: Callable[[re.Match[str], int], str], aside: Callable[[str], str]
) -> tuple[str, list[Held]]:
    held: list[Held] = []

    def sign(match: re.Match[str]) -> str:
        if match[3]:
            return aside(match[3])
        held.append(Held((match[1] or "").strip(), match[2] or "", first_line + body.count("\n", 0, match.start())))
        return keep(match, len(held) - 1)

    return _THING.sub(sign, re.sub("[\ufdd0-\ufdef]", "\ufffd", body)), held


def _marked(text: str, first_line: int, only_after_blank: bool) -> str:
    """The Markdown with the sign of its line before the first word of each, or in the tag that begins it."""
    lines, above = [], ""
    for number, line in enumerate(text.split("\n"), first_line):
        match = _FIRST_WORD.match(line) if not (only_after_blank and above.strip()) else None
        if match:
            space = " " if match[0].lstrip().startswith("<") else ""
            line = match[0] + space + _sign("\ufdd2", number, "\ufdd3") + line[match.end() :]
        lines.append(line)
        above = line
    return "\n".join(lines)


class _Walk:
    """Goes through the HTML of a page once, gathering its blocks and tags; knows the line and the address it is at."""

    def __init__(self, held: list[Held], first_line: int) -> None:
        self.held, self.line, self.address = held, first_line, ""
        self.blocks: list[Block] = []
        self.tags: list[Tag] = []

    def blocks_of(self, container: LexborNode) -> None:
        """Read what `container` holds, a block each; what holds blocks itself is gone into."""
        for node in container.iter(include_text=True):
            if node.tag == "-text":
                if (node.text_content or "").strip():
                    self._text(node, ("body",), self._block("p", "", ""))
            elif node.tag in _CONTAINERS and _holds_blocks(node):
                self._enter(node)
                self.blocks_of(node)
            elif node.tag in ("ol", "ul") and container.attributes.get("class") == "footnote":
                for row in node.iter():
                    self._read(row, note=(row.attributes.get("id") or "").partition(":")[2])
            else:
                self._read(node)

    def _block(self, tag: str, name: str, note: str) -> Block:
        self.blocks.append(Block(tag, name, self.address, self.line, note))
        return self.blocks[-1]

    def _read(self, node: LexborNode, note: str = "") -> None:
        text, name = node.text(), node.attributes.get("id") or ""
        if mark := _LINE.search(text):
            self.line = _number(mark[1]) - text[: mark.start()].lstrip().count("\n")
        self._enter(node)
        block = self._block(node.tag or "", "" if _of_note(name or ":") else name, note)
        if note:
            block.address = f"fn:{note}"
        self._children(node, (node.tag or "",), block)
        first = len(block.text) - len(block.text.lstrip())
        block.line = block.line_at(first)

    def _enter(self, node: LexborNode) -> None:
        """Take the line, the id and what else is to be known of a tag."""
        found = {name: value or "" for name, value in node.attributes.items()}
        if marks := [name for name in found if _LINE.match(name)]:
            self.line = _number(marks[0][1:-1])
            found = {name: value for name, value in found.items() if name not in marks}
        if found or node.tag in _SILENT:
            plain = {name: self._plain(value) for name, value in found.items()}
            self.tags.append(Tag(node.tag or "", plain, self.line))
        if not _of_note(found.get("id", ":")) and found.get("class") != "former":
            self.address = found["id"]

    def _plain(self, text: str) -> str:
        """An attribute as it stands in the source."""

        def source(match: re.Match[str]) -> str:
            thing = self.held[_number(match[1])]
            return f"@{thing.key}" if thing.key else f"{{{{ {thing.token} }}}}"

        return HELD.sub(source, _LINE.sub("", text))

    def _children(self, node: LexborNode, inside: tuple[str, ...], block: Block) -> None:
        if node.tag not in _PHRASES:
            block.text += "" if not block.text or block.text[-1].isspace() else "\n"
            block.starts.append(len(block.text))
        if node.tag == "ol" and node.attributes.get("start") and not block.note:
            block.text += f"{node.attributes['start']}. "
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                self._text(child, inside, block)
                continue
            self._enter(child)
            kinds = {*(child.attributes.get("class") or "").split()}
            if child.tag in ("a", "img"):  # readers see or hear these, too
                shown = [child.attributes.get(name) or "" for name in ("alt", "title")]
                block.text += "".join(_SIGN.sub("", text) for text in shown if not kinds & _NO_TEXT)
            if "footnote-ref" in kinds:
                block.notes.append(((child.attributes.get("href") or "").partition(":")[2], len(block.text)))
            if child.tag not in _SILENT and not kinds & _NO_TEXT:
                self._children(child, (*inside, child.tag or ""), block)

    def _text(self, node: LexborNode, inside: tuple[str, ...], block: Block) -> None:
        text, at = node.text_content or "", 0
        is_alone = inside[-1] == "p" and not _SIGN.sub("", node.parent.text() if node.parent else text).strip()
        for sign in _SIGN.finditer(text):
            self._words(text[at : sign.start()], inside, block)
            number = _number(sign[1] or sign[2])
            self.line = self.held[number].line if sign[1] else number
            block.lines.append((len(block.text), self.line))
            if sign[1]:
                block.held.append(Printed(number, len(block.text), inside, block.address if block.note else self.address, is_alone))
                block.text += "\ufdd0"
            at = sign.end()
        self._words(text[at:], inside, block)

    def _words(self, text: str, inside: tuple[str, ...], block: Block) -> None:
        if not text.strip() and inside[-1] not in _PHRASES | {"p", "td", "th"}:
            block.text += text  # between the rows of a list
            return
        is_quoted = bool({"code", "pre"} & {*inside})
        for number, row in enumerate(text.split("\n")):
            if number:
                block.text += "\n"
                self.line += 1
                block.lines.append((len(block.text), self.line))
            block.text += re.sub(r"\S", " ", row) if is_quoted else row


def _holds_blocks(node: LexborNode) -> bool:
    children = [*node.iter(include_text=True)]
    has_text = any(child.tag == "-text" and (child.text_content or "").strip() for child in children)
    return not has_text and any(child.tag not in _PHRASES and child.tag != "-text" for child in children)


def _of_note(name: str) -> bool:
    """Whether an id is that of a note or of a way back to its marker."""
    return ":" in name


def _sign(begin: str, number: int, end: str) -> str:
    return begin + str(number).translate(_DIGITS) + end


def _number(digits: str) -> int:
    return int("".join(chr(ord(digit) - 0xFDE0 + ord("0")) for digit in digits))
