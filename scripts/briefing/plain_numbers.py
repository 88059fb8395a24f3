"""The rule that no date and no count of a section is typed by hand: one decision a page, ready to paste."""

import json
import re
from collections.abc import Iterator

from briefing.dates import parse_date
from briefing.pages import Page
from briefing.problems import Problem
from briefing.reading import Block, Reading
from briefing.records import Records
from briefing.wording import in_words, number_in_words, numbers_in

_NO_PROSE = r"\{+[^{}\n]*\}+|\[\^[^\]\n]*\]|https?://\S+|\w\S*@\S+"
_LOCATOR = r"(?i:\b(?:pp?|paras?|secs?|chs?|vols?|arts?)\.|§+)\s*\d+(?:(?:\s*[,–-]\s*|\s+and\s+)\d+)*"
_CLAUSE = re.compile(r"[^\s\ufdd0][^\f\ufdd0]*?(?:[.,;:!?)\"\]—–]+(?=\s)|(?=\s[(\[]|[\f\ufdd0]|\Z))")
_Typed = tuple[int, str, str]  # a number: its line, the words beside it, and the token that draws it, if any
_SIMPLE = str.maketrans("‘’“”", "''\"\"")


def numbers_are_drawn(page: Page, reading: Reading, records: Records) -> Iterator[Problem]:
    """In a section no date and no count is typed by hand, unless its words are accepted; in its notes all may be."""
    if not page.is_section:
        return
    accepted = page.texts("plain_numbers")
    words = (r"[^\S\f]+".join(map(re.escape, phrase.translate(_SIMPLE).split())) for phrase in accepted)
    free = "|".join([*(rf"(?<!\w){phrase}(?!\w)" for phrase in words if phrase), _NO_PROSE])
    shown = {name: str(page.meta.get(name, "")) for name in ("title", "description")}
    front = [Block("", "", [(0, page.lines.get((name,), 1))], text=text) for name, text in shown.items()]
    found: list[_Typed] = []
    for block in [*front, *reading.blocks]:
        pattern = f"{free}|{_LOCATOR}" if block.note else free
        text = re.sub(pattern, lambda part: " " * len(part[0]), block.text.translate(_SIMPLE))
        for line, phrase, token in _typed(text, block, records):
            if not block.note:
                found.append((line, phrase, token))
            elif token:
                message = f'"{phrase}" equals the data; write {token} if it is that figure or date'
                yield page.problem(line, f"note {block.note}", message, told=True)
    if found:
        yield page.problem(found[0][0], "", _decision(found, accepted))


def _typed(text: str, block: Block, records: Records) -> Iterator[_Typed]:
    """The numbers in the text of a block, each with the words beside it in its clause; those that meet are one."""
    numbers = {match.start(): number for match, number in numbers_in(text)}
    for clause in _CLAUSE.finditer(text):
        words = [*re.compile(r"\S+").finditer(text, *clause.span())]
        shape = "".join("1" if numbers.keys() & {*range(*word.span())} else "0" for word in words)
        for run in re.finditer("0?1(?:0?0?1)*0?", shape):
            begin, end = words[run.start()].start(), words[run.end() - 1].end()
            inside = {offset: number for offset, number in numbers.items() if begin <= offset < end}
            phrase = " ".join(text[begin:end].split()).strip(" \"'()[],;:.!?—–")
            said = " ".join(text[clause.start() : end].split()).lower()
            yield block.line_at(min(inside)), phrase, _token_for(said, {*inside.values()}, records)


def _token_for(said: str, numbers: set[int], records: Records) -> str:
    """The token of a figure or date that is said by one of `numbers`, or in words; empty where the data have none."""
    for event_id, measure, figure in records.figures():
        counts = {figure.number, *(figure.between or ())}
        for number in numbers & counts:
            hedge = in_words(figure).partition(number_in_words(number))[0].strip()
            if number >= 10 or (hedge in said and numbers <= counts):  # "5 a.m." is no "at most 5", "1 May" no "one"
                return f"{{{{ {measure}:{event_id} }}}}"
    for event_id, event in records.events.items():
        for point in event.date.points if event.date else ():
            if "month" in point.parts and in_words(parse_date(point.plain)).lower() in said:
                return f"{{{{ date:{event_id} }}}}"
    return ""


def _decision(found: list[_Typed], accepted: list[str]) -> str:
    """What an editor is to decide about the numbers of a page, with what to paste."""
    lines = ", ".join(map(str, sorted({line for line, _, _ in found})))
    rows = dict.fromkeys(accepted, "") | {phrase: f"  # {token}" if token else "" for _, phrase, token in found}
    listed = "".join(f"\n  - {json.dumps(row, ensure_ascii=False)}{token}" for row, token in rows.items())
    draw = '; write the token behind a "#" where it is that figure or date' if any(rows.values()) else ""
    where = "in the place of plain_numbers" if accepted else 'above the second "---" of the page'
    message = f"numbers are typed by hand here (line {lines}){draw}; accept what may stay by pasting this {where}"
    return f"{message}:\nplain_numbers:{listed}"
