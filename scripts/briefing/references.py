"""What an entry of the bibliography says: names, dates and a reference in words, made by one template for all types."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from pybtex.bibtex.utils import split_name_list, split_tex_string
from pybtex.database import Person
from pybtex.richtext import HRef, Tag, Text
from pybtex.style.template import join, node

from briefing.bibtex import TABLE, address, plain
from briefing.dates import EventDate, parse_date
from briefing.wording import in_words, say, words

OTHERS = {"literal": "others"}
Name = dict[str, str]  # as CSL has it: `family`, `given` and `suffix`, or `literal`

_JOINER = r"\s*;\s*|\s+(?:\\?&|/|et(?! al)|und)\s+"
_ET_AL = re.compile(r"(.+?)[,\s]+(?:et|and) al(?:ii|\.)?|(.+?)[,\s]+and others")
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|[IV]+|\d(?:nd|rd|th)")
_ORGANISATION = re.compile(rf"\b(?:{'|'.join(TABLE['organisations'])})\b", re.IGNORECASE)
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
    found["genre"] = words()["kinds_of_sources"].get(found["genre"] or kind, found["genre"])
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


def names_in(text: str) -> tuple[list[Name], str]:
    """The names in a field, and what is wrong with them; as a whole where it is not certain what they are."""
    text = " ".join(text.split()).replace("&amp;", "&")
    parts = [re.sub(r"[, ]+(?:and)?$", "", part) for part in split_name_list(text)]  # "Doe, Jane, and Roe, Ann"
    try:
        if parts[1:] and any(_ORGANISATION.search(re.sub(r"\{.*?\}", "", part)) for part in parts):
            raise _uncertain(text)  # "Ministry of Justice and Human Rights"
        return [name for part in parts for name in _names(part, text)], ""
    except ValueError as error:
        return [{"literal": plain(text)}], str(error)


def listed(names: list[Name]) -> str:
    """Names in words, each in its natural order; of more than six, the first three."""
    shown = [_in_order(name) for name in names if name != OTHERS]
    if OTHERS in names or len(shown) > 6:
        return say("references.others", names=", ".join(shown[:3] if len(shown) > 6 else shown))
    return say("references.and", names=", ".join(shown[:-1]), last=shown[-1]) if shown[1:] else "".join(shown)


def bibtex_name(name: Name) -> str:
    """A name as BibTeX has it."""
    parts = {part: re.sub(r"([&%$#_{}])", r"\\\1", text) for part, text in name.items()}
    if "literal" in parts:
        return "others" if name == OTHERS else f"{{{parts['literal']}}}"
    return ", ".join(filter(None, map(parts.get, ("family", "suffix", "given"))))


def date_in(given: Mapping[str, str], field: str) -> tuple[EventDate | str, str]:
    """A date of an entry (as its own words where it is not certain what it is), and what is wrong with it."""
    text = given.get(field, "") or (_year_and_month(given) if field == "date" else "")
    text = re.sub(r"[{}]", "", text.replace("\\textasciitilde", "~"))
    if not re.search(r"\d|[a-z]{4}", text):  # "--", "n.d."
        return "", ""
    edtf = re.sub(r"T[\d:.]+(?:Z|[+-][\d:]+)?", "", text).replace("?~", "%").replace("~?", "%").replace("–", "/")
    ends = [re.sub(r"^(?:\.\.|unknown|open|\*)$", "", end) for end in edtf.split("/")]
    try:
        return parse_date("/".join(ends)), ""
    except ValueError as error:
        is_slip = re.fullmatch(r"[1-9]\d{3}-(?!2[1-4])\d\d(?:-\d\d)?", text)
        return text, str(error) if is_slip else ""


def date_in_words(date: EventDate | str) -> str:
    """A date in words; one that is not certain as the entry has it."""
    if isinstance(date, EventDate):
        return in_words(date)
    season = re.fullmatch(r"(\d{4})-(2[1-4])", date)
    return say(f"references.season_{season[2]}", year=season[1]) if season else date


def csl_date(date: EventDate | str) -> dict[str, Any]:
    """A date as CSL has it."""
    if not isinstance(date, EventDate) or not date.start or not date.end:
        return {"literal": date_in_words(date)} if date else {}
    points = [[part for part in (point.year, point.month, point.day) if part] for point in date.points]
    return {"date-parts": points, **({"circa": True} if any(point.qualifier for point in date.points) else {})}


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


def _in_order(name: Name) -> str:
    """A name as it is spoken: in Chinese, Japanese and Korean, the family's first."""
    if re.match("[\u3040-\u9fff\uac00-\ud7af]", name.get("family", "")):
        return name["family"] + name["given"]
    return " ".join(filter(None, map(name.get, ("given", "family", "suffix", "literal"))))


def _names(text: str, field: str) -> Iterator[Name]:
    """One part of a field that " and " divides, in which people join names in other ways."""
    if text.lower() == "others":
        yield OTHERS
    elif match := _ET_AL.fullmatch(text.strip("{}")):
        yield from _names(match[1] or match[2], field)
        yield OTHERS
    elif "family=" in text.replace(" ", ""):
        parts = {name.strip(): plain(part.strip('" ')) for name, _, part in (p.partition("=") for p in text.split(","))}
        first = parts.get("useprefix") != "false"  # of the family's name, or last of the given one
        given = f"{parts.get('given', '')} {'' if first else parts.get('prefix', '')}".strip()
        family = f"{parts.get('prefix', '') if first else ''} {parts.get('family', '')}".strip()
        yield _person(given, family, parts.get("suffix", ""))
    elif re.fullmatch(r"\{.*\}", text) and len(split_tex_string(text, r"[\s,]+")) == 1:
        yield {"literal": plain(text)}
    elif len(joined := split_tex_string(text, _JOINER)) > 1:
        if any(part.count(",") != 1 for part in joined) and not (";" in text and "," not in text):
            raise _uncertain(text)
        for part in joined:
            yield from _names(part, field)
    else:
        yield _name(text, field)


def _name(text: str, field: str) -> Name:
    parts = split_tex_string(text, ",\\s*")
    outside = re.sub(r"\{[^{}]*\}", "", text)
    if len(parts) == 1:
        words = plain(text).split()
        if _ORGANISATION.search(outside) or (len(words) > 2 and all(len(w) > 2 and w[0].isupper() for w in words)):
            return {"literal": " ".join(words)}
    elif len(parts) > 3 or _ORGANISATION.search(outside) or _may_be_two(parts, field):
        raise _uncertain(text)
    if len(parts) == 3:
        if _SUFFIX.fullmatch(parts[2]):
            parts[1:] = parts[:0:-1]
        if not _SUFFIX.fullmatch(parts[1]):
            raise _uncertain(text)
    person = Person(", ".join(parts))
    given, family = person.first_names + person.middle_names, person.prelast_names + person.last_names
    return _person(plain(" ".join(given)), plain(" ".join(family)), plain(" ".join(person.lineage_names)))


def _person(given: str, family: str, suffix: str) -> Name:
    """A name of one part is taken whole."""
    if not given or not family:
        return {"literal": " ".join(filter(None, (given, family, suffix)))}
    return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}


def _may_be_two(parts: list[str], field: str) -> bool:
    """Whether "Ann Other, Jane Doe" stands where the other names do not show that the family's comes first."""
    others = [name for name in split_name_list(field) if name != ", ".join(parts)]
    shown = others and all("," in name for name in others)
    if re.search(r"(?:^|\s)[A-Z]\.", parts[0]):  # "J. Smith, A. Doe"
        return True
    return not shown and all(len(re.findall(r"(?<![\w{'-])[^\W\d_a-z][^\W\d_.]+(?![\w}.-])", p)) > 1 for p in parts)


def _uncertain(text: str) -> ValueError:
    """Says what to write where a name may be several: people in pairs of names or whole, or organisations."""
    text = plain(text)
    parts = re.split(r",\s*(?:and\s+)?|\s+(?:&|and|et|und|/)\s+", text)
    whole = text if len(parts) != 2 or " " in parts[0] or "," not in text else f"{parts[1]} {parts[0]}"
    if _ORGANISATION.search(text):
        several = " and ".join(f"{{{part}}}" for part in parts)
        return ValueError(f'"{text}" may be one name or several; write {several} for several, {{{{{whole}}}}} for one')
    in_pairs = parts[2:] and len(parts) % 2 == 0 and not all(" " in part for part in parts)
    people = [", ".join(parts[n : n + 2]) for n in range(0, len(parts), 2)] if in_pairs else parts
    one = f"{{{parts[0]}}}, {parts[1]} for one" if len(parts) == 2 and "," in text else f"{{{{{text}}}}} for one"
    return ValueError(f'"{text}" may be one name or several; write {" and ".join(people)} for several, {one}')


def _year_and_month(given: Mapping[str, str]) -> str:
    """The date that the fields `year`, `month` and `day` say, as EDTF where that is certain."""
    year, month, day = (plain(given.get(name, "")) for name in ("year", "month", "day"))
    names = [name.lower() for name in calendar.month_abbr]
    index = int(month) if month.isdigit() else names.index(month[:3].lower()) if month[:3].lower() in names else 0
    if not 1 <= index <= 12 or not re.fullmatch(r"\w*\.?", month):
        return " ".join(filter(None, (day, month, year)))
    return f"{year}-{index:02}" + (f"-{int(day):02}" if day.isdigit() else "")
