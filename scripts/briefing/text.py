"""Reads a file as text, and tells of signs in it that nobody can see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from briefing.problems import Problem

MAX_BYTES = 32 * 2**20
_HIDDEN = re.compile(  # control, line-breaking, bidirectional, no-break and invisible characters
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u061c\u180e\u2007\u200b\u200e\u200f\u2028-\u202f"
    r"\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


def read_text(root: Path, file: str) -> tuple[str | None, list[Problem]]:
    """The text of `root`/`file` with plain line ends (None where it has none), and what is wrong with it."""
    try:
        data = (root / file).read_bytes()
    except OSError as error:
        return None, [Problem(file, 1, "", f"the file can't be read ({error.strerror}); put it back")]
    if len(data) > MAX_BYTES:
        return None, [Problem(file, 1, "", f"the file is larger than {MAX_BYTES // 2**20} MB; split or shorten it")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(file, line, "", "this line is not UTF-8 text; save the file as UTF-8")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    mark = "the file begins with an invisible mark (BOM); save it as UTF-8 without BOM"
    problems = [Problem(file, 1, "", mark, 1)] if text.startswith("\ufeff") else []
    text = text.removeprefix("\ufeff")
    for offset, message in sign_faults(text):
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        problems.append(Problem(file, line, "", message, column))
    return text, problems


def sign_faults(text: str) -> Iterator[tuple[int, str]]:
    """The signs of `text` that can't be seen, or look the same as others: the offset and a sentence for each."""
    for match in _HIDDEN.finditer(text):
        what = f"U+{ord(match[0]):04X} ({unicodedata.name(match[0], 'a control character').lower()})"
        yield match.start(), f"{what} can't be seen; write a plain space or remove it"
    if not unicodedata.is_normalized("NFC", text):
        for row in re.finditer(r"[^\n]+", text):
            if not unicodedata.is_normalized("NFC", row[0]):
                what = "an accent stands apart from its letter; type the accented letter anew (Unicode NFC)"
                yield row.start(), what
