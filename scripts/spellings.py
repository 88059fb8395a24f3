"""Adds to the index of the search how else what stands in it may be typed: no accents, plain numbers and days."""

import json
import re
import unicodedata
from collections import defaultdict
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from briefing.records import Records
from briefing.wording import date_in_words, figure_in_words

_WORD, _ACCENT = re.compile(r"\w+"), re.compile(r"[\u0300-\u036f]")


def widen(index: str, records: Records) -> str:
    """The `index` with what its words may be typed as instead, by the records or without accents: unseen, but found."""
    found, others = json.loads(index), _others(records)
    phrases = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(others, key=len, reverse=True)))})\b")
    for entry in found["docs"]:
        tree = LexborHTMLParser(entry["text"])
        for block in tree.css("body, p, li"):  # the search shows each block in which it finds something
            text = f"{entry['title']} {block.text()}"
            words = set(_WORD.findall(_ACCENT.sub("", unicodedata.normalize("NFD", text))))
            words.update(*(others[phrase] for phrase in phrases.findall(text)))
            if new := words.difference(_WORD.findall(text)):
                unseen = tree.create_node("s")
                unseen.attrs["hidden"] = ""
                unseen.insert_child(" ".join(sorted(new)))
                block.insert_child(unseen)
        entry["text"] = tree.css("body")[0].inner_html
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _others(records: Records) -> defaultdict[str, list[str]]:
    found = defaultdict[str, list[str]](list)
    figures = (figure_in_words(figure) for _, _, figure in records.figures())
    dates = (date_in_words(event.date) for event in records.events.values())
    for piece in chain.from_iterable([*figures, *dates]):
        found[piece.text] += [piece.value] if piece.value else []
    for names in ((place.name, *place.other_names) for place in records.places.values()):
        for name in names:
            found[name] += names
    return found
