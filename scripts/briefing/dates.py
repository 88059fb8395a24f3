"""Dates of stated precision, as EDTF text; a date that the calendar does not have is refused.

The subset of EDTF (ISO 8601-2:2019): `1999`, `1999-12`, `1999-12-31`, each with `~` (about), `?` (uncertain)
or `%` (both) behind it; intervals (`1999/2000-03`), also without a stated end (`1999/`) or beginning (`/1999`).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

_POINT = re.compile(r"((?!0000)\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)
_FORMS = 'write "1999", "1999-12", "1999-12-31", "1999/2000", "1999-12-31/" (no end), "1999~" (about), or not-given'


@dataclass(frozen=True)
class Point:
    """A year, a month or a day, as far as they are stated; `qualifier` is `~`, `?`, `%` or empty."""

    year: int
    month: int | None = None
    day: int | None = None
    qualifier: str = ""

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The first day it may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def plain(self) -> str:
        """As EDTF without the qualifier, which is also what HTML's `datetime` takes."""
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)])

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

    def __str__(self) -> str:
        return f"{self.start or ''}/{self.end or ''}" if self.start != self.end else str(self.start)


def parse_date(text: str) -> EventDate:
    """Read EDTF `text` as a date; ValueError with a sentence for the editor where it is none."""
    ends = text.split("/")
    if len(ends) > 2 or not any(ends) or not all(end == "" or _POINT.fullmatch(end) for end in ends):
        raise ValueError(f'"{text}" is not a date; {_meant(text) or _FORMS}')
    start, end = (_point(part) if part else None for part in (ends[0], ends[-1]))
    if start and end and start.first > end.last:
        raise ValueError(f'"{text}" ends before it begins; write "{end}/{start}", or correct one')
    return EventDate(start, end)


def _point(text: str) -> Point:
    """A year, a month or a day; ValueError where the calendar has none such."""
    plain = text.rstrip("~?%")
    year, month, day = [*map(int, plain.split("-")), 0, 0][:3]
    if "-" in plain and month not in range(1, 13):
        raise ValueError(f'"{text}" is not a date: months run from 01 to 12; write the month it happened')
    days = calendar.monthrange(year, month or 12)[1]
    if plain.count("-") == 2 and day not in range(1, days + 1):
        what = f'write a day from 01 to {days}, or "{plain[:7]}" for the month alone'
        raise ValueError(f'"{text}" is not a date: {calendar.month_name[month]} {year} has {days} days; {what}')
    return Point(year, month or None, day or None, text[len(plain) :])


def _meant(text: str) -> str:
    """What to write for a day or month that is written otherwise, "11 Feb. 1999"; empty where that is not certain."""
    from dateutil.parser import parse  # only for a slip: it takes long to load

    text = text.strip("“”‘’\"'")
    sizes = [len(number) for number in re.findall(r"\d+", text)]
    if len(sizes) > (2 if re.search("[A-Za-z]", text) else 3) or 4 not in sizes or ".." in text:
        return ""
    is_turned = not re.match(r"\d{4}", text)  # so the day may stand first, or the month
    ways = ((is_turned, 1), (is_turned, 2), (False, 1))  # with what a month or day that is missing is taken for
    try:
        read, other, turned = (parse(text, dayfirst=way, default=datetime(1904, n, n)).date() for way, n in ways)
    except (ValueError, OverflowError):
        return ""
    stated = str(read)[: 4 if read.month != other.month else 7 if read.day != other.day else 10]
    return f'write "{stated}"' + (f' or "{turned}", whichever is meant' if turned != read else "")
