"""The rule that no date and no count of a section is typed by hand: one decision a page, ready to paste."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from briefing.dates import parse_date
from briefing.pages import Page
from briefing.problems import Problem
from briefing.reading import Block, Reading
from briefing.records import Records
from briefing.wording import in_words, number_in_words, number_of, numbers_in

_LOCATOR = re.compile(
    r"(?:\b(?:pp?|paras?|secs?|chs?|vols?|arts?)\.|§+)\s*\d+(?:(?:\s*[,–-]\s*|\s+and\s+)\d+)*", re.IGNORECASE
)
_NO_PROSE = re.compile(r"\{+[^{}\n]*\}+|\[\^[^\]\n]*\]|https?://\S+|\w\S*@\S+")
_ENDS = re.compile(r"[.,;:!?)\"”\]—–][\"”’)]*\Z")
_SIMPLE = str.maketrans("‘’“”", "''\"\"")


class TypedNumber(NamedTuple):
    """A number that is typed by hand: its line, the words it is accepted by, and the token that draws it, if any."""

    line: int
    phrase: str
    token: str


def numbers_are_drawn(page: Page, reading: Reading, records: Records) -> Iterator[Problem]:
    """In a section no date and no count is typed by hand, unless its words are accepted; in its notes all may be."""
    if not page.is_section:
        return
    accepted = dict.fromkeys(page.texts("plain_numbers"), 0)
    found: list[TypedNumber] = []
    for block in [*_front_matter(page), *reading.blocks]:
        text = _NO_PROSE.sub(_blank, block.text.translate(_SIMPLE))
        for phrase in accepted:
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.translate(_SIMPLE).split())) + r"(?!\w)"
            text, count = re.subn(pattern, _blank, text)
            accepted[phrase] += count
        typed = list(_typed(_LOCATOR.sub(_blank, text) if block.note else text, block, records))
        found += typed if not block.note else []
        for number in typed if block.note else ():
            if number.token:
                message = f'"{number.phrase}" equals the data; write {number.token} if it is that figure or date'
                yield page.problem(number.line, f"note {block.note}", message, told=True)
    if found:
        yield page.problem(found[0].line, "", _question(found, [phrase for phrase, count in accepted.items() if count]))
    for place, (phrase, count) in enumerate(accepted.items()):
        if not count:
            message = f'"{phrase}" does not stand in the text any more; remove it from plain_numbers'
            yield page.meta_problem(message, "plain_numbers", place, told=True)


def _front_matter(page: Page) -> Iterator[Block]:
    """What readers see of the front matter, as blocks of the page."""
    for name in ("title", "description"):
        yield Block("", "", "", page.lines.get((name,), 1), text=str(page.meta.get(name, "")))


def _typed(text: str, block: Block, records: Records) -> Iterator[TypedNumber]:
    """The numbers in the text of a block, each with the words beside it in its sentence; those that meet are one."""
    for part in re.finditer(r"[^\f\ufdd0]+", text):
        words = [match.span() for match in re.finditer(r"\S+", part[0])]
        spans: list[list[int]] = []
        for number in numbers_in(part[0]):
            first, last = (next(at for at, (_, end) in enumerate(words) if end > offset)
                           for offset in (number.start(), number.end() - 1))  # fmt: skip
            is_first = first == 0 or _ENDS.search(part[0][: words[first - 1][1]])
            is_last = last == len(words) - 1 or _ENDS.search(part[0][: words[last][1]])
            begin, end = first - (not is_first), last + (not is_last)
            if spans and begin <= spans[-1][1]:
                spans[-1][1] = max(end, spans[-1][1])
            else:
                spans.append([begin, end, number.start()])
        for begin, end, start in spans:
            shown = part[0][words[begin][0] : words[end][1]]
            phrase = " ".join(shown.strip("\"'()[],;:.!?—–" if "(" not in shown[1:] else "\"',;:.!?—–").split())
            line = block.line_at(part.start() + start)
            yield TypedNumber(line, phrase, _token_for(part[0][: words[begin][0]], shown, records))


def _token_for(before: str, shown: str, records: Records) -> str:
    """The token that draws a figure or date equal to one that is `shown`; empty where the data have none."""
    said = {number_of(match[0]) for match in numbers_in(shown)} - {0, None}
    plain = " ".join((before[-20:] + shown).split()).lower()
    for event_id, measure, figure in records.figures():
        for number in {figure.number, *(figure.between or ())} & said - {None}:
            hedge = in_words(figure).partition(number_in_words(number))[0].strip()
            if number >= 10 or figure.bound == "exactly" or hedge in plain:  # "5 a.m." is no "at most 5"
                return f"{{{{ {measure}:{event_id} }}}}"
    for event_id, event in records.events.items():
        for point in (event.date.start, event.date.end) if event.date else ():
            if point and point.month and in_words(parse_date(point.plain)).lower() in plain:
                return f"{{{{ date:{event_id} }}}}"
    return ""


def _question(found: list[TypedNumber], accepted: list[str]) -> str:
    """What an editor is to decide about the numbers of a page, with what to paste."""
    lines = ", ".join(dict.fromkeys(str(number.line) for number in found))
    message = f"numbers are typed by hand here (line{'s' * (',' in lines)} {lines})"
    if drawn := [f'\n  "{number.phrase}" (line {number.line}): {number.token}' for number in found if number.token]:
        message += "; some equal the data, write the token where it is that figure or date:" + "".join(drawn) + "\n"
    where = "in the place of plain_numbers" if accepted else 'above the second "---" of the page'
    rows = dict.fromkeys([*accepted, *(number.phrase for number in found)])
    listed = "".join(f"\n  - {json.dumps(row, ensure_ascii=False)}" for row in rows)
    rest = "accept the others (leave out what a token draws)" if drawn else "; accept them"
    return f"{message}{rest} by pasting this {where}:\nplain_numbers:{listed}"


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\s\ufdd0]", " ", match[0])
