"""Adds to the index of the search how else what stands in it may be typed: no accents, plain numbers and days."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

from selectolax.lexbor import LexborHTMLParser

from briefing.records import Records
from briefing.wording import date_in_words, figure_in_words

_WORD = re.compile(r"\w+")


def widen(index: str, others: Mapping[str, Iterable[str]]) -> str:
    """The `index` with, at the end of each block, what its words are typed as instead: unseen, but found.

    `others` are the other ways to type a phrase, such as a day or the name of a place.
    """
    found = json.loads(index)
    known = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(others, key=len, reverse=True)))})(?!\w)")
    for entry in found["docs"]:
        tree = LexborHTMLParser(entry["text"] if entry["text"].startswith("<") else f"<p>{entry['text']}</p>")
        blocks = [node for node in tree.css("p, li") if len(node.css("p, li")) == 1]
        for number, node in enumerate(blocks):
            text = node.text() if number else f"{entry['title']} {node.text()}"
            words = [other for phrase in known.findall(text) for other in others[phrase]] if others else []
            words += [plain for word in _WORD.findall(text) if (plain := _plain(word)) != word]
            if unseen := " ".join(dict.fromkeys(words)):
                hidden = LexborHTMLParser("<s hidden></s>").css("s")[0]
                hidden.insert_child(unseen)
                node.insert_child(hidden)
        entry["text"] = tree.body.inner_html if tree.body and blocks else entry["text"]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def spellings(records: Records) -> dict[str, list[str]]:
    """What each day, count and place of the records may be typed as instead, by the words for it on the pages."""
    found: dict[str, list[str]] = {}
    pieces = [piece for _, _, figure in records.figures() for piece in figure_in_words(figure)]
    for piece in (*pieces, *(piece for event in records.events.values() for piece in date_in_words(event.date))):
        if piece.value:
            found.setdefault(piece.text, []).append(piece.value)
    for place in records.places.values():
        names = (place.name, *place.other_names)
        for name in names:
            found.setdefault(name, []).extend(other for other in names if other != name)
    return found


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
