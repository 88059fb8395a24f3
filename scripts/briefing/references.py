"""What an entry of the bibliography says: names, dates and a reference in words, made by one template for all types."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pybtex.richtext import HRef, Tag, Text
from pybtex.style.template import join, node

from briefing.bibtex import TABLE, Entry, address, plain
from briefing.dates import EventDate, parse_date
from briefing.names import Name, listed
from briefing.wording import in_words, say, words

_KINDS = defaultdict(lambda: TABLE["types"]["misc"], TABLE["types"])
_TO_ONESELF = re.compile(  # codes, addresses, "key: value", and what is as long as an abstract
    r"<\w|https?:|^\W*\w[\w \\]{1,30}: ?\S|^[\W\d]*$|\\par\b|.{240}", re.DOTALL
)


@node  # type: ignore[untyped-decorator]  # pybtex has no types
def part(_: object, parts: Mapping[str, Any], name: str) -> Any:
    """One part of a reference, in the words that stand around it; empty where the entry has none."""
    before, _, after = words()["references"].get(name, "{it}").partition("{it}")
    return Text(before, parts[name], after) if parts.get(name) else Text()


_ORDER = (
    "who editor_alone editors_alone title translator editor container howpublished genre series numbered_series volume"
    " issue number page pages passage edition named_edition edition_said version published date accessed doi_link"
    " eprint_link addendum"
)
REFERENCE = join(sep=" ")[join(sep=", ")[[part(name) for name in _ORDER.split()]], part("note")]


def fields_in(given: Mapping[str, str], kind: str) -> Mapping[str, str]:
    """What is printed of an entry, in plain letters, by the names of biblatex.yml; empty where it does not say it."""
    found: dict[str, str] = defaultdict(str)
    for name, written in TABLE["fields"].items():
        found[name] = next(filter(None, (plain(given[field]) for field in written if field in given)), "")
    for name in ("title", "container"):
        found[name] = ": ".join(filter(None, (found[name], found.pop("sub" + name))))
    for name in ("container", "howpublished", "eprint"):
        is_address = any(address(given.get(field, "")) for field in TABLE["fields"][name])
        found[name] = "" if is_address else found[name]
    for name in ("series", "number", "page", "edition"):
        text = re.sub(r"(?<=\d)-(?=\d)", "–", found.pop(name))
        found[_form_of(name, text, found)] = text
    genre = "" if found["genre"] in TABLE["plain_types"] else found["genre"]
    found["genre"] = words()["kinds_of_sources"].get(genre or kind, genre)
    found["note"] = "" if _TO_ONESELF.search(given.get("note", "")) else found["note"].strip("()")
    found["doi"] = (re.findall(r"10\.\d{4,9}/\S+", found["doi"]) or [""])[0]
    found["doi_address"] = f"https://doi.org/{quote(found['doi'], safe='/:;._-')}" if found["doi"] else ""
    archive = TABLE["eprints"].get(found["eprinttype"].lower(), "")
    found["eprint_address"] = archive + found["eprint"] if archive and found["eprint"] else ""
    links = (address(given.get(name, "")) for name in ("url", "howpublished", "eprint", "note", "journal"))
    found["url"] = next(filter(None, (*links, found["doi_address"], found["eprint_address"])), "")
    return found


def reference_of(fields: Mapping[str, str], people: Mapping[str, list[Name]], dates: Mapping[str, str]) -> Any:
    """A reference as pybtex's rich text; its addresses are fit for HTML and for Markdown."""
    who = next((role for role in TABLE["who"] if people.get(role)), "")
    alone = "" if who != "editor" else "editor_alone" if len(people[who]) == 1 else "editors_alone"
    publisher = "" if fields["publisher"] == listed(people.get(who, [])) else fields["publisher"]
    place = "" if publisher.startswith(fields["address"]) else fields["address"]
    eprint = "" if fields["eprint"] in fields["container"] else f"{fields['eprinttype']}:{fields['eprint']}".strip(":")
    undated = "" if say("references.undated") in " ".join(fields.values()).lower() else say("references.undated")
    parts = {
        **fields,
        alone or "who": listed(people.get(who, [])),
        "title": _link(fields["url"], fields["title"] and say("references.quoted", it=fields["title"])),
        "translator": listed(people["translator"]),
        "editor": "" if alone else listed(people["editor"]),
        "container": Tag("em", fields["container"]) if fields["container"] else "",
        "published": ": ".join(filter(None, (place, publisher))),
        "date": dates["date"] or undated,
        "accessed": dates["urldate"],
        "doi_link": _link(fields["doi_address"], fields["doi"] and f"doi:{fields['doi']}"),
        "eprint_link": _link(fields["eprint_address"], eprint),
    }
    return REFERENCE.format_data(parts)


def csl_of(
    entry: Entry, fields: Mapping[str, str], people: Mapping[str, Any], dates: Mapping[str, Any]
) -> dict[str, Any]:
    """The entry as an item of CSL-JSON (schema 1.0.2)."""
    item: dict[str, Any] = {"id": entry.key, "type": _KINDS[entry.type][0], **_table("csl", fields)}
    item |= {"issued": _csl_date(dates["date"]), "accessed": _csl_date(dates["urldate"])}
    item |= {role: people.get(role) for role in ("author", "editor", "translator")}
    return {name: value for name, value in item.items() if value}


def ris_of(entry: Entry, fields: Mapping[str, str], people: list[Name], date: EventDate | str) -> str:
    """The entry in RIS, a line each."""
    names = (", ".join(filter(None, map(name.get, ("family", "given", "suffix", "literal")))) for name in people)
    rows = [("TY", _KINDS[entry.type][1]), ("ID", entry.key), *(("AU", name) for name in names)]
    rows += [*_table("ris", fields).items(), ("PY", str(date)[:4] if isinstance(date, EventDate) else "")]
    return "".join(f"{tag}  - {text}\r\n" for tag, text in rows if text) + "ER  - \r\n"


def date_in(given: Mapping[str, str], field: str) -> tuple[EventDate | str, str]:
    """A date of an entry (as its own words where it is not certain what it is), and what is wrong with it."""
    text = given.get(field, "") or (_year_and_month(given) if field == "date" else "")
    text = re.sub(r"[{}]", "", text.replace("\\textasciitilde", "~"))
    if not re.search(r"\d|[a-z]{4}", text):  # "--", "n.d."
        return "", ""
    edtf = re.sub(r"T[\d:.]+(?:Z|[+-][\d:]+)?", "", text).replace("?~", "%").replace("~?", "%").replace("–", "/")
    edtf = re.sub(r"-(\d)(?!\d)", r"-0\1", re.sub(r"(?:-00?)+(?=/|$)", "", edtf))
    ends = [re.sub(r"^(?:\.\.|unknown|open|\*)$", "", end) for end in edtf.split("/")]
    try:
        return parse_date("/".join(ends)), ""
    except ValueError as error:
        is_slip = re.fullmatch(r"(?:/?[1-9]\d{3}(?:-(?!2[1-4])\d\d(?:-\d\d)?)?){1,2}", edtf)
        return text, str(error) if is_slip else ""


def date_in_words(date: EventDate | str) -> str:
    """A date in words; one that is not certain as the entry has it."""
    if isinstance(date, EventDate):
        return in_words(date)
    season = re.fullmatch(r"(\d{4})-(2[1-4])", date)
    return say(f"references.season_{season[2]}", year=season[1]) if season else date


def _link(url: str, text: str) -> Any:
    return HRef(quote(url, safe="%/:=?#&+,;!$~-._").replace("&", "&amp;"), text) if url and text else text


def _form_of(name: str, text: str, fields: Mapping[str, str]) -> str:
    """How a part is said, which depends on its form."""
    if name == "series":
        return "numbered_series" if text.isdigit() else "series"
    if name == "edition":
        return "edition" if text.isdigit() else "named_edition" if text.isalpha() else "edition_said"
    if name == "number":
        in_row = fields["container"] or fields["series"] or fields["numbered_series"]
        return "issue" if in_row else "number"
    if re.search(r"[^\W\d_]{2}", text):
        return "passage"
    return "pages" if re.search(r"\d\W+\w*\d", text) else "page" if fields["container"] else "length"


def _year_and_month(given: Mapping[str, str]) -> str:
    """The date that the fields `year`, `month` and `day` say, as EDTF where that is certain."""
    year, month, day = (plain(given.get(name, "")) for name in ("year", "month", "day"))
    names = [name.lower() for name in calendar.month_abbr]
    index = int(month) if month.isdigit() else names.index(month[:3].lower()) if month[:3].lower() in names else 0
    if not 1 <= index <= 12 or not re.fullmatch(r"\w*\.?", month):
        return " ".join(filter(None, (day, month, year)))
    return f"{year}-{index:02}" + (f"-{int(day):02}" if day.isdigit() else "")


def _csl_date(date: EventDate | str) -> dict[str, Any]:
    """A date as CSL has it."""
    if not isinstance(date, EventDate) or not date.start or not date.end:
        return {"literal": date_in_words(date)} if date else {}
    points = [[part for part in (point.year, point.month, point.day) if part] for point in date.points]
    return {"date-parts": points, **({"circa": True} if any(point.qualifier for point in date.points) else {})}


def _table(form: str, fields: Mapping[str, str]) -> dict[str, str]:
    return {name: next(filter(None, (fields[p] for p in parts.split())), "") for name, parts in TABLE[form].items()}
