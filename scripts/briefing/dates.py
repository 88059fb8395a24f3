"""Dates of stated precision, as EDTF text; a date that the calendar does not have is refused.

The subset of EDTF (ISO 8601-2:2019): `1999`, `1999-12`, `1999-12-31`, each with `~` (about), `?` (uncertain)
or `%` (both) behind it; intervals (`1999/2000-03`), also without a stated end (`1999/`) or beginning (`/1999`).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

_POINT = re.compile(r"((?!0000)\d{4}(?:-\d{2}){0,2})([~?%]?)", re.ASCII)
_FORMS = '"1999", "1999-12", "1999-12-31", "1999/2000", "1999-12-31/" (no end), "1999~" (about), or not-given'


@dataclass(frozen=True)
class Point:
    """A year, a month or a day as EDTF, which HTML's `datetime` takes too; `qualifier` is `~`, `?`, `%` or empty."""

    plain: str
    qualifier: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """What is stated of "year", "month" and "day": each with the date as far as that."""
        sizes = {"year": 4, "month": 7, "day": 10}
        return {part: self.plain[:size] for part, size in sizes.items() if size <= len(self.plain)}

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return date.fromisoformat(f"{self.plain}-01-01"[:10])

    @property
    def last(self) -> date:
        """The last day it may mean."""
        first = self.first if "month" in self.parts else self.first.replace(month=12)
        days = calendar.monthrange(first.year, first.month)[1]
        return first if "day" in self.parts else first.replace(day=days)

    def __str__(self) -> str:
        return self.plain + self.qualifier


@dataclass(frozen=True)
class EventDate:
    """When something happened: from `start` to `end`; either is None where it is not stated.

    A date that is no interval has the same point at both ends.
    """

    start: Point | None
    end: Point | None

    @property
    def points(self) -> tuple[Point, ...]:
        """The points that are stated, each once."""
        return tuple(dict.fromkeys(point for point in (self.start, self.end) if point))

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`; where its ends differ, both, with a slash."""
        return "/".join(dict.fromkeys([*point.parts][-1] for point in self.points))

    def __str__(self) -> str:
        return f"{self.start or ''}/{self.end or ''}" if self.start != self.end else str(self.start)


def parse_date(text: str) -> EventDate:
    """Read EDTF `text` as a date; ValueError with a sentence for the editor where it is none."""
    ends = text.split("/")
    if len(ends) > 2 or not any(ends) or not all(end == "" or _POINT.fullmatch(end) for end in ends):
        meant = " or ".join(f'"{each}"' for each in dates_meant(text))
        raise ValueError(f'"{text}" is not a date; write {meant or _FORMS}')
    points = [Point(end.rstrip("~?%"), end.lstrip("-0123456789")) if end else None for end in ends]
    read = EventDate(points[0], points[-1])
    try:
        first, last = read.points[0].first, read.points[-1].last
    except ValueError:
        advice = "write a month from 01 to 12 and a day that it has, or the month alone"
        raise ValueError(f'"{text}" is not in the calendar; {advice}') from None
    if first > last:
        raise ValueError(f'"{text}" ends before it begins; write "{read.end}/{read.start}", or correct one')
    return read


def dates_meant(text: str) -> list[str]:
    """What a day or month that is written otherwise ("11 Feb. 1999") may mean, as EDTF; nothing where it is no such."""
    from dateutil.parser import parse  # only for a slip: it takes long to load

    text = text.strip("“”‘’\"'")
    stated = re.findall(r"\d+|[A-Za-z]{3,}", text)
    if len(stated) > 3 or not re.search(r"\b\d{4}\b", text) or re.search(r"^-|\.\.|-\d+/", text):
        return []
    may_be_turned = not re.match(r"\d{4}", text)  # so the day may stand first, or the month
    try:
        read = [parse(text, dayfirst=way, default=datetime(1904, 1, 1)) for way in (may_be_turned, False)]
    except (ValueError, OverflowError):
        return []
    size = (4, 7, 10)[len(stated) - 1]  # of "1999", "1999-02", "1999-02-11"
    return list(dict.fromkeys(str(each.date())[:size] for each in read if str(each.year) in text))
