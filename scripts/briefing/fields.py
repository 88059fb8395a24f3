"""The kinds of values that fields of records have: how each is written in YAML, read, and told to a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from briefing.dates import EventDate, parse_date

NOT_GIVEN = "not-given"
MAX_COUNT = 10**9  # more than lived when the events happened is a slip of the keyboard
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SMALL = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HEDGES = {  # how a bound is said -> its field
    r"(?:at least|no (?:fewer|less) than|≥|>=) ?(.+)|(.+?)(?: ?\+| or more)": "at_least",
    r"(?:more than|over|above|>) ?(.+)": "more_than",
    r"(?:at most|up to|no more than|≤|<=) ?(.+)": "at_most",
    r"(?:fewer than|less than|under|below|<) ?(.+)": "fewer_than",
    r"(?:about|around|roughly|circa|some|approximately|ca?\.|~|≈) ?(.+)": "about",
    r"(?:nearly|almost|close to) ?(.+)": "nearly",
    r"(?:exactly )?(.+)": "exactly",
}


def bound_meant(text: str) -> str:
    """How "at least 20", "20+", "20-25", "five", "unknown" or "dozens" is written as a bound: field and value."""
    words = " ".join(text.lower().split())
    if words in ("unknown", "not known", "?", NOT_GIVEN):
        return "unknown: yes"
    if (ends := re.fullmatch(r"(?:between )?(\d+)(?: ?[-–] ?| to | and )(\d+)", words)) and ends[1] != ends[2]:
        return f"between: [{', '.join(sorted(ends.groups(), key=int))}]"
    for hedged, bound in _HEDGES.items():
        if (match := re.fullmatch(hedged, words)) and (number := _number(match[match.lastindex or 0])):
            return f"{bound}: {number}"
    return f'said: "{text}"'


def _number(text: str) -> str:
    """The count that `text` says, however it is grouped or spelled; empty where it says none."""
    digits = re.sub(r"(?<=\d)[ _,.'’](?=\d{3}(?!\d))", "", text).removesuffix(".0")
    return str(_SMALL.index(text) if text in _SMALL else int(digits) if re.fullmatch(r"\+?\d{1,12}", digits) else "")


def _count(text: Any) -> int:
    if not isinstance(text, str):
        raise ValueError("write one count here, in digits alone, such as 1500")
    if re.fullmatch("0|[1-9][0-9]{0,30}", text):
        return int(text)
    meant = bound_meant(text).removeprefix("exactly: ")
    if meant.startswith("said") and any(sign.isdigit() for sign in text):
        meant = "it in digits alone, such as 1500; a count is never below zero"
    raise ValueError(f'"{text}" is not a count in digits alone; write {meant}')


def _range(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 2:
        return value
    found = sorted(map(int, re.findall(r"\d{1,12}", str(value))))
    found = found if len(found) > 1 else [20, 25]
    raise ValueError(f"write two counts, the lower first: [{found[0]}, {found[-1]}]")


def _said(text: str) -> str:
    if not (meant := bound_meant(text)).startswith("said") or re.search(r"\d", text):
        raise ValueError(f'"{text}" says a number; write {meant if meant[:4] != "said" else "it under its bound"}')
    return text


def _scalar(pattern: str, convert: Callable[[str], Any], what: str) -> Callable[[Any], Any]:
    """A validator that takes text of the form `pattern` alone; `what` it is, and how to write it."""

    def read(text: Any) -> Any:
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return convert(text)
        shown = f'"{text}"' if isinstance(text, str) else "this"
        raise ValueError(f"{shown} is not {what}")

    return read


def check_id(text: Any) -> str:
    """`text` where it is an id; else ValueError with a sentence for the editor."""
    if isinstance(text, str) and re.fullmatch(_ID, text):
        return text
    near = re.sub("[^a-z0-9]+", "-", str(text).lower()).strip("-") or "my-id"
    raise ValueError(f'"{text}" is not an id; use small letters a to z, digits and single hyphens, such as "{near}"')


def _one_paragraph(text: str) -> str:
    if "\n" in text:
        raise ValueError('a text is one paragraph; take out the blank line, and write ">-" in place of "|"')
    return text


def _date(text: Any) -> EventDate | None:
    if not isinstance(text, str):
        raise ValueError('write the date in quotation marks, such as "1999-12-31"')
    return None if text == NOT_GIVEN else parse_date(text)


def _unless_not_given(value: Any) -> Any:
    if value == [] or (isinstance(value, str) and value != NOT_GIVEN):
        what = f'"{value}" stands alone; write a list such as [{value}]' if value else "the list is empty; write a list"
        raise ValueError(f"{what}, or {NOT_GIVEN}")
    return [] if value == NOT_GIVEN else value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in set(values):
        if values.count(value) > 1:
            raise ValueError(f'"{value}" is listed twice; keep one of them')
    return values


@dataclass(frozen=True, eq=False)
class Or:
    """Tells the JSON Schema of a field that `other` may stand there too; without one, a single entry of the list."""

    other: dict[str, Any] | None = None

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        known = handler(schema)
        return {"anyOf": [self.other or known["items"], known]}


_or_not_given = pydantic.WrapSerializer(lambda value, write: write(value) if value else NOT_GIVEN)
SAYS_NOT_GIVEN = (_or_not_given, Or({"const": NOT_GIVEN}))
OR_NOT_GIVEN = (BeforeValidator(_unless_not_given), *SAYS_NOT_GIVEN)  # for lists
DECIMAL = BeforeValidator(_scalar(r"-?[0-9]{1,4}(\.[0-9]{1,9})?", float, "a number; write digits and a point: 12.5"))
ONE_OR_MORE = BeforeValidator(lambda value: value if isinstance(value, list) else [value])

Text = Annotated[str, Field(min_length=1), AfterValidator(_one_paragraph)]
Code = Annotated[str, BeforeValidator(_scalar(r"[\w.-]+", str, "a code; write letters and digits: ML-4"))]
Id = Annotated[str, Field(pattern=f"^{_ID}$"), BeforeValidator(check_id)]
Ids = Annotated[tuple[Id, ...], Field(min_length=1), ONE_OR_MORE, AfterValidator(_each_once), Or()]
SourceKeys = Annotated[tuple[Text, ...], AfterValidator(_each_once), *OR_NOT_GIVEN]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT), BeforeValidator(_count)]
Range = Annotated[tuple[Count, Count], BeforeValidator(_range)]
Said = Annotated[Text, AfterValidator(_said)]
_yes = _scalar("yes", bool, "known here; write yes, or leave the field out")
Flag = Annotated[bool, PlainValidator(_yes), PlainSerializer(lambda _: "yes"), WithJsonSchema({"const": "yes"})]
_written = PlainSerializer(lambda date: str(date or NOT_GIVEN))
Date = Annotated[EventDate | None, PlainValidator(_date), _written, WithJsonSchema({"type": ["string", "integer"]})]
