"""Dates of stated precision, as EDTF text; a date that the calendar does not have is refused.

The subset of EDTF (ISO 8601-2:2019): `1999`, `1999-12`, `1999-12-31`, an interval of two of
these (`1999/2000`), and an interval without a stated end (`1999-12-31/`).
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

FORMS = 'write "1999", "1999-12", "1999-12-31", "1999/2000", or "1999-12-31/" when the end is not stated'
_POINT = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_DATE = re.compile(rf"({_POINT})(?:(/)({_POINT})?)?", re.ASCII)


@dataclass(frozen=True)
class Point:
    """A year, a month or a day: `month` and `day` are None where they are not stated."""

    year: int
    month: int | None = None
    day: int | None = None

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

    def __str__(self) -> str:
        """As EDTF, which is also what HTML's `datetime` takes."""
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)


@dataclass(frozen=True)
class EventDate:
    """When something happened: from `start` to `end`; `end` is None where it is not stated.

    A date that is no interval has the same point at both ends.
    """

    start: Point
    end: Point | None

    @property
    def is_interval(self) -> bool:
        """Whether it spans more than one stated point, or has no stated end."""
        return self.start != self.end

    @property
    def first(self) -> datetime.date:
        """The first day it may mean."""
        return self.start.first

    @property
    def last(self) -> datetime.date | None:
        """The last day it may mean, or None where no end is stated."""
        return self.end.last if self.end else None

    def __str__(self) -> str:
        """As EDTF."""
        return f"{self.start}/{self.end or ''}" if self.is_interval else str(self.start)


def parse_date(text: str) -> EventDate:
    """Read EDTF `text` as a date; ValueError with a sentence for the editor where it is none."""
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f'"{text}" is not a date; {FORMS}')
    start = _point(match[1])
    if not match[2]:
        return EventDate(start, start)
    if not match[3]:
        return EventDate(start, None)
    end = _point(match[3])
    if (start.first, start.last) == (end.first, end.last):
        raise ValueError(f'"{text}" begins and ends with the same date; write "{start}"')
    if start.first > end.first or start.last > end.last:
        raise ValueError(f'"{text}" ends before it begins; write the earlier date first')
    return EventDate(start, end)


def _point(text: str) -> Point:
    """A year, a month or a day; ValueError where the calendar has none such."""
    numbers: list[int | None] = [int(part) for part in text.split("-")]
    year, month, day = [*numbers, None, None][:3]
    if not year:
        raise ValueError(f'"{text}" is not a date: there is no year 0000; write the year it happened')
    if month is not None and not 1 <= month <= 12:
        raise ValueError(f'"{text}" is not a date: months run from 01 to 12; write the month it happened')
    if month is not None and day is not None:
        days = calendar.monthrange(year, month)[1]
        if not 1 <= day <= days:
            name = f"{calendar.month_name[month]} {year}"
            raise ValueError(f'"{text}" is not a date: {name} has {days} days; write a day from 01 to {days}')
    return Point(year, month, day)
