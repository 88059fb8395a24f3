"""Signs in the place of tokens and citations, so that each is found again wherever a page prints it."""

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

# A sign is one character of a private plane of Unicode: no letter, no digit, and nothing that a page would say.
SIGN = "[\U000f0000-\U000ffffd]"
_FIRST = 0xF0000
_THING = re.compile(r"\{\{([^{}]*)\}\}|(?<![\w\\/.@-])@([\w-]+(?::[\w-]+)*)|\\(?=@)")
_ASIDE = str.maketrans("@[]", "\ufdd1\ufdd2\ufdd3")  # what mkdocs-bibtex would take for citations
_AS_BEFORE = str.maketrans("\ufdd1\ufdd2\ufdd3", "@[]", "\ufdd4")
ALONE = re.compile(f"<p>({SIGN})</p>|{SIGN}")


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
    held: list[Held] = []

    def sign(match: re.Match[str]) -> str:
        if match[1] is None and not match[2]:
            return ""  # a backslash, ahead of what is no citation
        held.append(Held((match[1] or "").strip(), match[2] or "", first_line + body.count("\n", 0, match.start())))
        return chr(_FIRST + len(held) - 1)

    return _THING.sub(sign, re.sub(f"[\ufdd0-\ufdef]|{SIGN}", "\ufffd", body)), held


def for_bibtex(text: str, held: list[Held], cited: Collection[int]) -> str:
    """The `text` of `hold` in which mkdocs-bibtex finds the citations with the numbers `cited`, and nothing else."""

    def shown(match: re.Match[str]) -> str:
        number = number_of(match[0])
        return f"@{held[number].key}\ufdd4" if number in cited else match[0]

    return re.sub(SIGN, shown, text.translate(_ASIDE))


def after_bibtex(text: str) -> str:
    """The Markdown with what was put aside for mkdocs-bibtex; what is held stays a sign."""
    return text.translate(_AS_BEFORE)


def draw(html: str, held: list[Held], write: Callable[[Held], str]) -> str:
    """A page's `html` with what `write` gives for each token; a block takes the place of its paragraph."""

    def drawn(match: re.Match[str]) -> str:
        sign = match[1] or match[0]
        thing = held[number_of(sign)]
        shown = f"@{thing.key}" if thing.key else write(thing)
        return shown if thing.is_block else match[0].replace(sign, shown)

    return ALONE.sub(drawn, html)


def came_out(html: str, held: list[Held]) -> set[int]:
    """The numbers of the tokens that stand in the HTML of a page."""
    return {number for number in map(number_of, re.findall(SIGN, html)) if held[number].token}


def number_of(sign: str) -> int:
    """The place, among all that is held, of what a sign stands for."""
    return ord(sign) - _FIRST
