"""The kinds of values that fields of records have: how each is written in YAML, read, and told to a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    WrapSerializer,
)

from briefing.dates import EventDate, parse_date

NOT_GIVEN = "not-given"
MAX_COUNT = 10**9  # more than lived when the events happened is a slip of the keyboard
_ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_SMALL = "none one two three four five six seven eight nine ten eleven twelve".split()
_HEDGES = {  # how a bound is said -> its field
    r"at least|no (?:fewer|less) than|≥|>=": "at_least",
    r"more than|over|above|>": "more_than",
    r"at most|up to|no more than|≤|<=": "at_most",
    r"fewer than|less than|under|below|<": "fewer_than",
    r"about|around|roughly|circa|some|approximately|ca?\.|~|≈": "about",
    r"nearly|almost|close to": "nearly",
    r"exactly|precisely|=|": "exactly",
}


def bound_meant(text: str) -> str:
    """How "at least 20", "20+", "20-25", "five", "unknown" or "dozens" is written as a bound, the field and its value."""
    words = " ".join(text.lower().split())
    if words in ("unknown", "not known", "?", "not-given"):
        return "unknown: yes"
    numbers = [_number(part) for part in re.split(r" ?[-–] ?| to | and ", words.removeprefix("between "))]
    if len(numbers) == 2 and None not in numbers:
        return f"between: {sorted(numbers, key=int)}"  # type: ignore[arg-type]  # none of them is None
    if (more := re.fullmatch(r"(.+?)(?: ?\+| or more)", words)) and _number(more[1]) is not None:
        return f"at_least: {_number(more[1])}"
    for hedge, bound in _HEDGES.items():
        if (match := re.fullmatch(rf"(?:{hedge}) ?(.+)", words)) and _number(match[1]) is not None:
            return f"{bound}: {_number(match[1])}"
    return f'said: "{text}"'


def _number(text: str) -> int | None:
    """The count that `text` says, however it is grouped or spelled; None where it says none."""
    if text in _SMALL:
        return _SMALL.index(text)
    digits = re.sub(r"(?<=\d)[ _,.'’](?=\d{3}(?!\d))", "", text).removesuffix(".0")
    return int(digits) if re.fullmatch(r"\+?\d{1,12}", digits) else None


def _count(text: Any) -> int:
    """A count in digits alone; whatever else it may say is told with the bound to write."""
    if not isinstance(text, str):
        raise ValueError("write one count here, in digits alone, such as 1500")
    if re.fullmatch("0|[1-9][0-9]{0,30}", text):
        return int(text)
    meant = bound_meant(text)
    if re.fullmatch(r"-\d+", text):
        raise ValueError(f'"{text}" is not a count: none is less than zero; write {text[1:]}, if the sign is a slip')
    if meant.startswith("exactly: "):
        raise ValueError(f'"{text}" is not a count in digits alone; write {meant.removeprefix("exactly: ")}')
    if re.search(r"\d", text) and meant.startswith("said"):
        meant = "1500, in digits alone"
    raise ValueError(f'"{text}" is not a count; write {meant}')


def _range(value: Any) -> Any:
    parts = value if isinstance(value, list) else [value]
    if len(parts) == 2:
        return value
    found = [int(number) for part in parts for number in re.findall(r"\d{1,12}", str(part))]
    example = [min(found), max(found)] if len(found) > 1 else "[20, 25]"
    raise ValueError(f"write two counts, the lower first: {example}")


def _said(text: str) -> str:
    meant = bound_meant(text)
    if not meant.startswith("said"):
        raise ValueError(f'"{text}" says a number; write {meant}')
    if re.search(r"\d", text):
        raise ValueError(f'"{text}" holds digits; write the number under its bound, such as at_least: 20')
    return text


def _scalar(pattern: str, convert: Callable[[str], Any], what: str) -> Callable[[Any], Any]:
    """A validator that takes text of the form `pattern` alone; `what` it is, and how to write it."""

    def read(text: Any) -> Any:
        if isinstance(text, str) and re.fullmatch(pattern, text, re.ASCII):
            return convert(text)
        shown = f'"{text}"' if isinstance(text, str) else "this"
        raise ValueError(f"{shown} is not {what}")

    return read


def _id(text: Any) -> str:
    if isinstance(text, str) and re.fullmatch(_ID, text):
        return text
    near = re.sub("[^a-z0-9]+", "-", str(text).lower()).strip("-")
    form = f', such as "{near}"' if near and isinstance(text, str) else ""
    raise ValueError(f'"{text}" is not an id; use small letters a to z, digits and single hyphens{form}')


def _one_paragraph(text: str) -> str:
    if "\n" in text:
        raise ValueError('a text is one paragraph; take out the blank line, and write ">-" in place of "|"')
    return text


def _as_date(text: Any) -> EventDate | None:
    if not isinstance(text, str):
        raise ValueError('write the date in quotation marks, such as "1999-12-31"')
    return None if text == NOT_GIVEN else parse_date(text)


def _unless_not_given(value: Any) -> Any:
    if value == NOT_GIVEN:
        return []
    if value == []:
        raise ValueError(f"the list is empty; fill it, or write {NOT_GIVEN}")
    if isinstance(value, str):
        raise ValueError(f'"{value}" stands alone; write a list such as [{value}], or {NOT_GIVEN}')
    return value


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise ValueError(f'"{value}" is listed twice; keep one of them')
    return values


@dataclass(frozen=True, eq=False)
class Or:
    """Tells the JSON Schema of a field that `other` may stand there too."""

    other: dict[str, Any]

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [self.other, handler(schema)]}


SAYS_NOT_GIVEN = (WrapSerializer(lambda value, write: write(value) if value else NOT_GIVEN), Or({"const": NOT_GIVEN}))
OR_NOT_GIVEN = (BeforeValidator(_unless_not_given), *SAYS_NOT_GIVEN)  # for lists
check_id = _id
DECIMAL = BeforeValidator(_scalar(r"-?[0-9]{1,4}(\.[0-9]{1,9})?", float, "a number; write digits and a point: 12.5"))
ONE_OR_MORE = BeforeValidator(lambda value: value if isinstance(value, list) else [value])

Text = Annotated[str, Field(min_length=1), AfterValidator(_one_paragraph)]
Code = Annotated[str, BeforeValidator(_scalar(r"[\w.-]+", str, "a code; write letters and digits: ML-4"))]
Id = Annotated[str, Field(pattern=f"^{_ID}$"), BeforeValidator(_id)]
Ids = Annotated[tuple[Id, ...], Field(min_length=1), ONE_OR_MORE, AfterValidator(_each_once), Or({"type": "string"})]
SourceKeys = Annotated[tuple[Text, ...], AfterValidator(_each_once), *OR_NOT_GIVEN]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT), BeforeValidator(_count)]
Range = Annotated[tuple[Count, Count], BeforeValidator(_range)]
Said = Annotated[Text, AfterValidator(_said)]
Flag = Annotated[
    bool,
    PlainValidator(_scalar("yes", bool, "known here; write yes, or leave the field out")),
    PlainSerializer(lambda _: "yes"),
    WithJsonSchema({"const": "yes"}),
]
Date = Annotated[
    EventDate | None,
    PlainValidator(_as_date),
    PlainSerializer(lambda date: str(date or NOT_GIVEN)),
    WithJsonSchema({"type": ["string", "integer"]}),
]
