"""Dates of stated precision, as EDTF text; a date that the calendar does not have is refused.

The subset of EDTF (ISO 8601-2:2019): `1999`, `1999-12`, `1999-12-31`, each with `~` (about), `?` (uncertain)
or `%` (both) behind it; intervals (`1999/2000-03`), also without a stated end (`1999/`) or beginning (`/1999`).
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, replace

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)
_FORMS = 'write "1999", "1999-12", "1999-12-31", "1999/2000", "1999-12-31/" (no end stated) or "1999~" (about)'


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
    def first(self) -> datetime.date:
        """The first day it may mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> datetime.date:
        """The last day it may mean."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def plain(self) -> str:
        """As EDTF without the qualifier, which is also what HTML's `datetime` takes."""
        return str(replace(self, qualifier=""))

    def __str__(self) -> str:
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts) + self.qualifier


@dataclass(frozen=True)
class EventDate:
    """When something happened: from `start` to `end`; either is None where it is not stated.

    A date that is no interval has the same point at both ends.
    """

    start: Point | None
    end: Point | None

    @property
    def is_interval(self) -> bool:
        """Whether it spans more than one stated point, or has an end that is not stated."""
        return self.start != self.end

    @property
    def points(self) -> tuple[Point, ...]:
        """The points that are stated, each once."""
        return tuple(dict.fromkeys(point for point in (self.start, self.end) if point))

    @property
    def first(self) -> datetime.date | None:
        """The first day it may mean; None where no beginning is stated."""
        return self.start.first if self.start else None

    @property
    def last(self) -> datetime.date | None:
        """The last day it may mean; None where no end is stated."""
        return self.end.last if self.end else None

    def __str__(self) -> str:
        return f"{self.start or ''}/{self.end or ''}" if self.is_interval else str(self.start)


def parse_date(text: str) -> EventDate:
    """Read EDTF `text` as a date; ValueError with a sentence for the editor where it is none."""
    if not (date := _read(text)):
        raise ValueError(f'"{text}" is not a date; {_advice(text)}')
    if date.start and date.end and "/" in text:
        if date.start.plain == date.end.plain:
            raise ValueError(f'"{text}" begins and ends with the same date; write "{date.start}"')
        if date.start.first > date.end.last:
            raise ValueError(f'"{text}" ends before it begins; write "{date.end}/{date.start}", or correct one')
    return date


def _read(text: str) -> EventDate | None:
    """The date, with ends in any order; None where it is not written as one, ValueError where there is no such day."""
    ends = text.split("/")
    if len(ends) > 2 or not any(ends) or not all(end == "" or _POINT.fullmatch(end) for end in ends):
        return None
    start, end = (_point(part) if part else None for part in (ends[0], ends[-1]))
    return EventDate(start, end)


def _point(text: str) -> Point:
    """A year, a month or a day; ValueError where the calendar has none such."""
    plain = text.rstrip("~?%")
    year, month, day = [*map(int, plain.split("-")), None, None][:3]
    if not year:
        raise ValueError(f'"{text}" is not a date: there is no year 0000; write the year it happened')
    if month is not None and not 1 <= month <= 12:
        swapped = f'"{year:04}-{day:02}-{month:02}", or ' if day and day <= 12 and month <= 31 else ""
        raise ValueError(f'"{text}" is not a date: months run from 01 to 12; write {swapped}the month it happened')
    days = calendar.monthrange(year, month or 12)[1]
    if month and day is not None and not 1 <= day <= days:
        what = f'write a day from 01 to {days}, or "{year:04}-{month:02}" for the month alone'
        raise ValueError(f'"{text}" is not a date: {calendar.month_name[month]} {year} has {days} days; {what}')
    return Point(year, month, day, text[len(plain) :])


_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if number}
_DASH = re.compile(r" ?/ ?| to | and | until | - | ?[–—] ?|(?<=\d{4})-(?=\d{4})")


def _advice(text: str) -> str:
    """What to write for `text`, which is no date."""
    ends = _DASH.split(text[:60].strip().lower())
    if len(ends) != 2 or any(end.isalnum() and not re.search(r"\d{4}", end) for end in ends):
        ends = [text[:60].lower()]
    meant = "/".join(map(_meant, ends))
    if re.match(r"since |after |from [^/]*$|not before ", text.lower()):
        meant += "/"
    elif re.match(r"until |before |by |not after ", text.lower()):
        meant = f"/{meant}"
    try:
        date = _read(meant)
    except ValueError as error:
        return str(error)
    order = ", if the day stands first" if re.match(r"\d\d?[./-]\d\d?[./-]\d{4}", text) else ""
    return f'write "{date}"{order}' if date else f"{_FORMS}, or not-given"


def _meant(text: str) -> str:
    """A year, a month or a day as it is written elsewhere ("Feb. 11, 1999", "11.2.1999", "about 1999") in EDTF."""
    text = re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", text, flags=re.ASCII)
    numbers = re.findall(r"\d+(?=st|nd|rd|th|\W|$)", text)
    years = [number for number in numbers if len(number) == 4]
    others = [int(number) for number in numbers if len(number) < 3 and int(number)]
    named = [_MONTHS[word[:3]] for word in re.findall("[a-z]+", text) if word[:3] in _MONTHS]
    if len(years) != 1 or len(others) > 2:
        return ""
    parts = [*named, *others] if named else others if numbers[0] in years else others[::-1]
    hedge = "~" if re.search(r"\b(?:about|around|circa|ca?)\b|~", text) else "?" if text.endswith("?") else ""
    return "-".join([years[0], *(f"{part:02}" for part in parts[:2])]) + hedge
