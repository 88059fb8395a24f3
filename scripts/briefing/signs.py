"""Signs in the place of tokens and citations, so that each is found again wherever a page prints it."""

import re
from collections.abc import Callable, Container, Mapping
from typing import NamedTuple

# A sign is one character of a private plane of Unicode: no letter, no digit, and nothing that a page would say.
SIGN = "[\U000f0000-\U000ffffd]"
_FIRST = 0xF0000
_ALONE = re.compile(f"<p>({SIGN})</p>")  # a paragraph, as Markdown writes one that holds nothing else
_THING = re.compile(r"\{\{([^{}]*)\}\}|(?<![\w\\/.@-])@([\w-]+(?::[\w-]+)*)|\\(?=@)")
_ASIDE = str.maketrans("@[]", "\ufdd1\ufdd2\ufdd3")  # what mkdocs-bibtex would take for citations
_AS_BEFORE = str.maketrans("\ufdd1\ufdd2\ufdd3", "@[]", "\ufdd4")


class Held(NamedTuple):
    """A token or a citation as it stands in the source: what is between its braces, or the key after the "@"."""

    token: str
    key: str
    line: int

    @property
    def is_block(self) -> bool:
        """Whether it is a token that stands for a whole block, such as the list of records."""
        return bool(self.token) and not {":", "|"} & {*self.token}


def hold(body: str) -> tuple[str, dict[str, Held]]:
    """The Markdown with a sign in the place of each token and citation, and what each sign stands for."""
    held: dict[str, Held] = {}

    def sign(match: re.Match[str]) -> str:
        if match[1] is None and not match[2]:
            return ""  # a backslash, ahead of what is no citation
        new = chr(_FIRST + len(held))
        held[new] = Held((match[1] or "").strip(), match[2] or "", body.count("\n", 0, match.start()) + 1)
        return new

    return _THING.sub(sign, re.sub(f"[\ufdd0-\ufdef]|{SIGN}", "\ufffd", body)), held


def for_bibtex(text: str, held: Mapping[str, Held], cited: Container[str]) -> str:
    """The `text` of `hold` in which mkdocs-bibtex finds the citations whose signs are `cited`, and nothing else."""

    def shown(sign: re.Match[str]) -> str:
        return f"@{held[sign[0]].key}\ufdd4" if sign[0] in cited else sign[0]

    return re.sub(SIGN, shown, text.translate(_ASIDE))


def after_bibtex(text: str) -> str:
    """The Markdown with what was put aside for mkdocs-bibtex; what is held stays a sign."""
    return text.translate(_AS_BEFORE)


def draw(html: str, held: Mapping[str, Held], write: Callable[[Held], str]) -> str:
    """A page's `html` with what `write` gives for each token; a block takes the place of its paragraph."""

    def bare(match: re.Match[str]) -> str:
        return match[1] if held[match[1]].is_block else match[0]

    def drawn(sign: re.Match[str]) -> str:
        return f"@{held[sign[0]].key}" if held[sign[0]].key else write(held[sign[0]])

    return re.sub(SIGN, drawn, _ALONE.sub(bare, html))


def alone(html: str) -> set[str]:
    """The signs that are paragraphs of their own in the HTML of a page, so that a block can take their place."""
    return {*_ALONE.findall(html)}


def came_out(html: str, held: Mapping[str, Held]) -> set[str]:
    """The signs of the tokens that stand in the HTML of a page."""
    return {sign for sign in re.findall(SIGN, html) if held[sign].token}
