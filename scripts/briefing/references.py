"""What an entry of the bibliography says: dates and a reference in words, made in one way for all types; CSL."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from pybtex.richtext import HRef, Tag, Text

from briefing.bibtex import TABLE, Entry, address, plain
from briefing.dates import EventDate, parse_date
from briefing.names import Name, listed
from briefing.wording import in_words, say, words

_TO_ONESELF = re.compile(  # codes, addresses, "key: value", and what is as long as an abstract
    r"<\w|https?:|^\W*\w[\w \\]{1,30}: ?\S|^[\W\d]*$|\\par\b|.{240}", re.DOTALL
)
_ORDER = (
    "who editor_alone editors_alone title translator editor container howpublished genre series volume issue number"
    " page pages edition named_edition version published date accessed doi_link eprint_link addendum"
)
_NUMBERED = {
    "series",
    "volume",
    "issue",
    "pages",
    "edition",
}  # said in words of ours, unless they hold words of their own


class When(NamedTuple):
    """A date of an entry, in words and, where it is certain what it is, as a date; and what is wrong with it."""

    words: str = ""
    date: EventDate | None = None
    fault: str = ""


def fields_in(given: Mapping[str, str], kind: str) -> Mapping[str, str]:
    """What is printed of an entry, in plain letters, by the names of biblatex.yml; empty where it does not say it."""
    found: dict[str, str] = defaultdict(str)
    for name, written in TABLE["fields"].items():
        texts = (given.get(field, "") for field in written)
        found[name] = next((plain(text) for text in texts if text and (name == "title" or not address(text))), "")
    for name in ("title", "container"):
        found[name] = ": ".join(filter(None, (found[name], found.pop("sub" + name))))
    found["pages"] = re.sub(r"(?<=\d)-(?=\d)", "–", found["pages"])
    if found["pages"].isdigit():
        found["page" if found["container"] else "length"] = found.pop("pages")
    if found["edition"].isalpha():
        found["named_edition"] = found.pop("edition")
    found["issue" if found["container"] or found["series"] else "number"] = found.pop("number")
    found["genre"] = words()["kinds_of_sources"].get(found["genre"] or kind, found["genre"])
    found["note"] = "" if _TO_ONESELF.search(given.get("note", "")) else found["note"].strip("()")
    found["doi"] = (re.findall(r"10\.\d{4,9}/\S+", plain(given.get("doi", ""))) or [""])[0]
    found["doi_address"] = f"https://doi.org/{quote(found['doi'], safe='/:;._-')}" if found["doi"] else ""
    archive = TABLE["eprints"].get(found["eprinttype"].lower(), "")
    found["eprint_address"] = archive + found["eprint"] if archive and found["eprint"] else ""
    links = (address(given.get(name, "")) for name in ("url", "howpublished", "eprint", "note", "journal"))
    found["url"] = next(filter(None, (*links, found["doi_address"], found["eprint_address"])), "")
    return found


def date_in(given: Mapping[str, str], field: str) -> When:
    """The date in `field`; for "date", that of `year`, `month` and `day` too."""
    text = re.sub(r"[{}]", "", given.get(field) or (_year_and_month(given) if field == "date" else ""))
    if not re.search(r"\d|[a-z]{4}", text):  # "--", "n.d."
        return When()
    edtf = re.sub(r"(?<![^/])(?:\.\.|unknown|open|\*)(?![^/])|T[\d:.]+(?:Z|[+-][\d:]+)?", "", text)
    try:
        date = parse_date(edtf)
    except ValueError as error:
        is_slip = re.fullmatch(r"(?:/?[1-9]\d{3}(?:-(?!2[1-4])\d\d(?:-\d\d)?)?){1,2}", edtf)
        return When(text, fault=str(error) if is_slip else "")
    return When(in_words(date), date)


def reference_of(fields: Mapping[str, str], people: Mapping[str, list[Name]], date: When, accessed: When) -> Any:
    """A reference as pybtex's rich text; its addresses are fit for HTML and for Markdown."""
    who = listed(people["author"] or people["editor"])
    alone = "" if people["author"] else "editor_alone" if len(people["editor"]) == 1 else "editors_alone"
    publisher = "" if fields["publisher"] == who else fields["publisher"]
    place = "" if publisher.startswith(fields["address"]) else fields["address"]
    eprint = "" if fields["eprint"] in fields["container"] else f"{fields['eprinttype']}:{fields['eprint']}".strip(":")
    undated = "" if say("references.undated") in " ".join(fields.values()).lower() else say("references.undated")
    parts = {
        **fields,
        alone or "who": who,
        "title": _link(fields["url"], fields["title"] and say("references.quoted", it=fields["title"])),
        "translator": listed(people["translator"]),
        "editor": "" if alone else listed(people["editor"]),
        "container": Tag("em", fields["container"]) if fields["container"] else "",
        "published": ": ".join(filter(None, (place, publisher))),
        "date": date.words or undated,
        "accessed": accessed.words,
        "doi_link": _link(fields["doi_address"], fields["doi"] and f"doi:{fields['doi']}"),
        "eprint_link": _link(fields["eprint_address"], eprint),
    }
    said = Text(", ").join(_part(name, parts[name]) for name in _ORDER.split() if parts.get(name))
    return Text(" ").join([said, _part("note", parts["note"])] if parts["note"] else [said])


def csl_of(entry: Entry, fields: Mapping[str, str], people: Mapping[str, list[Name]], **dates: When) -> dict[str, Any]:
    """The entry as an item of CSL-JSON (schema 1.0.2)."""
    item: dict[str, Any] = {"id": entry.key, "type": TABLE["types"].get(entry.type, "document")}
    for name, parts in TABLE["csl"].items():
        item[name] = next(filter(None, map(fields.get, parts.split())), "")
    item |= {name: _csl_date(when) for name, when in dates.items()}
    item |= {role: people.get(role) for role in ("author", "editor", "translator")}
    return {name: value for name, value in item.items() if value}


def _part(name: str, text: Any) -> Any:
    """One part of a reference, in the words that stand around it."""
    has_words = name in _NUMBERED and re.search(r"[^\W\d_A-Z]{2}", text)
    before, _, after = ("{it}" if has_words else words()["references"].get(name, "{it}")).partition("{it}")
    return Text(before, text, after)


def _link(url: str, text: str) -> Any:
    return HRef(quote(url, safe="%/:=?#&+,;!$~-._").replace("&", "&amp;"), text) if url and text else text


def _year_and_month(given: Mapping[str, str]) -> str:
    """The date that the fields `year`, `month` and `day` say, as EDTF where that is certain."""
    year, month, day = (plain(given.get(name, "")) for name in ("year", "month", "day"))
    names = [name.lower() for name in calendar.month_abbr]
    is_name = re.fullmatch(r"[A-Za-z]{3,}\.?", month) and month[:3].lower() in names
    number = str(names.index(month[:3].lower())) if is_name else month
    if not (number or "0").isdigit():
        return " ".join(filter(None, (day, month, year)))
    return "-".join([year, *(part.zfill(2) for part in (number, day) if part)])


def _csl_date(when: When) -> dict[str, Any]:
    if not when.date or not when.date.start or not when.date.end:
        return {"literal": when.words} if when.words else {}
    points = when.date.points
    parts = [[part for part in (point.year, point.month, point.day) if part] for point in points]
    return {"date-parts": parts, **({"circa": True} if any(point.qualifier for point in points) else {})}
