"""Signs in the place of tokens and citations, so that each is found again wherever a page prints it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

# Noncharacters of Unicode, which no file may hold: what begins and ends a sign, and the ten digits in it.
# Those are no digits to anyone else, so that the slug of a heading has none of them.
HELD = re.compile("\ufdd0([\ufde0-\ufde9]+)\ufdd1")
LINE = re.compile("\ufdd2([\ufde0-\ufde9]+)\ufdd3")
_ASIDE = {"@": "\ufdd4", "[": "\ufdd5", "]": "\ufdd6"}  # what mkdocs-bibtex would take for a citation
_AS_BEFORE = str.maketrans({**{sign: text for text, sign in _ASIDE.items()}, "\ufdd7": ""})
_OF_A_TAG = re.compile(f' {LINE.pattern}(?:="[^"]*")?')
_ROW = r"(?:[-*+]|\d+[.)]|\#+)[ \t]+"
_WORD = r"[\w$%(]|[^\x00-\x7f]|\[(?!\^|[ xX]\])[^\]\n]*\](?!:)|!\[|`(?!``)"
_FIRST_WORD = re.compile(  # or a tag, or the title of a callout
    rf"(?:[ \t]*\[\^[^\]\n]*\]:)?(?:[ \t>|]|{_ROW})*[\"“‘(*_]*(?={_WORD})|[ \t]*<[a-zA-Z][\w-]*(?=[ >/]|$)"
    r"|[ \t]*(?:!!!|\?\?\?\+?|===\+?!?)[ \t\w-]*\"(?=\w)"
)
_THING = re.compile(r"\{\{([^{}]*)\}\}|(?<![\w\\/.@-])@([\w-]+)|\\?([@\[\]])")
_DIGITS = {ord("0") + digit: 0xFDE0 + digit for digit in range(10)}
_NUMBERS = {sign: digit for digit, sign in _DIGITS.items()}


class Held(NamedTuple):
    """A token or a citation as it stands in the source: what is between its braces, or the key after the "@"."""

    token: str
    key: str
    line: int

    @property
    def is_block(self) -> bool:
        """Whether it is a token that stands for a whole block, such as the list of records."""
        return bool(self.token) and not {":", "|"} & {*self.token}


def hold(body: str, first_line: int = 1) -> tuple[str, list[Held]]:
    """The Markdown with a sign in the place of each token and citation, and what each sign stands for."""
    return _hold(body, first_line, lambda key, number: _held(number), lambda written: written.replace("\\@", "@"))


def hold_for_build(body: str, cited: Collection[int] = ()) -> tuple[str, list[Held]]:
    """The same for mkdocs-bibtex, which shall resolve the citations with the numbers `cited`, and see nothing else."""

    def keep(key: str, number: int) -> str:
        if not key:
            return _held(number)
        return f"@{key}\ufdd7" if number in cited else _ASIDE["@"] + key

    return _hold(body, 1, keep, lambda written: _ASIDE["@"] if written == "\\@" else written[:-1] + _ASIDE[written[-1]])


def restore(text: str) -> str:
    """The Markdown as it was before `hold_for_build`, but for tokens and resolved citations."""
    return text.translate(_AS_BEFORE)


def draw(html: str, held: list[Held], write_value: Callable[[str], str], write_block: Callable[[str], str]) -> str:
    """A page's `html` with what is written for each token that was held; a block takes the place of its paragraph."""

    def write(thing: Held) -> str:
        return (
            write_block(thing.token) if thing.is_block else write_value(thing.token) if thing.token else f"@{thing.key}"
        )

    alone = re.compile(f"<p>{HELD.pattern}</p>")

    def written(match: re.Match[str]) -> str:
        token = held[number_of(match[1])]
        return write(token) if token.is_block else match[0]

    return HELD.sub(lambda match: write(held[number_of(match[1])]), alone.sub(written, html))


def came_out(html: str) -> set[int]:
    """The numbers of the held things that stand in the HTML of a page."""
    return {number_of(match[1]) for match in HELD.finditer(html)}


def mark_lines(text: str, first_line: int, caution: int) -> str:
    """The Markdown with the sign of its line before the first word of each, or in the tag that begins it.

    With `caution` 1, only of lines after a blank one; with 2, only of those that begin with no tag.
    """
    lines, above = [], ""
    for number, line in enumerate(text.split("\n"), first_line):
        match = None if caution and above.strip() else _FIRST_WORD.match(line)
        above = line
        is_tag = match is not None and match[0].lstrip().startswith("<")
        if match and not (is_tag and caution > 1):
            line = match[0] + " " * is_tag + f"\ufdd2{str(number).translate(_DIGITS)}\ufdd3" + line[match.end() :]
        lines.append(line)
    return "\n".join(lines)


def without_lines(html: str) -> str:
    """The HTML without the signs of lines."""
    return LINE.sub("", _OF_A_TAG.sub("", html))


def number_of(digits: str) -> int:
    """The number in a sign."""
    return int(digits.translate(_NUMBERS))


def _hold(
    body: str, first_line: int, keep: Callable[[str, int], str], aside: Callable[[str], str]
) -> tuple[str, list[Held]]:
    held: list[Held] = []

    def sign(match: re.Match[str]) -> str:
        if match[3]:
            return aside(match[0])
        held.append(Held((match[1] or "").strip(), match[2] or "", first_line + body.count("\n", 0, match.start())))
        return keep(match[2] or "", len(held) - 1)

    return _THING.sub(sign, re.sub("[\ufdd0-\ufdef]", "\ufffd", body)), held


def _held(number: int) -> str:
    return f"\ufdd0{str(number).translate(_DIGITS)}\ufdd1"
